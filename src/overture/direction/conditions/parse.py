"""From a condition's text to its parts. Nothing here knows what a name means."""

from __future__ import annotations

import re
from functools import cache
from math import inf
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput, VisitError

from overture.direction.conditions.habits import explain
from overture.direction.conditions.syntax import (
    And,
    Arith,
    Audience,
    Call,
    Compare,
    Constant,
    Fault,
    Index,
    Items,
    Member,
    Name,
    Negative,
    Node,
    Not,
    Or,
    Within,
)

MAX_LENGTH = 4_000  # characters; a screenful is about 2,000
MAX_DEPTH = 100  # parts within parts; each costs a few Python frames of the 1,000 there are

_ESCAPES = {
    "a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "\\": "\\", "?": "?", '"': '"', "'": "'", "`": "`",
}  # fmt: skip
_ESCAPE = re.compile(r"\\(?:[xX]([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|([\s\S]))")


class Unreadable(Exception):
    """The text is no condition; `fault` says where it stops being one."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def parse(text: str) -> Node:
    """The parts of `text`. Raises Unreadable."""
    if len(text) > MAX_LENGTH:
        raise Unreadable(
            Fault(
                "condition_too_long",
                MAX_LENGTH,
                f"The condition has {len(text)} characters; {MAX_LENGTH} are allowed",
                "name parts of it as audiences",
            )
        )
    try:
        node: Node = _parser().parse(text)
        return node
    except VisitError as error:
        if isinstance(error.orig_exc, Unreadable):
            raise error.orig_exc from None
        raise
    except UnexpectedInput as error:
        raise Unreadable(explain(text, error)) from None


@cache
def _parser() -> Any:
    grammar = Path(__file__).with_name("grammar.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", transformer=_Build(), propagate_positions=False, maybe_placeholders=True)


def _depth(*parts: _Part) -> int:
    depth = 1 + max((part.depth for part in parts), default=0)
    if depth > MAX_DEPTH:
        raise Unreadable(
            Fault(
                "condition_too_deep",
                parts[0].node.start,
                f"The condition is nested deeper than {MAX_DEPTH} levels",
                "name parts of it as audiences",
            )
        )
    return depth


class _Part:
    """A node while it is built: with its depth, and with the brackets around it."""

    __slots__ = ("bracketed", "depth", "end", "node", "start")

    def __init__(self, node: Node, depth: int = 1) -> None:
        self.node = node
        self.depth = depth
        self.start = node.start
        self.end = node.end
        self.bracketed = False


@v_args(inline=True)
class _Build(Transformer[Token, Node]):
    """Called by the parser at each rule, so that deep texts need no deep stack."""

    def start(self, part: _Part) -> Node:
        return part.node

    def parens(self, part: _Part) -> _Part:
        part.bracketed = True
        return part

    def either(self, left: _Part, right: _Part) -> _Part:
        return self._chain(Or, left, right)

    def both(self, left: _Part, right: _Part) -> _Part:
        return self._chain(And, left, right)

    def _chain(self, kind: type[And] | type[Or], left: _Part, right: _Part) -> _Part:
        if isinstance(left.node, kind) and not left.bracketed:
            node = kind(left.start, right.end, (*left.node.parts, right.node))
            return _Part(node, max(left.depth, _depth(right)))
        return _Part(kind(left.start, right.end, (left.node, right.node)), _depth(left, right))

    def compare(self, left: _Part, op: Token, right: _Part) -> _Part:
        node = Compare(left.start, right.end, str(op), left.node, right.node)
        return _Part(node, _depth(left, right))

    def within(self, left: _Part, right: _Part) -> _Part:
        return _Part(Within(left.start, right.end, left.node, right.node), _depth(left, right))

    def arith(self, left: _Part, op: Token, right: _Part) -> _Part:
        return _Part(Arith(left.start, right.end, str(op), left.node, right.node), _depth(left, right))

    def invert(self, sign: Token, part: _Part) -> _Part:
        return _Part(Not(_start(sign), part.end, part.node), _depth(part))

    def negate(self, sign: Token, part: _Part) -> _Part:
        return _Part(Negative(_start(sign), part.end, part.node), _depth(part))

    def name(self, token: Token) -> _Part:
        return _Part(Name(_start(token), _end(token), (str(token),)))

    def audience(self, token: Token) -> _Part:
        name = str(token).partition(".")[2].strip()
        return _Part(Audience(_start(token), _end(token), name))

    def select(self, target: _Part, token: Token) -> _Part:
        if isinstance(target.node, Name) and not target.bracketed:
            return _Part(Name(target.start, _end(token), (*target.node.parts, str(token))))
        return _Part(Member(target.start, _end(token), target.node, str(token)), _depth(target))

    def method(self, target: _Part, token: Token, args: list[_Part] | None) -> _Part:
        given = args or []
        end = given[-1].end if given else _end(token)
        node = Call(target.start, end + 1, str(token), target.node, tuple(part.node for part in given))
        return _Part(node, _depth(target, *given))

    def function(self, token: Token, args: list[_Part] | None) -> _Part:
        given = args or []
        end = given[-1].end if given else _end(token)
        node = Call(_start(token), end + 1, str(token), None, tuple(part.node for part in given))
        return _Part(node, _depth(*given))

    def index(self, target: _Part, key: _Part) -> _Part:
        return _Part(Index(target.start, key.end + 1, target.node, key.node), _depth(target, key))

    def items(self, args: list[_Part] | None = None) -> _Part:
        given = args or []
        start, end = (given[0].start - 1, given[-1].end + 1) if given else (0, 0)
        return _Part(Items(start, end, tuple(part.node for part in given)), _depth(*given))

    def args(self, first: _Part | list[_Part], *more: _Part) -> list[_Part]:
        return [*first, *more] if isinstance(first, list) else [first, *more]

    def number(self, token: Token) -> _Part:
        value = _number(str(token))
        if value == inf:
            raise Unreadable(
                Fault("condition_syntax", _start(token), "This number is too large", "1e308 is about the largest")
            )
        return _constant(token, value)

    def string(self, token: Token) -> _Part:
        text = str(token)
        quotes = 3 if text[:3] in ('"""', "'''") else 1
        return _constant(token, _unescape(text[quotes:-quotes], _start(token) + quotes))

    def raw(self, token: Token) -> _Part:
        text = str(token)[1:]
        quotes = 3 if text[:3] in ('"""', "'''") else 1
        return _constant(token, text[quotes:-quotes])

    def true(self, token: Token) -> _Part:
        return _constant(token, True)

    def false(self, token: Token) -> _Part:
        return _constant(token, False)


