"""The desk's clock: what a restart must not be judged by."""

from __future__ import annotations

from datetime import datetime, timedelta

from overture.desk import store
from overture.desk.model import DeskClock
from overture.store import Tx

NOTHING_NEW_AFTER = timedelta(seconds=15)  # three missed pings
NOT_JUDGED = timedelta(seconds=30)  # after a start: agents' consoles need this long to come back
TICK_EVERY = timedelta(seconds=5)


def resume(tx: Tx) -> None:
    """The server has started: for 30 s agents count as they did when it was last up."""
    known = store.desk_clock(tx)
    line = known.ticked_at if known else tx.now
    store.save_clock(tx, DeskClock(tx.now, tx.now, line))


def tick(tx: Tx) -> None:
    """Note that the desk is watched. A gap means that nobody watched, which is as good as a start."""
    known = store.desk_clock(tx)
    if known is None or tx.now - known.ticked_at > NOTHING_NEW_AFTER:
        resume(tx)
    elif tx.now - known.ticked_at >= TICK_EVERY:
        store.save_clock(tx, DeskClock(tx.now, known.resumed_at, known.line_at))


def line(tx: Tx) -> datetime:
    """The instant since which there must be a sign of life to get anything new."""
    known = store.desk_clock(tx)
    line = tx.now - NOTHING_NEW_AFTER
    if known is not None and tx.now < known.resumed_at + NOT_JUDGED:
        return min(line, known.line_at - NOTHING_NEW_AFTER)
    return line


def judges(tx: Tx) -> bool:
    """Whether agents may be judged: not in the first 30 s after a start."""
    known = store.desk_clock(tx)
    return known is not None and tx.now >= known.resumed_at + NOT_JUDGED
