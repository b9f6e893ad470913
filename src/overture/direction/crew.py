"""Jobs done by processes beside each other, with word on how far they are; or by this process alone.

A job is a function with its arguments; last it gets `tell`, to be called now and then with how much is done.
The processes stop soon after they are no longer wanted: on an error, an interrupt, or the end of their parent.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ProcessPoolExecutor
from concurrent.futures import wait as wait_for
from types import TracebackType
from typing import Any, NamedTuple

Tell = Callable[[int], None]
_TOLD_EVERY_S = 0.5


class Job(NamedTuple):
    """A function of this module's sort, and what it is called with before `tell`."""

    work: Callable[..., Any]
    arguments: tuple[Any, ...]


class Alone:
    """This process does one job after the other."""

    def run(self, jobs: Sequence[Job], tell: Tell | None = None) -> list[Any]:
        """What the jobs give, in their order. `tell` hears how much all have done together."""
        before, results = 0, []
        for job in jobs:
            latest = 0

            def told(done: int, before: int = before) -> None:
                nonlocal latest
                latest = done
                if tell is not None:
                    tell(before + done)

            results.append(job.work(*job.arguments, told))
            before += latest
        return results


class Crew:
    """As many processes as given, which share the jobs. A context manager."""

    def __init__(self, size: int) -> None:
        # Spawned, not forked: a backtest may be asked for by a server full of threads.
        context = multiprocessing.get_context("spawn")
        self._size = size
        self._counts = context.Array("q", size + 1, lock=False)  # of each job; the last: whether to stop
        self._pool = ProcessPoolExecutor(size, context, _start, (self._counts,))

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._counts[self._size] = 1
        self._pool.shutdown(cancel_futures=True)

    def run(self, jobs: Sequence[Job], tell: Tell | None = None) -> list[Any]:
        """What the jobs give, in their order; at most as many as there are processes."""
        assert len(jobs) <= self._size
        self._counts[: self._size] = [0] * self._size
        # The processes start here and keep the mask: an interrupt reaches the parent only, which says so.
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        try:
            futures = [self._pool.submit(_do, place, job) for place, job in enumerate(jobs)]
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
        waiting = set(futures)
        while waiting:
            done, waiting = wait_for(waiting, _TOLD_EVERY_S, FIRST_EXCEPTION)
            if tell is not None:
                tell(sum(self._counts[: self._size]))
            for future in done:
                future.result()
        return [future.result() for future in futures]


class NoLongerWanted(Exception):
    """The crew was sent home while a job was going on."""


_counts: Any = None  # of this process, set as it starts


def _start(counts: Any) -> None:
    global _counts
    _counts = counts
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A parent that was killed can't send its crew home."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _do(place: int, job: Job) -> Any:
    def tell(done: int) -> None:
        _counts[place] = done
        if _counts[len(_counts) - 1]:
            raise NoLongerWanted

    return job.work(*job.arguments, tell)
