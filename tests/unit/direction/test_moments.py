"""When triggers are looked at and what stops them; live looks and their seam; the index changes nothing."""

from __future__ import annotations

import random
import time

import pytest

from overture.direction.compiled import compile_plan
from overture.direction.decide import Past, Unlimited
from overture.direction.live import PENDING_MS, Watch, route_of, stage_of
from overture.direction.load import load
from overture.direction.moments import replay
from overture.kit.clock import parse_instant, to_ms
from overture.visits.facts import (
    UNLIMITED,
    CartEvent,
    ChatEvent,
    EndEvent,
    IdentifyEvent,
    NamedEvent,
    PageEvent,
    ScrollEvent,
    TeamNow,
    VisitHead,
    VisitState,
)
from overture.visits.log import Chronicle, read_line

FREE = Unlimited()
SHOP = "https://shop.example"


def head(**more) -> VisitHead:
    return VisitHead(
        **({"visit": "v", "visitor": "ann", "started_ms": to_ms(parse_instant("2026-11-02T09:14:03Z"))} | more)
    )


def decided(plan, *events, past=None, **more):
    found = replay(plan, VisitState(head(**more)), events, past or Past(), FREE)
    return [(one.trigger, one.at_ms) for one in found]


def page(at: float, path: str = "/") -> PageEvent:
    return PageEvent(at, SHOP + path)


@pytest.mark.parametrize(
    ("when", "events", "expected"),
    [
        ("page.seconds >= 40", [page(0), EndEvent(40.0)], [("a", 40_000)]),
        ("page.seconds >= 40", [page(0), EndEvent(39.999)], []),
        ("page.seconds > 40", [page(0), EndEvent(40.0)], []),
        ("page.seconds > 40", [page(0), EndEvent(40.001)], [("a", 40_001)]),
        ("page.seconds >= 40", [page(0), page(40.0)], [("a", 40_000)]),  # the crossing comes before the page
        ("page.seconds >= 40", [page(0), page(39.999), EndEvent(60.0)], []),
        ("page.seconds >= 40", [page(0), page(30.0), EndEvent(70.0)], [("a", 70_000)]),
        ("page.seconds >= 0", [page(0)], [("a", 0)]),
        ("page.seconds > 0", [page(0), EndEvent(0.001)], [("a", 1)]),
        ("page.seconds < 5 && cart.items > 0", [page(0), EndEvent(9.0)], []),
        ("!(page.seconds < 5)", [page(0), EndEvent(9.0)], [("a", 5_000)]),
        ("visit.seconds >= 10", [page(0), page(9.0), EndEvent(10.0)], [("a", 10_000)]),
        ("visit.idle_seconds >= 10", [page(0), ScrollEvent(9.0, 0.5), EndEvent(18.9)], []),
        ("visit.idle_seconds >= 10", [page(0), ScrollEvent(9.0, 0.5), EndEvent(19.0)], [("a", 19_000)]),
        ("visit.idle_seconds >= 10", [page(0), ScrollEvent(10.0, 0.5)], [("a", 10_000)]),
        ("page.seconds >= 5 && cart.items > 0", [page(0), CartEvent(7.0, 5.0, 1.0), EndEvent(9.0)], [("a", 7_000)]),
        ("cart.items > 0", [page(0), CartEvent(5.0, 1.0, 1.0), ChatEvent(5.0)], [("a", 5_000)]),
        ("cart.items > 0", [page(0), ChatEvent(5.0), CartEvent(5.0, 1.0, 1.0)], []),
        ("page.seconds >= 5", [page(0), ChatEvent(5.0), EndEvent(9.0)], [("a", 5_000)]),
        ("chat.open", [page(0), ChatEvent(5.0), EndEvent(9.0)], []),
        ("page.scroll >= 0.5", [page(0), ScrollEvent(3.0, 0.6), page(4.0)], [("a", 3_000)]),
        ('page.count["x"] >= 2', [page(0), NamedEvent(1.0, "x"), page(2.0), NamedEvent(3.0, "x")], []),
        ('visit.count["x"] >= 2', [page(0), NamedEvent(1.0, "x"), page(2.0), NamedEvent(3.0, "x")], [("a", 3_000)]),
        ("page.nth >= 2", [page(0, "/a"), page(1.0, "/b"), page(2.0, "/a")], [("a", 2_000)]),
        ("visitor.identified", [page(0), IdentifyEvent(2.0)], [("a", 2_000)]),
        ("true", [page(0), EndEvent(9.0)], [("a", 0)]),
    ],
)
def test_moments_of_one_trigger(plan_of, when, events, expected):
    assert decided(plan_of({"a": when}), *events) == expected


