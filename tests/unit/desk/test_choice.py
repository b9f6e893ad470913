"""Who is chosen, and what a wait is expected to be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from overture.desk.choice import LEAST_SAID, Told, choose, expected_wait, told_wait
from overture.desk.model import Member, Ticket
from overture.desk.staffing import by_hour_of_week

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def member(
    name: str, *, active: int = 0, capacity: int = 3, idle: int = 0, there: bool = True, simulated: bool = False
) -> Member:
    return Member(
        id=name, name=name, available=there, online=True, active=active, capacity=capacity, since=NOW,
        idle_since=NOW - timedelta(seconds=idle), simulated=simulated,
    )  # fmt: skip


def ticket(*, known: str | None = None, silent: tuple[str, ...] = (), simulated: bool = False) -> Ticket:
    return Ticket(
        id="c_1", site="s", team="t", visitor="v", state="waiting", agent=None, known_agent=known, simulated=simulated,
        opened_at=NOW, waiting_since=NOW, assigned_at=None, attended_at=None, answered_at=None, done_at=None,
        silent=list(silent),
    )  # fmt: skip


def chosen(wanted: Ticket, *members: Member) -> str | None:
    found = choose(wanted, members)
    return found and found.id


def test_who_knows_the_visitor_then_most_free_slots_then_longest_idle() -> None:
    busy, free, idle = member("busy", active=2), member("free", idle=5), member("idle", idle=9)
    assert chosen(ticket(known="busy"), busy, free, idle) == "busy"
    assert chosen(ticket(), busy, free, idle) == "idle"
    assert chosen(ticket(), busy, free) == "free"
    assert chosen(ticket(known="full"), member("full", active=3), busy) == "busy"


def test_nobody_without_a_slot_or_away_or_silent() -> None:
    assert chosen(ticket(), member("full", active=3), member("over", active=9), member("away", there=False)) is None
    assert chosen(ticket(silent=("a",), known="a"), member("a"), member("b", active=2)) == "b"
    assert chosen(ticket(silent=("a",)), member("a")) is None


def test_simulated_visitors_and_people_never_meet() -> None:
    assert chosen(ticket(simulated=True), member("person")) is None
    assert chosen(ticket(), member("robot", simulated=True)) is None
    assert chosen(ticket(simulated=True), member("robot", simulated=True)) == "robot"


def test_the_wait_is_unknown_without_a_past_and_nothing_with_a_free_slot() -> None:
    assert expected_wait(1, [], 3, 0) is None
    assert expected_wait(1, [60.0] * 10, 0, 0) is None
    assert expected_wait(2, [], 3, 2) == 0
    assert expected_wait(3, [90.0] * 10, 3, 0) == 90


@given(
    st.integers(1, 50), st.lists(st.floats(1, 7_200), min_size=5, max_size=50), st.integers(1, 40), st.integers(0, 40)
)
def test_who_stands_further_back_never_waits_less(place: int, handled: list[float], slots: int, free: int) -> None:
    here, behind = expected_wait(place, handled, slots, free), expected_wait(place + 1, handled, slots, free)
    assert here is not None
    assert behind is not None
    assert 0 <= here <= behind


# ---- what is told of a wait ----------------------------------------------------------------------------------


def later(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_a_word_that_holds_stands_and_its_time_runs_down() -> None:
    told = told_wait(Told(), 180, NOW)
    assert told == Told(180, later(180), None)
    assert told_wait(told, 190, later(100)) == told  # as long as before for all the model knows: what was said runs on


def test_a_word_whose_time_has_passed_proved_too_little() -> None:
    told = told_wait(Told(), 0, NOW)
    assert told == Told(0, later(LEAST_SAID), None)
    assert told_wait(told, 0, later(LEAST_SAID)).late_at == later(LEAST_SAID)
    assert told_wait(told, None, later(200)).late_at == later(LEAST_SAID)


def test_who_waits_is_told_anew_when_it_becomes_sooner_or_longer() -> None:
    told = told_wait(Told(), 400, NOW)
    sooner = told_wait(told, 100, later(10))
    assert sooner == Told(100, later(110), None)
    longer = told_wait(told, 900, later(10))
    assert longer == Told(900, later(910), later(10))  # what was said first proved too little


def test_nothing_is_promised_while_nothing_is_known() -> None:
    assert told_wait(Told(), None, NOW) == Told()


@given(st.lists(st.tuples(st.integers(1, 300), st.one_of(st.none(), st.integers(0, 7_200))), min_size=1, max_size=30))
def test_nobody_waits_longer_than_told_without_being_told(course: list[tuple[int, int | None]]) -> None:
    now, told, first = NOW, Told(), None
    for seconds, estimate in course:
        now += timedelta(seconds=seconds)
        told = told_wait(told, estimate, now)
        first = first or told.until
        if first is not None and now >= first:  # the first word's time is over: that it was too little is said
            assert told.late_at is not None or (
                told.until is not None and told.until <= first + timedelta(seconds=LEAST_SAID)
            )


def test_the_week_is_the_wall_clock_s() -> None:
    opened = [("a", NOW), ("a", NOW), ("b", datetime(2026, 11, 8, 22, 30, tzinfo=UTC))]
    weeks = by_hour_of_week(opened, ZoneInfo("Europe/Helsinki"))
    assert (weeks["a"][11], sum(weeks["a"])) == (2, 2)
    assert weeks["b"][0] == 1  # half past midnight on Monday in Helsinki
