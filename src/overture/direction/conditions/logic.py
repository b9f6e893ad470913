"""What can be told of conditions without asking them: whether one can ever hold, whether one implies another.

Every answer "never" or "implies" is proved; where the proof would be long, or a part is beyond it, the
answer is that nothing is known. A `Proofs` remembers what it read of each condition, so that many can be held
against each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
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
_MOST_REMEMBERED = 32  # cases of a condition that are kept; nearly all have fewer
_MOST_WORK = 500_000  # parts looked at for all proofs of a plan together: 1 to 2 s; 30 triggers take some 2,000
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
_Test = tuple[str, str, bool]  # method, part, whether it holds
_Said = tuple[str, frozenset[str], bool]  # == or != one of the texts, or a method with its part


class TooManyCases(Exception):
    """The condition has more cases than are looked into, or all of them together take too long."""


class Proofs:
    """What can be proved of a plan's conditions. The nodes asked about must live as long as this."""

    def __init__(self, audiences: Mapping[str, Node]) -> None:
        self._audiences = audiences
        self._claims: dict[tuple[int, bool], _Claim] = {}
        self._known: dict[tuple[int, bool], list[_Reading] | None] = {}
        self._work = 0

    @property
    def spent(self) -> bool:
        """Whether so much has been looked at that nothing more will be proved."""
        return self._work > _MOST_WORK

    def never(self, node: Node) -> bool:
        """Whether the condition can be proved never to hold at a moment that could decide anything."""
        return self._impossible(node, True)

    def always(self, node: Node) -> bool:
        """Whether the condition can be proved always to hold."""
        return self._impossible(node, False)

    def implies(self, one: Node, other: Node) -> bool:
        """Whether it can be proved that `other` holds wherever `one` does."""
        try:
            denials = self._readings(other, False)
            for case in self._readings(one, True):
                for denial in denials:
                    self._worked(1 + len(denial.said))
                    if not _clash(case, denial):
                        return False
            return True
        except TooManyCases:
            return False

    def _impossible(self, node: Node, holds: bool) -> bool:
        try:
            return all(case.contradictory for case in self._readings(node, holds))
        except TooManyCases:
            return False

    def _readings(self, node: Node, holds: bool) -> list[_Reading]:
        """The cases in which a node holds (or does not), read."""
        key = (id(node), holds)
        if key in self._known:
            known = self._known[key]
            if known is None:
                raise TooManyCases
            return known
        try:
            cases = _cases(node, holds, self._audiences)
            self._worked(sum(map(len, cases)))
        except TooManyCases:
            self._known[key] = None
            raise
        readings = [_Reading([self._claim(literal) for literal in case]) for case in cases]
        if len(readings) <= _MOST_REMEMBERED:
            self._known[key] = readings
        return readings

    def _claim(self, literal: Literal) -> _Claim:
        key = (id(literal.node), literal.holds)
        found = self._claims.get(key)
        if found is None:
            found = self._claims[key] = _Claim(literal)
        return found

    def _worked(self, steps: int) -> None:
        self._work += steps
        if self.spent:
            raise TooManyCases


def never(node: Node, audiences: Mapping[str, Node]) -> bool:
    """Whether the condition can be proved never to hold at a moment that could decide anything."""
    return Proofs(audiences).never(node)


def always(node: Node, audiences: Mapping[str, Node]) -> bool:
    """Whether the condition can be proved always to hold."""
    return Proofs(audiences).always(node)


def implies(one: Node, other: Node, audiences: Mapping[str, Node]) -> bool:
    """Whether it can be proved that `other` holds wherever `one` does."""
    return Proofs(audiences).implies(one, other)


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

    __slots__ = ("least", "least_open", "most", "most_open", "not_these", "whole")

    def __init__(self, name: str) -> None:
        least, most, self.whole = _BOUNDS.get(name, (-inf, inf, False))
        self.least, self.most = float(least), float(most)
        self.least_open = self.most_open = False
        self.not_these: frozenset[float] = frozenset()

    def but(self, bounds: Iterable[tuple[str, float]]) -> _Range:
        """The same with more bounds."""
        more = copy(self)
        for op, value in bounds:
            more.take(op, value)
        return more

    def take(self, op: str, value: float) -> None:
        if op == "!=":
            self.not_these |= {value}
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

    __slots__ = ("not_these", "tests", "these")

    def __init__(self) -> None:
        self.these: frozenset[str] | None = None
        self.not_these: frozenset[str] = frozenset()
        self.tests: tuple[_Test, ...] = ()

    def take(self, said: _Said) -> None:
        what, texts, holds = said
        if what == "==":
            self.these = texts if self.these is None else self.these & texts
        elif what == "!=":
            self.not_these |= texts
        else:
            self.tests += tuple((what, text, holds) for text in texts)

    def but(self, said: Iterable[_Said]) -> _Words:
        """The same with more said of it."""
        more = copy(self)
        for one in said:
            more.take(one)
        return more

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


