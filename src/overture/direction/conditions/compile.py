"""From a checked condition to a function of a `VisitState`: closures over closures, no source is run.

A part that reads a trait may have no value (the trait is missing or of another type): its function then
answers None, and the comparison or call around it is false. All others always answer with a value.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from math import copysign, inf, nan
from operator import attrgetter
from typing import Any

import msgspec
import re2

from overture.direction.conditions.catalogue import ALWAYS, FACTS, TIME
from overture.direction.conditions.resolve import compile_pattern, number_of
from overture.direction.conditions.syntax import (
    And,
    Arith,
    Audience,
    Call,
    Compare,
    Constant,
    Entry,
    Fact,
    Items,
    Kind,
    Negative,
    Node,
    Not,
    Or,
    Within,
    walk,
)
from overture.visits.facts import VisitState

Holds = Callable[[VisitState], bool]
Read = Callable[[VisitState], Any]

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
_MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_TYPES: dict[str, type] = {"bool": bool, "number": float, "string": str}
_MINUTES_REMEMBERED = 100_000  # two months, some 20 MB
_FAR = 10**15  # ms, some 30,000 years: a comparison beyond it never changes


class Condition(msgspec.Struct, frozen=True):
    """A condition ready to be asked, and what is known of it beforehand.

    `facts` are all it reads, through audiences and stages too; `crossings` the instants, in ms after the
    time fact's zero, at which one of its comparisons of a time fact changes; `changes` the flags of what may
    change its value.
    """

    text: str
    node: Node
    holds: Holds
    facts: frozenset[str]
    crossings: frozenset[tuple[str, int]]
    changes: int


class Surroundings(msgspec.Struct, frozen=True):
    """What a condition may lean on: the plan's audiences and stages, compiled, and its time zone."""

    zone: tzinfo = UTC
    audiences: dict[str, Condition] = {}
    stages: tuple[tuple[str, Condition], ...] = ()


def compile_node(text: str, node: Node, around: Surroundings) -> Condition:
    """A checked condition, compiled. Its audiences must be in `around`."""
    facts: set[str] = set()
    crossings: set[tuple[str, int]] = set()
    for part in walk(node):
        if isinstance(part, Fact):
            facts.add(part.name)
        elif isinstance(part, Entry):
            facts.add(part.map)
        elif isinstance(part, Audience):
            facts |= around.audiences[part.name].facts
            crossings |= around.audiences[part.name].crossings
        elif isinstance(part, Compare) and (crossing := _crossing_of(part)) is not None:
            crossings.add(crossing)
    if "visit.stage" in facts:
        for _, stage in around.stages:
            facts |= stage.facts
            crossings |= stage.crossings
    changes = 0
    for name in facts:
        changes |= FACTS[name].changes
    return Condition(text, node, _Compiler(around).truth(node), frozenset(facts), frozenset(crossings), changes)


def time_comparison(node: Compare) -> tuple[str, str, float] | None:
    """(fact, operator, seconds) if a time fact is compared, the fact brought to the left."""
    for fact, other, op in ((node.left, node.right, node.op), (node.right, node.left, _MIRROR.get(node.op, ""))):
        if isinstance(fact, Fact) and FACTS[fact.name].changes & TIME and FACTS[fact.name].kind == "time":
            seconds = number_of(other)
            assert seconds is not None  # the check refuses anything else
            return fact.name, op, seconds
    return None


def first_ms(op: str, seconds: float) -> int:
    """The first whole ms, from 0 on, at which `t >= seconds` (for >= and <) or `t > seconds` (for > and <=)."""
    if seconds >= _FAR / 1000:
        return _FAR
    reached = operator.ge if op in (">=", "<") else operator.gt
    ms = max(0, int(seconds * 1000) - 2)
    while not reached(ms / 1000, seconds):
        ms += 1
    return ms


def _crossing_of(node: Compare) -> tuple[str, int] | None:
    found = time_comparison(node)
    if found is None:
        return None
    fact, op, seconds = found
    ms = first_ms(op, seconds)
    return (fact, ms) if 0 < ms < _FAR else None


def stage_reader(stages: tuple[tuple[str, Condition], ...]) -> Callable[[VisitState], str]:
    """The first stage that holds, asked once a moment; "" if none does."""
    asked = tuple((name, stage.holds) for name, stage in stages)

    def find(state: VisitState) -> str:
        for name, holds in asked:
            if holds(state):
                return name
        return ""

    if any(stage.changes & ALWAYS for _, stage in stages):
        return find  # another team or another minute may find another stage at the same moment

    def remembered(state: VisitState) -> str:
        memo = state.stage_memo
        if memo is not None and memo[0] is asked and memo[1] == state.moment:
            return memo[2]
        stage = find(state)
        state.stage_memo = (asked, state.moment, stage)
        return stage

    return remembered


