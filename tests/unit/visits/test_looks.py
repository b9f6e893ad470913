"""A look is read or refused by a code; nothing else can come of any bytes."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overture.kit.errors import OvertureError
from overture.visits.intake import read_look


def refusal_of(body: bytes) -> OvertureError | None:
    try:
        read_look(body)
    except OvertureError as error:
        return error
    return None


@given(body=st.binary(max_size=200))
def test_any_bytes(body: bytes) -> None:
    refused = refusal_of(body)
    assert refused is None or refused.status in (400, 413)


def test_unknown_fields_are_ignored() -> None:
    look, problems = read_look(b'{"site":"k","new":1,"events":[{"type":"end","why":"x"}]}')
    assert len(look.events) == 1
    assert problems == []


@pytest.mark.parametrize(
    ("said", "kept"),
    [(["fi-FI", "x" * 65, 7, "en"], ["fi-FI", "en"]), (["en"] * 99, ["en"] * 32), ("en", []), (None, [])],
)
def test_a_browsers_languages_are_what_can_be_read_of_them(said: Any, kept: list[str]) -> None:
    assert read_look(msgspec.json.encode({"site": "k", "languages": said}))[0].languages == kept
