"""A next step in plain words of the reader's language: "You will be called today before 15:00".

Each language is one file in `locales`; adding a language is adding a file. `wording_of` finds the nearest.
Nothing here knows a language: the words, the order of the words and the way to write a time stand in the file.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import msgspec

from overture.followups.model import NextStep

FALLBACK = "en"
WEEKDAY_FORMS = 7  # from the day after tomorrow, so many days from today: further off, the day needs its date


class Days(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a day is called; `weekday` and `month` from Monday and January, inflected as the sentence needs."""

    today: str
    tomorrow: str
    weekday: list[str]
    month: list[str]
    date: str
    date_with_year: str


class Sentences(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One sentence a channel. `{when}` is "today before 15:00"; `{what}` the step, `{name}` who does it."""

    phone: str
    email: str
    chat: str
    visit: str
    none: str


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A language's catalogue: what our side does, by whom, and what the visitor is to do."""

    days: Days
    time: str
    when: str
    promise: Sentences
    promise_by: Sentences
    visitor: Sentences
    visitor_undated: Sentences


@cache
def wordings() -> dict[str, Wording]:
    """All languages there are, by their code. A catalogue that lacks a word is refused here, by its name."""
    found = {}
    for file in (files("overture.followups") / "locales").iterdir():
        if file.name.endswith(".json"):
            try:
                found[file.name.removesuffix(".json")] = msgspec.json.decode(file.read_bytes(), type=Wording)
            except msgspec.ValidationError as error:
                raise ValueError(f"followups/locales/{file.name}: {error}") from error
    return found


def language_of(*wanted: str) -> str:
    """The first of the wanted languages that has a catalogue ("fi-FI" finds "fi"), else English."""
    for tag in wanted:
        code = tag.replace("_", "-").lower()
        while code:
            if code in wordings():
                return code
            code = code.rpartition("-")[0]
    return FALLBACK


def promise_text(step: NextStep, *, now: datetime, zone: ZoneInfo, languages: Iterable[str]) -> str:
    """One sentence for the visitor, as seen at `now` in the site's time zone.

    `languages` are tried in order: the visitor's own, then the site's.
    """
    words = wordings()[language_of(*languages)]
    when = when_text(words, step.due_at, now, zone) if step.due_at else ""
    if step.who == "visitor":
        template = getattr(words.visitor if when else words.visitor_undated, step.channel)
        return _sentence(template.format(what=_clause(step.what), when=when))
    template = getattr(words.promise_by if step.who_name else words.promise, step.channel)
    return _sentence(template.format(when=when, name=step.who_name))


def when_text(words: Wording, due_at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """As in "today before 15:00", "on Monday before 9:30", "on 3 December before 12:00"; past days have their date."""
    due, today = due_at.astimezone(zone), now.astimezone(zone).date()
    hour, minute, day = due.hour, due.minute, due.date()
    if (hour, minute) == (0, 0):  # "before 24:00" on the day that ends, not "before 00:00" on the one that begins
        hour, day = 24, day - timedelta(days=1)
    time = words.time.format(hour=hour, minute=minute)
    return words.when.format(day=_day(words.days, day, today), time=time)


def _day(days: Days, day: date, today: date) -> str:
    ahead = (day - today).days
    if ahead in (0, 1):
        return days.tomorrow if ahead else days.today
    if 1 < ahead < WEEKDAY_FORMS:
        return days.weekday[day.weekday()]
    form = days.date if day.year == today.year else days.date_with_year
    return form.format(day=day.day, month=days.month[day.month - 1], year=day.year)


def _clause(what: str) -> str:
    """Free text made fit to stand before a comma."""
    return what.strip().rstrip(".!? ")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
