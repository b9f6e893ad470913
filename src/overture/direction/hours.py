"""Opening hours in OpenStreetMap's syntax, with public holidays: is it open, and when will it be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, State

from overture.kit.clock import from_ms, to_ms

MAX_LENGTH = 500
_MINUTE = 60_000
# Minutes remembered by one team's hours, two weeks and some 2 MB: visits are asked about in order of time.
_REMEMBERED = 20_000
_DAY = 86_400_000
_YEAR = 365 * _DAY
_HOLIDAYS_OFF = re.compile(r"PH(, *SH)? +(off|closed)")
_OFF = re.compile(r"\b(off|closed)$")
_SINGLE = re.compile(r"\b(PH|SH|easter|\d{4}|(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) *\d{1,2}\b(?!:))")
_ALWAYS = ("24/7", "open")


class BadHours(ValueError):
    """The text is no opening hours; the message says why."""


class Hours:
    """One team's hours in a zone. Asking is cheap: each minute is worked out once."""

    __slots__ = ("_always", "_hours", "_minutes", "_zone", "text")

    def __init__(self, text: str, zone: ZoneInfo, country: str | None = None) -> None:
        if len(text) > MAX_LENGTH:
            raise BadHours(f"opening hours have {len(text)} characters; {MAX_LENGTH} are allowed")
        self.text = text
        self._zone = zone
        self._always = text.strip() in _ALWAYS
        self._hours = _parse(text, country)
        self._minutes: dict[int, bool] = {}

    def is_open(self, at_ms: int) -> bool:
        """Whether it is open at an instant (ms since 1970)."""
        if self._always:
            return True
        minute = at_ms // _MINUTE
        known = self._minutes.get(minute)
        if known is None:
            if len(self._minutes) >= _REMEMBERED:
                self._minutes.clear()
            known = self._minutes[minute] = self._hours.is_open(self._local(minute * _MINUTE))
        return known

    def next_opening(self, at_ms: int) -> int | None:
        """The instant (ms since 1970) at which it is open next, `at_ms` itself if it is open; None if never."""
        if self.is_open(at_ms):
            return at_ms
        local = self._local(at_ms)
        found = None
        for start, _end, state, _comment in self._hours.intervals(local):
            if state is State.OPEN:
                found = max(at_ms, self._instant(start, at_ms))
                if self.is_open(found):  # it is not where the clocks leap over the whole of it
                    break
                found = None
        return self._at_changed_clocks(at_ms, found, True)

    def next_closing(self, at_ms: int) -> int | None:
        """The instant at which it closes next, if it is open at `at_ms` and ever closes."""
        if not self.is_open(at_ms) or self._always:
            return None
        change = self._hours.next_change(self._local(at_ms))
        return self._at_changed_clocks(at_ms, None if change is None else self._instant(change, at_ms), False)

    def openings(self, at_ms: int) -> Iterator[tuple[int, int]]:
        """From and to when it is open, from `at_ms` on; an opening that never ends is the last, and left out."""
        while (start := self.next_opening(at_ms)) is not None and (end := self.next_closing(start)) is not None:
            yield start, end
            if end <= start:  # a change that goes nowhere would be asked for for ever
                return
            at_ms = end

    def _at_changed_clocks(self, at_ms: int, found: int | None, opens: bool) -> int | None:
        """The change that is found, or an earlier one while the clocks are changed.

        It is open whenever the clock on the wall shows so: in autumn in either of the two hours that look alike,
        in spring never in the one that is left out.
        """
        for since, until in _changed_clocks(self._zone.key, at_ms, found):
            for minute in range(max(since, at_ms) // _MINUTE, until // _MINUTE + 1):
                at = max(minute * _MINUTE, at_ms)
                if found is not None and at >= found:
                    break
                if self.is_open(at) is opens:
                    return at
        return found

    def _local(self, at_ms: int) -> datetime:
        """What the clock on the wall shows; the library is not told the zone, whose changes it takes wrongly."""
        return from_ms(at_ms).astimezone(self._zone).replace(tzinfo=None)

    def _instant(self, local: datetime, after_ms: int) -> int:
        """The first instant behind another at which the clock shows this."""
        first, second = (to_ms(local.replace(tzinfo=self._zone, fold=fold).astimezone(UTC)) for fold in (0, 1))
        return first if first > after_ms else second


def _changed_clocks(zone: str, at_ms: int, until_ms: int | None) -> Iterator[tuple[int, int]]:
    """The times around changes of a zone's clocks, from an instant to another (at most some three years on)."""
    last = at_ms + 3 * _YEAR if until_ms is None else min(until_ms, at_ms + 3 * _YEAR)
    for year in range(at_ms // _YEAR, last // _YEAR + 1):
        for since, until in _changes_in(zone, year):
            if until > at_ms and since <= last:
                yield since, until


@lru_cache(maxsize=1_024)
def _changes_in(zone: str, year: int) -> tuple[tuple[int, int], ...]:
    """Around each change of a zone's clocks in 365 days: as long before and behind it as they are moved."""
    clock = ZoneInfo(zone)

    def offset(at_ms: int) -> int:
        shown = from_ms(at_ms).astimezone(clock).utcoffset()
        return int(shown.total_seconds()) * 1000 if shown else 0

    found = []
    for day in range(year * 365, (year + 1) * 365):
        before, after = offset(day * _DAY), offset((day + 1) * _DAY)
        if after != before:
            low, high = day * _DAY, (day + 1) * _DAY
            while high - low > _MINUTE:
                middle = (low + high) // 2 // _MINUTE * _MINUTE
                low, high = (middle, high) if offset(middle) == before else (low, middle)
            found.append((high - abs(before - after), high + abs(before - after)))
    return tuple(found)


def _parse(text: str, country: str | None) -> OpeningHours:
    try:
        return OpeningHours(text, country=country)
    except Exception as error:
        raise BadHours(_reason(text, error)) from None
    except BaseException as error:
        # The library is compiled; an input it never met makes it panic, which is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise BadHours("it can't be worked out") from None


def _reason(text: str, error: Exception) -> str:
    place = re.search(r"--> \d+:(\d+)", str(error))
    if place is None:
        return "it is not in the syntax of opening_hours"
    at = int(place.group(1)) - 1
    return f"it can't be read from {text[at : at + 20]!r} on" if text[at:].strip() else "it breaks off"


def reopens_holidays(text: str, zone: ZoneInfo, country: str, now_ms: int) -> bool:
    """Whether hours say that holidays are off, and a weekly part behind it opens some of the coming year again.

    A part for a single date ("Dec 24 09:00-12:00") is meant so, and does not count.
    """
    parts = [part.strip() for part in text.split(";")]
    off = max((place for place, part in enumerate(parts) if _HOLIDAYS_OFF.fullmatch(part)), default=len(parts))
    behind = [part for part in parts[off + 1 :] if not _SINGLE.search(part) and not _OFF.search(part)]
    if not behind:
        return False
    try:
        hours = Hours("; ".join([*parts[: off + 1], *behind]), zone, country)
    except BadHours:
        return False
    for start, end in _holidays(zone.key, country, now_ms // _YEAR):
        opening = hours.next_opening(start)
        if opening is not None and opening < end:
            return True
    return False


@lru_cache(maxsize=64)
def _holidays(zone: str, country: str, year: int) -> list[tuple[int, int]]:
    """The public holidays of some 400 days, from and to which instant each run of them lasts."""
    holidays = Hours("PH 00:00-24:00", ZoneInfo(zone), country)
    found: list[tuple[int, int]] = []
    at, last = year * _YEAR, (year + 1) * _YEAR + 35 * _DAY
    while (start := holidays.next_opening(at)) is not None and start < last:
        end = holidays.next_closing(start)
        if end is None:
            break
        found.append((start, end))
        at = end
    return found


@lru_cache(maxsize=512)
def known_country(country: str) -> bool:
    """Whether public holidays are known for a country (two letters)."""
    try:
        OpeningHours("24/7", country=country)
    except Exception:
        return False
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        return False
    return True
