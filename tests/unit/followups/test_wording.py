"""The promise in plain words: languages, channels, days, the edges of a day."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest

from overture.followups.model import CHANNELS, Channel, NextStep, Who
from overture.followups.wording import Sentences, Wording, language_of, promise_text, when_text, wordings, zone_text

HELSINKI = ZoneInfo("Europe/Helsinki")
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)  # Monday, 11:00 in Helsinki
TODAY_15 = datetime(2026, 11, 2, 13, 0, tzinfo=UTC)


def step(channel: Channel = "phone", who: Who = "agent", due_at: datetime | None = TODAY_15, **more: str) -> NextStep:
    return NextStep(what="Call about the offer", who=who, channel=channel, due_at=due_at, **more)


def text(language: str, now: datetime = NOW, **more: object) -> str:
    return promise_text(step(**more), now=now, zone=HELSINKI, languages=(language,))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "plain", "by_aino"),
    [
        ("en", "You will be called today before 15:00.", "You will be called today before 15:00 by Aino."),
        (
            "fi",
            "Sinulle soitetaan tänään ennen klo 15.00.",
            "Sinulle soitetaan tänään ennen klo 15.00, soittajana Aino.",
        ),
        ("sv", "Du blir uppringd i dag före kl. 15.00.", "Du blir uppringd i dag före kl. 15.00 av Aino."),
    ],
)
def test_a_call_today(language: str, plain: str, by_aino: str) -> None:
    assert text(language) == plain
    assert text(language, who_name="Aino") == by_aino


@pytest.mark.parametrize(
    ("channel", "en", "fi", "sv"),
    [
        (
            "email",
            "You will get an e-mail today before 15:00 from Aino.",
            "Saat sähköpostia tänään ennen klo 15.00, lähettäjänä Aino.",
            "Du får e-post i dag före kl. 15.00 från Aino.",
        ),
        (
            "visit",
            "You will be met in person today before 15:00 by Aino.",
            "Sinut tavataan paikan päällä tänään ennen klo 15.00, vastassa Aino.",
            "Du blir mött på plats i dag före kl. 15.00 av Aino.",
        ),
        (
            "chat",
            "You will get an answer in this chat today before 15:00 from Aino.",
            "Saat vastauksen tähän keskusteluun tänään ennen klo 15.00, vastaajana Aino.",
            "Du får svar i den här chatten i dag före kl. 15.00 från Aino.",
        ),
        (
            "none",
            "This will be taken care of today before 15:00 by Aino.",
            "Asiasi hoidetaan tänään ennen klo 15.00, hoitajana Aino.",
            "Ditt ärende sköts i dag före kl. 15.00 av Aino.",
        ),
    ],
)
def test_every_channel(channel: Channel, en: str, fi: str, sv: str) -> None:
    said = [text(language, channel=channel, who_name="Aino") for language in ("en", "fi", "sv")]
    assert said == [en, fi, sv]


@pytest.mark.parametrize(
    ("due", "en", "fi", "sv"),
    [
        ("2026-11-02T09:05", "today before 11:05", "tänään ennen klo 11.05", "i dag före kl. 11.05"),
        ("2026-11-02T21:59", "today before 23:59", "tänään ennen klo 23.59", "i dag före kl. 23.59"),
        ("2026-11-02T22:00", "today before 24:00", "tänään ennen klo 24.00", "i dag före kl. 24.00"),
        ("2026-11-02T22:01", "tomorrow before 0:01", "huomenna ennen klo 0.01", "i morgon före kl. 0.01"),
        ("2026-11-03T07:00", "tomorrow before 9:00", "huomenna ennen klo 9.00", "i morgon före kl. 9.00"),
        ("2026-11-04T10:30", "on Wednesday before 12:30", "keskiviikkona ennen klo 12.30", "på onsdag före kl. 12.30"),
        ("2026-11-08T10:00", "on Sunday before 12:00", "sunnuntaina ennen klo 12.00", "på söndag före kl. 12.00"),
        (
            "2026-11-09T10:00",
            "on 9 November before 12:00",
            "9. marraskuuta ennen klo 12.00",
            "den 9 november före kl. 12.00",
        ),
        (
            "2026-12-03T10:00",
            "on 3 December before 12:00",
            "3. joulukuuta ennen klo 12.00",
            "den 3 december före kl. 12.00",
        ),
        (
            "2027-01-03T10:00",
            "on 3 January 2027 before 12:00",
            "3. tammikuuta 2027 ennen klo 12.00",
            "den 3 januari 2027 före kl. 12.00",
        ),
        (
            "2026-11-01T10:00",
            "on 1 November before 12:00",
            "1. marraskuuta ennen klo 12.00",
            "den 1 november före kl. 12.00",
        ),
    ],
)
def test_every_kind_of_day(due: str, en: str, fi: str, sv: str) -> None:
    due_at = datetime.fromisoformat(due).replace(tzinfo=UTC)
    said = [when_text(wordings()[language], due_at, NOW, HELSINKI) for language in ("en", "fi", "sv")]
    assert said == [en, fi, sv]


def test_the_day_is_the_sites_not_the_servers() -> None:
    due = datetime(2026, 11, 2, 22, 30, tzinfo=UTC)  # half past midnight in Helsinki, still Monday in London
    words = wordings()["en"]
    assert when_text(words, due, NOW, HELSINKI) == "tomorrow before 0:30"
    assert when_text(words, due, NOW, ZoneInfo("Europe/London")) == "today before 22:30"


def test_a_weekday_on_the_other_side_of_the_clocks_change() -> None:
    before = datetime(2026, 10, 23, 9, 0, tzinfo=UTC)  # Friday; the clocks go back on Sunday
    due = datetime(2026, 10, 26, 13, 0, tzinfo=UTC)  # Monday 15:00, now two hours from UTC instead of three
    assert when_text(wordings()["en"], due, before, HELSINKI) == "on Monday before 15:00"


@pytest.mark.parametrize(
    ("language", "dated", "undated"),
    [
        (
            "en",
            "Your next step: Send the photos, by e-mail, today before 15:00.",
            "Your next step: Send the photos, by e-mail.",
        ),
        (
            "fi",
            "Sinun vuorosi: Send the photos, sähköpostilla, tänään ennen klo 15.00.",
            "Sinun vuorosi: Send the photos, sähköpostilla.",
        ),
        ("sv", "Din tur: Send the photos, per e-post, i dag före kl. 15.00.", "Din tur: Send the photos, per e-post."),
    ],
)
def test_what_the_visitor_does(language: str, dated: str, undated: str) -> None:
    mine = NextStep(what=" Send the photos. ", who="visitor", channel="email", due_at=TODAY_15)
    assert promise_text(mine, now=NOW, zone=HELSINKI, languages=(language,)) == dated
    mine = msgspec.structs.replace(mine, due_at=None)
    assert promise_text(mine, now=NOW, zone=HELSINKI, languages=(language,)) == undated


def test_words_typed_by_people_are_never_taken_for_a_template() -> None:
    odd = NextStep(what="{when} {0} %s", who="visitor", channel="none")
    assert promise_text(odd, now=NOW, zone=HELSINKI, languages=("en",)) == "Your next step: {when} {0} %s."
    assert text("en", who_name="{name!r}") == "You will be called today before 15:00 by {name!r}."


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (("fi-FI",), "fi"),
        (("FI",), "fi"),
        (("sv_SE",), "sv"),
        (("de-DE", "sv", "en"), "sv"),
        (("", "fi"), "fi"),
        (("xx",), "en"),
        ((), "en"),
    ],
)
def test_the_nearest_language(wanted: tuple[str, ...], found: str) -> None:
    assert language_of(*wanted) == found


@pytest.mark.parametrize("language", sorted(wordings()))
def test_every_catalogue_says_everything(language: str) -> None:
    words: Wording = wordings()[language]
    assert len(words.days.weekday) == 7
    assert len(words.days.month) == 12
    needed = {
        "promise": {"when"},
        "promise_by": {"when", "name"},
        "visitor": {"what", "when"},
        "visitor_undated": {"what"},
    }
    for kind, names in needed.items():
        sentences: Sentences = getattr(words, kind)
        for channel in CHANNELS:
            template = getattr(sentences, channel)
            assert {name for _, name, _, _ in string.Formatter().parse(template) if name} == names, (kind, channel)
            assert template.endswith(".")
    late = NOW + timedelta(days=300)
    for channel in CHANNELS:
        for due in (TODAY_15, NOW + timedelta(days=1), NOW + timedelta(days=3), NOW + timedelta(days=20), late):
            said = promise_text(step(channel, due_at=due), now=NOW, zone=HELSINKI, languages=(language,))
            assert "{" not in said
            assert said[0].isupper()


def test_english_finnish_and_swedish_are_there() -> None:
    assert {"en", "fi", "sv"} <= wordings().keys()


BEGINS = datetime(2026, 12, 3, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "en", "fi", "sv"),
    [
        (
            "test_ride",
            "Your test ride is booked for Thursday 3 December at 10:00 (Helsinki time).",
            "Koeajosi on varattu torstaiksi 3. joulukuuta klo 10.00 (Helsingin aikaa).",
            "Din provtur är bokad till torsdag den 3 december kl. 10.00 (Helsingforstid).",
        ),
        (
            "bike-fitting",
            "Your bike fitting is booked for Thursday 3 December at 10:00 (Helsinki time).",
            "Aikasi on varattu torstaiksi 3. joulukuuta klo 10.00 (Helsingin aikaa): bike fitting.",
            "Din tid är bokad till torsdag den 3 december kl. 10.00 (Helsingforstid): bike fitting.",
        ),
    ],
)
def test_a_booking_names_what_when_and_whose_clock(kind: str, en: str, fi: str, sv: str) -> None:
    said = [text(language, due_at=BEGINS, channel="visit", booking=kind) for language in ("en", "fi", "sv")]
    assert said == [en, fi, sv]


def test_a_booking_names_the_year_when_it_is_another() -> None:
    assert "7 January 2027 at 10:00" in text("en", due_at=BEGINS + timedelta(days=35), booking="demo")


@pytest.mark.parametrize(
    ("zone", "en", "fi"),
    [
        ("America/New_York", "New York time", "New Yorkin aikaa"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time", "paikallista aikaa: Buenos Aires"),
        ("UTC", "UTC", "UTC"),
        ("Etc/GMT-2", "GMT-2", "GMT-2"),
    ],
)
def test_the_clock_is_called_by_its_city(zone: str, en: str, fi: str) -> None:
    assert [zone_text(wordings()[language], ZoneInfo(zone)) for language in ("en", "fi")] == [en, fi]


def test_every_language_words_the_same_bookings() -> None:
    for words in wordings().values():
        for sentences in (words.booking.other, *words.booking.kinds.values()):
            assert "{when}" in sentences.booked
            assert "{when}" in sentences.cancelled