def divide(left: float, right: float) -> float:
    """IEEE 754 division: by zero gives an infinity or not-a-number."""
    if right:
        return left / right
    if left != left or right != right or not left:
        return nan
    return copysign(inf, left) * copysign(1.0, right)


ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": divide,
}  # fmt: skip


class _Compiler:
    def __init__(self, around: Surroundings) -> None:
        self.around = around

    def truth(self, node: Node) -> Holds:
        """The node as true or false; a trait alone holds if it is true."""
        if isinstance(node, And):
            return _all_of([self.truth(part) for part in node.parts])
        if isinstance(node, Or):
            return _any_of([self.truth(part) for part in node.parts])
        if isinstance(node, Not):
            inner = self.truth(node.operand)
            return lambda s: not inner(s)
        if isinstance(node, Compare):
            return self.compare(node)
        if isinstance(node, Within):
            return self.within(node)
        if isinstance(node, Call):
            return self.call(node)
        if isinstance(node, Audience):
            return self.around.audiences[node.name].holds
        if isinstance(node, Constant):
            return (lambda s: True) if node.value is True else (lambda s: False)
        if isinstance(node, Entry):
            key = node.key
            return lambda s: s.traits.get(key) is True
        assert isinstance(node, Fact)
        return attrgetter(FACTS[node.name].attribute)

    def kind(self, node: Node) -> Kind:
        """The kind of a checked node."""
        if isinstance(node, Constant):
            return "bool" if isinstance(node.value, bool) else "string" if isinstance(node.value, str) else "number"
        if isinstance(node, Fact):
            return FACTS[node.name].kind
        if isinstance(node, Entry):
            return {"page.query": "string", "visit.query": "string", "visitor.traits": "trait"}.get(node.map, "number")  # type: ignore[return-value]
        if isinstance(node, Negative | Arith) or (isinstance(node, Call) and node.name == "size"):
            return "number"
        return "bool"

    def value(self, node: Node, wanted: str | None) -> tuple[Read, bool]:
        """How to read a node, and whether it may have no value. `wanted` is the type a trait must have."""
        if isinstance(node, Constant):
            constant = node.value
            return (lambda s: constant), False
        if isinstance(node, Fact):
            return self.fact(node.name), False
        if isinstance(node, Entry):
            return _entry(node, wanted)
        if isinstance(node, Negative):
            inner, partial = self.value(node.operand, "number")
            if partial:
                return (lambda s: None if (v := inner(s)) is None else -v), True
            return (lambda s: -inner(s)), False
        if isinstance(node, Arith):
            return self.arith(node)
        if isinstance(node, Call) and node.name == "size":
            assert node.target is not None
            inner, partial = self.value(node.target, "string")
            if partial:
                return (lambda s: None if (v := inner(s)) is None else float(len(v))), True
            return (lambda s: float(len(inner(s)))), False
        return self.truth(node), False

    def fact(self, name: str) -> Read:
        if name == "visit.stage":
            return stage_reader(self.around.stages)
        if name.startswith("now."):
            return _clock(name, self.around.zone)
        return attrgetter(FACTS[name].attribute)

    def arith(self, node: Arith) -> tuple[Read, bool]:
        op = ARITHMETIC[node.op]
        left, left_partial = self.value(node.left, "number")
        right, right_partial = self.value(node.right, "number")
        if not (left_partial or right_partial):
            return (lambda s: op(left(s), right(s))), False

        def careful(s: VisitState) -> float | None:
            a, b = left(s), right(s)
            return None if a is None or b is None else op(a, b)

        return careful, True

    def compare(self, node: Compare) -> Holds:
        timed = time_comparison(node)
        if timed is not None:
            return _time(*timed)
        op = COMPARISONS[node.op]
        left_kind, right_kind = self.kind(node.left), self.kind(node.right)
        if left_kind == right_kind == "trait":
            return self.compare_traits(node)
        left, left_partial = self.value(node.left, right_kind)
        right, right_partial = self.value(node.right, left_kind)
        if left_partial or right_partial:

            def careful(s: VisitState) -> bool:
                a, b = left(s), right(s)
                return False if a is None or b is None else op(a, b)

            return careful
        if isinstance(node.right, Constant):
            constant = node.right.value
            return lambda s: op(left(s), constant)
        return lambda s: op(left(s), right(s))

    def compare_traits(self, node: Compare) -> Holds:
        op = COMPARISONS[node.op]
        left, _ = self.value(node.left, None)
        right, _ = self.value(node.right, None)

        def careful(s: VisitState) -> bool:
            a, b = left(s), right(s)
            return False if a is None or type(a) is not type(b) else op(a, b)

        return careful

    def within(self, node: Within) -> Holds:
        assert isinstance(node.right, Items)
        items = node.right.items
        kind = self.kind(node.left)
        if kind != "trait" and all(isinstance(item, Constant) for item in items):
            left, partial = self.value(node.left, kind)
            known = frozenset(item.value for item in items if isinstance(item, Constant))
            if partial:
                return lambda s: (v := left(s)) is not None and v in known
            return lambda s: left(s) in known
        # With traits about, each entry is a comparison of its own: false where the two can't be compared.
        return _any_of([self.compare(Compare(item.start, item.end, "==", node.left, item)) for item in items])

    def call(self, node: Call) -> Holds:
        assert node.target is not None
        target, target_partial = self.value(node.target, "string")
        arg, arg_partial = self.value(node.args[0], "string")
        if target_partial or arg_partial:
            plain = _METHODS[node.name] if node.name != "matches" else _matcher(node.args[0])

            def careful(s: VisitState) -> bool:
                a, b = target(s), arg(s)
                return False if a is None or b is None else plain(a, b)

            return careful
        if isinstance(node.args[0], Constant):
            return _constant_call(node.name, target, node.args[0].value)
        method = _METHODS[node.name]
        return lambda s: method(target(s), arg(s))


