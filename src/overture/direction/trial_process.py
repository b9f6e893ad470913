"""A trial in a process of its own, beside the server that asked for it.

    python -m overture.direction.trial_process

reads from standard input a line with the task, then a visit log; writes to standard output lines of JSON: first
how far it is, last what came of it. It gives way to the server, and ends when nobody listens any more.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import msgspec

from overture.direction.backtest import Options, Phase, Report, run_all
from overture.direction.model import Plan
from overture.direction.staffing import Staffing
from overture.kit.errors import OvertureError

_NICENESS = 10


class Task(msgspec.Struct, frozen=True):
    """What to try: checked plans side by side."""

    plans: list[Plan]
    survey: bool = False
    staffing: Staffing | None = None


class Word(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of the answer: visits done, then the reports, or why there are none."""

    done: int = 0
    reports: list[Report] | None = None
    error: str = ""


def main() -> None:
    """Do the task on standard input."""
    os.nice(_NICENESS)
    task = msgspec.json.decode(sys.stdin.buffer.readline(), type=Task)
    try:
        with tempfile.TemporaryDirectory(prefix="overture-trial-") as folder:
            log = Path(folder) / "visits.jsonl"
            with log.open("wb") as out:
                shutil.copyfileobj(sys.stdin.buffer, out, 1 << 20)
            # One core of several is left to the server.
            workers = max(1, (os.cpu_count() or 1) // 2)
            options = Options(workers=workers, survey=task.survey, staffing=task.staffing)
            reports = run_all(task.plans, log, options, _tell_progress)
        _say(Word(reports=reports))
    except OvertureError as error:
        _say(Word(error=error.message))
    except OSError as error:
        _say(Word(error=f"{error.filename or 'the system'}: {error.strerror or error}"))


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
