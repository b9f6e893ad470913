"""What the disk and SQLite alone take for a message: our own tables and statements, without anything around them.

No server that keeps a message can be quicker than a relay that does not, and this.
"""

from __future__ import annotations

import secrets
import sqlite3
import statistics
import time
from pathlib import Path

from overture.conversations.hot import ADD, COLUMNS, END, OPEN
from overture.store.engine import database_url, sqlite_engine
from overture.store.migrate import migrate

TEXT = "Does this come in a larger size, and when could I have it?"
NEWS = "x" * 900  # about what the outbox keeps of a message
PACE_S = 0.002


def bare(folder: Path, talks: int) -> sqlite3.Connection:
    """A connection with the pragmas of the house, and so many open conversations."""
    url = database_url(f"sqlite:///{folder / 'bare.db'}")
    migrate(url)
    raw = sqlite_engine(url, begins=False).raw_connection()
    connection = raw.driver_connection
    assert isinstance(connection, sqlite3.Connection)
    connection.execute("PRAGMA foreign_keys=OFF")  # there is no site, only its conversations
    filled: dict[str, object] = dict.fromkeys(COLUMNS, 0) | {"state": "active", "page": "https://shop.example/" * 3}
    places = ", ".join("?" * len(COLUMNS))
    for talk in range(talks):
        values = {**filled, "id": f"c_{talk:030}", "visitor": f"v_{talk:030}"}
        connection.execute(f"INSERT INTO conversations VALUES ({places})", list(values.values()))
    return connection


def store_one(connection: sqlite3.Connection, talk: int, seq: int) -> None:
    """The statements of one message, as in `conversations.service.say_as_visitor`."""
    conversation, visitor = f"c_{talk:030}", f"v_{talk:030}"
    connection.execute(OPEN.sqlite, (visitor,)).fetchone()
    connection.execute(
        ADD.sqlite,
        (conversation, seq, "visitor", visitor, "Visitor", TEXT, seq, secrets.token_hex(8), None, None, None),
    )
    connection.execute(END.sqlite, (seq, TEXT, seq, "visitor", seq, seq, seq, None, conversation))


def store_batch(connection: sqlite3.Connection, talks: range, seq: int) -> None:
    """One message of each of these conversations, committed together."""
    connection.execute("BEGIN IMMEDIATE")
    for talk in talks:
        store_one(connection, talk, seq)
    connection.execute("INSERT INTO outbox (at, news) VALUES (?, ?)", (seq, NEWS * len(talks)))
    connection.execute("COMMIT")


def paced(connection: sqlite3.Connection, times: int) -> float:
    """Median milliseconds of one message, committed alone, with pauses as the latency bench has them."""
    took = []
    for seq in range(1, times + 1):
        began = time.perf_counter()
        store_batch(connection, range(1), seq)
        took.append((time.perf_counter() - began) * 1000)
        time.sleep(PACE_S)
    return statistics.median(took)


def per_second(connection: sqlite3.Connection, talks: int, seconds: float, first_seq: int) -> float:
    """Messages a second, one of each conversation a commit."""
    seq = first_seq
    began = time.perf_counter()
    while time.perf_counter() - began < seconds:
        store_batch(connection, range(talks), seq)
        seq += 1
    return (seq - first_seq) * talks / (time.perf_counter() - began)
