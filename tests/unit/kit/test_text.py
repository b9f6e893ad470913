"""NUL and half characters in JSON: found whatever stands before them, mended without touching anything else."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overture.kit.text import holds_nul, place_of_nul, whole, without_halves, without_nul

texts = st.text(st.sampled_from('\0\\u0"a/\n\u2028ä'), max_size=12)
values = st.recursive(texts, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3))


def stripped(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [stripped(one) for one in value]
    return {stripped(key): stripped(one) for key, one in value.items()}


def holds(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    return any(holds(one) for one in value) or (isinstance(value, dict) and any(map(holds, value.values())))


@given(values)
def test_json_loses_nul_and_nothing_else(value: Any) -> None:
    body = msgspec.json.encode(value)
    assert holds_nul(body) is holds(value)
    assert msgspec.json.decode(without_nul(body)) == stripped(value)
    assert (place_of_nul(value) is not None) is holds(value)


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"name": "a\0"}, "name"),
        ({"look": {"greeting": {"en": "fine", "fi": "\0"}}}, "look.greeting.fi"),
        ({"teams": [{"team": "a"}, {"team": "b\0"}]}, "teams[1].team"),
        ({"traits": {"\0": 1}}, "traits"),
        ({"name": "fine", "n": 1}, None),
    ],
)
def test_the_place_is_named(value: Any, place: str | None) -> None:
    assert place_of_nul(value) == place


pieces = st.sampled_from(["\ud83d", "\ude00", "\U0001f600", "\\", "\\ud83d", '"', "a", "\0"])
halves = st.lists(pieces, max_size=12).map("".join)


@given(halves)
def test_halves_become_the_replacement_character_and_nothing_else_changes(text: str) -> None:
    body = json.dumps({text: [text]}).encode()
    assert msgspec.json.decode(without_halves(body)) == {whole(text): [whole(text)]}


def test_two_halves_that_belong_together_are_one_character() -> None:
    assert whole("\ud83d\ude00 \ude00\ud83d") == "\U0001f600 \ufffd\ufffd"
    assert whole("nothing to mend \U0001f600") == "nothing to mend \U0001f600"
