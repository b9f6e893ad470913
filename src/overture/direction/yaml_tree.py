"""A YAML text as a tree of nodes that know their places. Only the harmless part of YAML 1.2 is let in.

Scalars stay text: what a value means depends on its key, and that is the loader's to say. Aliases are
refused (a few lines of them can stand for gigabytes), tags are answered "quote it", and depth and size have
limits. Places count from 1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

MAX_BYTES = 1 << 20  # some 3,000 triggers
MAX_DEPTH = 20  # a plan needs 6
_NULLS = {"", "~", "null", "Null", "NULL"}
_MOST_SLIPS = 60  # a plan of fifty mistakes has fewer of this kind
_MOST_READ = 4 << 20  # characters read anew for them, in all: a small plan is read sixty times, the largest four
_HEAD = re.compile(
    r"""[ ]*(?:-[ ]+)*(?:(?:[^\s:#"'{}\[\],][^:#\n]*|"[^"\n]*"|'[^'\n]*')[ ]*:[ ]+|(?<=-[ ])(?=[{\[]))"""
)
_LONGEST_KEY = 1_000  # with its indentation and dashes; a longer line is told of without a hint
_VALUE = re.compile(r"[^\s#].*(?<=\S)")


class Place(msgspec.Struct, frozen=True):
    """Where something stands: line and column from 1, and its offset in the text from 0."""

    line: int
    column: int
    offset: int


class Scalar(msgspec.Struct, frozen=True):
    """A single value, as text. `plain` if it stood without quotes; `end` is the offset behind it."""

    place: Place
    text: str
    plain: bool
    end: int

    @property
    def empty(self) -> bool:
        """Whether there is nothing, as YAML has it."""
        return self.plain and self.text in _NULLS


class Sequence(msgspec.Struct, frozen=True):
    """A list."""

    place: Place
    items: list[Node]
    flow: bool = False


class Mapping(msgspec.Struct, frozen=True):
    """Keys and values, in the order of the text."""

    place: Place
    entries: dict[str, tuple[Scalar, Node]]
    flow: bool = False


class Strange(msgspec.Struct, frozen=True):
    """A value that was refused already; whoever meets it says nothing more."""

    place: Place


Node = Scalar | Sequence | Mapping | Strange


class Fault(msgspec.Struct, frozen=True):
    """Something that is no plain YAML, or not let in."""

    code: str
    place: Place
    message: str
    hint: str


START = Place(1, 1, 0)
QUOTE_IT = "quote it: put the whole condition between single quotes"


def read_tree(text: str) -> tuple[Node | None, list[Fault]]:
    """The tree of `text` and what is wrong with it. None if it can't be read as YAML.

    A value that YAML stumbles over is told, covered and read over, so that one slip of the pen does not hide the
    other mistakes. If the rest can't be read even so, only the first slip is told: the others may come of it.
    """
    covered = text
    at: set[int] = set()
    slips: list[Fault] = []
    while True:
        builder = _Builder(frozenset(at))
        slip = _read(covered, builder)
        if slip is None:
            return builder.root, [*slips, *builder.faults]
        slips.append(slip)
        if len(at) >= min(_MOST_SLIPS, _MOST_READ // len(text)):
            return None, slips
        value = _value_of(covered, slip.place) if slip.code == "yaml_syntax" else None
        if value is None or value.start() in at:
            return None, [*builder.faults, slip] if len(slips) == 1 else slips[:1]
        at.add(value.start())
        covered = covered[: value.start()] + "x" * len(value.group()) + covered[value.end() :]


def _read(text: str, builder: _Builder) -> Fault | None:
    """Let `builder` take the events of `text`; what stopped it, if anything."""
    try:
        for event in _events(text):
            builder.take(event)
    except _TooDeep as error:
        hint = f"a plan needs no more than {MAX_DEPTH} levels"
        return Fault("yaml_too_deep", error.place, "This is nested too deep", hint)
    except MarkedYAMLError as error:
        return _syntax_fault(text, error, builder.runs_on)
    except YAMLError as error:
        return Fault("yaml_syntax", _place_of_error(text, error), _plain(error), "use plain text in UTF-8")
    return None


def _value_of(text: str, place: Place) -> re.Match[str] | None:
    """What the line of a slip holds behind its key, or behind its dash."""
    start = text.rfind("\n", 0, place.offset) + 1
    head = _HEAD.match(text, start, start + _LONGEST_KEY)
    return None if head is None else _VALUE.match(text, head.end())


def _events(text: str) -> Iterator[Any]:
    yaml = YAML(typ="safe", pure=True)
    yield from yaml.parse(text)


def _plain(error: YAMLError) -> str:
    return "This text can't be read: " + " ".join(str(error).split())[:120]


def _place_of_error(text: str, error: YAMLError) -> Place:
    """Where a character stands that YAML does not let in; it tells no more than its number."""
    offset = getattr(error, "position", None)
    return place_at(text, offset) if isinstance(offset, int) else START


def place_at(text: str, offset: int) -> Place:
    """Line and column of an offset in the text."""
    return Place(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset), offset)


def _place(mark: Any) -> Place:
    return Place(mark.line + 1, mark.column + 1, mark.index)


def _syntax_fault(text: str, error: MarkedYAMLError, runs_on: tuple[Place, int] | None) -> Fault:
    mark = error.problem_mark or error.context_mark
    place = START if mark is None else _place(mark)
    if runs_on is not None and runs_on[1] == place.line:
        message = f"The quote that opens here closes only in line {place.line}"
        return Fault("yaml_syntax", runs_on[0], message, "close it where its text ends")
    opened = error.context_mark
    if opened is not None and error.context == "while scanning a simple key":
        hint = "write a key, a colon and a space: currency: EUR"
        return Fault("yaml_syntax", _place(opened), "There is no colon with a space behind it in this line", hint)
    if opened is not None and "flow" in (error.context or "") and opened.line + 1 < place.line:
        message = f"The bracket that opens here is not closed before line {place.line}"
        return Fault("yaml_syntax", _place(opened), message, "close it")
    lines = text.splitlines()
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    hint = "look at the indentation, the brackets and the quotes of this line"
    if re.search(r"[=&|!<>\"*\[%`@]", line):
        hint = "if this line holds a condition, " + QUOTE_IT
    return Fault("yaml_syntax", place, f"This is not YAML: {error.problem or error.context}", hint)


class _TooDeep(Exception):
    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.place = place


class _Open:
    """A list or mapping that is not closed yet."""

    __slots__ = ("key", "node")

    def __init__(self, node: Sequence | Mapping) -> None:
        self.node = node
        self.key: Scalar | Strange | None = None


class _Builder:
    """Makes the tree of YAML's events. What begins at a `covered` offset has been told and is strange."""

    def __init__(self, covered: frozenset[int] = frozenset()) -> None:
        self.covered = covered
        self.runs_on: tuple[Place, int] | None = None  # the last scalar, if its quote closes on a later line, and that
        self.root: Node | None = None
        self.faults: list[Fault] = []
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, event: Any) -> None:
        place = _place(event.start_mark)
        if isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents == 2:
                self._fault("yaml_documents", place, "There is more than one document", "leave --- away")
        elif isinstance(event, ScalarEvent):
            self._scalar(event, place)
        elif isinstance(event, AliasEvent):
            message = f"`*{event.anchor}` would repeat another place of the file"
            self._fault("yaml_alias", place, message, f"write it out; if it is a condition, {QUOTE_IT}")
            self._put(Strange(place))
        elif isinstance(event, SequenceStartEvent | MappingStartEvent):
            self._begin(event, place)
        elif isinstance(event, SequenceEndEvent | MappingEndEvent):
            self._open.pop()

    def _fault(self, code: str, place: Place, message: str, hint: str) -> None:
        self.faults.append(Fault(code, place, message, hint))

    def _scalar(self, event: ScalarEvent, place: Place) -> None:
        last = event.end_mark.line + 1
        self.runs_on = (place, last) if event.style in ("'", '"') and last > place.line else None
        if place.offset in self.covered:
            self._put(Strange(place))
            return
        if event.anchor is not None and not event.value:
            self._fault("yaml_quote", place, f"YAML takes `&{event.anchor}` for an anchor", QUOTE_IT)
            self._put(Strange(place))
            return
        if event.tag is not None and not event.implicit[0]:
            message = f"YAML takes `{_written(event.tag)}` for a tag"
            self._fault("yaml_tag", place, message, QUOTE_IT)
            self._put(Strange(place))
            return
        plain = event.style is None
        self._put(Scalar(place, event.value, plain, event.end_mark.index))

    def _begin(self, event: SequenceStartEvent | MappingStartEvent, place: Place) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise _TooDeep(place)
        if event.tag is not None and not event.implicit:
            self._fault("yaml_tag", place, f"YAML takes `{_written(event.tag)}` for a tag", QUOTE_IT)
        flow = bool(event.flow_style)
        node = Sequence(place, [], flow) if isinstance(event, SequenceStartEvent) else Mapping(place, {}, flow)
        self._put(node)
        self._open.append(_Open(node))

    def _put(self, node: Node) -> None:
        if not self._open:
            if self.root is None:
                self.root = node
            return
        holder = self._open[-1]
        if isinstance(holder.node, Sequence):
            holder.node.items.append(node)
        elif holder.key is None:
            holder.key = self._key(node)
        else:
            self._entry(holder.node, holder.key, node)
            holder.key = None

    def _key(self, node: Node) -> Scalar | Strange:
        if isinstance(node, Scalar):
            return node
        if not isinstance(node, Strange):
            self._fault("yaml_key", node.place, "A key must be a single word", "quote it, if it is meant so")
        return Strange(node.place)

    def _entry(self, holder: Mapping, key: Scalar | Strange, node: Node) -> None:
        if isinstance(key, Strange):
            return
        if key.text in holder.entries:
            first = holder.entries[key.text][0].place
            message = f"`{key.text[:60]}` stands twice; first in line {first.line}"
            self._fault("duplicate_key", key.place, message, "keep one of them")
            return
        holder.entries[key.text] = (key, node)


def _written(tag: Any) -> str:
    """A tag as it stands in the file: YAML tells `!!str` by its long name."""
    return str(tag).replace("tag:yaml.org,2002:", "!!", 1)


def place_in(source: str, scalar: Scalar, at: int) -> Place:
    """Where character `at` of a scalar's text stands in the source, whatever its quotes and folding."""
    offset = scalar.place.offset
    raw = source[offset : scalar.end]
    here = _offset_in(raw, scalar.text, at)
    before = raw[:here]
    breaks = before.count("\n")
    column = scalar.place.column + here if not breaks else here - before.rfind("\n")
    return Place(scalar.place.line + breaks, column, offset + here)


def _offset_in(raw: str, text: str, at: int) -> int:
    """Walk raw and text side by side: what of the text is not blank stands in the raw, in order."""
    if raw.startswith(text):
        return min(at, len(raw))
    here = 1 if raw[:1] in "\"'" else 0
    if raw[:1] in "|>":
        here = raw.find("\n") + 1
    for char in text[:at]:
        if not char.isspace():
            found = raw.find(char, here, here + 200)
            here = found + 1 if found >= 0 else here
    if at < len(text) and not text[at].isspace():
        found = raw.find(text[at], here, here + 200)
        here = found if found >= 0 else here
    return here
