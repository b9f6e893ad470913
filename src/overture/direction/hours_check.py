"""What opening hours say that their writer hardly means: refused where their meaning is not ours, else warned of.

The hours' library reads all of OpenStreetMap's syntax, which was made for maps: days that no calendar has, closing
times that nobody knows, the sun, visits "by appointment". A chat is open, or it is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import msgspec

from overture.direction.hours import BadHours, Hours

_DAY_MS = 86_400_000
_AHEAD_MS = 400 * _DAY_MS  # every holiday and season once
_MOST_PARTS = 12  # more are read, but not held against each other
_MOST_SPANS = 1_500  # openings of a part that are looked at: four a day for a year
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_LONGEST = dict(zip(_MONTHS, (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), strict=True))
_QUOTED = re.compile(r'"[^"]*"')
_DATE = re.compile(rf"\b({'|'.join(_MONTHS)}) *(\d{{1,2}})(?!\d|:)(?: *- *(\d{{1,2}})(?!\d|:))?")
_CLOSED = re.compile(r"\b(?:off|closed)\b")
_SINGLE = re.compile(rf"\b(?:PH|SH|easter|\d{{4}}|(?:{'|'.join(_MONTHS)}) *\d{{1,2}}\b(?!:))")
_SAME_ENDS = re.compile(r"\b(\d{1,2}:\d\d) *- *(?:\1)(?!\d)")


class Doubt(msgspec.Struct, frozen=True):
    """Something to say of hours; `refused` where they can't be kept as they are."""

    code: str
    message: str
    hint: str
    refused: bool = False


def doubts(hours: Hours, zone: ZoneInfo, country: str | None, now_ms: int) -> list[Doubt]:
    """Everything to say of hours that can be read, refusals first."""
    refused = list(_other_meanings(hours.text))
    if refused:
        return refused
    return [*_small_doubts(hours.text), *_parts(hours, zone, country, now_ms)]


def _other_meanings(text: str) -> Iterator[Doubt]:
    """What these hours' words mean elsewhere, and can't mean here."""
    bare = _QUOTED.sub('""', text)
    for found in _DATE.finditer(bare):
        for day in filter(None, (found[2], found[3])):
            if not 1 <= int(day) <= _LONGEST[found[1]]:
                message = f"There is no {found[1]} {day}"
                yield Doubt("no_such_day", message, f"{found[1]} has {_LONGEST[found[1]]} days at the most", True)
    if re.search(r"\d{2}\+", bare):
        message = "An open end (`+`) does not say when the team closes"
        yield Doubt("open_end", message, 'write when it closes, as in "17:00-21:00"', True)
    if sun := re.search(r"\b(sunrise|sunset|dawn|dusk)\b", bare):
        message = f"`{sun[1]}` needs a place on the earth, and a plan has none"
        yield Doubt("hours_by_the_sun", message, 'write times of the clock, as in "08:00-16:00"', True)
    if "||" in bare:
        message = "`||` is for hours that others know better: the part behind it may keep the team closed for ever"
        yield Doubt("hours_fallback", message, "separate parts by `;`, the later one wins; leave `|| closed` out", True)
    if "unknown" in bare or _without_state(text):
        message = "Hours that depend on something ('unknown', a text in quotes) are neither open nor closed"
        hint = 'leave the part out while the team is closed, else write its times, as in "Mo-Fr 10:00-17:00"'
        yield Doubt("hours_uncertain", message, hint, True)
    if step := re.search(r"\d{2}:\d{2} */ *\d+", bare):
        message = f"A step (`{step[0].partition('/')[2].strip()}` behind `/`) is for departures, not for hours"
        yield Doubt("hours_step", message, 'write from when to when, as in "10:00-16:00"', True)


def _without_state(text: str) -> bool:
    """Whether a part says in quotes what it leaves unsaid in times, as "by appointment" does."""
    for part in text.split(";"):
        if '"' in part and not re.search(r"\b(?:open|off|closed)\b", _QUOTED.sub("", part)):
            return True
    return False


def _small_doubts(text: str) -> Iterator[Doubt]:
    if same := _SAME_ENDS.search(text):
        message = f"`{same[0]}` lasts a whole day, until {same[1]} the next morning"
        yield Doubt("whole_day", message, "write 00:00-24:00 if that is meant, else when it closes")
    if re.search(r"\bFeb *29(?!\d|:)", text):
        yield Doubt("leap_day", "Feb 29 comes in leap years only", "leave it out, or write Feb 28 too")
    if re.search(r"\bSH\b", text):
        message = "School holidays (`SH`) are known for no country: this part never counts"
        yield Doubt("no_school_holidays", message, "name their days, as in Jun 05-Aug 10")


