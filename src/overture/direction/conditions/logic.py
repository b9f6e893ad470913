"""What can be told of conditions without asking them: whether one can ever hold, whether one implies another.

Every answer "never" or "implies" is proved; where the proof would be long, or a part is beyond it, the
answer is that nothing is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import inf, isnan

import msgspec

from overture.direction.conditions.catalogue import FACTS
from overture.direction.conditions.compile import time_comparison
from overture.direction.conditions.render import render
from overture.direction.conditions.resolve import number_of
from overture.direction.conditions.syntax import (
    And,
    Audience,
    Call,
    Compare,
    Constant,
    Entry,
    Fact,
    Items,
    Node,
    Not,
    Or,
    Within,
)

_MOST_CASES = 512  # cases of a condition that are looked into; beyond, nothing is claimed
_NEGATED = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
# What is always so of a fact: (least, most, whole numbers only).
_BOUNDS = {
    "page.scroll": (0, 1, False), "page.nth": (1, inf, True), "page.count": (0, inf, True),
    "visit.count": (0, inf, True), "visit.pages": (1, inf, True), "visitor.visits": (1, inf, True),
    "visitor.chats": (0, inf, True), "visitor.orders": (0, inf, True), "cart.items": (0, inf, False),
    "cart.value": (0, inf, False), "now.hour": (0, 23, True), "now.minute": (0, 59, True),
    "now.weekday": (1, 7, True), "page.seconds": (0, inf, False), "visit.seconds": (0, inf, False),
    "visit.idle_seconds": (0, inf, False), "team.free": (0, inf, False), "team.queue": (0, inf, False),
    "team.wait_seconds": (0, inf, False),
}  # fmt: skip


class Literal(msgspec.Struct, frozen=True):
    """A part without && || !, and whether it holds."""

    node: Node
    holds: bool


Case = tuple[Literal, ...]


class TooManyCases(Exception):
    """The condition has more cases than are looked into."""


def never(node: Node, audiences: Mapping[str, Node]) -> bool:
    """Whether the condition can be proved never to hold at a moment that could decide anything."""
    try:
        return all(_contradictory(case) for case in _cases(node, True, audiences))
    except TooManyCases:
        return False


def always(node: Node, audiences: Mapping[str, Node]) -> bool:
    """Whether the condition can be proved always to hold."""
    try:
        return all(_contradictory(case) for case in _cases(node, False, audiences))
    except TooManyCases:
        return False


def implies(one: Node, other: Node, audiences: Mapping[str, Node]) -> bool:
    """Whether it can be proved that `other` holds wherever `one` does."""
    try:
        denials = list(_cases(other, False, audiences))
        both = ((*case, *denial) for case in _cases(one, True, audiences) for denial in denials)
        return all(_contradictory(case) for case in both)
    except TooManyCases:
        return False


def _cases(node: Node, holds: bool, audiences: Mapping[str, Node]) -> list[Case]:
    """The ways in which a node holds (or does not): each a set of parts that must hold or not."""
    if isinstance(node, Not):
        return _cases(node.operand, not holds, audiences)
    if isinstance(node, Audience) and node.name in audiences:
        return _cases(audiences[node.name], holds, audiences)
    if isinstance(node, And | Or):
        if isinstance(node, And) is holds:
            return _product(node.parts, holds, audiences)
        found = [case for part in node.parts for case in _cases(part, holds, audiences)]
        return _limited(found)
    if isinstance(node, Constant) and isinstance(node.value, bool):
        return [()] if node.value is holds else []
    return [(Literal(node, holds),)]


def _product(parts: tuple[Node, ...], holds: bool, audiences: Mapping[str, Node]) -> list[Case]:
    cases: list[Case] = [()]
    for part in parts:
        more = _cases(part, holds, audiences)
        if len(cases) * len(more) > _MOST_CASES:
            raise TooManyCases
        cases = [(*case, *other) for case in cases for other in more]
    return cases


def _limited(cases: list[Case]) -> list[Case]:
    if len(cases) > _MOST_CASES:
        raise TooManyCases
    return cases


class _Range:
    """The numbers a fact may still be."""

    def __init__(self, name: str) -> None:
        least, most, self.whole = _BOUNDS.get(name, (-inf, inf, False))
        self.least, self.most = float(least), float(most)
        self.least_open = self.most_open = False
        self.not_these: set[float] = set()

    def take(self, op: str, value: float) -> None:
        if op == "!=":
            self.not_these.add(value)
        if op in (">", ">=", "=="):
            is_open = op == ">"
            if value > self.least or (value == self.least and is_open):
                self.least, self.least_open = value, is_open
        if op in ("<", "<=", "=="):
            is_open = op == "<"
            if value < self.most or (value == self.most and is_open):
                self.most, self.most_open = value, is_open

    @property
    def empty(self) -> bool:
        least, most = self.least, self.most
        if self.whole and least not in (inf, -inf):
            least = float(int(least) + (1 if self.least_open or least > int(least) else 0))
        if self.whole and most not in (inf, -inf):
            most = float(-(int(-most) + (1 if self.most_open or -most > int(-most) else 0)))
        open_end = not self.whole and (self.least_open or self.most_open)
        if least > most or (least == most and open_end):
            return True
        return least == most and least in self.not_these


class _Words:
    """The texts a fact may still be."""

    def __init__(self) -> None:
        self.these: set[str] | None = None
        self.not_these: set[str] = set()
        self.tests: list[tuple[str, str, bool]] = []

    def only(self, values: set[str]) -> None:
        self.these = values if self.these is None else self.these & values

    @property
    def empty(self) -> bool:
        if self.these is not None:
            return not any(self._fits(text) for text in self.these - self.not_these)
        for method, part, holds in self.tests:
            for other, more, also in self.tests:
                if method == other and holds and self._clash(method, part, more, also):
                    return True
        return False

    def _fits(self, text: str) -> bool:
        return all(_test(method, text, part) is holds for method, part, holds in self.tests)

    @staticmethod
    def _clash(method: str, part: str, more: str, also: bool) -> bool:
        """Whether `part` and (not) `more` can't both be so of one text."""
        if not also:
            return _test(method, part, more)
        if method == "startsWith":
            return not (part.startswith(more) or more.startswith(part))
        return method == "endsWith" and not (part.endswith(more) or more.endswith(part))


