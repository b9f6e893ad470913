"""What was decided live, with everybody free, is what the backtest decides on the exported log."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from overture.accounts import service as accounts
from overture.accounts.model import SYSTEM
from overture.bus.local import LocalBus
from overture.direction import service as direction
from overture.direction.backtest import run_visits
from overture.direction.load import load
from overture.invitations import handlers, service
from overture.invitations import store as rows
from overture.invitations.service import Memory
from overture.invitations.surroundings import SiteNow, Surroundings, TeamSupply
from overture.kit.clock import FixedClock, from_ms, to_ms
from overture.store import Store, Tx
from overture.visits import service as visits
from overture.visits.events import OrderReported
from overture.visits.export import exported
from overture.visits.facts import UNLIMITED, TeamNow
from overture.visits.intake import read_look
from overture.visits.log import read_log
from overture.visits.looks import Look
from overture.visits.record import Sighting

MONDAY_MS = 1_793_610_000_000  # 2 November 2026, 09:00 UTC
PATHS = ("/", "/bikes", "/basket", "/help")
HEAD = """\
overture: 1
site: {site}
timezone: Europe/Helsinki
currency: EUR
languages: [en]
holdout: 10%
quiet: {{per_visit: {per_visit}, after_chat: 1h}}
stages:
  - mid: cart.items > 0
  - early: visit.pages >= 2 || page.seconds >= 30
  - awareness: true
audiences:
  hesitating: cart.value >= 200 && page.seconds >= 45
teams:
  sales:
    aim: sales
    goal: {{measure: orders, amount: 120, per: month}}
    conversation_goal: The last question before buying is answered
    hours: "24/7"
    answer_within: 20s
    results: [bought, not_now]
    after_chat: {{owner: sales, channel: phone, within: 5m}}
triggers:
"""
TRIGGER = """\
  - name: {name}
    team: sales
    when: {when}
    say: {{a: {{en: One}}, b: {{en: Two}}}}
    at_most: {cap}
    holdout: {holdout}%
"""
CONDITIONS = (
    "audience.hesitating",
    "page.seconds > 12.5",
    "page.path == '/basket' && page.seconds >= 20",
    "visit.seconds >= 60 && visit.seconds < 90",
    "visit.idle_seconds >= 15 && cart.value > 100",
    "visit.stage == 'early' && page.scroll >= 0.5",
    "visit.count['form_error'] >= 2",
    "page.nth >= 2 && page.seconds <= 3",
    "visitor.visits >= 2 && visit.seconds >= 5",
    "visitor.chats >= 1 || visitor.orders >= 1",
    "visit.seconds > 30.001 || page.count['hover'] > 0",
)


class EverybodyFree(TeamSupply):
    """The supply of a backtest."""

    def team(self, name: str) -> TeamNow:
        return UNLIMITED

    def may_invite(self, team: str) -> bool:
        return True

    def invited(self, team: str) -> None:
        pass


class Free(Surroundings):
    def _read(self, tx: Tx, site: str) -> SiteNow:
        found = super()._read(tx, site)
        return msgspec.structs.replace(found, supply=EverybodyFree({}))


class Bench:
    """One house for all examples; each has a site of its own."""

    def __init__(self, folder: Path) -> None:
        self.runner = asyncio.Runner()
        self.clock = FixedClock(from_ms(MONDAY_MS))
        self.store = Store(f"sqlite:///{folder / 'overture.db'}", LocalBus(), clock=self.clock)
        self.runner.run(self.store.start())
        self.memory = Memory(surroundings=Free(fresh_s=0.0))
        handlers.register(self.store, self.memory)
        self.store.on(OrderReported, _count)
        self.sites = 0

    def run(self, command: Any, *args: Any) -> Any:
        return self.runner.run(self.store.run(command, *args))

    def close(self) -> None:
        self.runner.run(self.store.stop())
        self.runner.close()


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    bench = Bench(tmp_path_factory.mktemp("live"))
    yield bench
    bench.close()


def _count(tx: Tx, event: OrderReported) -> None:
    visits.count_order(tx, event.visitor)  # outcomes count an order once; a log counts each time it is told


class Person:
    """A visitor whose browser keeps to what it is told: it looks again when it is asked to."""

    def __init__(self, bench: Bench, site: str, number: int) -> None:
        self.bench = bench
        self.site = site
        self.visitor = f"v_{site}_{number}"
        self.n = 0
        self.due: int | None = None

    def look(self, events: list[dict[str, Any]], late: int = 0) -> None:
        now = to_ms(self.bench.clock.now())
        self.n += 1
        sent: Look
        sent, _ = read_look(
            msgspec.json.encode({"site": "key", "key": "0" * 32, "tab": "t", "n": self.n, "events": events})
        )
        who = Sighting(site=self.site, visitor=self.visitor, at_ms=now, language="en")
        answer = self.bench.run(service.look, self.bench.memory, who, sent)
        self.due = now + answer.look_again_in_ms + late


@st.composite
def plans(draw: st.DrawFn) -> tuple[int, list[tuple[str, str, int]]]:
    triggers = draw(
        st.lists(
            st.tuples(
                st.sampled_from(CONDITIONS),
                st.sampled_from(["1 ever", "2 ever", "1 per 1h", "1 per 2m"]),
                st.sampled_from([0, 50]),
            ),
            min_size=1,
            max_size=4,
        )
    )
    return draw(st.integers(1, 3)), triggers


events = st.one_of(
    st.builds(lambda path: {"type": "page", "url": f"https://shop.example{path}"}, st.sampled_from(PATHS)),
    st.builds(lambda depth: {"type": "scroll", "depth": depth}, st.sampled_from([0.2, 0.5, 0.9])),
    st.builds(lambda name: {"type": "event", "name": name}, st.sampled_from(["form_error", "hover"])),
    st.builds(lambda value: {"type": "cart", "value": value, "items": 1}, st.sampled_from([0, 150, 250])),
    st.just({"type": "order", "id": "A1", "value": 10, "currency": "EUR"}),
    st.just({"type": "chat"}),
    st.just({"type": "forget"}),
)
steps = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from([0, 40, 1_000, 9_999, 12_501, 20_000, 45_000, 61_000, 2_000_000]),
        events,
        st.integers(0, 900),
    ),
    min_size=3,
    max_size=14,
)


async def lines(source: AsyncIterator[bytes]) -> list[bytes]:
    return [line async for line in source]


batches = st.lists(st.tuples(events.filter(lambda one: one["type"] not in ("chat", "forget")), st.integers(0, 2_900)),
                   min_size=1, max_size=5)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=plans(), looks=st.lists(st.tuples(st.sampled_from([0, 700, 12_501, 45_000]), batches), max_size=8))
def test_whatever_the_order_of_what_a_page_tells(bench: Bench, plan: Any, looks: Any) -> None:
    """Events whose `ago` runs backwards, in the first look too: the visit is the log's, to the millisecond."""
    site, text = opened(bench, plan)
    person = Person(bench, site, 0)
    bench.clock.move(milliseconds=500)
    for pause, batch in looks:
        play_until(bench, [person], to_ms(bench.clock.now()) + pause, 0)
        sent = [{**event, "ago": ago} for event, ago in batch]
        if not person.n:
            sent.insert(0, {"type": "page", "url": "https://shop.example/", "ago": batch[-1][1]})
        person.look(sent)
    same_again(bench, site, text)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=plans(), story=steps, late=st.sampled_from([0, 7, 180]))
