"""What other domains may read of follow-ups. Simulated visitors' promises are in nobody's numbers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import and_, case, func, select

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


def _sum(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