def _test(method: str, text: str, part: str) -> bool:
    if method == "startsWith":
        return text.startswith(part)
    return text.endswith(part) if method == "endsWith" else part in text


def _contradictory(case: Case) -> bool:
    ranges: dict[str, _Range] = {}
    words: dict[str, _Words] = {}
    said: dict[str, bool] = {"chat.open": False}  # nothing is decided in a conversation
    for literal in case:
        key = render(literal.node)
        if said.setdefault(key, literal.holds) is not literal.holds:
            return True
        for subject, op, value in _bounds(literal):
            if isinstance(value, str):
                _say(words.setdefault(subject, _Words()), op, {value})
            elif not isnan(value):
                ranges.setdefault(subject, _Range(subject.partition("[")[0])).take(op, value)
        _texts(literal, words)
    return any(one.empty for one in ranges.values()) or any(one.empty for one in words.values())


def _bounds(literal: Literal) -> Iterator[tuple[str, str, float | str]]:
    """(subject, operator, value) of a comparison of a fact with a literal, its negation worked in."""
    node = literal.node
    if not isinstance(node, Compare):
        return
    timed = time_comparison(node)
    if timed is not None:
        fact, op, seconds = timed
        yield fact, op if literal.holds else _NEGATED[op], seconds
        return
    for side, other, op in ((node.left, node.right, node.op), (node.right, node.left, _MIRROR[node.op])):
        subject = _subject(side)
        if subject is None:
            continue
        value: float | str | None = number_of(other)
        if value is None and isinstance(other, Constant) and isinstance(other.value, str):
            value = other.value
        # A trait that is missing makes both a comparison and its opposite false: nothing follows from a no.
        if value is None or (isinstance(side, Entry) and side.map == "visitor.traits" and not literal.holds):
            continue
        yield subject, op if literal.holds else _NEGATED[op], value


def _say(words: _Words, op: str, values: set[str]) -> None:
    if op == "==":
        words.only(values)
    elif op == "!=":
        words.not_these |= values


def _texts(literal: Literal, words: dict[str, _Words]) -> None:
    node = literal.node
    if isinstance(node, Call) and node.name in ("startsWith", "endsWith", "contains") and node.target is not None:
        subject, part = _subject(node.target), node.args[0]
        if subject is not None and isinstance(part, Constant) and not subject.startswith("visitor.traits"):
            words.setdefault(subject, _Words()).tests.append((node.name, str(part.value), literal.holds))
    if isinstance(node, Within) and isinstance(node.right, Items):
        subject = _subject(node.left)
        values = {item.value for item in node.right.items if isinstance(item, Constant)}
        texts = {value for value in values if isinstance(value, str)}
        if subject is None or subject.startswith("visitor.traits") or len(texts) != len(node.right.items):
            return
        _say(words.setdefault(subject, _Words()), "==" if literal.holds else "!=", texts)


def _subject(node: Node) -> str | None:
    """The name of what is asked for, if it is one fact or one entry of a map."""
    if isinstance(node, Fact) and FACTS[node.name].kind in ("number", "string", "time"):
        return node.name
    return render(node) if isinstance(node, Entry) else None
