"""Conditions: a subset of CEL, checked against the facts and compiled once."""

from __future__ import annotations

from overture.direction.conditions.catalogue import ALWAYS, FACTS, START, TIME, FactInfo
from overture.direction.conditions.compile import Condition, Holds, Surroundings, compile_node
from overture.direction.conditions.parse import MAX_DEPTH, MAX_LENGTH, Unreadable, parse
from overture.direction.conditions.resolve import Names, resolve
from overture.direction.conditions.syntax import Fault, Node

__all__ = [
    "ALWAYS", "FACTS", "MAX_DEPTH", "MAX_LENGTH", "START", "TIME", "Condition", "FactInfo", "Fault", "Holds", "Names",
    "Node", "Surroundings", "check_condition", "compile_condition",
]  # fmt: skip


_NOTHING = Surroundings()


def check_condition(text: str, names: Names) -> tuple[Node | None, list[Fault]]:
    """The checked condition, and everything that is wrong with it; no node if it can't be read at all."""
    try:
        node = parse(text)
    except Unreadable as error:
        return None, [error.fault]
    return resolve(node, names)


def compile_condition(text: str, around: Surroundings = _NOTHING) -> Condition:
    """A condition that has been checked before, compiled. ValueError if something is wrong with it."""
    node, faults = check_condition(text, Names(tuple(around.audiences)))
    if node is None or faults:
        raise ValueError(f"{faults[0].message} (at {faults[0].at} of {text!r})")
    return compile_node(text, node, around)
