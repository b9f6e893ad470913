"""A plan tried on recorded visits: the same deciding as live, over a log file of any size.

Three steps. The first finds where each visit lies, who came and when; the second sorts that by time; the third
takes the visits of each visitor in order of their start. All are shared out over processes, the third by visitor,
so that each process sees the whole history of its visitors. Only visitors who come again are remembered.
"""

from __future__ import annotations

import heapq
import os
import shutil
import stat
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, Literal

import msgspec

from overture.direction.compiled import compile_plan
from overture.direction.crew import Alone, Crew, Job
from overture.direction.decide import Decision
from overture.direction.log_index import (
    Part,
    Row,
    all_problems,
    buckets_for,
    index_part,
    rows_in_order,
    sort_bucket,
    visitor_in,
)
from overture.direction.model import Plan
from overture.direction.rehearsal import Rehearsal
from overture.direction.retrace import DecisionRow, Retrace, row_of
from overture.direction.staffing import Staffing
from overture.direction.tally import Tally
from overture.visits.log import BadLine, LoggedVisit, LogProblem, Problems, read_line

Phase = Literal["reading", "trying"]  # the log, counted in bytes; the plan, counted in visits
Progress = Callable[[Phase, int, int], None]  # phase, done, of all

_SMALL = 8 << 20  # bytes; below, starting processes takes longer than the work
_REPORT_EVERY = 500  # visits between two words on progress


class Options(msgspec.Struct, frozen=True):
    """How to run: decisions of the first plan to a file, processes (None: one a core), and whether to survey
    where triggers were eligible. With a `staffing` capacity and pacing are part of every decision, and each plan
    is tried by one process alone.
    """

    decisions: Path | None = None
    workers: int | None = None
    survey: bool = True
    staffing: Staffing | None = None


class Report(msgspec.Struct):
    """What came of it. `uninvited` leaves out visits whose chat came from an earlier invitation."""

    numbers: Tally
    uninvited: Tally
    bad_lines: int
    problems: list[LogProblem]


def run(plan: Plan, log: Path, options: Options = Options(), progress: Progress | None = None) -> Report:  # noqa: B008
    """Try a checked plan on a log file. OSError if the log can't be read or the decisions not written."""
    return run_all([plan], log, options, progress)[0]


def run_all(
    plans: Sequence[Plan], log: Path, options: Options = Options(), progress: Progress | None = None  # noqa: B008
) -> list[Report]:  # fmt: skip
    """Try checked plans on a log file side by side; it is read once for all of them.

    BadStaffing if the staffing does not fit them.
    """
    if options.staffing is not None:
        options.staffing.check(*plans)
    with tempfile.TemporaryDirectory(prefix="overture-backtest-") as name, ExitStack() as stack:
        folder = Path(name)
        log = _seekable(log, folder)
        size = log.stat().st_size
        workers = 1 if size < _SMALL else options.workers or os.cpu_count() or 1
        crew = Alone() if workers == 1 else stack.enter_context(Crew(workers))
        keep = options.decisions is not None
        work = _Work(list(plans), log, folder, workers, options.survey, keep, options.staffing)
        parts, runs = _index(work, crew, size, progress)
        total = sum(part.visits for part in parts)
        if options.staffing is None:
            jobs = [Job(_take_share, (work, worker, runs[worker])) for worker in range(workers)]
        else:
            total *= len(plans)
            shares = [range(worker, len(plans), workers) for worker in range(min(workers, len(plans)))]
            jobs = [Job(_rehearse, (work, places, [run for some in runs for run in some])) for places in shares]
        done = crew.run(jobs, lambda count: progress("trying", count, total) if progress else None)
        if options.decisions is not None:
            with options.decisions.open("wb") as out:
                _merge(work, out)
    return [_report(place, done, all_problems(parts)) for place in range(len(plans))]


def run_visits(plan: Plan, visits: Iterable[LoggedVisit], survey: bool = True) -> tuple[Report, list[DecisionRow]]:
    """Try a checked plan on visits already in memory, in any order; the decisions in theirs."""
    retrace = Retrace(compile_plan(plan), survey)
    rows: list[DecisionRow] = []
    for visit in sorted(visits, key=lambda one: one.started_ms):
        rows += [row_of(visit, decision) for decision in retrace.take(visit)]
    return Report(retrace.numbers, retrace.uninvited, 0, []), rows


def _seekable(log: Path, folder: Path) -> Path:
    """A file that can be read from any place: what comes through a pipe is laid down first."""
    if stat.S_ISREG(log.stat().st_mode):
        return log
    laid = folder / "log"
    with log.open("rb") as source, laid.open("wb") as out:
        shutil.copyfileobj(source, out, 1 << 20)
    return laid


class _Work(msgspec.Struct):
    plans: list[Plan]
    log: Path
    folder: Path
    workers: int
    survey: bool
    keep: bool
    staffing: Staffing | None

    @property
    def shares(self) -> int:
        """How many files of decisions there are to put together."""
        return self.workers if self.staffing is None else 1

    def found(self, share: int) -> Path:
        return self.folder / f"decisions-{share}"