class _Claim:
    """What a literal says: by its text, of numbers, of texts."""

    __slots__ = ("bounds", "holds", "key", "texts")

    def __init__(self, literal: Literal) -> None:
        self.key = render(literal.node)
        self.holds = literal.holds
        self.bounds: list[tuple[str, str, float]] = []
        self.texts: list[tuple[str, _Said]] = list(_texts(literal))
        for subject, op, value in _bounds(literal):
            if not isinstance(value, str):
                if not isnan(value):
                    self.bounds.append((subject, op, value))
            elif op in ("==", "!="):
                self.texts.append((subject, (op, frozenset((value,)), True)))


class _Reading:
    """A case read: what it says of each part and each subject, and whether that contradicts itself."""

    __slots__ = ("bounds", "contradictory", "ranges", "said", "texts", "words")

    def __init__(self, claims: Iterable[_Claim]) -> None:
        self.said: dict[str, bool] = {"chat.open": False}  # nothing is decided in a conversation
        self.bounds: dict[str, list[tuple[str, float]]] = {}
        self.texts: dict[str, list[_Said]] = {}
        self.contradictory = False
        for claim in claims:
            if self.said.setdefault(claim.key, claim.holds) is not claim.holds:
                self.contradictory = True
            for subject, op, value in claim.bounds:
                self.bounds.setdefault(subject, []).append((op, value))
            for subject, said in claim.texts:
                self.texts.setdefault(subject, []).append(said)
        self.ranges = {name: _Range(name.partition("[")[0]).but(bounds) for name, bounds in self.bounds.items()}
        self.words = {name: _Words().but(said) for name, said in self.texts.items()}
        self.contradictory |= any(one.empty for one in self.ranges.values()) or any(
            one.empty for one in self.words.values()
        )


def _clash(one: _Reading, other: _Reading) -> bool:
    """Whether two cases can't both be so."""
    if one.contradictory or other.contradictory:
        return True
    for key, holds in other.said.items():
        if one.said.get(key, holds) is not holds:
            return True
    for subject, bounds in other.bounds.items():
        known = one.ranges.get(subject)
        if known is not None and known.but(bounds).empty:
            return True
    for subject, said in other.texts.items():
        words = one.words.get(subject)
        if words is not None and words.but(said).empty:
            return True
    return False


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


def _texts(literal: Literal) -> Iterator[tuple[str, _Said]]:
    """(subject, what is said of its text) of a method or a list."""
    node = literal.node
    if isinstance(node, Call) and node.name in ("startsWith", "endsWith", "contains") and node.target is not None:
        subject, part = _subject(node.target), node.args[0]
        if subject is not None and isinstance(part, Constant) and not subject.startswith("visitor.traits"):
            yield subject, (node.name, frozenset((str(part.value),)), literal.holds)
    if isinstance(node, Within) and isinstance(node.right, Items):
        subject = _subject(node.left)
        values = {item.value for item in node.right.items if isinstance(item, Constant)}
        texts = frozenset(value for value in values if isinstance(value, str))
        if subject is None or subject.startswith("visitor.traits") or len(texts) != len(node.right.items):
            return
        yield subject, ("==" if literal.holds else "!=", texts, True)


def _subject(node: Node) -> str | None:
    """The name of what is asked for, if it is one fact or one entry of a map."""
    if isinstance(node, Fact) and FACTS[node.name].kind in ("number", "string", "time"):
        return node.name
    return render(node) if isinstance(node, Entry) else None
