"""Frames to text and back: every mistake has a code, and none breaks anything."""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

import overture
from overture.gateway import codec
from overture.gateway.errors import BadFrame
from overture.gateway.frames.visitor import VisitorSend
from overture.gateway.limits import Bucket
from overture.gateway.origins import is_own, may_open
from overture.kit.errors import OvertureError

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
        '{"type":"resume","conversation":"c","last_seq":1e400}',
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


@pytest.mark.parametrize(
    ("said", "read"),
    [
        (r"half \ud83d emoji", "half \ufffd emoji"),
        (r"\uDE00", "\ufffd"),
        (r"\ud83d\ude00 whole", "\U0001f600 whole"),
        (r"\ud83d\ud83d\ude00", "\ufffd\U0001f600"),
        (r"a path C:\\ud83d", r"a path C:\ud83d"),
        (r"\\\ud83d", "\\\ufffd"),
    ],
)
def test_half_a_character_is_made_whole(said: str, read: str) -> None:
    for decoder, more in ((codec.from_visitor, ""), (codec.from_agent, ',"conversation":"c"')):
        frame = codec.read(decoder, f'{{"type":"send","cid":"a","text":"{said}"{more}}}')
        assert frame.text == read


def test_a_frame_that_is_no_json_names_its_cid_too() -> None:
    with pytest.raises(BadFrame) as refused:
        codec.read(codec.from_visitor, '{"type":"send","cid":"abc","text":"\\x"}')
    assert codec.refusal(refused.value).cid == "abc"


def kinds(base: type[OvertureError]) -> Iterator[type[OvertureError]]:
    for kind in base.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_an_error_that_passes_says_when_and_no_other_does() -> None:
    """What clients go by: a list of codes in each of them would forget one."""
    for module in pkgutil.walk_packages(overture.__path__, "overture."):
        if module.name.endswith(".errors"):
            importlib.import_module(module.name)
    for kind in kinds(OvertureError):
        try:
            error = kind("what is wrong")
        except TypeError:
            continue  # made of something else, and never told on a socket
        told = codec.refusal(error).details
        assert ("retry_after" in told) == (kind.status == 429 or kind.status >= 500), kind
