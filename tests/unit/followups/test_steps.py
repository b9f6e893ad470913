"""A next step is refused at the field that is wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from overture.followups.errors import BadPromise, BadWrapUp
from overture.followups.model import NextStep
from overture.followups.steps import answer_channel, checked_due, checked_note, checked_step, shortened
from overture.outcomes.contact import Contact

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
GOOD: dict[str, Any] = {"what": "Call", "who": "agent", "channel": "phone", "due_at": NOW + timedelta(hours=4)}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"what": "  "}, "what"),
        ({"what": "x" * 501}, "what"),
        ({"who": "nobody"}, "who"),
        ({"channel": "pigeon"}, "channel"),
        ({"due_at": None}, "due_at"),
        ({"due_at": NOW}, "due_at"),
        ({"due_at": NOW - timedelta(minutes=1)}, "due_at"),
        ({"due_at": NOW + timedelta(days=367)}, "due_at"),
        ({"due_at": datetime(2026, 11, 2, 15, 0)}, "due_at"),  # noqa: DTZ001 - the mistake that is meant
        ({"who": "other"}, "who_name"),
        ({"who": "visitor", "due_at": NOW - timedelta(days=1)}, "due_at"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(BadWrapUp) as caught:
        checked_step(NextStep(**{**GOOD, **change}), NOW)
    assert caught.value.details["field"] == field


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"due_at": NOW + timedelta(milliseconds=1)},
        {"due_at": NOW + timedelta(days=366)},
        {"who": "visitor", "due_at": None},
        {"who": "other", "who_name": "the workshop"},
        {"who": "other", "team": "care"},
    ],
)
def test_what_can_be_kept(change: dict[str, Any]) -> None:
    assert checked_step(NextStep(**{**GOOD, **change}), NOW).what == "Call"


def test_it_is_tidied() -> None:
    step = NextStep(
        **{**GOOD, "what": " Call \n Aino ", "who_name": " Eero\n", "due_at": GOOD["due_at"].replace(microsecond=1_999)}
    )
    tidy = checked_step(step, NOW)
    assert (tidy.what, tidy.who_name) == ("Call Aino", "Eero")
    assert tidy.due_at is not None
    assert tidy.due_at.microsecond == 1_000


def test_a_promise_moves_to_a_time_that_can_be_promised() -> None:
    assert checked_due(NOW + timedelta(hours=1), NOW) == NOW + timedelta(hours=1)
    with pytest.raises(BadPromise):
        checked_due(NOW - timedelta(hours=1), NOW)
    with pytest.raises(BadPromise):
        checked_note("x" * 2_001)


@pytest.mark.parametrize(
    ("wanted", "contact", "channel"),
    [
        ("phone", Contact(phone="+358401234567", email="a@example.com"), "phone"),
        ("phone", Contact(email="a@example.com"), "email"),
        ("email", Contact(phone="+358401234567"), "phone"),
        ("chat", Contact(phone="+358401234567", email="a@example.com"), "email"),
        (None, Contact(phone="+358401234567"), "phone"),
    ],
)
def test_a_message_is_answered_where_its_writer_can_be_reached(wanted: str, contact: Contact, channel: str) -> None:
    assert answer_channel(wanted, contact) == channel


def test_a_long_message_is_shortened_to_one_line() -> None:
    assert shortened("a\nb  c") == "a b c"
    assert len(shortened("x" * 900)) == 500
    assert shortened("x" * 900).endswith("…")
