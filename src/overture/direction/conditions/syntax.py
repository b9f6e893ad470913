"""The parts of a condition, as parsed and as checked, each with its place in the text."""

from __future__ import annotations

from typing import Literal

import msgspec

Value = bool | float | str
Kind = Literal["bool", "number", "string", "time", "strings", "counts", "traits", "trait", "list"]


class Node(msgspec.Struct, frozen=True):
    """A part of a condition, from `start` to `end` in its text."""

    start: int
    end: int


class Constant(Node, frozen=True):
    """A literal."""

    value: Value


class Fact(Node, frozen=True):
    """A fact, by its full name."""

    name: str


class Audience(Node, frozen=True):
    """`audience.NAME`."""

    name: str


class Entry(Node, frozen=True):
    """`map["key"]`."""

    map: str
    key: str


class Name(Node, frozen=True):
    """A name before it is known what it stands for; `parts` are what the dots part."""

    parts: tuple[str, ...]


class Member(Node, frozen=True):
    """A dot after something that is no name."""

    target: Node
    name: str


class Index(Node, frozen=True):
    """`target[key]` before it is known what it stands for."""

    target: Node
    key: Node


class Call(Node, frozen=True):
    """A method of a target, or a function (no target)."""

    name: str
    target: Node | None
    args: tuple[Node, ...]


class Items(Node, frozen=True):
    """`[a, b]`."""

    items: tuple[Node, ...]


class Not(Node, frozen=True):
    """`!x`."""

    operand: Node


class Negative(Node, frozen=True):
    """`-x`."""

    operand: Node


class And(Node, frozen=True):
    """`a && b && ...`, flat."""

    parts: tuple[Node, ...]


class Or(Node, frozen=True):
    """`a || b || ...`, flat."""

    parts: tuple[Node, ...]


class Compare(Node, frozen=True):
    """`left op right`."""

    op: str
    left: Node
    right: Node


class Within(Node, frozen=True):
    """`left in [..]`."""

    left: Node
    right: Node


class Arith(Node, frozen=True):
    """`left op right` on numbers."""

    op: str
    left: Node
    right: Node


class Fault(msgspec.Struct, frozen=True):
    """Something wrong in a condition: where (offset in its text), what, and the way out."""

    code: str
    at: int
    message: str
    hint: str


def children(node: Node) -> tuple[Node, ...]:
    """The parts a node is made of."""
    if isinstance(node, And | Or):
        return node.parts
    if isinstance(node, Not | Negative):
        return (node.operand,)
    if isinstance(node, Compare | Within | Arith):
        return (node.left, node.right)
    if isinstance(node, Items):
        return node.items
    if isinstance(node, Call):
        return node.args if node.target is None else (node.target, *node.args)
    if isinstance(node, Member):
        return (node.target,)
    if isinstance(node, Index):
        return (node.target, node.key)
    return ()


def walk(node: Node) -> list[Node]:
    """The node and all that stands in it, in the order of the text."""
    found: list[Node] = []
    waiting = [node]
    while waiting:
        current = waiting.pop()
        found.append(current)
        waiting.extend(reversed(children(current)))
    return found
