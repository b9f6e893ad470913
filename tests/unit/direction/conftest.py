"""What the tests of direction share: the example plan, visits at hand, and the naive reading's generators."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from overture.direction.compiled import CompiledPlan, compile_plan
from overture.direction.load import load
from overture.kit.clock import parse_instant, to_ms
from overture.visits.facts import Event, PageEvent, VisitHead, VisitState

HERE = Path(__file__).parent
MONDAY_MS = to_ms(parse_instant("2026-11-02T09:14:03Z"))


@pytest.fixture(scope="session")
def nordic() -> str:
    """The design's example plan, completed."""
    return (HERE / "plans" / "nordic-bikes.yaml").read_text(encoding="utf-8")


@pytest.fixture
def nordic_plan(nordic: str) -> CompiledPlan:
    return compiled(nordic)


def compiled(text: str) -> CompiledPlan:
    loaded = load(text)
    assert loaded.plan is not None, [str(problem) for problem in loaded.problems]
    return compile_plan(loaded.plan)


@pytest.fixture
def plan_of() -> Callable[..., CompiledPlan]:
    """A plan with one team and the given triggers (name -> condition), each at most once ever."""

    def make(
        triggers: dict[str, str], quiet: str = "{per_visit: 9}", hours: str = "24/7", stages: str = "", **more: str
    ) -> CompiledPlan:
        lines = [
            "overture: 1", "site: shop", "timezone: Europe/Helsinki", "country: FI", "languages: [en]",
            f"quiet: {quiet}", *([f"stages: {stages}"] if stages else []),
            "teams:", "  care:", "    aim: service", "    goal: {measure: solved, amount: 10}",
            "    conversation_goal: solved", "    results: [solved]", "    after_chat: {owner: care}",
            f'    hours: "{hours}"', "triggers:",
        ]  # fmt: skip
        for name, when in triggers.items():
            quoted = "'" + when.replace("'", "''") + "'"
            cap = more.get(name.replace("-", "_"), "1 ever")
            lines += [f"  - name: {name}", "    team: care", f"    when: {quoted}", f"    at_most: {cap}",
                      "    say: {a: {en: Hello}}"]  # fmt: skip
        return compiled("\n".join(lines) + "\n")

    return make


@pytest.fixture
def state_of() -> Callable[..., VisitState]:
    """A visit that began on Monday 2 November 2026, 11:14:03 in Helsinki, with these events behind it."""

    def make(*events: Event, **head: Any) -> VisitState:
        fields = {"visit": "v", "visitor": "ann", "started_ms": MONDAY_MS} | head
        state = VisitState(VisitHead(**fields))
        for event in events or (PageEvent(0.0, "https://shop.example/"),):
            state.apply(event)
        return state

    return make


@pytest.fixture(scope="session")
def naive() -> ModuleType:
    """The naive reading of the design, with its generators of plans and visits."""
    spec = importlib.util.spec_from_file_location("naive_reading", HERE / "test_naive_reading.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
