"""Where every visit of a log file lies, who came and when: what is needed to take them in order.

28 bytes a visit, on disk. A log need not be sorted; the index is.
"""

from __future__ import annotations

import zlib
from array import array
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from overture.kit.clock import to_ms
from overture.visits.log import BadLine, Instant, LogProblem, read_line

ROW = np.dtype([("started", "<i8"), ("offset", "<i8"), ("length", "<u4"), ("line", "<u4"), ("visitor", "<u4")])
Rows = Any  # a numpy array of ROW


class _Head(msgspec.Struct):
    visitor: str
    started: Instant


_head = msgspec.json.Decoder(_Head)


class Part(msgspec.Struct):
    """The rows of a part of a file, and the lines in it that are no visits, counted from its first line."""

    rows: Rows
    lines: int
    problems: list[LogProblem]


def index_part(path: Path, start: int, stop: int) -> Part:
    """Index the lines that begin in `start` <= offset < `stop`."""
    started, offsets = array("q"), array("q")
    lengths, numbers, visitors = array("I"), array("I"), array("I")
    problems: list[LogProblem] = []
    number = 0
    with path.open("rb", buffering=1 << 20) as file:
        if start:
            file.seek(start - 1)
            file.readline()  # the line that began before belongs to the part before
        offset = file.tell()
        while offset < stop and (line := file.readline()):
            number += 1
            length = len(line)
            try:
                head = _head.decode(line)
                started.append(to_ms(head.started))
                offsets.append(offset)
                lengths.append(length)
                numbers.append(number)
                visitors.append(zlib.crc32(head.visitor.encode()))
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                if line.strip():
                    problems.append(LogProblem(number, _why(line)))
            offset += length
    rows = np.empty(len(started), ROW)
    for name, column in (
        ("started", started), ("offset", offsets), ("length", lengths), ("line", numbers), ("visitor", visitors),
    ):  # fmt: skip
        rows[name] = np.frombuffer(column, dtype=ROW[name]) if len(column) else 0
    return Part(rows, number, problems)


def _why(line: bytes) -> str:
    try:
        read_line(line)
    except BadLine as error:
        return str(error)
    return "it is no visit"


def join(parts: list[Part]) -> tuple[Rows, list[LogProblem]]:
    """One index of all parts, sorted by start and then by line, and the problems by line."""
    before = 0
    problems: list[LogProblem] = []
    for part in parts:
        part.rows["line"] += before
        problems += [LogProblem(one.line + before, one.message) for one in part.problems]
        before += part.lines
    rows = np.concatenate([part.rows for part in parts])
    if len(rows) and not bool(np.all(rows["started"][1:] >= rows["started"][:-1])):
        rows = rows[np.argsort(rows["started"], kind="stable")]
    return rows, problems


def returning(rows: Rows) -> dict[int, int]:
    """How many visits there are by visitor's mark, for those with more than one."""
    marks, counts = np.unique(rows["visitor"], return_counts=True)
    many = counts > 1
    return dict(zip(marks[many].tolist(), counts[many].tolist(), strict=True))
