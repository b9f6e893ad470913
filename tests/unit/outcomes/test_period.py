"""Periods of reports: days of the site, instants, and what is neither."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from overture.outcomes.period import BadPeriod, Period, days, period

HELSINKI = ZoneInfo("Europe/Helsinki")
NOW = datetime(2026, 11, 2, 22, 30, tzinfo=UTC)  # half past midnight on Tuesday in Helsinki


def asked(since: str | None = None, until: str | None = None) -> Period:
    return period(since, until, NOW, HELSINKI)


def test_days_are_whole_days_of_the_site() -> None:
    november = asked("2026-11-01", "2026-11-02")
    assert november == Period(datetime(2026, 10, 31, 22, tzinfo=UTC), datetime(2026, 11, 2, 22, tzinfo=UTC))
    assert days(november, HELSINKI) == [date(2026, 11, 1), date(2026, 11, 2)]


def test_a_day_of_twenty_five_hours() -> None:
    sunday = asked("2026-10-25", "2026-10-25")
    assert (sunday.until - sunday.since).total_seconds() == 25 * 3600


def test_the_last_thirty_days_if_nothing_is_said() -> None:
    usual = asked()
    assert usual.until == datetime(2026, 11, 3, 22, tzinfo=UTC)
    assert len(days(usual, HELSINKI)) == 30
    assert asked(until="2026-11-01").until == datetime(2026, 11, 1, 22, tzinfo=UTC)


def test_instants_are_taken_as_they_are() -> None:
    found = asked("2026-11-01T00:00:00Z", "2026-11-02T00:00:00+02:00")
    assert found == Period(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 1, 22, tzinfo=UTC))
    assert asked("2026-11-01T00:00:00 02:00").since == datetime(2026, 10, 31, 22, tzinfo=UTC)  # + became a space
    assert days(Period(found.since, found.until), HELSINKI) == [date(2026, 11, 1)]


@pytest.mark.parametrize(
    ("since", "until", "field"),
    [
        ("yesterday", None, "from"),
        (None, "2026-13-01", "to"),
        ("2026-11-01T00:00:00", None, "from"),
        ("2026-11-02", "2026-11-01", "from"),
        ("2026-11-01T00:00:00Z", "2026-11-01T00:00:00Z", "from"),
        ("2020-01-01", "2026-01-01", "from"),
        ("0001-01-01", None, "from"),
        (None, "9999-12-31", "to"),
    ],
)
def test_what_can_not_be_reported_on_is_told_at_its_field(since: str | None, until: str | None, field: str) -> None:
    with pytest.raises(BadPeriod) as caught:
        asked(since, until)
    assert caught.value.details == {"field": field}
