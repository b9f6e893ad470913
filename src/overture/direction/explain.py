"""Why a trigger fires at a moment, or does not: each clause with its value, each cap, hours, capacity, the arm.

It asks the very functions that decide, one by one, and goes on where deciding would stop.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from overture.direction.arms import Arm
from overture.direction.compiled import CompiledPlan, CompiledTrigger
from overture.direction.conditions import FACTS, Node
from overture.direction.conditions.compile import compile_node
from overture.direction.conditions.render import number_text, render
from overture.direction.conditions.syntax import And, Audience, Entry, Fact, Not, Or, walk
from overture.direction.decide import Past, Supply, cap_allows, rested
from overture.direction.errors import NoSuchTrigger
from overture.direction.words import Speaker
from overture.kit.clock import from_ms
from overture.kit.durations import format_duration
from overture.visits.facts import Event, VisitHead, VisitState

_VISIT_ENDS_AFTER_MS = 30 * 60_000  # without a sign; later crossings can't come
_ATTRIBUTES = {"page.seconds": "page_at", "visit.idle_seconds": "last_at"}


class Reading(msgspec.Struct, frozen=True):
    """A fact and its value at the moment."""

    fact: str
    value: bool | float | str | None


class Clause(msgspec.Struct, frozen=True):
    """A part of a condition: its text, its meaning, whether it holds, what it read; `parts` of an audience
    or of alternatives."""

    text: str
    words: str
    holds: bool
    readings: list[Reading]
    parts: list[Clause] = []


class Gate(msgspec.Struct, frozen=True):
    """Something beside the condition that a decision must pass."""

    name: str
    passes: bool
    words: str


class Explanation(msgspec.Struct, frozen=True):
    """One trigger at one moment of one visit.

    `fires`: it would be decided if it were looked at now. `fires_in_ms`: when it would be if nothing else
    happens and the visitor stays; None if not before the visit would end. `why` sums it up.
    """

    trigger: str
    team: str
    at_ms: int
    clauses: list[Clause]
    gates: list[Gate]
    arm: Arm
    variant: str
    fires: bool
    fires_in_ms: int | None
    why: str


def state_at(head: VisitHead, events: Iterable[Event], at_ms: int) -> VisitState:
    """A visit as it was at a moment: after all that happened up to `at_ms`."""
    state = VisitState(head)
    for event in events:
        if event.at_ms > at_ms:
            break
        state.apply(event)
    if at_ms > state.now_ms:
        state.at(at_ms)
    return state


def explain(plan: CompiledPlan, state: VisitState, past: Past, supply: Supply, trigger: str) -> Explanation:
    """Explain a trigger at the state's moment. NoSuchTrigger if the plan has none of that name."""
    found = plan.by_name.get(trigger)
    if found is None:
        raise NoSuchTrigger(f"The plan has no trigger {trigger}", trigger=trigger)
    state.team = supply.team(found.team)
    clauses = _Clauses(plan, state).of(found.condition.node)
    gates = list(_gates(plan, found, state, past, supply))
    holds = found.holds(state)
    fires = holds and all(gate.passes for gate in gates)
    later = None if fires else _fires_in(plan, found, state, past, supply)
    return Explanation(
        trigger=trigger, team=found.team, at_ms=state.now_ms, clauses=clauses, gates=gates,
        arm=plan.arm(found, state.visitor), variant=plan.variant(found, state.visitor), fires=fires,
        fires_in_ms=later, why=_why(clauses, gates, fires, later),
    )  # fmt: skip


def explain_all(plan: CompiledPlan, state: VisitState, past: Past, supply: Supply) -> list[Explanation]:
    """Every trigger of the plan, in its order."""
    return [explain(plan, state, past, supply, trigger.name) for trigger in plan.triggers]


class _Clauses:
    def __init__(self, plan: CompiledPlan, state: VisitState) -> None:
        self.plan = plan
        self.state = state
        self.say = Speaker()

    def of(self, node: Node) -> list[Clause]:
        parts = node.parts if isinstance(node, And) else (node,)
        return [self.clause(part) for part in parts]

    def clause(self, node: Node) -> Clause:
        return Clause(
            text=render(node), words=self.say.condition(node), holds=self.holds(node), readings=self.readings(node),
            parts=self.parts(node),
        )  # fmt: skip

    def parts(self, node: Node) -> list[Clause]:
        if isinstance(node, Audience):
            return self.of(self.plan.around.audiences[node.name].node)
        if isinstance(node, Not) and isinstance(node.operand, Audience | And | Or):
            return self.parts(node.operand)
        return [self.clause(part) for part in node.parts] if isinstance(node, Or | And) else []

    def holds(self, node: Node) -> bool:
        return compile_node("", node, self.plan.around).holds(self.state)

    def readings(self, node: Node) -> list[Reading]:
        read: dict[str, Any] = {}
        for part in walk(node):
            if isinstance(part, Fact):
                read.setdefault(part.name, fact_value(self.plan, self.state, part.name))
            elif isinstance(part, Entry):
                read.setdefault(render(part), _entry_value(self.state, part))
        return [Reading(name, value) for name, value in read.items()]


