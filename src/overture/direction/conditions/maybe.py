"""Whether a condition could hold at a time of the week, whatever the visit is like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from overture.direction.conditions.compile import ARITHMETIC, COMPARISONS
from overture.direction.conditions.syntax import (
    And,
    Arith,
    Audience,
    Compare,
    Constant,
    Fact,
    Items,
    Negative,
    Node,
    Not,
    Or,
    Within,
)

Now = tuple[float, float, float]  # hour, minute, weekday


def could_hold(node: Node, audiences: Mapping[str, Node], now: Now) -> bool:
    """False only if the time alone makes the condition false."""
    return _truth(node, audiences, now) is not False


def _truth(node: Node, audiences: Mapping[str, Node], now: Now) -> bool | None:
    """True, False, or None where it depends on more than the time."""
    if isinstance(node, And | Or):
        verdicts = {_truth(part, audiences, now) for part in node.parts}
        deciding = isinstance(node, Or)
        if deciding in verdicts:
            return deciding
        return None if None in verdicts else not deciding
    if isinstance(node, Not):
        inner = _truth(node.operand, audiences, now)
        return None if inner is None else not inner
    if isinstance(node, Audience):
        return _truth(audiences[node.name], audiences, now) if node.name in audiences else None
    found = _value(node, audiences, now)
    return found if isinstance(found, bool) else None


def _value(node: Node, audiences: Mapping[str, Node], now: Now) -> Any:
    """The value of a part that the time alone decides; None for all others."""
    if isinstance(node, Constant):
        return node.value
    if isinstance(node, Fact):
        return {"now.hour": now[0], "now.minute": now[1], "now.weekday": now[2], "chat.open": False}.get(node.name)
    if isinstance(node, Negative):
        inner = _value(node.operand, audiences, now)
        return None if inner is None else -inner
    if isinstance(node, Arith | Compare):
        left, right = _value(node.left, audiences, now), _value(node.right, audiences, now)
        if left is None or right is None:
            return None
        return ARITHMETIC[node.op](left, right) if isinstance(node, Arith) else COMPARISONS[node.op](left, right)
    if isinstance(node, Within) and isinstance(node.right, Items):
        left = _value(node.left, audiences, now)
        items = [_value(item, audiences, now) for item in node.right.items]
        return None if left is None or None in items else any(left == item for item in items)
    return _truth(node, audiences, now) if isinstance(node, And | Or | Not | Audience) else None