def test_triggers_come_in_the_plans_order_and_one_decision_a_visit_is_the_default(plan_of):
    triggers = {"b": "page.seconds >= 2", "a": "page.seconds >= 2", "c": "page.seconds >= 1 && cart.items > 0"}
    events = page(0), EndEvent(5.0)
    assert decided(plan_of(triggers, quiet="{per_visit: 9}"), *events) == [("b", 2_000), ("a", 2_000)]
    assert decided(plan_of(triggers, quiet="{}"), *events) == [("b", 2_000)]


def test_a_crossing_is_a_moment_for_those_who_ask_for_it_only(plan_of):
    """The clock makes no moments: at 11:15 `late` holds, but is looked at only when something is due for it."""
    plan = plan_of({"late": "now.minute >= 15", "other": "page.seconds >= 120"})
    assert decided(plan, page(0), EndEvent(200.0)) == [("other", 120_000)]
    assert decided(plan, page(0), ScrollEvent(130.0, 0.1)) == [("other", 120_000), ("late", 130_000)]
    dead = plan_of({"late": "now.minute >= 15 && (page.seconds < 90 || true)"})
    assert decided(dead, page(0), EndEvent(200.0)) == [("late", 90_000)]


def test_opening_makes_no_moment_but_an_event_after_it_does(plan_of):
    plan = plan_of({"a": "true"}, hours="Mo-Fr 11:15-12:00")
    assert decided(plan, page(0), EndEvent(200.0)) == []
    assert decided(plan, page(0), ScrollEvent(56.9, 0.1), ScrollEvent(57.0, 0.2)) == [("a", 57_000)]


def test_a_stage_brings_its_crossings_even_those_after_the_first_that_holds(plan_of):
    stages = "[{one: 'cart.items > 0 || true'}, {two: 'page.seconds >= 7'}]"
    plan = plan_of({"a": 'visit.stage == "one" && now.minute >= 15'}, stages=stages)
    assert decided(plan, page(0), page(55.0), EndEvent(70.0)) == [("a", 62_000)]


def test_caps(plan_of):
    started = head().started_ms
    day = 86_400_000
    plan = plan_of({"a": "true"}, a="2 per 1d")
    for past, allowed in (
        ([started - day], True), ([started - day + 1], True), ([started - day + 1, started - 5], False),
        ([started - day, started - 5], True), ([started + 50, started - 5], False),
    ):  # fmt: skip
        assert bool(decided(plan, page(0), past=Past({"a": past}))) is allowed
    ever = plan_of({"a": "true"}, a="2 ever")
    assert decided(ever, page(0), past=Past({"a": [0, 1]})) == []
    assert decided(ever, page(0), past=Past({"a": [0], "b": [1, 2]})) == [("a", 0)]


def test_quiet_after_no_and_after_a_chat(plan_of):
    started = head().started_ms
    plan = plan_of({"a": "true"}, quiet="{after_decline: 1d, after_chat: 10s}")
    for past, expected in (
        (Past(last_decline_ms=started - 86_400_000), [("a", 0)]), (Past(last_decline_ms=started - 86_390_000), []),
        (Past(last_chat_ms=started - 10_000), [("a", 0)]), (Past(last_chat_ms=started - 9_999), [("a", 1_000)]),
        (Past(last_chat_ms=started + 5_000), []),
    ):  # fmt: skip
        assert decided(plan, page(0), ScrollEvent(1.0, 0.1), past=past) == expected


