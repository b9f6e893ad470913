"""The period a report is asked for: days of the site's time zone, or instants."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from overture.kit.clock import BadInstant, from_ms, parse_instant, to_ms, usable
from overture.kit.errors import Invalid

USUAL = timedelta(days=30)
LONGEST = timedelta(days=732)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class BadPeriod(Invalid):
    """The period can't be reported on; `details.field` is `from` or `to`."""

    code = "bad_period"


class Period(msgspec.Struct, frozen=True):
    """[since, until), in whole milliseconds."""

    since: datetime
    until: datetime


def period(since: str | None, until: str | None, now: datetime, zone: ZoneInfo) -> Period:
    """`2026-11-01` is a day of the site, `to` with its whole day; or instants with their offset.

    Left out: the 30 days up to the end of today. BadPeriod for what is neither, backwards, or above two years.
    """
    today = now.astimezone(zone).date()
    end = _instant(until, zone, "to", days=1) if until else _starts(today + timedelta(days=1), zone)
    begin = _instant(since, zone, "from") if since else _starts((end - USUAL).astimezone(zone).date(), zone)
    if begin >= end:
        raise BadPeriod("The period ends before it begins: `from` comes before `to`", field="from")
    if end - begin > LONGEST:
        raise BadPeriod("The period is longer than two years: ask for a shorter one", field="from")
    return Period(begin, end)


def days(asked: Period, zone: ZoneInfo) -> list[date]:
    """The days of the site that the period touches."""
    day = asked.since.astimezone(zone).date()
    last = (asked.until - timedelta(milliseconds=1)).astimezone(zone).date()
    return [day + timedelta(days=n) for n in range((last - day).days + 1)]


def _instant(text: str, zone: ZoneInfo, field: str, days: int = 0) -> datetime:
    try:
        if _DAY.fullmatch(text):
            day = datetime.combine(date.fromisoformat(text), time(), zone)
            return _starts(usable(day, field).date() + timedelta(days=days), zone)
        at = parse_instant(text.replace(" ", "+"))  # a + of the offset, lost in the query string
        return from_ms(to_ms(usable(at, field)))
    except BadInstant as error:
        raise BadPeriod(error.message, field=field) from None
    except (ValueError, OverflowError):
        raise BadPeriod(
            f"{text[:40]!r} is no day and no instant: write 2026-11-01 or 2026-11-01T09:00:00Z", field=field
        ) from None


def _starts(day: date, zone: ZoneInfo) -> datetime:
    return from_ms(to_ms(datetime.combine(day, time(), zone)))