def _number(text: str) -> float:
    """The double nearest to a numeric literal; infinity if it is beyond all of them."""
    try:
        return float(int(text, 16)) if text[:2] in ("0x", "0X") else float(text)
    except OverflowError:
        return inf


def _start(token: Token) -> int:
    assert token.start_pos is not None
    return token.start_pos


def _end(token: Token) -> int:
    assert token.end_pos is not None
    return token.end_pos


def _constant(token: Token, value: float | str) -> _Part:
    return _Part(Constant(_start(token), _end(token), value))


def _unescape(body: str, offset: int) -> str:
    """CEL's escapes undone; line ends are \\n, as CEL has them."""

    def one(match: re.Match[str]) -> str:
        byte, short, long, octal, char = match.groups()
        digits = byte or short or long
        if digits is None and octal is None:
            if char not in _ESCAPES:
                raise _bad_escape(match, offset)
            return _ESCAPES[char]
        point = int(digits, 16) if digits is not None else int(octal, 8)
        if point > 0x10FFFF or 0xD800 <= point <= 0xDFFF:
            raise _bad_escape(match, offset)
        return chr(point)

    return _ESCAPE.sub(one, body) if "\\" in body else body


def _bad_escape(match: re.Match[str], offset: int) -> Unreadable:
    return Unreadable(
        Fault(
            "condition_syntax",
            offset + match.start(),
            f"`{match.group()}` is no escape",
            r"write \\ for a backslash, or put r before the text, as in r\"/bikes/\d+\"".replace('\\"', '"'),
        )
    )