def test_a_cap_keeps_no_more_of_the_past_than_it_needs(plan_of):
    past = Past()
    for instant in range(50):
        past.add("a", instant, keep=3)
    assert past.decisions == {"a": [47, 48, 49]}


class Busy:
    """A supply that says no until it is told to say yes."""

    def __init__(self) -> None:
        self.room = False

    def team(self, name: str) -> TeamNow:
        return UNLIMITED if self.room else TeamNow(0.0, 3.0, 90.0)

    def may_invite(self, team: str) -> bool:
        return self.room


def test_refused_for_capacity_it_stays_pending_and_is_logged_once(plan_of):
    plan = plan_of({"a": "page.seconds >= 5 && cart.items > 0"})
    supply = Busy()
    watch = Watch(plan, VisitState(head()), Past())
    watch.look(0, [page(0), CartEvent(0.0, 9.0, 1.0)], supply)
    result = watch.look(5_000, [], supply)
    assert [(one.trigger, one.at_ms) for one in result.held_back] == [("a", 5_000)]
    assert (result.decisions, result.pending) == ((), ("a",))
    assert watch.look(20_000, [], supply).held_back == ()
    supply.room = True
    result = watch.look(30_000, [], supply)
    assert [(one.trigger, one.at_ms) for one in result.decisions] == [("a", 30_000)]
    assert result.pending == ()


def test_pending_ends_after_a_minute_or_when_the_condition_fails(plan_of):
    plan = plan_of({"a": "page.seconds >= 5 && cart.items > 0"})
    for until, still in ((5_000 + PENDING_MS, True), (5_001 + PENDING_MS, False)):
        supply = Busy()
        watch = Watch(plan, VisitState(head()), Past())
        watch.look(0, [page(0), CartEvent(0.0, 9.0, 1.0)], supply)
        watch.look(5_000, [], supply)
        supply.room = True
        assert bool(watch.look(until, [], supply).decisions) is still
    supply = Busy()
    watch = Watch(plan, VisitState(head()), Past())
    watch.look(0, [page(0), CartEvent(0.0, 9.0, 1.0)], supply)
    assert watch.look(5_000, [], supply).pending
    assert not watch.look(6_000, [CartEvent(6.0, 0.0, 0.0)], supply).pending


def test_look_again_names_the_next_crossing_that_can_matter(plan_of):
    plan = plan_of({"a": "page.seconds >= 45 && cart.value >= 200", "b": "page.seconds >= 60", "c": "cart.items > 5"})
    watch = Watch(plan, VisitState(head()), Past())
    assert watch.look(0, [page(0)], FREE).look_again_ms == 60_000
    assert watch.look(10_000, [CartEvent(10.0, 300.0, 1.0)], FREE).look_again_ms == 35_000
    assert watch.look(44_990, [], FREE).look_again_ms == 10
    result = watch.look(45_003, [], FREE)
    assert [one.at_ms for one in result.decisions] == [45_003]
    assert result.look_again_ms == 14_997
    assert watch.look(60_000, [], FREE).look_again_ms is None


def test_nothing_is_looked_for_in_a_conversation_or_after_the_last_decision(plan_of):
    plan = plan_of({"a": "page.seconds >= 5", "b": "page.seconds >= 9"}, quiet="{}")
    watch = Watch(plan, VisitState(head()), Past())
    watch.look(0, [page(0)], FREE)
    watch.set_chat(True)
    result = watch.look(6_000, [], FREE)
    assert (result.decisions, result.look_again_ms) == ((), None)
    watch.set_chat(False)
    assert watch.look(7_000, [], FREE).look_again_ms == 2_000
    assert watch.look(8_000, [ScrollEvent(8.0, 0.1)], FREE).decisions[0].trigger == "a"
    assert watch.look(9_000, [], FREE).look_again_ms is None


