"""Trials that take longer than anybody waits: run to the end beside the server, watched, and given up at will.

A site has one trial at a time; its state lies in the database, so that any process can tell of it and cancel
it. The process that was asked starts one that does the work (`trial_process`) and writes down how far that is;
who does so no longer has been lost, and the next trial may begin.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import tempfile
from asyncio.subprocess import PIPE, Process, SubprocessStreamProtocol
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Literal
from weakref import WeakKeyDictionary

import msgspec
import structlog

from overture.accounts import service as accounts
from overture.accounts.access import require
from overture.accounts.errors import NotAllowed
from overture.accounts.model import Actor
from overture.accounts.permissions import CHANGE_PLAN
from overture.direction import store as sql
from overture.direction.backtest import Report
from overture.direction.errors import NoSuchTrial, TrialFailed, TrialRunning
from overture.direction.model import Plan
from overture.direction.service import check_for, refused
from overture.direction.staffing import Staffing
from overture.direction.store import TrialRow
from overture.direction.trial import Side, Trial, span, try_on_recorded
from overture.direction.trial_process import Task, Word
from overture.kit.errors import NotFound, NotSignedIn
from overture.kit.ids import new_id
from overture.store import Store, Tx
from overture.visits.export import counted

State = Literal["waiting", "reading", "trying", "done", "cancelled", "failed"]
RUNNING: tuple[str, ...] = ("waiting", "reading", "trying")
AT_ONCE = 1_000  # visits that are tried while one waits: half a second
AT_MOST = 2  # trials of one process at once, of whatever sites; more wait
LOST_AFTER = timedelta(seconds=30)
BEAT_S = 1.0
_TO_END_S = 5.0
_LONGEST_WORD = 64 << 20  # bytes of the answer's last line: a thousand triggers with their weeks have some 10 MB

_log = structlog.get_logger(__name__)
_tasks: set[asyncio.Task[None]] = set()
_places_by_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


class Question(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text to try on recorded visits, and one to try beside it; the last 30 days if no time is named.

    `survey` counts, too, where each trigger was eligible, and with which others. With a `staffing` capacity and
    pacing are part of each decision.
    """

    text: str
    compare: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    survey: bool = False
    staffing: Staffing | None = None


class Asked(msgspec.Struct, frozen=True):
    """A trial, how far it is (visits), and what came of it. The `id` is "" if it was done at once."""

    id: str
    state: State
    done: int
    total: int
    since: datetime
    until: datetime
    asked_at: datetime
    asked_by_name: str
    result: Trial | None = None
    error: str = ""


class _Begun(msgspec.Struct, frozen=True):
    """A trial about to run, or the same question running already."""

    row: TrialRow
    plans: list[Plan]
    new: bool


async def start(store: Store, actor: Actor, site: str, question: Question) -> Asked:
    """Begin a trial; small ones are done at once. The same question again gives the trial that runs.

    PlanRefused, BadStaffing; TrialRunning while the site's other trial runs.
    """
    begun = await store.run(_begin, actor, site, question)
    row = begun.row
    if row.state == "done":
        result = await try_on_recorded(
            store, actor, site, question.text, question.compare, row.since, row.until, question.survey
        )
        if result.complete:
            return _asked(msgspec.structs.replace(row, done=row.total), result)
    if begun.new:
        work = Task(
            store.url.render_as_string(hide_password=False), site, row.since, row.until, begun.plans,
            question.survey, question.staffing,
        )  # fmt: skip
        task = asyncio.create_task(_Run(store, row, work, actor).run())
        _tasks.add(task)
        task.add_done_callback(_tasks.discard)
    return _asked(row)


def _begin(tx: Tx, actor: Actor, site: str, question: Question) -> _Begun:
    require(actor, CHANGE_PLAN, site)
    plans = []
    for text in (question.text, question.compare):
        if text is not None:
            checked = check_for(tx, site, text)
            if checked.plan is None:
                raise refused(checked.problems)
            plans.append(checked.plan)
    if question.staffing is not None:
        question.staffing.check(*plans)
    since, until = span(question.since, question.until, tx.now)
    total = counted(tx, site, since, until)
    digest = blake2b(msgspec.json.encode(question), digest_size=16).hexdigest()
    row = TrialRow(
        id=new_id("t"), question=digest, state="waiting", done=0, total=total, since=since, until=until,
        asked_at=tx.now, asked_by=actor.id, asked_by_name=actor.name, beat_at=tx.now,
    )  # fmt: skip
    if total <= AT_ONCE and question.staffing is None:
        return _Begun(msgspec.structs.replace(row, id="", state="done"), plans, False)
    if sql.begin_trial(tx, site, row, RUNNING, tx.now - LOST_AFTER):
        return _Begun(row, plans, True)
    running = sql.trial(tx, site)
    assert running is not None
    if running.question == digest:
        return _Begun(running, plans, False)
    raise TrialRunning(
        f"{running.asked_by_name or 'Somebody'} is trying a plan on this site's visits: "
        f"{running.done} of {running.total} are done; wait for it, or cancel it",
        id=running.id, asked_by_name=running.asked_by_name, done=running.done, total=running.total,
    )  # fmt: skip


def find(tx: Tx, actor: Actor, site: str, trial_id: str) -> Asked:
    """How far a trial is, and what came of it. NoSuchTrial if a later one has taken its place."""
    row = _the_trial(tx, actor, site, trial_id)
    if row.state in RUNNING and row.beat_at < tx.now - LOST_AFTER:
        return _asked(row, state="failed", error="The server that ran it has stopped: try again")
    return _asked(row)


