"""Single values of a plan: what each key may hold, and what is said when it holds something else."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from difflib import get_close_matches
from math import isfinite
from typing import TypeVar

from overture.direction.conditions import Names, check_condition
from overture.direction.conditions import Node as ConditionNode
from overture.direction.errors import Problem
from overture.direction.yaml_tree import (
    QUOTE_IT,
    Mapping,
    Node,
    Place,
    Scalar,
    Sequence,
    Strange,
    place_in,
)
from overture.kit.durations import parse_duration

T = TypeVar("T")
D = TypeVar("D")
C = TypeVar("C", bound=str)

MAX_NAME = 64
MAX_TEXT = 2_000
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_NAME = re.compile(r"[a-z0-9-]+")
_WORD = re.compile(r"[a-z0-9_-]+(:[a-z0-9_-]+)?")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,9})?)%", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d{1,15}", re.ASCII)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def _folded(text: str) -> str:
    """The text in small letters without accents: "Minä" is "mina", "Straße" "strasse"."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(char for char in plain if not unicodedata.combining(char))


class Fields:
    """The keys of one mapping, to be asked one after the other."""

    def __init__(
        self, reader: Reader, found: dict[str, Node], at: dict[str, Place], owner: str, place: Place, path: str
    ) -> None:
        self.reader = reader
        self.found = found
        self.at = at
        self.owner = owner
        self.place = place
        self.path = path

    def take(self, key: str, read: Callable[[Node, str], T | None], default: D) -> T | D:
        """The value of an optional key, or its default."""
        node = self.found.get(key)
        if node is None or (isinstance(node, Scalar) and node.empty):
            return default
        self.reader.places[f"{self.path}{key}"] = node.place
        value = read(node, key)
        return default if value is None else value

    def need(self, key: str, read: Callable[[Node, str], T | None], hint: str) -> T | None:
        """The value of a key that must be there."""
        node = self.found.get(key)
        if node is None or (isinstance(node, Scalar) and node.empty):
            place = self.at.get(key, self.place)
            self.reader.problem(f"missing_{key}", place, f"{self.owner} has no {key}", hint)
            return None
        self.reader.places[f"{self.path}{key}"] = node.place
        return read(node, key)