def fact_value(plan: CompiledPlan, state: VisitState, name: str) -> bool | float | str | None:
    """A fact's value at the state's moment, as a condition reads it; times in seconds; None for maps."""
    info = FACTS[name]
    if info.kind in ("strings", "counts", "traits"):
        return None
    if info.kind == "time":
        zero = getattr(state, _ATTRIBUTES[name]) if name in _ATTRIBUTES else 0
        return float((state.now_ms - zero) / 1000)
    if name == "visit.stage":
        return plan.stage_of(state)
    value: Any = state
    if not info.attribute:
        return _clock_value(plan, state, name)
    for part in info.attribute.split("."):
        value = getattr(value, part)
    return value  # type: ignore[no-any-return]


def _clock_value(plan: CompiledPlan, state: VisitState, name: str) -> float:
    local = from_ms(state.now).astimezone(plan.zone)
    return float({"now.hour": local.hour, "now.minute": local.minute, "now.weekday": local.isoweekday()}[name])


def _entry_value(state: VisitState, entry: Entry) -> bool | float | str | None:
    found = getattr(state, FACTS[entry.map].attribute).get(entry.key)
    if found is None and entry.map != "visitor.traits":
        return 0.0 if FACTS[entry.map].kind == "counts" else ""
    return found if isinstance(found, bool | float | str) else None


def _gates(
    plan: CompiledPlan, trigger: CompiledTrigger, state: VisitState, past: Past, supply: Supply
) -> Iterator[Gate]:
    """Everything beside the condition, in the order in which deciding asks."""
    quiet, now = plan.plan.quiet, state.now
    yield Gate("conversation", not state.chat_open, _either(state.chat_open, "is in a conversation", "is not in one"))
    done = trigger.name in past.decided
    yield Gate(
        "once_a_visit", not done, _either(done, "decided in this visit already", "not decided in this visit yet")
    )
    count = len(past.decided)
    yield Gate("per_visit", count < quiet.per_visit, f"{count} of {quiet.per_visit} decisions in this visit")
    yield _rest("after_decline", 'the latest "no"', past.last_decline_ms, quiet.after_decline_ms, now)
    yield _rest("after_chat", "the latest chat", past.last_chat_ms, quiet.after_chat_ms, now)
    yield Gate("at_most", cap_allows(trigger, past, now), _cap_words(trigger, past, now))
    opened = trigger.hours.is_open(now)
    yield Gate("hours", opened, f"{trigger.team} is {_either(opened, 'open', 'closed')}: {trigger.hours.text}")
    room = supply.may_invite(trigger.team)
    words = _either(room, "can be expected to answer in time", "can't be expected to answer in time")
    yield Gate("capacity", room, f"{trigger.team} {words}")


def _either(which: bool, yes: str, no: str) -> str:
    return yes if which else no


def _rest(name: str, what: str, since: int | None, rest: int, now: int) -> Gate:
    passes = rested(since, rest, now)
    if since is None:
        return Gate(name, True, f"{what}: none")
    ago = format_duration(max(0, (now - since) // 1000 * 1000))
    return Gate(name, passes, f"{what} was {ago} ago; {format_duration(rest)} are asked for")


def _cap_words(trigger: CompiledTrigger, past: Past, now: int) -> str:
    instants = past.decisions.get(trigger.name, [])
    per = trigger.per_ms
    count = len(instants) if per is None else sum(now - at < per for at in instants)
    span = "ever" if per is None else f"in {format_duration(per)}"
    return f"{count} of {trigger.count} decisions {span}"


def _fires_in(
    plan: CompiledPlan, trigger: CompiledTrigger, state: VisitState, past: Past, supply: Supply
) -> int | None:
    """ms until the first crossing at which the trigger would be decided, if nothing happens meanwhile."""
    zeros = {"page.seconds": state.page_at, "visit.seconds": 0, "visit.idle_seconds": state.last_at}
    until = state.last_at + _VISIT_ENDS_AFTER_MS
    now = state.now_ms
    moments = sorted({zeros[fact] + ms for fact, ms in trigger.condition.crossings})
    with _unmoved(state):
        for at in moments:
            if now < at <= until:
                state.at(at)
                if trigger.holds(state) and all(gate.passes for gate in _gates(plan, trigger, state, past, supply)):
                    return at - now
    return None


@contextmanager
def _unmoved(state: VisitState) -> Iterator[None]:
    """Let the state's time be moved, and put it back."""
    now, moment = state.now_ms, state.moment
    try:
        yield
    finally:
        state.now_ms, state.moment, state.stage_memo = now, moment, None


def _why(clauses: list[Clause], gates: list[Gate], fires: bool, later: int | None) -> str:
    if fires:
        return "It would fire now"
    if later is not None:
        return f"It would fire in {number_text(round(later / 1000, 3))} s if they stay"
    failing = [clause.words for clause in clauses if not clause.holds]
    closed = [gate.words for gate in gates if not gate.passes]
    if failing:
        return "It does not fire: it is not so that " + "; nor that ".join(failing)
    return "It does not fire: " + "; ".join(closed)