def _index(
    work: _Work, crew: Alone | Crew, size: int, progress: Progress | None
) -> tuple[list[Part], list[list[Path]]]:  # fmt: skip
    """Index the log: its parts, and for each worker the sorted runs of the visitors that are its share."""
    workers, buckets = work.workers, buckets_for(size, work.workers)
    edges = [size * place // workers for place in range(workers + 1)]
    jobs = [
        Job(index_part, (work.log, edges[part], edges[part + 1], work.folder, part, buckets))
        for part in range(workers)
    ]  # fmt: skip
    parts = crew.run(jobs, lambda count: progress("reading", count, size) if progress else None)
    sorts = [Job(_sort_share, (work.folder, range(worker, buckets, workers), parts)) for worker in range(workers)]
    return parts, crew.run(sorts)


def _sort_share(folder: Path, buckets: Sequence[int], parts: list[Part], _tell: Callable[[int], None]) -> list[Path]:
    return [run for bucket in buckets for run in sort_bucket(folder, bucket, parts)]


class _Done(msgspec.Struct):
    """What came of a share: by the plan's place the numbers of all visits, and those of the uninvited."""

    tallies: dict[int, tuple[Tally, Tally]]
    problems: list[LogProblem]
    bad_lines: int


def _take_share(work: _Work, share: int, runs: list[Path], tell: Callable[[int], None]) -> _Done:
    traces = [Retrace(compile_plan(plan), work.survey) for plan in work.plans]
    problems = Problems()
    done = 0
    with work.log.open("rb") as log, work.found(share).open("wb", buffering=1 << 20) as out:
        for row in rows_in_order(runs):
            done += 1
            if done % _REPORT_EVERY == 0:
                tell(done)
            visit = _read(log, row, problems, traces)
            if visit is None:
                continue
            found = [trace.take(visit, row.returns) for trace in traces]
            if work.keep:
                out.write(_lines(row, visit, found[0]))
    tell(done)
    tallies = {place: (trace.numbers, trace.uninvited) for place, trace in enumerate(traces)}
    return _Done(tallies, list(problems), problems.total)


def _rehearse(work: _Work, places: Sequence[int], runs: list[Path], tell: Callable[[int], None]) -> _Done:
    """Try plans on all visits with a staffing, one after the other."""
    found: dict[int, tuple[Tally, Tally]] = {}
    done, problems = 0, Problems()
    for place in places:
        problems = Problems()  # each plan meets the same ones
        found[place], done = _rehearse_one(work, place, runs, problems, done, tell)
    return _Done(found, list(problems), problems.total)


def _rehearse_one(
    work: _Work, place: int, runs: list[Path], problems: Problems, done: int, tell: Callable[[int], None]
) -> tuple[tuple[Tally, Tally], int]:
    assert work.staffing is not None
    with work.log.open("rb") as log, work.found(place).open("wb", buffering=1 << 20) as file:
        rehearsal = Rehearsal(
            compile_plan(work.plans[place]),
            work.staffing,
            lambda row: _read(log, row, problems, [rehearsal.retrace]),
            work.survey,
        )
        out = _InOrder(file)
        keep = work.keep and place == 0
        for row in rows_in_order(runs):
            done += 1
            if done % _REPORT_EVERY == 0:
                tell(done)
            out.begin(row)
            for taken in rehearsal.take(row):
                out.put(taken.row, _lines(taken.row, taken.visit, taken.decisions) if keep else b"")
        for taken in rehearsal.close():
            out.put(taken.row, _lines(taken.row, taken.visit, taken.decisions) if keep else b"")
    tell(done)
    return (rehearsal.retrace.numbers, rehearsal.retrace.uninvited), done


class _InOrder:
    """Writes what visits came to in the order in which they began, in whatever order they end."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._begun: deque[int] = deque()
        self._ended: dict[int, bytes] = {}

    def begin(self, row: Row) -> None:
        """A visit begins."""
        self._begun.append(row.offset)

    def put(self, row: Row, lines: bytes) -> None:
        """A visit has ended with these lines."""
        self._ended[row.offset] = lines
        while self._begun and (found := self._ended.pop(self._begun[0], None)) is not None:
            self._begun.popleft()
            self._file.write(found)


def _read(log: IO[bytes], row: Row, problems: Problems, traces: list[Retrace]) -> LoggedVisit | None:
    """The visit of a row, None if its line turns out to be none."""
    log.seek(row.offset)
    line = log.read(row.length)
    try:
        return read_line(line)
    except BadLine as error:
        problems.append(LogProblem(row.line, str(error)))
        if not row.returns:
            _forget(traces, line)
        return None


def _forget(traces: list[Retrace], line: bytes) -> None:
    """Let go of a visitor whose last line was a bad one."""
    with suppress(msgspec.DecodeError, UnicodeDecodeError):  # the file was changed meanwhile
        who = visitor_in(line)
        for trace in traces:
            trace.forget(who)


_KEY = 28


def _key(row: Row) -> bytes:
    """What sorts as text the way (start, line) sorts as numbers; instants before 1970 included."""
    return b"%017d%011d" % (row.started + 10**15, row.line)


def _lines(row: Row, visit: LoggedVisit | None, decisions: list[Decision]) -> bytes:
    """A visit's decisions as lines that can be merged with others'."""
    if visit is None:
        return b""
    return b"".join(_key(row) + msgspec.json.encode(row_of(visit, one)) + b"\n" for one in decisions)


def _merge(work: _Work, out: IO[bytes]) -> None:
    with ExitStack() as stack:
        files = [stack.enter_context(work.found(share).open("rb")) for share in range(work.shares)]
        for line in heapq.merge(*files, key=lambda line: line[:_KEY]):
            out.write(line[_KEY:])


def _report(place: int, done: list[_Done], problems: Problems) -> Report:
    """The report on one plan, out of what came of the shares and of the lines that the index left out."""
    numbers, uninvited = Tally(), Tally()
    bad = problems.total
    told = list(problems)
    for share in done:
        if place not in share.tallies:
            continue
        numbers.add(share.tallies[place][0])
        uninvited.add(share.tallies[place][1])
        bad += share.bad_lines
        told += share.problems
    kept = Problems()
    for one in sorted(told, key=lambda one: one.line):
        kept.append(one)
    return Report(numbers, uninvited, bad, list(kept))