def test_a_crossing_nobody_saw_is_looked_at_with_the_next_look(plan_of):
    plan = plan_of({"a": 'page.path == "/basket" && page.seconds >= 45'})
    watch = Watch(plan, VisitState(head()), Past())
    watch.look(0, [page(0, "/basket")], FREE)
    assert [one.at_ms for one in watch.look(300_000, [], FREE).decisions] == [300_000]
    gone = Watch(plan, VisitState(head()), Past())
    gone.look(0, [page(0, "/basket")], FREE)
    assert gone.look(300_000, [page(300.0, "/other")], FREE).decisions == ()


def test_a_watch_built_again_goes_on_where_it_was(plan_of):
    plan = plan_of({"a": "page.seconds >= 45"})
    state = VisitState(head())
    state.apply(page(0))
    late = Watch(plan, state, Past(), looked_ms=50_000)
    assert late.look(60_000, [], FREE).decisions == ()
    state = VisitState(head())
    state.apply(page(0))
    assert Watch(plan, state, Past(), looked_ms=40_000).look(60_000, [], FREE).decisions


def test_another_plan_version_decides_from_the_next_look(plan_of):
    watch = Watch(plan_of({"a": "page.seconds >= 45"}), VisitState(head()), Past())
    watch.look(0, [page(0)], FREE)
    watch.adopt(plan_of({"b": "page.seconds >= 20"}))
    assert [one.trigger for one in watch.look(20_000, [], FREE).decisions] == ["b"]


def test_stage_and_route(nordic_plan):
    state = VisitState(head())
    state.apply(page(0, "/bikes"))
    assert (stage_of(nordic_plan, state), route_of(nordic_plan, state)) == ("awareness", "bike-sales")
    state.at(30_000)
    assert stage_of(nordic_plan, state) == "interest"
    state.apply(page(31.0, "/help"))
    assert (stage_of(nordic_plan, state), route_of(nordic_plan, state)) == ("support", "care")


@pytest.mark.parametrize("seed", range(150))
def test_looks_at_the_right_times_decide_as_the_log_would(naive, seed):
    """Live looks, made at each event and whenever `look_again_ms` says, equal the replay of the recorded visit."""
    draw = random.Random(10_000 + seed)
    _, text = naive.a_plan(draw)
    loaded = load(text)
    assert loaded.plan is not None
    plan = compile_plan(loaded.plan)
    for raw in naive.some_visits(draw):
        visit = read_line(naive.log_line(raw, draw))
        state_head = Chronicle().head(visit)
        recorded = replay(plan, VisitState(state_head), visit.events, Past(), FREE)
        watch = Watch(plan, VisitState(state_head), Past())
        live, again = [], None
        for event in visit.events:
            while again is not None and again <= event.at_ms:
                result = watch.look(again, [], FREE)
                live += result.decisions
                again = None if result.look_again_ms is None else again + result.look_again_ms
            if watch.state.chat_open:
                break
            result = watch.look(event.at_ms, [event], FREE)
            live += result.decisions
            again = None if result.look_again_ms is None else event.at_ms + result.look_again_ms
        assert live == recorded


def test_a_thousand_triggers_of_other_pages_cost_little(plan_of):
    """At most twice ten; the bench measures it, here a wide margin holds against noise."""

    def cost(count: int) -> float:
        conditions = {
            f"t{i}": f'page.path.startsWith("/p{i}/") && page.seconds >= 20 && cart.items > 0' for i in range(count)
        }
        plan = plan_of(conditions)
        best = 1.0
        for _ in range(5):
            watch = Watch(plan, VisitState(head()), Past())
            watch.look(0, [page(0, "/p3/")], FREE)
            begun = time.perf_counter()
            for n in range(1, 200):
                watch.look(n * 100, [page(n / 10, f"/p{n % 7}/x")], FREE)
            best = min(best, time.perf_counter() - begun)
        return best

    assert cost(1_000) < 4 * cost(10)
