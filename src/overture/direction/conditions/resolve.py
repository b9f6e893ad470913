"""From parsed parts to checked ones: what every name stands for, and that the types fit."""

from __future__ import annotations

from difflib import get_close_matches

import msgspec
import re2

from overture.direction.conditions.catalogue import FACTS, METHODS, ROOTS
from overture.direction.conditions.near import near
from overture.direction.conditions.syntax import (
    And,
    Arith,
    Audience,
    Call,
    Compare,
    Constant,
    Entry,
    Fact,
    Fault,
    Index,
    Items,
    Kind,
    Member,
    Name,
    Negative,
    Node,
    Not,
    Or,
    Within,
)

_MAPS = {"strings", "counts", "traits"}
_WORDS = {
    "bool": "true or false", "number": "a number", "string": "text", "time": "a time", "trait": "a trait",
    "strings": "a map", "counts": "a map", "traits": "a map", "list": "a list",
}  # fmt: skip
# What functions are called elsewhere.
_CALL_HABITS = {
    "includes": 'text.contains("...")', "include": 'text.contains("...")', "indexof": 'text.contains("...")',
    "has": 'text.contains("...")', "contain": 'text.contains("...")', "search": 'text.contains("...")',
    "match": 'text.matches("...")', "test": 'text.matches("...")', "regex": 'text.matches("...")',
    "like": 'text.contains("...")', "equals": '==, as in page.path == "/basket"', "length": "text.size()",
    "len": "text.size()", "beginswith": 'text.startsWith("...")', "lower": 'text.matches("(?i)...")',
    "tolowercase": 'text.matches("(?i)...")', "upper": 'text.matches("(?i)...")',
    "touppercase": 'text.matches("(?i)...")',
}  # fmt: skip
_NO_TEXTS = ("true", "false", "null", "none", "nil", *ROOTS)
_TIME_OPS = {">", ">=", "<", "<="}
# Compiled patterns above this are refused: a{1000}{1000} would be one.
_PATTERN_MEMORY = 1 << 20


class Typed(msgspec.Struct, frozen=True):
    """A checked part and its kind; no kind where a fault was found in it."""

    node: Node
    kind: Kind | None


class Names(msgspec.Struct, frozen=True):
    """What a condition may use beside the facts. None: that kind of name is not allowed there.

    `place` says in which kind of condition we are, for the messages.
    """

    audiences: tuple[str, ...] | None = ()
    stage: bool = True
    place: str = "condition"


def resolve(root: Node, names: Names) -> tuple[Node, list[Fault]]:
    """The checked condition and all that is wrong with it. With no faults the node can be compiled."""
    check = _Check(names)
    typed = check.truth(root)
    return typed, sorted(check.faults, key=lambda fault: fault.at)


def number_of(node: Node) -> float | None:
    """The value of a numeric literal, with its sign; None if the node is none."""
    if isinstance(node, Negative) and isinstance(node.operand, Constant):
        value = node.operand.value
        return None if isinstance(value, bool | str) else -value
    if isinstance(node, Constant) and not isinstance(node.value, bool | str):
        return node.value
    return None


