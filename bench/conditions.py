"""Conditions: one of five clauses against three other evaluators, and a look with many triggers."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import cel
import celpy
import rule_engine

from overture.direction.compiled import compile_plan
from overture.direction.conditions import compile_condition
from overture.direction.decide import Past, Unlimited
from overture.direction.live import Watch
from overture.direction.load import load
from overture.visits.facts import CartEvent, PageEvent, VisitHead, VisitState

# Times are plain numbers to the others, so the fifth clause is a count; all five hold and are evaluated.
TEXT = (
    'page.path.startsWith("/bikes") && cart.value >= 200.0 && cart.items > 0.0'
    ' && visit.medium == "email" && visitor.visits < 5.0'
)
RULE = (
    'path.starts_with("/bikes") and cart_value >= 200 and cart_items > 0 and medium == "email" and visits < 5'
)  # fmt: skip
TRIGGERS = (10, 100, 1_000)
LOOKS = 2_000


def run() -> dict[str, Any]:
    """Microseconds an evaluation and a look; ratios to the others (how many of ours fit into one of theirs)."""
    state = _state()
    condition = compile_condition(TEXT)
    ours = _per_call(lambda: condition.holds(state), 200_000)
    others = {"cel_rust": _cel(), "cel_python": _celpy(), "rule_engine": _rule_engine()}
    looks = {count: _look(count) for count in TRIGGERS}
    figures: dict[str, Any] = {f"{name}_to_ours_ratio": round(took / ours, 1) for name, took in others.items()}
    figures["look_1000_to_10_triggers_ratio"] = round(looks[1_000] / looks[10], 2)
    figures["five_clauses_us"] = round(ours * 1e6, 3)
    figures |= {f"five_clauses_{name}_us": round(took * 1e6, 2) for name, took in others.items()}
    figures |= {f"look_{count}_triggers_us": round(took * 1e6, 2) for count, took in looks.items()}
    return figures


def _state() -> VisitState:
    state = VisitState(VisitHead(visit="v", visitor="a", started_ms=0, visits_before=2))
    state.apply(PageEvent(0.0, "https://shop.example/bikes/7?utm_medium=email"))
    state.apply(CartEvent(1.0, 349.0, 1.0))
    return state


def _per_call(call: Callable[[], Any], times: int) -> float:
    """Seconds a call, the best of five rounds."""
    assert call() in (True, None) or call()
    best = float("inf")
    for _ in range(5):
        begun = time.perf_counter()
        for _ in range(times):
            call()
        best = min(best, (time.perf_counter() - begun) / times)
    return best


def _cel() -> float:
    program = cel.compile(TEXT)
    context = {
        "page": {"path": "/bikes/7"}, "cart": {"value": 349.0, "items": 1.0}, "visit": {"medium": "email"},
        "visitor": {"visits": 3.0},
    }  # fmt: skip
    return _per_call(lambda: program.execute(context), 5_000)


def _celpy() -> float:
    environment = celpy.Environment()
    program = environment.program(environment.compile(TEXT))
    context = celpy.json_to_cel(
        {"page": {"path": "/bikes/7"}, "cart": {"value": 349.0, "items": 1.0}, "visit": {"medium": "email"},
         "visitor": {"visits": 3.0}}
    )  # fmt: skip
    return _per_call(lambda: program.evaluate(context), 100)


def _rule_engine() -> float:
    rule = rule_engine.Rule(RULE)
    thing = {"path": "/bikes/7", "cart_value": 349.0, "cart_items": 1.0, "medium": "email", "visits": 3.0}
    return _per_call(lambda: rule.matches(thing), 2_000)


def _look(count: int) -> float:
    """Seconds a look on a page that three triggers concern, with `count` triggers in the plan."""
    plan = compile_plan(_plan(count))
    best = float("inf")
    for _ in range(5):
        watch = Watch(plan, VisitState(VisitHead(visit="v", visitor="a", started_ms=0)), Past())
        supply = Unlimited()
        watch.look(0, [PageEvent(0.0, "https://shop.example/p0/")], supply)
        begun = time.perf_counter()
        for n in range(1, LOOKS):
            watch.look(n * 100, [PageEvent(n / 10, f"https://shop.example/p{n % 5}/x")], supply)
        best = min(best, (time.perf_counter() - begun) / LOOKS)
    return best


def _plan(count: int) -> Any:
    triggers = "".join(
        f"""  - name: t{n}
    team: care
    when: page.path.startsWith("/p{n}/") && page.seconds >= 20 && cart.items > 0
    say: {{a: {{en: Hello}}}}
    at_most: 1 ever
"""
        for n in range(count)
    )
    plan = load(
        f"""overture: 1
site: bench
timezone: Europe/Helsinki
languages: [en]
teams:
  care: {{aim: service, goal: {{measure: solved, amount: 1}}, results: [x], conversation_goal: x,
         after_chat: {{owner: care}}}}
triggers:
{triggers}"""
    ).plan
    assert plan is not None
    return plan
