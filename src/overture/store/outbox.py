"""The outbox: news written in the command's own transaction, published after its commit.

Commands that SQLite commits together share one row: their news stands or falls together anyway.

The request that committed publishes and reports the row as settled; settled rows are deleted in batches by
whoever writes next. What a crash left is swept by the worker, so news comes at least once after a crash.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import BigInteger, Column, Integer, Table, bindparam, delete, insert, select

from overture.kit.clock import to_ms
from overture.store.tables import Instant, Json, metadata
from overture.store.tx import News, Tx

SWEEP_AFTER = timedelta(seconds=3)  # a live request settles its row within one batch; three seconds is a crash

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("at", Instant, nullable=False),
    Column("news", Json, nullable=False),
)

_INSERT = insert(outbox).returning(outbox.c.id)
_DELETE = delete(outbox).where(outbox.c.id.in_(bindparam("ids", expanding=True)))
_STALE = select(outbox.c.id, outbox.c.news).where(outbox.c.at < bindparam("before")).order_by(outbox.c.id).limit(500)


def write(tx: Tx) -> int:
    """Put the transaction's news into the outbox; returns the row's id."""
    row: int = tx.execute(_INSERT, {"at": tx.now, "news": _texts(tx.news)}).scalar_one()
    return row


def write_batch(bare: sqlite3.Connection, now: datetime, news: News) -> int | None:
    """Put the news of commands that commit together into one row, past SQLAlchemy; returns its id."""
    values = (to_ms(now), msgspec.json.encode(_texts(news)).decode())
    return bare.execute("INSERT INTO outbox (at, news) VALUES (?, ?)", values).lastrowid


def _texts(news: News) -> list[tuple[str, str]]:
    return [(topic, body.decode()) for topic, body in news]


def settle(tx: Tx, ids: list[int]) -> None:
    """Delete rows whose news has been published."""
    tx.execute(_DELETE, {"ids": ids})


def stale(tx: Tx) -> list[tuple[int, News]]:
    """Rows that a crash left, oldest first, with their news."""
    rows = tx.execute(_STALE, {"before": tx.now - SWEEP_AFTER})
    return [(row.id, [(topic, body.encode()) for topic, body in row.news]) for row in rows]
