"""Conditions in plain words, clause by clause.

What is said comes from a catalogue by key, so that another language is another catalogue. A comparison's key is
the fact, the operator and the value (`cart.items:>:0`), else the fact and the operator, else the operator alone.
Two conditions that mean different things are never said alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from overture.direction.conditions import Node
from overture.direction.conditions.compile import time_comparison
from overture.direction.conditions.render import number_text, render
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
    Not,
    Or,
    Within,
)
from overture.direction.english import ENGLISH

Catalogue = Mapping[str, str]

_NEGATED = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
# Counts from 0 on, of which `< 3` and `<= 2` are said alike.
_WHOLE = {"visit.pages", "visitor.visits", "visitor.chats", "visitor.orders", "page.nth", "team.queue", "now.hour"}
_METHODS = {"startsWith": "starts", "endsWith": "ends", "contains": "has", "matches": "matches"}
_UNITS = (("day", 86_400_000), ("hour", 3_600_000), ("minute", 60_000))
_WEEK = range(1, 8)


class Phrases:
    """Says durations, counts and conditions in one language."""

    def __init__(self, catalogue: Catalogue = ENGLISH) -> None:
        self._catalogue = catalogue

    def __call__(self, key: str, **values: str) -> str:
        return self._catalogue[key].format(**values)

    def many(self, noun: str, count: float) -> str:
        """So many of something, as in "1 page" or "4 pages"."""
        return self(f"{noun}:{'one' if count == 1 else 'other'}", count=number_text(count))

    def times(self, count: float) -> str:
        """How often."""
        return self.many("time", count)

    def duration(self, ms: int) -> str:
        """A length of time in words: "7 days", "1 hour 30 minutes", "45 seconds"."""
        if ms < 0:
            return f"-{self.duration(-ms)}"
        parts: list[str] = []
        rest = ms
        for unit, length in _UNITS:
            count, rest = divmod(rest, length)
            if count:
                parts.append(self.many(unit, count))
        if rest or not parts:
            parts.append(self.many("second", rest / 1000))
        return " ".join(parts)

    def one_of(self, parts: Iterable[str], last: str = "or_join") -> str:
        """As in "a, b or c"."""
        *most, final = parts
        return self("list_join").join(most) + self(last) + final if most else final

    # Conditions

    def condition(self, node: Node) -> str:
        """What a condition asks."""
        return self._said(node, True)

    def _said(self, node: Node, holds: bool) -> str:
        """What a condition asks, or what its opposite does."""
        if isinstance(node, Not):
            return self._said(node.operand, not holds)
        if isinstance(node, Constant):
            return self("always" if (node.value is True) is holds else "never")
        if isinstance(node, And | Or):
            return self._joined(node) if holds else self("not_so", inner=self._joined(node))
        if isinstance(node, Compare):
            return self._comparison(node, holds)
        negated = "" if holds else "_not"
        if isinstance(node, Audience):
            return self(f"audience{negated}", name=node.name)
        if isinstance(node, Within) and isinstance(node.right, Items):
            return self._within(node.left, node.right.items, holds)
        if isinstance(node, Call) and node.target is not None:
            values = {"fact": self._value(node.target), "value": self._value(node.args[0])}
            return self._or_unknown(node.target, holds, self(f"{_METHODS[node.name]}{negated}", **values))
        if isinstance(node, Entry):
            return self(f"trait{negated}", name=_spaced(node.key))
        assert isinstance(node, Fact)
        return self(f"{node.name}{negated}")

    def _joined(self, node: And | Or) -> str:
        inside = [
            self("bracket", inner=text) if isinstance(part, And | Or) else text
            for part in _flat(node)
            for text in (self.condition(part),)
        ]
        return self.one_of(inside, "and_join" if isinstance(node, And) else "or_join")

    def _or_unknown(self, target: Node, holds: bool, text: str) -> str:
        """A trait that is missing makes a no hold."""
        missing = not holds and isinstance(target, Entry) and target.map == "visitor.traits"
        return self("or_unknown", inner=text) if missing else text

    def _within(self, left: Node, items: tuple[Node, ...], holds: bool) -> str:
        numbers = [number_of(item) for item in items]
        if isinstance(left, Fact) and items and all(number is not None for number in numbers):
            clock = self._clock(left.name, {number for number in numbers if number is not None}, holds)
            if clock:
                return clock
        values = self.one_of([self._value(item) for item in items]) if items else self("nothing")
        return self._or_unknown(left, holds, self("is" if holds else "is_not", fact=self._value(left), value=values))

    # Comparisons

    def _comparison(self, node: Compare, holds: bool) -> str:
        timed = time_comparison(node)
        if timed is not None:
            fact, op, seconds = timed
            return self(f"{fact}:{op if holds else _NEGATED[op]}", value=self.duration(round(seconds * 1000)))
        left, op, right = node.left, node.op, node.right
        if isinstance(left, Constant) or (number_of(left) is not None and number_of(right) is None):
            left, op, right = right, _MIRROR[op], left
        if isinstance(left, Entry) and left.map == "visitor.traits":
            return self._trait(left, op, right, holds)
        literal = number_of(right) is not None or isinstance(right, Constant)
        if not holds and not (isinstance(left, Fact | Entry) and literal):
            return self("not_so", inner=self._generic(left, op, right))
        op = op if holds else _NEGATED[op]
        if isinstance(left, Fact) and isinstance(right, Constant) and isinstance(right.value, bool):
            return self._said(left, right.value is (op == "=="))
        return self._special(left, op, right) or self._generic(left, op, right)

    def _generic(self, left: Node, op: str, right: Node) -> str:
        return self(op, fact=self._value(left), value=self._value(right))

    def _trait(self, left: Entry, op: str, right: Node, holds: bool) -> str:
        if holds:
            key = "known_and_not" if op == "!=" else op
            return self(key, fact=self._value(left), value=self._value(right))
        if op == "==":
            return self._or_unknown(left, holds, self._generic(left, "!=", right))
        return self("not_so", inner=self._trait(left, op, right, True))

    def _special(self, left: Node, op: str, right: Node) -> str:
        """How one says it of this very fact; "" if there is no other way than for any."""
        number = number_of(right)
        if isinstance(left, Entry):
            return self._count(left, op, number) if number is not None else self._query(left, op, right)
        if not isinstance(left, Fact):
            return ""
        if number is None:
            return self._text(left.name, op, right)
        clock = self._clock(left.name, _numbers(left.name, op, number), True)
        if clock:
            return clock
        if left.name in _WHOLE:
            op, number = _whole(op, number)
        values = {"value": number_text(number), "next": number_text(number + 1),
                  "share": f"{number_text(round(number * 100, 9))}%"}  # fmt: skip
        noun = self._catalogue.get(f"{left.name}:noun")
        if noun:
            values["many"] = self.many(noun, number)
        for key in (f"{left.name}:{op}:{values['value']}", f"{left.name}:{op}"):
            if key in self._catalogue:
                return self(key, **values)
        return ""

    def _text(self, fact: str, op: str, right: Node) -> str:
        if not isinstance(right, Constant) or op not in ("==", "!="):
            return ""
        for key in (f"{fact}:{op}:{right.value}", f"{fact}:{op}", f'{op}:""' if right.value == "" else ""):
            if key in self._catalogue:
                return self(key, fact=self._value(Fact(0, 0, fact)), value=str(right.value))
        return ""

    def _query(self, left: Entry, op: str, right: Node) -> str:
        if isinstance(right, Constant) and right.value == "" and op in ("==", "!="):
            return self(f"{left.map}:{'there' if op == '!=' else 'not_there'}", name=left.key)
        return ""

    def _count(self, left: Entry, op: str, number: float) -> str:
        """How often something happened."""
        op, number = _whole(op, number)
        none = op == "==" and number == 0
        kind, _, what = left.key.partition(":")
        key = kind if f"event:{kind}" in self._catalogue and bool(what) is (kind == "hover") else "own"
        event = self(f"event:{key}{':none' if none else ''}", name=what if key == "hover" else left.key)
        where = self(f"where:{left.map}")
        if none or (op == ">=" and number == 1):
            return self("happened", event=event, where=where)
        return self(f"happened:{op}", event=event, where=where, times=self.times(number))

    # The clock

    def _clock(self, fact: str, holds_at: set[float], holds: bool) -> str:
        """Weekdays by their names, and hours by the clock, if all of them are such."""
        if fact == "now.weekday":
            days = [day for day in _WEEK if (day in holds_at) is holds]
            return self("weekday", days=self._days(days)) if 0 < len(days) < len(_WEEK) else ""
        if fact == "now.hour" and len(holds_at) and holds_at <= set(range(24)):
            hours = sorted(int(hour) for hour in holds_at)
            spans = self.one_of(self("span", start=f"{a}:00", end=f"{b + 1}:00") for a, b in _runs(hours))
            return self("hours" if holds else "hours_not", spans=spans)
        return ""

    def _days(self, days: list[int]) -> str:
        spans = []
        for first, last in _runs(days):
            names = [self(f"day:{day}") for day in range(first, last + 1)]
            spans += [self("to", start=names[0], end=names[-1])] if len(names) > 2 else names
        return self.one_of(spans)

    def _value(self, node: Node) -> str:
        if isinstance(node, Constant):
            return f"“{node.value}”" if isinstance(node.value, str) else render(node)
        if isinstance(node, Fact):
            return self._catalogue.get(node.name, node.name)
        if isinstance(node, Entry):
            name = _spaced(node.key) if node.map == "visitor.traits" else node.key
            return self(node.map, name=name)
        return render(node)


def _flat(node: And | Or) -> list[Node]:
    """The parts, those of the same kind within brackets among them."""
    return [inner for part in node.parts for inner in (_flat(part) if isinstance(part, type(node)) else [part])]


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _whole(op: str, number: float) -> tuple[str, float]:
    """The same comparison of a count from 0 on, by ==, !=, >= or <=, and by == where only 0 is left."""
    if number != int(number):
        return op, number
    if op in (">", "<"):
        op, number = (">=", number + 1) if op == ">" else ("<=", number - 1)
    if number == 0 and op in ("<=", "!="):
        return ("==", 0) if op == "<=" else (">=", 1)
    return op, number


def _numbers(fact: str, op: str, number: float) -> set[float]:
    """The weekdays for which a comparison holds; none of other facts, whose ranges have words of their own."""
    if fact == "now.hour" and op == "==":
        return {number}
    if fact != "now.weekday":
        return set()
    tests = {"==": lambda day: day == number, "!=": lambda day: day != number, ">=": lambda day: day >= number,
             ">": lambda day: day > number, "<=": lambda day: day <= number, "<": lambda day: day < number}  # fmt: skip
    return {float(day) for day in _WEEK if tests[op](day)}


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """The first and last of each run of numbers without a gap."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs
