"""A look is read or refused by a code; nothing else can come of any bytes."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from overture.kit.errors import OvertureError
from overture.visits.errors import UnknownEvent
from overture.visits.looks import read_look

json = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


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


@given(events=st.lists(st.dictionaries(st.sampled_from(["type", "ago", "url", "depth", "name", "props"]), json)))
def test_any_events(events: list[dict[str, Any]]) -> None:
    body = msgspec.json.encode({"site": "key", "events": events})
    refused = refusal_of(body)
    if refused is None:
        assert len(read_look(body).events) == len(events)
    else:
        assert refused.status in (400, 413)
        assert 0 <= refused.details.get("event", 0) < max(1, len(events))


def test_unknown_fields_are_ignored_and_unknown_events_are_not() -> None:
    assert read_look(b'{"site":"k","new":1,"events":[{"type":"end","why":"x"}]}').events
    with pytest.raises(UnknownEvent) as refused:
        read_look(b'{"site":"k","events":[{"type":"end"},{"type":"new"}]}')
    assert refused.value.details == {"event": 1}