class _Check:
    def __init__(self, names: Names) -> None:
        self.names = names
        self.faults: list[Fault] = []

    def fault(self, node: Node, code: str, message: str, hint: str) -> Typed:
        self.faults.append(Fault(code, node.start, message, hint))
        return Typed(node, None)

    def truth(self, node: Node) -> Node:
        """The node, which must be true or false."""
        typed = self.of(node)
        if typed.kind not in (None, "bool", "trait"):
            self.fault(node, "wrong_type", f"This is {_WORDS[typed.kind]}, not true or false", _as_truth(typed))
        return typed.node

    def of(self, node: Node) -> Typed:
        if isinstance(node, And | Or):
            parts = tuple(self.truth(part) for part in node.parts)
            return Typed(msgspec.structs.replace(node, parts=parts), "bool")
        if isinstance(node, Not):
            return Typed(msgspec.structs.replace(node, operand=self.truth(node.operand)), "bool")
        if isinstance(node, Compare):
            return self.compare(node)
        if isinstance(node, Within):
            return self.within(node)
        if isinstance(node, Negative | Arith):
            return self.arith(node)
        if isinstance(node, Constant):
            return Typed(node, _kind_of(node))
        if isinstance(node, Audience):
            return self.audience(node)
        if isinstance(node, Name):
            return self.name(node)
        if isinstance(node, Index):
            return self.index(node)
        if isinstance(node, Call):
            return self.call(node)
        if isinstance(node, Items):
            return self.fault(node, "wrong_type", "A list can only stand after `in`", 'write page.path in ["/a", "/b"]')
        assert isinstance(node, Member)
        self.of(node.target)
        return self.fault(
            node, "unknown_fact", f"`.{node.name}` is neither a fact nor a method", f"methods are {', '.join(METHODS)}"
        )

    def name(self, node: Name) -> Typed:
        name = ".".join(node.parts)
        if name == "visit.stage" and not self.names.stage:
            return self.fault(
                node,
                "stage_uses_stage",
                "A stage can't ask for the stage: it is what decides it",
                "ask for what makes the stage, as in cart.items > 0",
            )
        fact = FACTS.get(name)
        if fact is not None:
            return Typed(Fact(node.start, node.end, name), fact.kind)
        base = ".".join(node.parts[:-1])
        if base in FACTS and FACTS[base].kind in _MAPS:
            hint = f'write {base}["{node.parts[-1]}"]'
            return self.fault(node, "unknown_fact", f"`{base}` is a map: its entries are in brackets", hint)
        if base in FACTS and node.parts[-1] in ("length", "len", "count"):
            return self.fault(node, "unknown_fact", f"There is no `.{node.parts[-1]}`", f"write {base}.size()")
        if base in FACTS and node.parts[-1] in METHODS:
            hint = f'write {name}("...")' if node.parts[-1] != "size" else f"write {name}()"
            return self.fault(node, "wrong_type", f"`{node.parts[-1]}` is a method: it needs brackets", hint)
        return self.unknown(node, name)

    def unknown(self, node: Name, name: str) -> Typed:
        if name in ("null", "None", "nil"):
            return self.fault(
                node, "wrong_type", 'There is no null: what is missing is "", 0 or false', 'compare with "" or 0'
            )
        if name.lower() in ("true", "false"):
            return self.fault(node, "unknown_fact", f"`{name}` is not known here", f"write {name.lower()}")
        if name.lower() in ("yes", "no"):
            meant = "true" if name.lower() == "yes" else "false"
            return self.fault(node, "unknown_fact", f"`{name}` is not known here", f"write {meant}")
        audience = self.meant_audience(node)
        if audience:
            return self.fault(node, "unknown_fact", f"There is no fact `{name[:60]}`", f"write audience.{audience}")
        close = get_close_matches(name, list(FACTS), n=1, cutoff=0.6) or [
            fact for fact in FACTS if fact.partition(".")[2] == name.rpartition(".")[2]
        ]
        hint = f"did you mean {close[0]}?" if close else _all_of(name.partition(".")[0])
        return self.fault(node, "unknown_fact", f"There is no fact `{name[:60]}`", hint)

    def meant_audience(self, node: Name) -> str:
        """The audience whose name stands there bare; of one with hyphens only the beginning is a name."""
        if len(node.parts) != 1 or not self.names.audiences:
            return ""
        name = node.parts[0]
        if name in self.names.audiences:
            return name
        return next((one for one in self.names.audiences if one.startswith(f"{name}-")), "")

    def bare_text(self, node: Node) -> Typed | None:
        """A word that was meant as text, told; None if the node is none."""
        if not isinstance(node, Name) or len(node.parts) != 1 or node.parts[0].lower() in _NO_TEXTS:
            return None
        word = node.parts[0]
        return self.fault(
            node, "unknown_fact", f"There is no fact `{word[:60]}`", f'text stands in quotes: "{word[:60]}"'
        )

    def audience(self, node: Audience) -> Typed:
        known = self.names.audiences
        if known is None:
            code = "audience_uses_audience" if self.names.place == "audience" else "stage_uses_audience"
            what = "An audience" if self.names.place == "audience" else "A stage"
            hint = "write that audience's condition here"
            return self.fault(node, code, f"{what} can't use an audience", hint)
        if node.name in known:
            return Typed(node, "bool")
        close = near(node.name, known, 0.5)
        hint = f"did you mean audience.{close}?" if close else _known_audiences(known)
        return self.fault(node, "unknown_audience", f"There is no audience `{node.name[:60]}`", hint)

    def index(self, node: Index) -> Typed:
        key = node.key.value if isinstance(node.key, Constant) and isinstance(node.key.value, str) else None
        if isinstance(node.target, Name) and node.target.parts == ("audience",) and key is not None:
            return self.audience(Audience(node.start, node.end, key))
        target = self.of(node.target)
        if target.kind is None:
            return target
        if target.kind not in _MAPS or not isinstance(target.node, Fact):
            return self.fault(
                node.target, "wrong_type", f"This is {_WORDS[target.kind]}: it has no entries", "leave the [ ] away"
            )
        if key is None:
            return self.fault(
                node.key,
                "wrong_type",
                "The name in [ ] must be written out, in quotes",
                f'as in {target.node.name}["key"]',
            )
        kinds: dict[str, Kind] = {"strings": "string", "counts": "number", "traits": "trait"}
        return Typed(Entry(node.start, node.end, target.node.name, key), kinds[target.kind])

    def arith(self, node: Negative | Arith) -> Typed:
        before = len(self.faults)
        checked: Node
        if isinstance(node, Negative):
            checked = msgspec.structs.replace(node, operand=self.number(node.operand, "-"))
        else:
            left = self.number(node.left, node.op)
            right = self.number(node.right, node.op) if len(self.faults) == before else node.right
            checked = msgspec.structs.replace(node, left=left, right=right)
        return Typed(checked, "number" if len(self.faults) == before else None)

    def number(self, node: Node, op: str) -> Node:
        typed = self.of(node)
        if typed.kind == "time":
            self.time_fault(node)
        elif typed.kind == "string" and op == "+":
            self.fault(node, "wrong_type", "+ adds numbers, not text", 'compare the parts, as in a == "x" && b == "y"')
        elif typed.kind not in (None, "number", "trait"):
            self.fault(node, "wrong_type", f"{op} needs a number; this is {_WORDS[typed.kind]}", _as_number(typed))
        return typed.node

    def time_fault(self, node: Node) -> None:
        self.fault(
            node,
            "time_fact",
            "A time may only be compared with a number, by > >= < or <=",
            "write it as in page.seconds >= 40",
        )

    def compare(self, node: Compare) -> Typed:
        left = self.of(node.left)
        right = (self.bare_text(node.right) if left.kind in ("string", "trait") else None) or self.of(node.right)
        checked = Typed(msgspec.structs.replace(node, left=left.node, right=right.node), "bool")
        kinds = (left.kind, right.kind)
        if None in kinds:
            return checked
        if "time" in kinds:
            other = node.right if left.kind == "time" else node.left
            if node.op not in _TIME_OPS or number_of(other) is None:
                self.time_fault(node.left if left.kind == "time" else node.right)
            return checked
        for kind in kinds:
            if kind in _MAPS or kind == "list":
                self.fault(
                    node, "wrong_type", f"{_WORDS[kind].capitalize()} can't be compared", 'ask for one entry: m["key"]'
                )
                return checked
        if left.kind != right.kind and "trait" not in kinds:
            self.fault(
                node,
                "wrong_type",
                f"{_WORDS[str(left.kind)].capitalize()} is compared with {_WORDS[str(right.kind)]}",
                _mend(left, right),
            )
        return checked

    def within(self, node: Within) -> Typed:
        left = self.of(node.left)
        if left.kind == "time":
            self.time_fault(node.left)
        elif left.kind in _MAPS or left.kind == "list":
            self.fault(node.left, "wrong_type", f"{_WORDS[left.kind].capitalize()} can't be in a list", 'use m["key"]')
        if not isinstance(node.right, Items):
            return self.not_a_list(node)
        items = tuple(self.item(left.kind, item) for item in node.right.items)
        right = msgspec.structs.replace(node.right, items=items)
        return Typed(msgspec.structs.replace(node, left=left.node, right=right), "bool")

    def item(self, wanted: Kind | None, node: Node) -> Node:
        typed = (self.bare_text(node) if wanted in ("string", "trait") else None) or self.of(node)
        if typed.kind == "time":
            self.time_fault(node)
        elif typed.kind in _MAPS or typed.kind == "list":
            self.fault(node, "wrong_type", f"{_WORDS[typed.kind].capitalize()} can't be in a list", 'use m["key"]')
        elif wanted in ("bool", "number", "string") and typed.kind not in (None, wanted, "trait"):
            self.fault(
                node,
                "wrong_type",
                f"{_WORDS[wanted].capitalize()} is looked for among {_WORDS[str(typed.kind)]}",
                "let all in the list be of one type",
            )
        return typed.node

    def not_a_list(self, node: Within) -> Typed:
        right = self.of(node.right)
        if right.kind in ("strings", "counts") and isinstance(right.node, Fact):
            sign = '!= ""' if right.kind == "strings" else "> 0"
            hint = f'write {right.node.name}["key"] {sign}'
        elif right.kind == "string":
            hint = "write text.contains(part)"
        else:
            hint = 'write page.path in ["/a", "/b"]'
        if right.kind is not None:
            self.fault(node.right, "wrong_type", "After `in` stands a list", hint)
        return Typed(node, "bool")

    def call(self, node: Call) -> Typed:
        if node.target is None and (node.name != "size" or len(node.args) != 1):
            return self.unknown_call(node)
        if node.name not in METHODS:
            return self.unknown_call(node)
        target_node, args = (node.args[0], ()) if node.target is None else (node.target, node.args)
        wanted = 0 if node.name == "size" else 1
        if len(args) != wanted:
            hint = "write text.size()" if node.name == "size" else f'write text.{node.name}("...")'
            return self.fault(
                node, "wrong_type", f"{node.name} takes {wanted or 'no'} argument{'' if wanted else 's'}", hint
            )
        target = self.text(target_node, node.name)
        checked = tuple(self.text(arg, node.name) for arg in args)
        if node.name == "matches":
            self.pattern(args[0])
        call = Call(node.start, node.end, node.name, target, checked)
        return Typed(call, "number" if node.name == "size" else "bool")

    def unknown_call(self, node: Call) -> Typed:
        for part in (*((node.target,) if node.target else ()), *node.args):
            self.of(part)
        habit = _CALL_HABITS.get(node.name.lower())
        if node.name.lower() == "not":
            return self.fault(node, "unknown_function", "`not` is no operator", "write !")
        close = get_close_matches(node.name, METHODS, n=1, cutoff=0.5)
        if habit and node.name not in METHODS:
            hint = f"write {habit}"
        elif node.name in METHODS:
            hint = f'write text.{node.name}("...")'
        elif close:
            hint = f"did you mean {close[0]}?"
        else:
            hint = f"there are {', '.join(METHODS)}"
        return self.fault(node, "unknown_function", f"There is no function `{node.name[:60]}`", hint)

    def text(self, node: Node, method: str) -> Node:
        typed = self.of(node)
        if typed.kind == "time":
            self.time_fault(node)
        elif typed.kind not in (None, "string", "trait"):
            self.fault(node, "wrong_type", f"{method} needs text; this is {_WORDS[typed.kind]}", _as_text(typed))
        return typed.node

    def pattern(self, node: Node) -> None:
        if not isinstance(node, Constant):
            self.fault(
                node, "bad_pattern", "A pattern must be written out, in quotes", 'as in page.path.matches("^/bikes/")'
            )
        elif isinstance(node.value, str):
            try:
                compile_pattern(node.value)
            except re2.error as error:
                self.fault(node, "bad_pattern", f"The pattern can't be used: {_plain(error)}", "see RE2's syntax")


