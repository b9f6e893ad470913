"""Every pattern on text from outside is RE2, or bounded: each file's are counted here with the longest text they are
given, and each is fed its worst at that length.

A new `re` pattern fails the first test. Take `re2` (linear whatever the text), or see that no text makes it slow, cut
the text to a length before it, and count it here with that length.
"""

from __future__ import annotations

import ast
import importlib
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

SOURCE = Path(__file__).parents[2] / "src" / "overture"
CALLS = ("search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer")
FED = 65_536  # characters at the most: what is quadratic takes seconds at this length already
LONGEST_S = 2.0  # on a machine that has much else to do; quadratic ones take minutes at these lengths

# (how many patterns, the longest text in characters)
REVIEWED: dict[str, tuple[int, int]] = {
    "accounts/service.py": (5, 1_000),  # `Line`
    "config.py": (1, 1_000),  # of the operator
    "conversations/canned.py": (2, 1_000),
    "conversations/masking.py": (3, 8_000),  # MAX_TEXT
    "conversations/store.py": (1, 1_000),
    "conversations/words.py": (2, 8_000),
    "demo/stories.py": (1, 8_000),
    "direction/check.py": (1, 2_000),  # MAX_TEXT of a plan
    "direction/conditions/habits.py": (11, 4_000),
    "direction/conditions/parse.py": (1, 4_000),
    "direction/hours.py": (4, 500),  # MAX_LENGTH
    "direction/hours_check.py": (11, 500),
    "direction/load.py": (3, 2_000),
    "direction/odd_values.py": (3, 2_000),
    "direction/staffing.py": (1, 2_000),
    "direction/values.py": (7, 2_000),
    "direction/yaml_tree.py": (3, 1_000),  # _LONGEST_KEY; values are read to the end of their line, once
    "gateway/codec.py": (1, 65_536),  # a frame
    "kit/durations.py": (1, 2_000),
    "kit/money.py": (12, 64),  # _LONGEST
    "kit/text.py": (4, 262_144),  # a body
    "numbers/stats/arms.py": (3, 131_072),  # a field of a CSV file
    "outcomes/contact.py": (3, 1_000),
    "outcomes/period.py": (1, 1_000),
    "visits/access_lines.py": (8, 65_536),  # _MAX_LINE
    "visits/browser.py": (1, 65_536),  # a look
    "visits/combined_log.py": (2, 65_536),
    "visits/facts.py": (1, 65_536),
    "visits/identity.py": (1, 65_536),
    "visits/programs.py": (1, 1_000),  # our own list
    "web/errors.py": (1, 262_144),
    "web/openapi.py": (1, 1_000),  # our own names
    "web/refusals.py": (6, 262_144),
}


class Pattern(NamedTuple):
    """A pattern with the way it is used."""

    file: str
    compiled: re.Pattern[Any]
    method: str


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node


def _of_re(call: ast.Call) -> bool:
    assert isinstance(call.func, ast.Attribute)
    return isinstance(call.func.value, ast.Name) and call.func.value.id == "re" and hasattr(re, call.func.attr)


def _counted(path: Path) -> int:
    return sum(_of_re(call) for call in _calls(ast.parse(path.read_text("utf-8"))))


def _patterns() -> Iterator[Pattern]:
    used: dict[str, set[str]] = {}
    trees = {path: ast.parse(path.read_text("utf-8")) for path in sorted(SOURCE.rglob("*.py"))}
    for tree in trees.values():
        for call in _calls(tree):
            assert isinstance(call.func, ast.Attribute)
            if call.func.attr in CALLS and isinstance(call.func.value, ast.Name | ast.Attribute):
                name = call.func.value.id if isinstance(call.func.value, ast.Name) else call.func.value.attr
                used.setdefault(name, set()).add(call.func.attr)
    for path, tree in trees.items():
        file = path.relative_to(SOURCE).as_posix()
        if not any(_of_re(call) for call in _calls(tree)):
            continue
        module = importlib.import_module("overture." + file.removesuffix(".py").replace("/", "."))
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern):
                for method in sorted(used.get(name, {"search"})):
                    yield Pattern(file, value, method)
        for call in _calls(tree):
            assert isinstance(call.func, ast.Attribute)
            if _of_re(call) and call.func.attr in CALLS and isinstance(call.args[0], ast.Constant):
                yield Pattern(file, re.compile(call.args[0].value), call.func.attr)


def test_every_pattern_is_reviewed() -> None:
    there = {path.relative_to(SOURCE).as_posix(): count for path in SOURCE.rglob("*.py") if (count := _counted(path))}
    assert there == {file: count for file, (count, _) in REVIEWED.items()}, __doc__


def _pieces(source: str) -> list[str]:
    """What to repeat: the characters and the words of the pattern itself, and what people write."""
    plain = re.sub(r"\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\U[0-9a-f]{8}", " ", source)
    words = re.findall(r"[A-Za-z\"'`<>=-]{2,20}", re.sub(r"\\[a-zA-Z]", " ", plain))
    single = sorted(set(re.sub(r"\\", "", plain)) | set("aA0 .-_\\\"'[]:@/,\té"))
    pairs = ["0 ", "a.", "a-", "0.", "- ", '\\"', "[[ ", "a: ", " 0", "0,", "-a", "a@", "://", "\\\\", "1:", "“ "]
    return [*single, *words[:12], *pairs]


def _worst(pattern: re.Pattern[Any], length: int) -> Iterator[Any]:
    source = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    for piece in _pieces(source):
        for head, tail in (("", ""), ("", "!"), ("a", "\n"), ('1.2.3.4 - - [x] "', ""), ("0", "x")):
            text = head + (piece * (length // len(piece) + 1))[: length - len(head) - len(tail)] + tail
            yield text if isinstance(pattern.pattern, str) else text.encode("utf-8", "replace")


def _use(pattern: re.Pattern[Any], method: str) -> Callable[[Any], Any]:
    empty: Any = "" if isinstance(pattern.pattern, str) else b""
    if method in ("sub", "subn"):
        return lambda text: pattern.sub(empty, text)
    if method == "finditer":
        return lambda text: [found.span() for found in pattern.finditer(text)]
    used: Callable[[Any], Any] = getattr(pattern, method)
    return used


@pytest.mark.parametrize("file", sorted(REVIEWED))
def test_each_bears_its_worst(file: str) -> None:
    length = min(REVIEWED[file][1], FED)
    for pattern in _patterns_of(file):
        use = _use(pattern.compiled, pattern.method)
        for size in (min(length, 1_000), length):  # what is worse than quadratic shows in the first
            for text in _worst(pattern.compiled, size):
                began = time.perf_counter()
                use(text)
                took = time.perf_counter() - began
                assert took < LONGEST_S, f"{pattern.compiled.pattern!r}.{pattern.method}: {took:.1f} s, {text[:60]!r}"


_ALL: dict[str, list[Pattern]] = {}


def _patterns_of(file: str) -> list[Pattern]:
    if not _ALL:
        for pattern in _patterns():
            _ALL.setdefault(pattern.file, []).append(pattern)
    return _ALL.get(file, [])
