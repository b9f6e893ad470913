"""Hours against a second reading: every minute of a year in five zones, by what the clock on the wall shows.

The second reading knows weekly parts only: days, times, a night's rest on the next day, a later part that takes a day.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from overture.direction.check import check
from overture.direction.hours import Hours
from overture.direction.hours_check import doubts
from overture.direction.openings import next_openings

ZONES = ["Europe/Helsinki", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Santiago"]
DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
YEAR = 2026
FIRST = int(datetime(YEAR, 1, 1, tzinfo=UTC).timestamp()) // 60
MINUTES = 365 * 1_440

WEEKS = [
    "Mo-Fr 09:00-17:00",
    "Mo-Fr 10:00-21:00; Sa 10:00-16:00",
    "Su 03:00-03:30; Sa 01:15-02:45",
    "Mo-Su 00:00-24:00; We 13:00-14:00",
    "Fr-Sa 22:00-04:00; Su 01:00-02:30,12:00-18:00",
    "Su-Mo 23:30-26:10; Th off",
    "Mo-Fr 08:00-12:00,13:00-17:00; Fr 08:00-12:00",
    "Sa-Su 00:00-02:00,03:15-05:00",
]


def wall(zone: str) -> tuple[np.ndarray, np.ndarray]:
    """What the clock shows at each minute of the year: day since 1970, and minute of the day."""
    minutes = np.arange(MINUTES) + FIRST
    clock = ZoneInfo(zone)
    offsets = np.empty(MINUTES, dtype=np.int64)
    for start in range(0, MINUTES, 30):  # no zone changes its clocks elsewhere than at a half hour of UTC
        shown = datetime.fromtimestamp(int(minutes[start]) * 60, clock).utcoffset()
        assert shown is not None
        offsets[start : start + 30] = int(shown.total_seconds()) // 60
    local = minutes + offsets
    return local // 1_440, local % 1_440


def second_reading(text: str, zone: str) -> np.ndarray:
    """Whether each minute of the year is open."""
    week: list[list[tuple[int, int]]] = [[] for _ in DAYS]
    for part in text.split("; "):
        days, _, times = part.partition(" ")
        spans = [] if times == "off" else [tuple(map(_minute, span.split("-"))) for span in times.split(",")]
        for day in _days(days):
            week[day] = [(a, b if b > a else b + 1_440) for a, b in spans]
    owned = {day for part in text.split("; ") for day in _days(part.partition(" ")[0])}
    day, minute = wall(zone)
    weekday = (day + 3) % 7  # 1970 began on a Thursday
    opened = np.zeros(MINUTES, dtype=bool)
    for each, spans in enumerate(week):
        for a, b in spans:
            opened |= (weekday == each) & (minute >= a) & (minute < b)
            after = (each + 1) % 7
            if b > 1_440 and not _overruled(text, each, after, owned):
                opened |= (weekday == after) & (minute < b - 1_440)
    return opened


def _overruled(text: str, night: int, after: int, owned: set[int]) -> bool:
    """Whether the day after a night belongs to another part than the night's."""
    parts = [_days(part.partition(" ")[0]) for part in text.split("; ")]
    of = max(place for place, days in enumerate(parts) if night in days)
    return any(after in days for days in parts[of + 1 :])


def _minute(time: str) -> int:
    hours, _, minutes = time.partition(":")
    return int(hours) * 60 + int(minutes)


def _days(text: str) -> list[int]:
    first, _, last = text.partition("-")
    start, end = DAYS.index(first), DAYS.index(last or first)
    return [(start + n) % 7 for n in range((end - start) % 7 + 1)]


def told_by_changes(hours: Hours) -> np.ndarray:
    """The same by asking only when it opens and closes next."""
    opened = np.zeros(MINUTES, dtype=bool)
    for start, end in hours.openings(FIRST * 60_000):
        if start >= (FIRST + MINUTES) * 60_000:
            break
        opened[start // 60_000 - FIRST : end // 60_000 - FIRST] = True
    return opened


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("text", WEEKS)
def test_every_minute_of_a_year_is_as_a_second_reading_has_it(text: str, zone: str) -> None:
    hours, expected = Hours(text, ZoneInfo(zone)), second_reading(text, zone)
    wrong = np.flatnonzero(told_by_changes(hours) != expected)
    assert not len(wrong), [_shown(int(minute), zone) for minute in wrong[:5]]
    draw = random.Random(text + zone)
    changes = np.flatnonzero(np.diff(wall(zone)[1]) % 1_440 != 1)
    asked = [draw.randrange(MINUTES) for _ in range(500)]
    asked += [int(change) + n for change in changes for n in range(-130, 130)]
    wrong = np.array([minute for minute in asked if hours.is_open((FIRST + minute) * 60_000) != expected[minute]])
    assert not len(wrong), [_shown(int(minute), zone) for minute in wrong[:5]]


def _shown(minute: int, zone: str) -> str:
    return datetime.fromtimestamp((FIRST + minute) * 60, ZoneInfo(zone)).isoformat()


HELSINKI = ZoneInfo("Europe/Helsinki")


def at(text: str, fold: int = 0) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=HELSINKI, fold=fold).timestamp() * 1000)


