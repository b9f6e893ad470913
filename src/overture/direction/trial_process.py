"""A trial in a process of its own, beside the server that asked for it.

    python -m overture.direction.trial_process

reads a task from standard input and the visits from the database; writes to standard output lines of JSON: first
how far it is, last what came of it. It gives way to the server, and ends when nobody listens any more.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import msgspec

from overture.accounts.model import SYSTEM
from overture.bus.local import LocalBus
from overture.direction.backtest import Options, Phase, Report, run_all
from overture.direction.model import Plan
from overture.direction.staffing import Staffing
from overture.kit.errors import OvertureError
from overture.store import Store
from overture.visits.export import exported

_NICENESS = 10
_REPORT_EVERY = 200  # visits between two words while they are collected


class Task(msgspec.Struct, frozen=True):
    """What to try: checked plans side by side, on the visits of a site in a database."""

    database: str
    site: str
    since: datetime
    until: datetime
    plans: list[Plan]
    survey: bool = False
    staffing: Staffing | None = None


class Word(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of the answer: visits collected, visits done, then the reports, or why there are none."""

    collected: int = 0
    done: int = 0
    reports: list[Report] | None = None
    error: str = ""


def main() -> None:
    """Do the task on standard input."""
    os.nice(_NICENESS)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was begun is cleared away
    task = msgspec.json.decode(sys.stdin.buffer.readline(), type=Task)
    try:
        with tempfile.TemporaryDirectory(prefix="overture-trial-") as folder:
            log = Path(folder) / "visits.jsonl"
            asyncio.run(_collect(task, log))
            # One core of several is left to the server.
            workers = max(1, (os.cpu_count() or 1) // 2)
            options = Options(workers=workers, survey=task.survey, staffing=task.staffing)
            reports = run_all(task.plans, log, options, _tell_progress)
        _say(Word(reports=reports))
    except OvertureError as error:
        _say(Word(error=error.message))
    except OSError as error:
        _say(Word(error=f"{error.filename or 'the system'}: {error.strerror or error}"))


async def _collect(task: Task, log: Path) -> None:
    """Lay the visits down as a log: they are read once, and taken in any number of processes."""
    store = Store(task.database, LocalBus())
    await store.start()
    try:
        count = 0
        with log.open("wb", buffering=1 << 20) as out:
            async for line in exported(store, SYSTEM, task.site, task.since, task.until):
                out.write(line)
                count += 1
                if count % _REPORT_EVERY == 0:
                    _say(Word(collected=count))
    finally:
        await store.stop()


def _tell_progress(phase: Phase, done: int, _total: int) -> None:
    if phase == "trying":
        _say(Word(done=done))


def _say(word: Word) -> None:
    try:
        sys.stdout.buffer.write(msgspec.json.encode(word) + b"\n")
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise SystemExit(1) from None  # nobody wants to know any more


if __name__ == "__main__":
    main()
