"""What was erased must not linger in SQLite's files: the mark that says there is something to scrub, and when to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Integer, Table, delete, func, select

from overture.store.tables import Instant, metadata
from overture.store.tx import Tx

REWRITTEN_AT_ONCE = 32 * 2**20  # bytes; about a second, in which nobody else can write
NIGHT = range(2, 5)  # the server's own hours in which a larger file may be written anew

scrubs = Table(
    "scrubs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("asked_at", Instant, nullable=False),
)


def ask(tx: Tx) -> None:
    """Something is erased in this command: its traces go from the files soon after. PostgreSQL sees to its own."""
    if not tx.is_postgresql:
        new = tx.insert(scrubs).values(id=1, asked_at=tx.now)
        tx.execute(new.on_conflict_do_update(index_elements=["id"], set_={"asked_at": tx.now}))


def is_due(tx: Tx) -> bool:
    """Whether something was erased since the files were last scrubbed."""
    return bool(tx.execute(select(func.count()).select_from(scrubs)).scalar_one())


def done(tx: Tx, started: datetime) -> None:
    """The files are clean of what was erased up to `started`."""
    tx.execute(delete(scrubs).where(scrubs.c.asked_at <= started))


def may_rewrite(size: int, now: datetime) -> bool:
    """Whether the file may be written anew now: a small one at any time, a large one in the night."""
    return size <= REWRITTEN_AT_ONCE or now.hour in NIGHT