def _parts(hours: Hours, zone: ZoneInfo, country: str | None, now_ms: int) -> Iterator[Doubt]:
    """What the parts do to each other: an earlier one overruled, a night cut off."""
    parts = [part.strip() for part in hours.text.split(";") if part.strip()]
    if not 1 < len(parts) <= _MOST_PARTS:
        return
    alone = [_hours(part, zone, country) for part in parts]
    opening = [
        not _CLOSED.search(_QUOTED.sub("", part)) and one is not None for part, one in zip(parts, alone, strict=True)
    ]
    whole = _spans(hours, now_ms)
    for place, part in enumerate(parts[:-1]):
        one = alone[place]
        if one is None or not opening[place]:
            continue
        mine = _spans(one, now_ms)
        rest = _hours("; ".join(parts[:place] + parts[place + 1 :]), zone, country)
        if mine and rest is not None and _spans(rest, now_ms) == whole:
            message = f"`{part}` has no effect: what stands behind it is for the same days, and wins"
            yield Doubt(
                "overruled_hours",
                message,
                "leave it out, or put all times of a day into one part: 10:00-12:00,13:00-17:00",
            )
            continue
        yield from _replaced(place, parts, alone, opening, zone, now_ms)
        yield from _nights(place, parts, mine, opening, zone, country, now_ms)


def _replaced(
    place: int, parts: list[str], alone: list[Hours | None], opening: list[bool], zone: ZoneInfo, now_ms: int
) -> Iterator[Doubt]:
    """A later weekly part that has other times for a day does not add to it: it takes the day's place."""
    mine = _by_day(alone[place], zone, now_ms)
    for later in range(place + 1, len(parts)):
        if not opening[later] or _SINGLE.search(parts[later]):
            continue
        theirs = _by_day(alone[later], zone, now_ms)
        for day in sorted(mine.keys() & theirs.keys()):
            if not any(a < d and c < b for a, b in mine[day] for c, d in theirs[day]):
                weekday = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"][datetime.fromisoformat(day).weekday()]
                message = f"`{parts[later]}` takes the place of `{parts[place]}` ({weekday}), it does not add to it"
                hint = f"to have both write them into one part, as in {weekday} {_times(mine[day], theirs[day])}"
                yield Doubt("replaced_hours", message, hint)
                return


def _nights(
    place: int, parts: list[str], mine: list[tuple[int, int]], opening: list[bool], zone: ZoneInfo, country: str | None,
    now_ms: int,
) -> Iterator[Doubt]:  # fmt: skip
    """A night that goes on after midnight ends there if the next day has a part of its own."""
    kept = [part for part, opens in zip(parts, opening, strict=True) if opens]
    full = _hours("; ".join(kept), zone, country)
    if full is None:
        return
    for start, end in mine:
        midnight = _midnight_after(start, zone)
        if start < midnight < end and full.is_open(midnight - 60_000) and not full.is_open(midnight):
            day = datetime.fromtimestamp(midnight / 1000, zone)
            until = datetime.fromtimestamp(end / 1000, zone)
            name = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"][day.weekday()]
            message = f"The night of `{parts[place]}` ends at midnight: {name} has a part of its own, which wins"
            hint = f"write the rest of the night there, as in {name} 00:00-{until:%H:%M},…"
            yield Doubt("night_cut_off", message, hint)
            return


def _hours(text: str, zone: ZoneInfo, country: str | None) -> Hours | None:
    try:
        return Hours(text, zone, country)
    except BadHours:
        return None


def _spans(hours: Hours, now_ms: int) -> list[tuple[int, int]]:
    """From and to when it is open in the year to come."""
    spans = takewhile(lambda span: span[0] < now_ms + _AHEAD_MS, hours.openings(now_ms))
    return [span for _, span in zip(range(_MOST_SPANS), spans, strict=False)]


def _by_day(hours: Hours | None, zone: ZoneInfo, now_ms: int) -> dict[str, list[tuple[str, str]]]:
    """The openings of the five weeks to come, by the day they begin on, in the clock's words."""
    found: dict[str, list[tuple[str, str]]] = {}
    for start, end in hours.openings(now_ms) if hours else ():
        if start > now_ms + 35 * _DAY_MS:
            break
        since, until = (datetime.fromtimestamp(at / 1000, zone) for at in (start, end))
        later = f"{until:%H:%M}" if until.date() == since.date() else f"{until.hour + 24}:{until.minute:02}"
        found.setdefault(since.date().isoformat(), []).append((f"{since:%H:%M}", later))
    return found


def _times(*several: list[tuple[str, str]]) -> str:
    return ",".join(f"{since}-{until}" for since, until in sorted(span for spans in several for span in spans))


def _midnight_after(at_ms: int, zone: ZoneInfo) -> int:
    day = datetime.fromtimestamp(at_ms / 1000, zone).date() + timedelta(days=1)
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp() * 1000)
