"""Frames to text and back: every mistake has a code, and none breaks anything."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overture.gateway import codec
from overture.gateway.errors import BadFrame
from overture.gateway.frames.visitor import VisitorSend
from overture.gateway.limits import Bucket
from overture.gateway.origins import is_own, may_open

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    "text",
    [
        "", "x", "{", "[]", "null", "1", "{}", '{"type":"nothing"}', '{"type":"send"}', '{"type":1}',
        '{"type":"send","cid":"a","text":1}', '{"type":"send","cid":"a","text":"b","more":1}', "[" * 10_000,
        '{"type":"send","cid":"a","text":"\\ud800"}', '{"type":"resume","conversation":"c","last_seq":1e400}',
    ],
)  # fmt: skip
def test_a_malformed_frame_is_refused_with_a_code(text: str) -> None:
    for decoder in (codec.from_visitor, codec.from_agent):
        with pytest.raises(BadFrame):
            codec.read(decoder, text)


@given(st.text() | JSON.map(json.dumps))
def test_whatever_comes_is_a_frame_or_a_coded_error(text: str) -> None:
    try:
        frame = codec.read(codec.from_visitor, text)
    except BadFrame as error:
        codec.text_of(codec.refusal(error))
    else:
        assert isinstance(frame, msgspec.Struct)


def test_the_refusal_names_the_cid_it_was_about() -> None:
    with pytest.raises(BadFrame) as refused:
        codec.read(codec.from_visitor, '{"type":"send","cid":"abc","text":5}')
    frame = codec.refusal(refused.value)
    assert (frame.code, frame.cid) == ("bad_frame", "abc")
    assert "$.text" in frame.message


def test_the_size_is_in_bytes() -> None:
    assert not codec.too_large("a" * 65_536)
    assert codec.too_large("a" * 65_537)
    assert codec.too_large("ä" * 32_769)
    assert not codec.too_large("ä" * 32_768)


@given(st.text(max_size=50), st.text(max_size=300))
def test_a_frame_survives_the_wire(cid: str, text: str) -> None:
    frame = VisitorSend(cid, text)
    if "\0" in cid:
        with pytest.raises(BadFrame):
            codec.read(codec.from_visitor, codec.text_of(frame))
    else:
        heard = VisitorSend(cid, text.replace("\0", ""))
        assert codec.read(codec.from_visitor, codec.text_of(frame)) == heard


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    bucket = Bucket(3, 0.0)
    assert [bucket.take(0.0, 3, 2) for _ in range(4)] == [True, True, True, False]
    assert bucket.take(0.5, 3, 2)
    assert not bucket.take(0.5, 3, 2)
    assert [bucket.take(100.0, 3, 2) for _ in range(4)] == [True, True, True, False]


def test_own_pages_and_the_site_s_may_open_and_no_other() -> None:
    public = "https://chat.example/base"
    assert is_own("", "x", public)
    assert is_own("https://chat.example", "internal:8000", public)
    assert is_own("http://127.0.0.1:8000", "127.0.0.1:8000", public)
    assert not is_own("https://evil.example", "chat.example", public)
    assert not is_own("null", "chat.example", public)
    assert may_open("https://SHOP.example", "chat.example", public, ["https://shop.example"])
    assert not may_open("https://shop.example.evil", "chat.example", public, ["https://shop.example"])