_METHODS: dict[str, Callable[[str, str], bool]] = {
    "startsWith": str.startswith,
    "endsWith": str.endswith,
    "contains": operator.contains,
}


def _matcher(node: Node) -> Callable[[str, str], bool]:
    assert isinstance(node, Constant)
    search = _search(str(node.value))
    return lambda text, _: search(text)


def _search(pattern: str) -> Callable[[str], bool]:
    match = compile_pattern(pattern)._regexp.Match
    anywhere, none = re2._Anchor.UNANCHORED, (-1, -1)

    def search(text: str) -> bool:
        # A lone surrogate can't be UTF-8; it stands for a character that is in no pattern.
        raw = text.encode("utf-8", "replace")
        return bool(match(anywhere, raw, 0, len(raw))[0] != none)

    return search


def _constant_call(name: str, target: Read, given: Any) -> Holds:
    match name:
        case "startsWith":
            return lambda s: target(s).startswith(given)
        case "endsWith":
            return lambda s: target(s).endswith(given)
        case "contains":
            return lambda s: given in target(s)
        case _:
            search = _search(given)
            return lambda s: search(target(s))


def _entry(node: Entry, wanted: str | None) -> tuple[Read, bool]:
    get, key = attrgetter(FACTS[node.map].attribute), node.key
    if node.map != "visitor.traits":
        missing: Any = 0.0 if FACTS[node.map].kind == "counts" else ""
        return (lambda s: get(s).get(key, missing)), False
    if wanted is None or wanted == "trait":
        kinds = (bool, float, str)
        return (lambda s: v if type(v := s.traits.get(key)) in kinds else None), True
    kind = _TYPES[wanted]
    return (lambda s: v if type(v := s.traits.get(key)) is kind else None), True


def _time(fact: str, op: str, seconds: float) -> Holds:
    """A time comparison in whole ms: from `ms` on it is what it is not before."""
    ms = first_ms(op, seconds)
    after = op in (">", ">=")
    if fact == "visit.seconds":
        return (lambda s: s.now_ms >= ms) if after else (lambda s: s.now_ms < ms)
    zero = attrgetter(FACTS[fact].attribute)
    if after:
        return lambda s: s.now_ms - zero(s) >= ms
    return lambda s: s.now_ms - zero(s) < ms


def _clock(name: str, zone: tzinfo) -> Read:
    place = {"now.hour": 0, "now.minute": 1, "now.weekday": 2}[name]
    known: dict[int, tuple[float, float, float]] = {}

    def read(state: VisitState) -> float:
        minute = state.now // 60_000  # no clock fact changes within a minute
        found = known.get(minute)
        if found is None:
            if len(known) >= _MINUTES_REMEMBERED:
                known.clear()
            local = datetime.fromtimestamp(minute * 60, UTC).astimezone(zone)
            found = known[minute] = (float(local.hour), float(local.minute), float(local.isoweekday()))
        return found[place]

    return read


def _all_of(parts: list[Holds]) -> Holds:
    if len(parts) == 2:
        a, b = parts
        return lambda s: a(s) and b(s)
    if len(parts) == 3:
        a, b, c = parts
        return lambda s: a(s) and b(s) and c(s)
    if len(parts) == 4:
        a, b, c, d = parts
        return lambda s: a(s) and b(s) and c(s) and d(s)
    if len(parts) == 5:
        a, b, c, d, e = parts
        return lambda s: a(s) and b(s) and c(s) and d(s) and e(s)
    every = tuple(parts)

    def all_hold(s: VisitState) -> bool:
        for part in every:  # noqa: SIM110 - a generator costs twice this loop
            if not part(s):
                return False
        return True

    return all_hold


def _any_of(parts: list[Holds]) -> Holds:
    if len(parts) == 2:
        a, b = parts
        return lambda s: a(s) or b(s)
    if len(parts) == 3:
        a, b, c = parts
        return lambda s: a(s) or b(s) or c(s)
    every = tuple(parts)

    def any_holds(s: VisitState) -> bool:
        for part in every:  # noqa: SIM110 - a generator costs twice this loop
            if part(s):
                return True
        return False

    return any_holds
