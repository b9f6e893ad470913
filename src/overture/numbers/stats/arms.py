"""Reads the outcomes of an experiment's arms from a table of one row per visitor. No row is lost unsaid."""

from __future__ import annotations

import csv
import re
from array import array
from collections.abc import Iterable, Iterator

import msgspec

from overture.numbers.stats.proportions import Proportion
from overture.numbers.stats.sample import Sample

MOST_ARMS = 50  # more is a column of visitors, not of arms
LINES_NAMED = 5
_DELIMITERS = (",", ";", "\t", "|")
_NUMBER = re.compile(r"[+-]?(\d+(?:\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"([+-]?\d+),(\d+)", re.ASCII)
_SPACES = re.compile(r"(?<=\d)[ \u00a0\u202f](?=\d{3}(?!\d))")  # between thousands
_LARGEST = 1e100  # sums of its squares stay far below the greatest number, 1.8e308
_WORDS = {"true": 1.0, "yes": 1.0, "false": 0.0, "no": 0.0}
_MISSING = {"", "na", "n/a", "nan", "null", "none", "-"}


class UnusableTable(ValueError):
    """The table as a whole can't be read; the message says why and the way out."""


class Skipped(msgspec.Struct):
    """Rows left out for one reason: how many, and the file's line numbers of the first five."""

    count: int = 0
    lines: list[int] = msgspec.field(default_factory=list)

    def add(self, line: int) -> None:
        """One more."""
        self.count += 1
        if len(self.lines) < LINES_NAMED:
            self.lines.append(line)


class Arms(msgspec.Struct, frozen=True, kw_only=True):
    """`assigned` counts every row that names its arm, also those whose outcome could not be read."""

    outcomes: dict[str, Sample | Proportion]
    assigned: dict[str, int]
    skipped: dict[str, Skipped]
    rows: int

    @property
    def binary(self) -> bool:
        """Every outcome is a yes or a no."""
        return all(isinstance(outcome, Proportion) for outcome in self.outcomes.values())


def read_arms(lines: Iterable[str], *, arm: str, outcome: str) -> Arms:
    """Of the lines of a CSV with a header; commas, semicolons, tabs and bars are told apart by the header.

    An outcome is a number with a decimal point, or true/false/yes/no; 0 and 1 alone make it binary. Raises
    UnusableTable where a column is missing or the file is no table.
    """
    source = iter(lines)
    header_line = next(source, None)
    if header_line is None or not header_line.strip():
        raise UnusableTable("the file is empty: its first line must name the columns")
    delimiter, header = _header(header_line, (arm, outcome))
    at, of = header.index(arm), header.index(outcome)
    values: dict[str, array[float]] = {}
    commas = _Commas()
    assigned: dict[str, int] = {}
    skipped: dict[str, Skipped] = {}
    rows = 0
    for line, cells in _rows(source, delimiter):
        rows += 1
        name = cells[at].strip() if len(cells) == len(header) else ""
        if not name:
            reason = "missing_arm" if len(cells) == len(header) else "wrong_number_of_cells"
            skipped.setdefault(reason, Skipped()).add(line)
            continue
        assigned[name] = assigned.get(name, 0) + 1
        if len(assigned) > MOST_ARMS:
            raise UnusableTable(f"column {arm!r} has more than {MOST_ARMS} values: is it the one with the arms?")
        found = parse_outcome(cells[of])
        values.setdefault(name, array("d"))
        if found == "ambiguous_outcome":
            commas.wait(name, line, cells[of])
        elif isinstance(found, str):
            skipped.setdefault(found, Skipped()).add(line)
        else:
            values[name].append(found)
            commas.seen |= "," in cells[of]
    commas.settle(values, skipped)
    return Arms(outcomes=_summed(values), assigned=assigned, skipped=skipped, rows=rows)


class _Commas:
    """Cells such as `1,234`: a number with decimals where the column has decimal commas, else nobody knows."""

    def __init__(self) -> None:
        self.seen = False  # a decimal comma that can be nothing else
        self._waiting: list[tuple[str, int, float]] = []

    def wait(self, name: str, line: int, cell: str) -> None:
        self._waiting.append((name, line, float(cell.strip().replace(",", "."))))

    def settle(self, values: dict[str, array[float]], skipped: dict[str, Skipped]) -> None:
        """The whole column has been read."""
        for name, line, value in self._waiting:
            if self.seen:
                values[name].append(value)
            else:
                skipped.setdefault("ambiguous_outcome", Skipped()).add(line)


def parse_outcome(cell: str) -> float | str:
    """The number in a cell, or why there is none: `missing_outcome`, `unparseable_outcome`, or `ambiguous_outcome`
    for `1,234`, which is 1.234 or 1234. A comma before any other number of digits is a decimal one."""
    text = _SPACES.sub("", cell.strip())
    if text.lower() in _MISSING:
        return "missing_outcome"
    if (word := _WORDS.get(text.lower())) is not None:
        return word
    if decimal := _DECIMAL_COMMA.fullmatch(text):
        if len(decimal[2]) == 3 and decimal[1].lstrip("+-0"):
            return "ambiguous_outcome"
        text = text.replace(",", ".")
    if not _NUMBER.fullmatch(text) or abs(value := float(text)) > _LARGEST:
        return "unparseable_outcome"
    return value


def _header(line: str, wanted: tuple[str, str]) -> tuple[str, list[str]]:
    readings = {d: [name.strip() for name in _split(line.lstrip("\ufeff"), d)] for d in _DELIMITERS}
    delimiter = max(readings, key=lambda d: (sum(name in readings[d] for name in wanted), len(readings[d])))
    header = readings[delimiter]
    for name in wanted:
        if header.count(name) != 1:
            problem = "no column" if name not in header else "more than one column"
            raise UnusableTable(f"{problem} {name!r}: the file has {', '.join(header[:20])}")
    return delimiter, header


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _rows(source: Iterator[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(source, delimiter=delimiter)
    while True:
        line = reader.line_num + 2  # the header was line 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise UnusableTable(f"line {line} is no CSV ({error}): write the file anew") from error
        if cells is None:
            return
        if cells:
            yield line, cells


def _summed(values: dict[str, array[float]]) -> dict[str, Sample | Proportion]:
    if all(value in (0.0, 1.0) for outcomes in values.values() for value in outcomes):
        return {name: Proportion(round(sum(found)), len(found)) for name, found in values.items()}
    return {name: Sample.of(found) for name, found in values.items()}
