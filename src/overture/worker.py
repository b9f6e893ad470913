"""Sweeps the outbox and runs what is due, beside the server or in a process of its own.

Every job is a command that finds by itself what is due, so it may run in several processes at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple

import structlog

from overture.accounts.store import delete_expired
from overture.conversations import jobs as conversation_jobs
from overture.desk import jobs as desk_jobs
from overture.kit.errors import OvertureError
from overture.store import Store, Tx
from overture.visits import jobs as visit_jobs

_log = structlog.get_logger(__name__)
TICK_S = 0.25


class Job(NamedTuple):
    """Something to run every so often."""

    name: str
    every_s: float
    run: Callable[[], Awaitable[object]]


def jobs(store: Store) -> list[Job]:
    """All jobs of the house."""

    def command(name: str, every_s: float, run: Callable[[Tx], object]) -> Job:
        return Job(name, every_s, lambda: store.run(run))

    return [
        Job("settle_outbox", 1, store.settle),
        Job("sweep_outbox", 5, store.sweep),
        Job("scrub", 15, store.scrub),
        command("delete_expired_sessions", 3_600, delete_expired),
        *(command(*job) for job in (*desk_jobs.JOBS, *conversation_jobs.JOBS, *visit_jobs.JOBS)),
    ]


async def work(store: Store, *more: Job) -> None:
    """Run the jobs, and `more` of this process's own, until cancelled. One that fails is logged and tried again."""
    due = dict.fromkeys([*jobs(store), *more], 0.0)
    while True:
        now = time.monotonic()
        for job, at in due.items():
            if now >= at:
                due[job] = now + job.every_s
                await _run(job)
        await asyncio.sleep(TICK_S)


async def _run(job: Job) -> None:
    try:
        await job.run()
    except OvertureError as error:
        _log.warning("job_refused", job=job.name, code=error.code, reason=error.message)
    except Exception:
        _log.exception("job_failed", job=job.name)