def test_live_equals_backtest(bench: Bench, plan: Any, story: Any, late: int) -> None:
    site, text = opened(bench, plan)
    people = [Person(bench, site, number) for number in range(2)]
    for person in people:
        bench.clock.move(milliseconds=500)
        person.look([{"type": "page", "url": "https://shop.example/?utm_source=news"}], late)
    for who, pause, event, ago in story:
        at = to_ms(bench.clock.now()) + pause
        if pause < 1_800_000:  # longer than that, everybody has gone
            play_until(bench, people, at, late)
        else:
            bench.clock.at = from_ms(at)
        if event["type"] == "chat":
            people[who].look([{"type": "scroll", "depth": 0.1}], late)  # it is opened on a page that is there
            bench.run(visits.record_chat, people[who].visitor, "t0")
        elif event["type"] == "forget":
            bench.memory.book.clear()  # a restart
        elif event["type"] == "page" or pause < 1_800_000:
            people[who].look([{**event, "ago": ago if pause > 1_000 else 0}], late)
    same_again(bench, site, text)


def opened(bench: Bench, plan: Any) -> tuple[str, str]:
    """A site of its own, and its plan's text."""
    bench.sites += 1
    site = f"shop{bench.sites}"
    per_visit, triggers = plan
    text = HEAD.format(site=site, per_visit=per_visit) + "".join(
        TRIGGER.format(name=f"t{n}", when=msgspec.json.encode(when).decode(), cap=cap, holdout=holdout)
        for n, (when, cap, holdout) in enumerate(triggers)
    )
    bench.run(accounts.add_site, SYSTEM, site, site, ["https://shop.example"])
    bench.run(direction.publish, SYSTEM, site, text)
    return site, text


def same_again(bench: Bench, site: str, text: str) -> None:
    """The exported log has no bad line, and deciding on it again gives what was decided live."""
    live = bench.runner.run(bench.store.read(lambda tx: decided(tx, site)))
    log = bench.runner.run(lines(exported(bench.store, SYSTEM, site)))
    problems: list[Any] = []
    recorded = [visit for _, visit in read_log(log, problems)]
    assert problems == []
    checked = load(text, "plan.yaml").plan
    assert checked is not None
    _, again = run_visits(checked, recorded)
    assert sorted(live) == sorted((row.visit, row.trigger, round(row.at * 1000), row.arm, row.variant) for row in again)


def play_until(bench: Bench, people: list[Person], at: int, late: int) -> None:
    """Both people's browsers look when due, in the order of time."""
    for _ in range(200):
        person = min(people, key=lambda one: one.due or at)
        if person.due is None or person.due >= at:
            break
        bench.clock.at = from_ms(max(person.due, to_ms(bench.clock.now())))
        person.look([], late)
    bench.clock.at = from_ms(at)


def decided(tx: Tx, site: str) -> list[tuple[str, str, int, str, str]]:
    table = rows.decisions
    found = tx.execute(select(table).where(table.c.site == site))
    return [(row.visit, row.trigger, row.at_ms, row.arm, row.variant) for row in found]
