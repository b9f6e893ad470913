"""A checked condition as text again: the same meaning, one spelling, no more brackets than needed."""

from __future__ import annotations

import json

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
    Negative,
    Node,
    Not,
    Or,
    Within,
)

_OR, _AND, _RELATION, _SUM, _PRODUCT, _UNARY, _MEMBER = range(1, 8)


def render(node: Node) -> str:
    """The text of a checked node."""
    return _render(node)[0]


def number_text(value: float) -> str:
    """A number as one would write it."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _at(node: Node, least: int) -> str:
    text, level = _render(node)
    return text if level >= least else f"({text})"


def _render(node: Node) -> tuple[str, int]:
    """The text and how tightly its outermost operator binds."""
    match node:
        case Constant(value=value):
            return _constant(value)
        case Fact(name=name):
            return name, _MEMBER
        case Audience(name=name):
            return f"audience.{name}", _MEMBER
        case Entry(map=map_, key=key):
            return f"{map_}[{_quoted(key)}]", _MEMBER
        case Or(parts=parts):
            return " || ".join(_at(part, _AND) for part in parts), _OR
        case And(parts=parts):
            return " && ".join(_at(part, _RELATION) for part in parts), _AND
        case Not(operand=operand):
            return f"!{_at(operand, _MEMBER)}", _UNARY
        case Negative(operand=operand):
            return f"-{_at(operand, _MEMBER)}", _UNARY
        case Compare(op=op, left=left, right=right):
            return f"{_at(left, _RELATION)} {op} {_at(right, _SUM)}", _RELATION
        case Within(left=left, right=right):
            return f"{_at(left, _RELATION)} in {_at(right, _MEMBER)}", _RELATION
        case Items(items=items):
            return f"[{', '.join(render(item) for item in items)}]", _MEMBER
        case Arith(op=op, left=left, right=right):
            level = _SUM if op in "+-" else _PRODUCT
            return f"{_at(left, level)} {op} {_at(right, level + 1)}", level
        case Call(name=name, target=target, args=args):
            assert target is not None
            return f"{_at(target, _MEMBER)}.{name}({', '.join(render(arg) for arg in args)})", _MEMBER
    raise TypeError(type(node).__name__)


def _constant(value: bool | float | str) -> tuple[str, int]:
    if isinstance(value, bool):
        return ("true" if value else "false"), _MEMBER
    if isinstance(value, str):
        return _quoted(value), _MEMBER
    return number_text(value), _MEMBER


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\x7f")
