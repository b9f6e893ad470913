"""A text tried on the site's own recorded visits, for the console: as one types, within seconds."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta

import msgspec

from overture.accounts.access import require
from overture.accounts.model import Actor
from overture.accounts.permissions import CHANGE_PLAN
from overture.direction.check import Checked
from overture.direction.compiled import CompiledPlan, compile_plan
from overture.direction.retrace import Retrace, row_of
from overture.direction.service import check_for, refused
from overture.direction.tally import Tally
from overture.kit.clock import usable
from overture.store import Store, Tx
from overture.visits.export import exported
from overture.visits.log import Problems, read_log

DAYS = 30
# A quarter of a millisecond a visit: what is longer belongs on the command line, where all cores work.
_BUDGET_S = 20.0
_BATCH = 500


class Side(msgspec.Struct, frozen=True):
    """One plan's numbers; `uninvited` without visits whose chat came from an earlier invitation."""

    numbers: Tally
    uninvited: Tally
    disturbed_share: float


class Trial(msgspec.Struct, frozen=True):
    """What came of a trial. `complete` is false if the time was up before the last visit.

    `bad_lines` are recorded visits that can't be read, and were left out.
    """

    plan: Side
    compare: Side | None
    since: datetime
    until: datetime
    complete: bool
    bad_lines: int = 0


async def try_on_recorded(
    store: Store,
    actor: Actor,
    site: str,
    text: str,
    compare: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    survey: bool = False,
) -> Trial:
    """Try a plan's text on recorded visits. PlanRefused if it (or the one beside) fails its check.

    `survey` counts, too, where each trigger was eligible, and with which others; that costs more.
    """
    texts = [text] if compare is None else [text, compare]
    plans, now = await store.read(_plans, actor, site, texts)
    first, last = span(since, until, now)
    traces = [Retrace(plan, survey) for plan in plans]
    complete, bad = await _run(store, actor, site, traces, first, last)
    sides = [Side(one.numbers, one.uninvited, one.numbers.disturbed_share) for one in traces]
    return Trial(sides[0], sides[1] if len(sides) > 1 else None, first, last, complete, bad)


async def decisions_on_recorded(
    store: Store, actor: Actor, site: str, text: str, since: datetime | None = None, until: datetime | None = None
) -> AsyncIterator[bytes]:
    """Every decision of a plan's text on recorded visits, a line of JSON each, in order of the visits' start.

    PlanRefused before the first line if the text fails its check.
    """
    [plan], now = await store.read(_plans, actor, site, [text])
    lines = exported(store, actor, site, *span(since, until, now))
    return _decided(Retrace(plan), lines)


def span(since: datetime | None, until: datetime | None, now: datetime) -> tuple[datetime, datetime]:
    """The time whose visits a trial takes: the last 30 days, if none is named. BadInstant."""
    last = usable(until, "until") if until else now
    return usable(since, "since") if since else last - timedelta(days=DAYS), last


async def _decided(trace: Retrace, lines: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    batch: list[bytes] = []
    async for line in lines:
        batch.append(line)
        if len(batch) == _BATCH:
            yield await asyncio.to_thread(_rows, trace, batch)
            batch = []
    yield await asyncio.to_thread(_rows, trace, batch)


def _rows(trace: Retrace, lines: Iterable[bytes]) -> bytes:
    rows = [row_of(visit, one) for _, visit in read_log(lines, Problems()) for one in trace.take(visit)]
    return msgspec.json.Encoder().encode_lines(rows)


def _plans(tx: Tx, actor: Actor, site: str, texts: list[str]) -> tuple[list[CompiledPlan], datetime]:
    require(actor, CHANGE_PLAN, site)
    return [_compiled(check_for(tx, site, text)) for text in texts], tx.now


def _compiled(checked: Checked) -> CompiledPlan:
    if checked.plan is None:
        raise refused(checked.problems)
    return compile_plan(checked.plan)


async def _run(
    store: Store, actor: Actor, site: str, traces: list[Retrace], since: datetime, until: datetime
) -> tuple[bool, int]:  # fmt: skip
    """Take the visits, some at a time and beside the loop.

    Whether all were taken before the time was up, and how many were left out since they can't be read.
    """
    begun = time.monotonic()
    bad = 0
    batch: list[bytes] = []
    async for line in exported(store, actor, site, since, until):
        batch.append(line)
        if len(batch) == _BATCH:
            bad += await asyncio.to_thread(_take, traces, batch)
            batch = []
            if time.monotonic() - begun > _BUDGET_S:
                return False, bad
    return True, bad + await asyncio.to_thread(_take, traces, batch)


def _take(traces: list[Retrace], lines: Iterable[bytes]) -> int:
    """Let the traces have the visits of these lines; how many lines are none."""
    problems = Problems()
    for _, visit in read_log(lines, problems):
        for trace in traces:
            trace.take(visit)
    return problems.total
