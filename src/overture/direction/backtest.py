"""A plan tried on recorded visits: the same deciding as live, over a log file of any size.

Two passes. The first finds where each visit lies, who came and when; the second takes the visits of each
visitor in order of their start. Both are shared out over processes, the second by visitor, so that each
process sees the whole history of its visitors. Only visitors who come again are remembered.
"""

from __future__ import annotations

import heapq
import multiprocessing
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures import wait as wait_for
from pathlib import Path
from typing import IO, Any

import msgspec
import numpy as np

from overture.direction.compiled import compile_plan
from overture.direction.log_index import Part, index_part, join, returning
from overture.direction.model import Plan
from overture.direction.retrace import DecisionRow, Retrace, row_of
from overture.direction.tally import Tally
from overture.visits.log import BadLine, LoggedVisit, LogProblem, read_line

Progress = Callable[[int, int], None]  # visits done, visits in all

_SMALL = 8 << 20  # bytes; below, starting processes takes longer than the work
_REPORT_EVERY = 500  # visits between two words on progress
_KEPT_PROBLEMS = 1_000  # bad lines told one by one; all are counted


class Options(msgspec.Struct, frozen=True):
    """How to run: decisions to a file, processes (None: one a core), and whether to survey eligibility."""

    decisions: Path | None = None
    workers: int | None = None
    survey: bool = True


class Report(msgspec.Struct):
    """What came of it. `uninvited` leaves out visits whose chat came from an earlier invitation."""

    numbers: Tally
    uninvited: Tally
    bad_lines: int
    problems: list[LogProblem]


class _Done(msgspec.Struct):
    numbers: Tally
    uninvited: Tally
    bad_lines: int
    problems: list[LogProblem]


def run(plan: Plan, log: Path, options: Options = Options(), progress: Progress | None = None) -> Report:  # noqa: B008
    """Try a checked plan on a log file. OSError if the log can't be read or the decisions not written."""
    workers = options.workers or os.cpu_count() or 1
    size = log.stat().st_size
    if size < _SMALL:
        workers = 1
    with tempfile.TemporaryDirectory(prefix="overture-backtest-") as folder:
        work = _Work(plan, log, Path(folder), workers, options.survey, options.decisions is not None)
        done, problems = _alone(work, progress) if workers == 1 else _shared(work, progress)
        if options.decisions is not None:
            with options.decisions.open("wb") as out:
                _merge(work, out)
    return _report(done, problems)


def run_visits(plan: Plan, visits: Iterable[LoggedVisit], survey: bool = True) -> tuple[Report, list[DecisionRow]]:
    """Try a checked plan on visits already in memory, in any order; the decisions in theirs."""
    retrace = Retrace(compile_plan(plan), survey)
    rows: list[DecisionRow] = []
    for visit in sorted(visits, key=lambda one: one.started_ms):
        rows += [row_of(visit, decision) for decision in retrace.take(visit)]
    return Report(retrace.numbers, retrace.uninvited, 0, []), rows


class _Work(msgspec.Struct):
    plan: Plan
    log: Path
    folder: Path
    workers: int
    survey: bool
    keep: bool

    def index(self, worker: int) -> Path:
        return self.folder / f"index-{worker}.npy"

    def found(self, worker: int) -> Path:
        return self.folder / f"decisions-{worker}"


def _alone(work: _Work, progress: Progress | None) -> tuple[list[_Done], list[LogProblem]]:
    problems = _share_out(work, [index_part(work.log, 0, work.log.stat().st_size)])
    total = len(np.load(work.index(0), mmap_mode="r"))
    done = _take_share(work, 0, (lambda count: progress(count, total)) if progress else None)
    return [done], problems


