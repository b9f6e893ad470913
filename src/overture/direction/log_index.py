"""Where every visit of a log file lies, who came and when: what is needed to take the visits in order.

The index lies on disk, 32 bytes a visit, shared out into buckets by visitor. What is in memory at once is a
batch of rows, and of one bucket the visitors in it; so neither the log's length nor its order matters.

    parts = [index_part(log, 0, size, folder, 0, buckets)]        # any number of parts, in any process
    runs = [run for bucket in range(buckets) for run in sort_bucket(folder, bucket, parts)]
    for row in rows_in_order(runs): ...                           # by start, then by place in the file
"""

from __future__ import annotations

import heapq
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np

from overture.kit.clock import to_ms
from overture.visits.log import BadLine, Instant, LogProblem, Problems, lines_of, read_line

_FOUND = np.dtype([("visitor", "<u8"), ("started", "<i8"), ("offset", "<i8"), ("length", "<u4"), ("line", "<u4")])
_SORTED = np.dtype([("started", "<i8"), ("offset", "<i8"), ("length", "<u4"), ("line", "<u4"), ("returns", "?")])
_Rows = Any  # a numpy array of one of these

_BATCH = 16_384  # rows collected before they are written: some 3 MB
_RUN = 65_536  # rows sorted at once: 2 MB and four copies
_READ = 128  # rows of each run read at once: there may be hundreds of runs
_BUCKET_BYTES = 64 << 20  # of the log to a bucket: some 30,000 visits
_MOST_BUCKETS = 256
_TELL_EVERY = 1_000  # lines between two words on progress


class Row(NamedTuple):
    """A visit's place in the log. `returns` is false for a visitor's last visit in it."""

    started: int
    offset: int
    length: int
    line: int
    returns: bool


class Part(msgspec.Struct):
    """What a part of a file has: lines, visits, and lines that are no visits, by number from its first line."""

    lines: int
    visits: int
    bad: int
    problems: list[LogProblem]


class _Head(msgspec.Struct):
    visitor: str
    started: Instant


_head = msgspec.json.Decoder(_Head)


def visitor_in(line: bytes) -> str:
    """Whose visit a line is. msgspec.DecodeError if it does not say."""
    return _head.decode(line.removeprefix(BOM_UTF8)).visitor


def buckets_for(size: int, workers: int) -> int:
    """How many buckets the index of a log of `size` bytes has; as many for each worker."""
    wanted = min(max(1, size // _BUCKET_BYTES), _MOST_BUCKETS)
    return -(-wanted // workers) * workers


def index_part(
    path: Path, start: int, stop: int, folder: Path, part: int, buckets: int, tell: Callable[[int], None]
) -> Part:
    """Index the lines that begin in `start` <= offset < `stop`. `tell` hears how many bytes of them are done."""
    rows: list[tuple[int, int, int, int, int]] = []
    problems = Problems()
    number = visits = 0
    with path.open("rb", buffering=1 << 20) as file:
        if start:
            file.seek(start - 1)
            next(lines_of(file), None)  # the line that began before belongs to the part before
        offset = file.tell()
        for line, length in lines_of(file):
            if offset >= stop:
                break
            number += 1
            try:
                head = _head.decode(line.removeprefix(BOM_UTF8)) if length == len(line) else read_line(line)
                rows.append((_mark(head.visitor), to_ms(head.started), offset, length, number))
            except (BadLine, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                if line.strip():
                    problems.append(LogProblem(number, _why(line)))
            offset += length
            if len(rows) == _BATCH:
                visits += _put(rows, folder, part, buckets)
            if number % _TELL_EVERY == 0:
                tell(offset - start)
    visits += _put(rows, folder, part, buckets)
    tell(offset - start)
    return Part(number, visits, problems.total, list(problems))


def _mark(visitor: str) -> int:
    """A number for a visitor. Two with the same one are only remembered longer than need be."""
    return int.from_bytes(blake2b(visitor.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _why(line: bytes) -> str:
    try:
        read_line(line)
    except BadLine as error:
        return str(error)
    return "it is no visit"


def _put(rows: list[tuple[int, int, int, int, int]], folder: Path, part: int, buckets: int) -> int:
    """Write rows to their buckets, and let go of them. How many they were."""
    found = np.array(rows, _FOUND)
    rows.clear()
    place = found["visitor"] % buckets
    order = np.argsort(place, kind="stable")
    found = found[order]
    edges = np.searchsorted(place[order], np.arange(buckets + 1))
    for bucket in range(buckets):
        if edges[bucket] < edges[bucket + 1]:
            with _found_file(folder, part, bucket).open("ab") as out:
                out.write(found[edges[bucket] : edges[bucket + 1]].tobytes())
    return len(found)


def _found_file(folder: Path, part: int, bucket: int) -> Path:
    return folder / f"found-{part}-{bucket}"


def sort_bucket(folder: Path, bucket: int, parts: Sequence[Part]) -> list[Path]:
    """A bucket's rows as sorted runs on disk; what was found is deleted."""
    last = np.empty(0, _FOUND)
    for rows in _batches(folder, bucket, parts):
        last = _last_visits(np.concatenate([last, rows]))
    last_offsets = np.sort(last["offset"])
    del last
    runs: list[Path] = []
    for rows in _batches(folder, bucket, parts):
        rows = rows[np.lexsort((rows["offset"], rows["started"]))]
        run = np.empty(len(rows), _SORTED)
        for name in ("started", "offset", "length", "line"):
            run[name] = rows[name]
        place = np.searchsorted(last_offsets, rows["offset"])
        run["returns"] = last_offsets[np.minimum(place, len(last_offsets) - 1)] != rows["offset"]
        runs.append(folder / f"run-{bucket}-{len(runs)}")
        run.tofile(runs[-1])
    for part in range(len(parts)):
        _found_file(folder, part, bucket).unlink(missing_ok=True)
    return runs


def _batches(folder: Path, bucket: int, parts: Sequence[Part]) -> Iterator[_Rows]:
    """A bucket's rows, some at a time, with lines counted from the file's first."""
    before = 0
    for number, part in enumerate(parts):
        file = _found_file(folder, number, bucket)
        if file.exists():
            for rows in _pieces(file, _FOUND, _RUN):
                rows["line"] += before
                yield rows
        before += part.lines


def _last_visits(rows: _Rows) -> _Rows:
    """Of each visitor the row that comes last."""
    rows = rows[np.lexsort((rows["offset"], rows["started"], rows["visitor"]))]
    return rows[np.append(rows["visitor"][1:] != rows["visitor"][:-1], True)]


def _pieces(file: Path, kind: Any, count: int) -> Iterator[_Rows]:
    place = 0
    while len(rows := np.fromfile(file, kind, count, offset=place)):
        yield rows
        place += rows.nbytes


def rows_in_order(runs: Sequence[Path]) -> Iterator[Row]:
    """The rows of all runs by start, then by place in the file."""
    return map(Row._make, heapq.merge(*map(_rows_of, runs)))


def _rows_of(run: Path) -> Iterator[tuple[int, int, int, int, bool]]:
    for rows in _pieces(run, _SORTED, _READ):
        yield from rows.tolist()


def all_problems(parts: Sequence[Part]) -> Problems:
    """The problems of all parts, with lines counted from the file's first."""
    found, before = Problems(), 0
    for part in parts:
        for one in part.problems:
            found.append(LogProblem(one.line + before, one.message))
        found.total += part.bad - len(part.problems)
        before += part.lines
    return found
