"""By when a message is answered: closed, open with nobody there, across closing and holidays."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from overture.direction.hours import Hours
from overture.followups.due import message_due
from overture.kit.clock import from_ms, to_ms

HELSINKI = ZoneInfo("Europe/Helsinki")
OFFICE = Hours("Mo-Fr 10:00-21:00; Sa 10:00-16:00; PH off", HELSINKI, "FI")
ALWAYS = Hours("24/7", HELSINKI, "FI")
FIVE_MINUTES = 300_000


def due(hours: Hours, local: str, within_ms: int | None) -> str:
    at = datetime.fromisoformat(local).replace(tzinfo=HELSINKI)
    found = from_ms(message_due(hours, to_ms(at), within_ms)).astimezone(HELSINKI)
    return found.strftime("%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize(
    ("now", "within", "expected"),
    [
        ("2026-11-02 07:13:20", FIVE_MINUTES, "2026-11-02 10:05:00"),  # Monday before opening
        ("2026-11-02 22:00:00", FIVE_MINUTES, "2026-11-03 10:05:00"),  # after closing: tomorrow
        ("2026-11-07 18:00:00", 0, "2026-11-09 10:00:00"),  # Saturday evening: Monday
        ("2026-12-24 22:00:00", FIVE_MINUTES, "2026-12-28 10:05:00"),  # Christmas and Boxing Day (a Saturday) are off
        ("2026-11-02 07:00:00", None, "2026-11-02 11:00:00"),  # a team that names no time: an hour
        ("2026-11-02 07:00:00", 86_400_000, "2026-11-03 10:00:00"),
    ],
)
def test_outside_hours_the_clock_starts_at_the_next_opening(now: str, within: int, expected: str) -> None:
    assert due(OFFICE, now, within) == expected


@pytest.mark.parametrize(
    ("now", "within", "expected"),
    [
        ("2026-11-02 12:00:00", FIVE_MINUTES, "2026-11-02 13:00:00"),  # somebody has to come first
        ("2026-11-02 12:01:00", FIVE_MINUTES, "2026-11-02 13:05:00"),
        ("2026-11-02 12:00:00", 4 * 3_600_000, "2026-11-02 16:00:00"),
        ("2026-11-02 20:30:00", FIVE_MINUTES, "2026-11-03 10:05:00"),  # closes before anybody would come
    ],
)
def test_open_with_nobody_there(now: str, within: int, expected: str) -> None:
    assert due(OFFICE, now, within) == expected


def test_a_desk_that_never_closes() -> None:
    assert due(ALWAYS, "2026-11-02 03:00:00", FIVE_MINUTES) == "2026-11-02 04:00:00"


def test_it_is_always_in_the_future_and_on_five_minutes() -> None:
    for minute in range(0, 7 * 24 * 60, 37):
        now = to_ms(datetime(2026, 12, 21, tzinfo=HELSINKI)) + minute * 60_000 + 17
        found = message_due(OFFICE, now, FIVE_MINUTES)
        assert found > now
        assert found % 300_000 == 0
        assert OFFICE.is_open(found - 1)