def _shared(work: _Work, progress: Progress | None) -> tuple[list[_Done], list[LogProblem]]:
    # Spawned, not forked: a backtest may be asked for by a server full of threads.
    context = multiprocessing.get_context("spawn")
    counts = context.Array("q", work.workers, lock=False)
    with ProcessPoolExecutor(work.workers, context, _init, (counts,)) as pool:
        size = work.log.stat().st_size
        edges = [size * place // work.workers for place in range(work.workers + 1)]
        parts = list(pool.map(index_part, [work.log] * work.workers, edges[:-1], edges[1:]))
        problems = _share_out(work, parts)
        total = sum(len(np.load(work.index(worker), mmap_mode="r")) for worker in range(work.workers))
        futures = [pool.submit(_take_share_counted, work, worker) for worker in range(work.workers)]
        _watch(futures, counts, total, progress)
        return [future.result() for future in futures], problems


def _watch(futures: list[Future[_Done]], counts: Any, total: int, progress: Progress | None) -> None:
    waiting = set(futures)
    while waiting:
        _, waiting = wait_for(waiting, timeout=0.5)
        if progress is not None:
            progress(sum(counts), total)


_counts: Any = None  # of this process, set as it starts


def _init(counts: Any) -> None:
    global _counts
    _counts = counts


def _take_share_counted(work: _Work, worker: int) -> _Done:
    def count(done: int) -> None:
        _counts[worker] = done

    return _take_share(work, worker, count)


def _share_out(work: _Work, parts: list[Part]) -> list[LogProblem]:
    """Write each process's share of the index: the visits of its visitors, in order."""
    rows, problems = join(parts)
    for worker in range(work.workers):
        share = rows if work.workers == 1 else rows[rows["visitor"] % work.workers == worker]
        np.save(work.index(worker), share)
    return problems


def _take_share(work: _Work, worker: int, count: Callable[[int], None] | None) -> _Done:
    rows = np.load(work.index(worker), mmap_mode="r")
    left = returning(rows)
    retrace = Retrace(compile_plan(work.plan), work.survey)
    bad, problems = 0, list[LogProblem]()
    done = 0
    with work.log.open("rb") as log, work.found(worker).open("wb", buffering=1 << 20) as out:
        for started, offset, length, line, mark in _rows(rows):
            log.seek(offset)
            returns = left.get(mark, 1) > 1
            if returns:
                left[mark] -= 1
            done += 1
            if count is not None and done % _REPORT_EVERY == 0:
                count(done)
            try:
                visit = read_line(log.read(length))
            except BadLine as error:
                bad += 1
                if len(problems) < _KEPT_PROBLEMS:
                    problems.append(LogProblem(line, str(error)))
                continue
            decisions = retrace.take(visit, returns)
            if work.keep:
                for decision in decisions:
                    out.write(_key(started, line) + msgspec.json.encode(row_of(visit, decision)) + b"\n")
    if count is not None:
        count(done)
    return _Done(retrace.numbers, retrace.uninvited, bad, problems)


def _rows(rows: Any, batch: int = 50_000) -> Iterator[tuple[int, int, int, int, int]]:
    """The rows as plain numbers, some at a time."""
    for first in range(0, len(rows), batch):
        yield from rows[first : first + batch].tolist()


_KEY = 28


def _key(started: int, line: int) -> bytes:
    """What sorts as text the way (start, line) sorts as numbers; instants before 1970 included."""
    return b"%017d%011d" % (started + 10**15, line)


def _merge(work: _Work, out: IO[bytes]) -> None:
    files = [work.found(worker).open("rb") for worker in range(work.workers)]
    try:
        for line in heapq.merge(*files, key=lambda line: line[:_KEY]):
            out.write(line[_KEY:])
    finally:
        for file in files:
            file.close()


def _report(done: list[_Done], problems: list[LogProblem]) -> Report:
    numbers, uninvited = Tally(), Tally()
    bad = len(problems)
    for one in done:
        numbers.add(one.numbers)
        uninvited.add(one.uninvited)
        bad += one.bad_lines
        problems = problems + one.problems
    problems = sorted(problems, key=lambda one: one.line)[:_KEPT_PROBLEMS]
    return Report(numbers, uninvited, bad, problems)