def compile_pattern(pattern: str) -> re2._Regexp:
    """An RE2 pattern. Raises re2.error if it is none or needs too much memory."""
    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    options.max_mem = _PATTERN_MEMORY
    return re2.compile(pattern, options)


def _plain(error: Exception) -> str:
    cause = error.args[0] if error.args else error
    return cause.decode("utf-8", "replace") if isinstance(cause, bytes) else str(cause)


def _kind_of(node: Constant) -> Kind:
    if isinstance(node.value, bool):
        return "bool"
    return "string" if isinstance(node.value, str) else "number"


def _all_of(root: str) -> str:
    """The facts of a root, or the roots there are."""
    if root in ROOTS:
        names = [name for name in FACTS if name.startswith(root + ".")]
        return "there are " + ", ".join(names)
    return "facts begin with " + ", ".join(sorted(ROOTS))


def _known_audiences(known: tuple[str, ...]) -> str:
    if not known:
        return "the plan has no audiences: write one under `audiences`"
    return "there are " + ", ".join(known[:10])


def _as_truth(typed: Typed) -> str:
    match typed.kind:
        case "number" | "time":
            return "compare it, as in cart.value >= 200"
        case "string":
            return 'compare it, as in page.path == "/basket"'
        case _:
            return 'ask for one entry and compare it: m["key"]'


def _as_number(typed: Typed) -> str:
    return 'ask for one entry: m["key"]' if typed.kind in _MAPS else "use a number or a counting fact"


def _as_text(typed: Typed) -> str:
    return 'ask for one entry: m["key"]' if typed.kind in _MAPS else "use a fact that is text, as page.path"


def _mend(left: Typed, right: Typed) -> str:
    """How to make the two sides of a comparison meet."""
    for side in (left, right):
        node = side.node
        if isinstance(node, Constant) and isinstance(node.value, str) and "number" in (left.kind, right.kind):
            return "write the number without quotes"
    if "string" in (left.kind, right.kind) and "number" in (left.kind, right.kind):
        return "put the text in quotes"
    return "compare with a value of the same type"
