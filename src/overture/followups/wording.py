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


class BookingSentences(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A meeting of one kind: that it stands, and that it does not any more."""

    booked: str
    cancelled: str


class BookingWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a meeting is told. `kinds` by the plan's names, `other` for those that stand not there.

    `cities` says the time of zones whose name is inflected ("Helsingin aikaa"); `zone` of the others.
    """

    weekday: list[str]
    when: str
    when_with_year: str
    zone: str
    cities: dict[str, str]
    who: str
    other: BookingSentences
    kinds: dict[str, BookingSentences]


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A language's catalogue: what our side does, by whom, what the visitor is to do, and what is booked."""

    days: Days
    time: str
    when: str
    promise: Sentences
    promise_by: Sentences
    visitor: Sentences
    visitor_undated: Sentences
    booking: BookingWords


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
    if step.booking and step.due_at:
        return _booked(words, step, now, zone)
    when = when_text(words, step.due_at, now, zone) if step.due_at else ""
    if step.who == "visitor":
        template = getattr(words.visitor if when else words.visitor_undated, step.channel)
        return _sentence(template.format(what=_clause(step.what), when=when))
    template = getattr(words.promise_by if step.who_name else words.promise, step.channel)
    return _sentence(template.format(when=when, name=step.who_name))


def cancelled_text(step: NextStep, *, now: datetime, zone: ZoneInfo, languages: Iterable[str]) -> str:
    """That a meeting is not held, for the visitor: the step of a promise with a `booking`."""
    words = wordings()[language_of(*languages)]
    template = words.booking.kinds.get(step.booking, words.booking.other).cancelled
    return _sentence(template.format(kind=kind_in_words(step.booking), when=_begins(words, step.due_at, now, zone)))


def kind_in_words(kind: str) -> str:
    """A kind of meeting as people say it: `test_ride` is "test ride"."""
    return " ".join(kind.replace("_", " ").replace("-", " ").split())


def _booked(words: Wording, step: NextStep, now: datetime, zone: ZoneInfo) -> str:
    template = words.booking.kinds.get(step.booking, words.booking.other).booked
    text = template.format(kind=kind_in_words(step.booking), when=_begins(words, step.due_at, now, zone))
    return _sentence(f"{text} {words.booking.who.format(name=step.who_name)}" if step.who_name else text)


def _begins(words: Wording, starts_at: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    """As in "Thursday 3 December at 10:00 (Helsinki time)": a meeting is told by its date, whatever the day."""
    assert starts_at is not None
    start, told = starts_at.astimezone(zone), words.booking
    form = told.when if start.year == now.astimezone(zone).year else told.when_with_year
    return form.format(
        weekday=told.weekday[start.weekday()],
        day=start.day,
        month=words.days.month[start.month - 1],
        year=start.year,
        time=words.time.format(hour=start.hour, minute=start.minute),
        zone=zone_text(words, zone),
    )


def zone_text(words: Wording, zone: ZoneInfo) -> str:
    """Whose clock is meant: "Helsinki time" of Europe/Helsinki; a zone without a city is called as it is."""
    region, _, city = zone.key.rpartition("/")
    if not region or region == "Etc":
        return city
    city = city.replace("_", " ")
    return words.booking.cities.get(city) or words.booking.zone.format(city=city)


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
