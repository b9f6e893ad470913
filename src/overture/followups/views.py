"""What other domains may read of follow-ups. Simulated visitors' promises are in nobody's numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import and_, case, func, select

from overture.followups import store
from overture.followups.promises import in_words, the_plan
from overture.followups.store import promises
from overture.store import Tx

_P = promises.c


class PromiseCounts(msgspec.Struct, frozen=True):
    """Promises due in a period, cancelled ones apart: `due` = `kept` + `late` + `open`; `moved` had another time."""

    due: int
    kept: int
    late: int
    open: int
    moved: int


def promise_counts(tx: Tx, site: str, since: datetime, until: datetime, now: datetime) -> PromiseCounts:
    """Of promises due in [since, until), as it stands at `now`."""
    done = _P.state == "done"
    is_open = _P.state == "open"
    late = and_(done, _P.done_at > _P.due_at) | and_(is_open, _P.due_at < now)
    query = select(
        func.count(),
        _sum(and_(done, _P.done_at <= _P.due_at)),
        _sum(late),
        _sum(and_(is_open, _P.due_at >= now)),
        _sum(_P.due_at != _P.first_due_at),
    ).where(
        _P.site == site,
        _P.due_at >= since,
        _P.due_at < until,
        _P.state != "cancelled",
        _P.simulated.is_(False),
    )
    return PromiseCounts(*map(int, tx.execute(query).one()))


class OpenPromise(msgspec.Struct, frozen=True):
    """A promise that a visitor still waits for, in the words they read."""

    promise: str
    text: str
    due_at: datetime
    team: str
    late: bool
    conversation: str | None


def open_promises(tx: Tx, site: str, visitor: str, language: str) -> list[OpenPromise]:
    """What our side owes the visitor now, the next due first, in the reader's language."""
    found = [one for one in store.promises_to(tx, site, visitor) if one.state == "open"]
    if not found:
        return []
    plan = the_plan(tx, site).plan
    return [
        OpenPromise(
            one.id,
            in_words(plan, one.step, tx.now, language or one.language).text,
            one.due_at,
            one.team,
            one.late(tx.now),
            one.conversation,
        )
        for one in sorted(found, key=lambda one: one.due_at)
    ]


def _sum(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