class Reader:
    """Reads single values and tells what is wrong with them."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.problems: list[Problem] = []
        self.places: dict[str, Place] = {}
        self.conditions: dict[str, ConditionNode] = {}

    def problem(self, code: str, place: Place, message: str, hint: str) -> None:
        self.problems.append(
            Problem(code=code, message=message, hint=hint, file=self.file, line=place.line, column=place.column)
        )

    def keys(
        self, node: Node, what: str, known: tuple[str, ...], place: Place | None = None, path: str = ""
    ) -> Fields | None:
        """The values of a mapping by key; unknown keys are told. None if it is no mapping.

        What is missing is told at `place`, else where the mapping begins.
        """
        if isinstance(node, Strange):
            return None
        if not isinstance(node, Mapping):
            hint = f"write its keys below it: {', '.join(known[:6])}"
            self.problem("wrong_type", node.place, f"{what} must be a mapping", hint)
            return None
        found: dict[str, Node] = {}
        at: dict[str, Place] = {}
        for key, (scalar, value) in node.entries.items():
            if key in known:
                found[key] = value
                at[key] = scalar.place
                continue
            close = get_close_matches(key, known, n=1, cutoff=0.6)
            hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(known)}"
            self.problem("unknown_key", scalar.place, f"{what} has no `{key[:60]}`", hint)
        return Fields(self, found, at, what, node.place if place is None else place, path)

    def scalar(self, node: Node, what: str) -> Scalar | None:
        if isinstance(node, Scalar):
            return node
        if not isinstance(node, Strange):
            kind = "list" if isinstance(node, Sequence) else "mapping"
            self.problem("wrong_type", node.place, f"`{what}` must be a single value, not a {kind}", "write one value")
        return None

    def line(self, node: Node, what: str, longest: int = MAX_TEXT) -> str | None:
        """Some text that is not blank."""
        scalar = self.scalar(node, what)
        if scalar is None:
            return None
        text = scalar.text.strip()
        if not text or len(text) > longest:
            message = (
                f"`{what}` is empty" if not text else f"`{what}` has {len(text)} characters; {longest} are allowed"
            )
            self.problem("bad_text", scalar.place, message, "write some text" if not text else "shorten it")
            return None
        return text

    def name(self, node: Node, what: str) -> str | None:
        scalar = self.scalar(node, what)
        return None if scalar is None else self.valid_name(scalar, what)

    def valid_name(self, scalar: Scalar, what: str) -> str | None:
        text = scalar.text
        if _NAME.fullmatch(text) and len(text) <= MAX_NAME:
            return text
        better = re.sub(r"[^a-z0-9]+", "-", _folded(text)).strip("-")[:MAX_NAME].strip("-")
        hint = f"write {better}" if better else "as in big-basket"
        message = f"`{text[:60]}` is no name: small letters a-z, digits and hyphens, at most {MAX_NAME}"
        self.problem("bad_name", scalar.place, message, hint)
        return None

    def word(self, node: Node, what: str) -> str | None:
        scalar = self.scalar(node, what)
        if scalar is None:
            return None
        if _WORD.fullmatch(scalar.text) and len(scalar.text) <= MAX_NAME:
            return scalar.text
        message = f"`{scalar.text[:60]}` can't be used here: small letters, digits, - and _"
        better = re.sub(r"[^a-z0-9:-]+", "_", _folded(scalar.text)).strip("_")
        hint = f"write {better}" if _WORD.fullmatch(better) and len(better) <= MAX_NAME else "as in test_ride"
        self.problem("bad_name", scalar.place, message, hint)
        return None

    def words(self, node: Node, what: str) -> tuple[str, ...] | None:
        if isinstance(node, Strange):
            return None
        if not isinstance(node, Sequence):
            self.problem("wrong_type", node.place, f"`{what}` must be a list", f"write {what}: [one, two]")
            return None
        words: list[str] = []
        for item in node.items:
            word = self.word(item, what)
            if word in words:
                self.problem("duplicate_name", item.place, f"`{word}` stands twice in `{what}`", "keep one of them")
            elif word is not None:
                words.append(word)
        if not node.items:
            self.problem("wrong_type", node.place, f"`{what}` is empty", "name at least one")
            return None
        return tuple(words)

    def choice(self, known: tuple[C, ...]) -> Callable[[Node, str], C | None]:
        def read(node: Node, what: str) -> C | None:
            scalar = self.scalar(node, what)
            if scalar is None:
                return None
            for one in known:
                if one == scalar.text:
                    return one
            close = get_close_matches(scalar.text, known, n=1, cutoff=0.5)
            hint = f"did you mean {close[0]}?" if close else f"write {' or '.join(known)}"
            self.problem("bad_value", scalar.place, f"`{what}` can't be `{scalar.text[:60]}`", hint)
            return None

        return read

    def whole(self, least: int, most: int) -> Callable[[Node, str], int | None]:
        def read(node: Node, what: str) -> int | None:
            scalar = self.scalar(node, what)
            if scalar is None:
                return None
            if scalar.plain and _INTEGER.fullmatch(scalar.text) and least <= int(scalar.text) <= most:
                return int(scalar.text)
            message = f"`{what}` must be a whole number from {least} to {most}"
            self.problem("bad_number", scalar.place, message, f"write it without quotes, as in {what}: {max(1, least)}")
            return None

        return read

    def amount(self, node: Node, what: str) -> float | None:
        scalar = self.scalar(node, what)
        if scalar is None:
            return None
        if _PERCENT.fullmatch(scalar.text):
            return self.percent(scalar, what)
        if scalar.plain and _NUMBER.fullmatch(scalar.text) and isfinite(float(scalar.text)) and float(scalar.text) > 0:
            return float(scalar.text)
        self.problem("bad_number", scalar.place, f"`{what}` must be a number above 0", f"as in {what}: 120")
        return None

    def percent(self, node: Node, what: str) -> float | None:
        scalar = self.scalar(node, what)
        if scalar is None:
            return None
        match = _PERCENT.fullmatch(scalar.text)
        if match and float(match.group(1)) <= 100:
            return float(match.group(1)) / 100
        message = f"`{what}` is a percentage from 0% to 100%, not `{scalar.text[:40]}`"
        self.problem("bad_percentage", scalar.place, message, f"write it with its sign, as in {what}: 20%")
        return None

    def duration(self, node: Node, what: str) -> int | None:
        scalar = self.scalar(node, what)
        if scalar is None:
            return None
        try:
            return parse_duration(scalar.text.strip())
        except ValueError as error:
            message, _, hint = str(error).partition(": ")
            self.problem("bad_duration", scalar.place, f"`{what}`: {message}", hint or "as in 20s, 5m, 7d")
            return None

    def condition(self, node: Node, path: str, names: Names) -> str | None:
        """A condition's text, checked; None if something is wrong with it, which has been told."""
        self.places[path] = node.place
        if isinstance(node, Strange):
            return None
        if not isinstance(node, Scalar):
            kind = "a list" if isinstance(node, Sequence) else "a mapping"
            self.problem("yaml_quote", node.place, f"YAML takes this condition for {kind}", QUOTE_IT)
            return None
        if node.empty:
            self.problem("missing_when", node.place, "There is no condition here", "write one; `true` always holds")
            return None
        checked, faults = check_condition(node.text, names)
        cut = node.plain and self.text[node.end :].split("\n", 1)[0].lstrip().startswith("#")
        for fault in faults:
            hint = fault.hint
            if cut and fault.code == "condition_syntax":
                hint = "YAML takes what follows # for a comment: " + QUOTE_IT
            self.problem(fault.code, place_in(self.text, node, fault.at), fault.message, hint)
        if checked is None or faults:
            return None
        self.conditions[path] = checked
        return node.text

    def day(self, node: Node, what: str) -> str | None:
        text = self.line(node, what)
        if text is None:
            return None
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            self.problem("bad_date", node.place, f"`{text[:40]}` is no date", "as in by: 2027-03-31")
            return None