def cancel(tx: Tx, actor: Actor, site: str, trial_id: str) -> Asked:
    """Give a trial up. One that has ended stays as it is."""
    _the_trial(tx, actor, site, trial_id)
    sql.move_trial(tx, trial_id, RUNNING, state="cancelled")
    return _asked(_the_trial(tx, actor, site, trial_id))


def _the_trial(tx: Tx, actor: Actor, site: str, trial_id: str) -> TrialRow:
    require(actor, CHANGE_PLAN, site)
    row = sql.trial(tx, site)
    if row is None or row.id != trial_id:
        raise NoSuchTrial("There is no such trial any more: a later one has taken its place", site=site)
    return row


def _asked(row: TrialRow, result: Trial | None = None, *, state: State | None = None, error: str = "") -> Asked:
    found = state or msgspec.convert(row.state, State)
    if row.answer and found == "done":
        result = msgspec.json.decode(row.answer, type=Trial)
    return Asked(
        id=row.id, state=found, done=row.done, total=row.total, since=row.since, until=row.until,
        asked_at=row.asked_at, asked_by_name=row.asked_by_name, result=result,
        error=error or (row.answer if found == "failed" else ""),
    )  # fmt: skip


class GivenUp(Exception):
    """The trial is no longer wanted: cancelled, or another one has taken its place."""


class _Run:
    """One trial on its way."""

    def __init__(self, store: Store, row: TrialRow, task: Task, actor: Actor) -> None:
        self._store = store
        self._actor = actor
        self._row = row
        self._task = task
        self._state: State = "waiting"
        self._done = 0

    async def run(self) -> None:
        """To its end, whatever that is; it is written down."""
        work = asyncio.create_task(self._work())
        try:
            while not work.done():
                await asyncio.wait([work], timeout=BEAT_S)
                await self._beat()
            await self._end("done", msgspec.json.encode(work.result()).decode())
        except GivenUp:
            pass
        except (NotAllowed, NotSignedIn, NotFound) as error:  # whoever asked may no more
            await self._end("failed", error.message)
        except Exception as error:
            _log.exception("trial failed", site=self._task.site)
            with suppress(Exception):  # the store may be what failed; the beat that stays out says the rest
                await self._end("failed", str(error) or type(error).__name__)
        finally:
            work.cancel()
            with suppress(BaseException):
                await work

    async def _beat(self) -> None:
        def beat(tx: Tx) -> bool:
            require(accounts.renewed(tx, self._actor), CHANGE_PLAN, self._task.site)
            return sql.move_trial(tx, self._row.id, RUNNING, state=self._state, done=self._done)

        if not await self._store.run(beat):
            raise GivenUp

    async def _end(self, state: State, answer: str) -> None:
        def end(tx: Tx) -> bool:
            done = self._row.total if state == "done" else self._done
            return sql.move_trial(tx, self._row.id, RUNNING, state=state, done=done, answer=answer)

        await self._store.run(end)

    async def _work(self) -> Trial:
        async with _places():
            # What the process lays down is cleared away here too, should it be killed.
            folder = tempfile.mkdtemp(prefix="overture-trial-")
            try:
                return await self._beside(folder)
            finally:
                await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    async def _beside(self, folder: str) -> Trial:
        """The trial by a process that lays down in the folder what it needs."""
        loop = asyncio.get_running_loop()
        # Not `create_subprocess_exec`, which keeps the transport to itself: it must be closed, however this ends.
        transport, protocol = await loop.subprocess_exec(
            lambda: SubprocessStreamProtocol(limit=_LONGEST_WORD, loop=loop),
            sys.executable, "-m", "overture.direction.trial_process",
            stdin=PIPE, stdout=PIPE, stderr=None, env={**os.environ, "TMPDIR": folder},
        )  # fmt: skip
        process = Process(transport, protocol, loop)
        try:
            await self._hand_over(process)
            return self._trial(await self._listen(process))
        finally:
            try:
                await _end(process)
            finally:
                transport.close()

    async def _hand_over(self, process: Process) -> None:
        """Give the process its task."""
        assert process.stdin is not None
        with suppress(ConnectionError):  # it has ended: that it says nothing tells so
            process.stdin.write(msgspec.json.encode(self._task) + b"\n")
            await process.stdin.drain()
            process.stdin.close()

    async def _listen(self, process: Process) -> list[Report]:
        """What the process found out; meanwhile, how far it is."""
        assert process.stdout is not None
        sides = len(self._task.plans) if self._task.staffing is not None else 1  # one after the other
        self._state = "reading"
        while line := await process.stdout.readline():
            word = msgspec.json.decode(line, type=Word)
            if word.error:
                raise TrialFailed(word.error)
            if word.reports is not None:
                return word.reports
            self._state = "trying" if word.done else "reading"
            self._done = word.done // sides or word.collected
        raise TrialFailed("The process that tried the plan has ended before it was done: try again")

    def _trial(self, reports: list[Report]) -> Trial:
        sides = [Side(one.numbers, one.uninvited, one.numbers.disturbed_share) for one in reports]
        other = sides[1] if len(sides) > 1 else None
        return Trial(sides[0], other, self._row.since, self._row.until, True, reports[0].bad_lines)


async def _end(process: Process) -> None:
    """Have a process end: it is asked, and if it does not, made to."""
    for signal in (process.terminate, process.kill):
        if process.returncode is None:
            with suppress(ProcessLookupError):
                signal()
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), _TO_END_S)


def _places() -> asyncio.Semaphore:
    return _places_by_loop.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_MOST))