def test_the_hour_that_comes_twice_is_open_twice_and_the_one_left_out_never() -> None:
    hours = Hours("Su 03:00-03:30", HELSINKI)
    assert hours.next_closing(at("2026-10-25T03:10")) == at("2026-10-25T03:30")
    assert hours.next_opening(at("2026-10-25T03:40")) == at("2026-10-25T03:00", fold=1)
    assert hours.next_closing(at("2026-10-25T03:10", fold=1)) == at("2026-10-25T03:30", fold=1)
    assert hours.next_opening(at("2026-03-29T00:00")) == at("2026-04-05T03:00")
    assert hours.next_opening(at("2026-10-25T03:40", fold=1)) == at("2026-11-01T03:00")


NOW = at("2026-11-02T09:00")


def codes(text: str) -> list[tuple[str, bool]]:
    return [(doubt.code, doubt.refused) for doubt in doubts(Hours(text, HELSINKI, "FI"), HELSINKI, "FI", NOW)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Mo-Fr 10:00-21:00; Nov 31 10:00-12:00", "no_such_day"),
        ("Jun 31-Jul 2 10:00-12:00", "no_such_day"),
        ("Nov 25-31 10:00-12:00", "no_such_day"),
        ("Mo-Fr 09:00-17:00; Feb 30 off", "no_such_day"),
        ("Mo-Fr 17:00+", "open_end"),
        ("Mo-Fr 10:00-16:00+", "open_end"),
        ("sunrise-sunset", "hours_by_the_sun"),
        ("Mo-Fr (sunrise+01:00)-18:00", "hours_by_the_sun"),
        ("10:00-dusk", "hours_by_the_sun"),
        ('Mo-Fr "by appointment"', "hours_uncertain"),
        ('Mo-Fr 10:00-17:00; Sa "by appointment"', "hours_uncertain"),
        ("Mo-Fr 10:00-17:00 unknown", "hours_uncertain"),
        ("Mo-Fr 10:00-17:00 || closed", "hours_fallback"),
        ('Mo-Fr 10:00-17:00 || "by appointment"', "hours_fallback"),
        ("10:00-16:00/30", "hours_step"),
    ],
)
def test_hours_of_another_meaning_are_refused(text: str, code: str) -> None:
    assert (code, True) in codes(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Mo-Fr 10:00-17:00; Mo-Su 12:00-13:00", "overruled_hours"),
        ("Mo-Fr 09:00-12:00; Mo-Fr 13:00-17:00", "overruled_hours"),
        ("Mo-Fr 10:00-12:00; Fr 14:00-18:00", "replaced_hours"),
        ("Fr 22:00-04:00; Sa 10:00-16:00", "night_cut_off"),
        ("Fr-Sa 22:00-04:00; Su 12:00-18:00; PH off", "night_cut_off"),
        ("Mo-Fr 10:00-10:00", "whole_day"),
        ("Mo-Fr 10:00-12:00; SH off", "no_school_holidays"),
        ("Mo-Fr 10:00-12:00; Feb 29 off", "leap_day"),
    ],
)
def test_hours_that_are_hardly_meant_are_warned_of(text: str, code: str) -> None:
    assert codes(text) == [(code, False)]


@pytest.mark.parametrize(
    "text",
    [
        "24/7",
        "Mo-Fr 10:00-21:00; Sa 10:00-16:00; PH off",
        "Mo-Su 09:00-17:00; Sa 10:00-16:00",
        "Mo-Fr 09:00-17:00; Dec 23 09:00-12:00; PH off",
        "Mo-Fr 09:00-17:00; Jul Mo-Fr 10:00-15:00; PH off",
        "Mo-Fr 09:00-17:00; Jul off",
        'Mo-Fr 09:00-17:00 open "by phone too"',
        "Mo-Fr 09:00-12:00, Mo-Fr 13:00-17:00",
        "Mo-Su 22:00-04:00",
        "Mo-Fr 10:00-26:00",
        "Jan-Mar Mo-Fr 10:00-12:00; Apr-Dec Mo-Fr 09:00-17:00",
        "week 1-26 Mo 10:00-12:00",
    ],
)
def test_sound_hours_are_left_alone(text: str) -> None:
    assert codes(text) == []


def test_the_check_says_it_with_its_place_and_a_way_out(nordic: str) -> None:
    text = nordic.replace('hours: "Mo-Fr 09:00-17:00; PH off"', 'hours: "Mo-Fr 17:00+"')
    checked = check(text, now_ms=NOW)
    assert checked.plan is None
    (problem,) = checked.errors
    assert (problem.code, text.splitlines()[problem.line - 1].strip()) == ("open_end", 'hours: "Mo-Fr 17:00+"')
    assert "write when it closes" in problem.hint


def test_the_next_seven_openings_in_words(nordic: str) -> None:
    text = nordic.replace('hours: "Mo-Fr 09:00-17:00; PH off"', 'hours: "Fr 22:00-04:00; Sa 20:00-24:00"')
    plan = check(text, now_ms=NOW).plan
    assert plan is not None
    told = next_openings(plan, NOW)
    assert told["bike-sales"][:2] == ["Mo 2 Nov 2026 10:00-21:00", "Tu 3 Nov 2026 10:00-21:00"]
    assert told["bike-sales"][5:] == ["Sa 7 Nov 2026 10:00-16:00", "Mo 9 Nov 2026 10:00-21:00"]
    assert told["care"][:2] == ["Fr 6 Nov 2026 22:00-24:00", "Sa 7 Nov 2026 20:00-24:00"]
    assert len(told["care"]) == 7
    assert next_openings(check(text.replace('hours: "Fr 22:00-04:00; Sa 20:00-24:00"', "hours: 24/7")).plan, NOW)[
        "care"
    ] == ["always"]
