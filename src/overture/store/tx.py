"""The transaction a command works in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import msgspec
import structlog
from sqlalchemy import Connection, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite

from overture.store.events import Event

_log = structlog.get_logger(__name__)
_encode = msgspec.json.Encoder().encode
_Result = TypeVar("_Result")
Handler = Callable[["Tx", Any], None]
Handlers = Mapping[type[Event], list[Handler]]


class Body(bytes):
    """An event's JSON that carries the event, so that nobody in this process need read it again."""

    event: Event


News = list[tuple[str, bytes]]
"""(topics, body) pairs in the order they happened; the topics of one body stand with a space between them."""


class Tx:
    """One transaction: its connection, its instant, and the events that came of it.

    `now` is the same throughout a command. A command that raises leaves nothing behind. `memo` is what the command
    has read and may ask for again; whoever changes that forgets it there.
    """

    __slots__ = ("_handlers", "conn", "is_postgresql", "memo", "news", "now", "writes")

    def __init__(self, conn: Connection, now: datetime, handlers: Handlers, *, writes: bool = True) -> None:
        self.conn = conn
        self.now = now
        self.news: News = []
        self.memo: dict[tuple[str, ...], Any] = {}
        self.writes = writes
        self.is_postgresql = conn.dialect.name == "postgresql"  # for the few statements that must differ
        self._handlers = handlers

    def emit(self, event: Event) -> None:
        """Tell what happened: handlers run here and now, topics get it after the commit."""
        if not self.writes:
            raise RuntimeError(f"{type(event).__name__} emitted while reading")
        for handler in self._handlers.get(type(event), ()):
            handler(self, event)
        topics = event.topics()
        if topics:
            body = Body(_encode(event))
            body.event = event
            self.news.append((" ".join(topics), body))

    def apart(self, work: Callable[[], _Result], otherwise: _Result, **about: str) -> _Result:
        """Do one of many things that are due within a savepoint: what fails leaves nothing and stops no neighbour.

        It is logged with `about` and answered with `otherwise`; its job finds it again in the next round. What the
        database itself can't go on from is raised: rolling back to the savepoint fails then.
        """
        news = len(self.news)
        self.conn.exec_driver_sql("SAVEPOINT apart")
        try:
            result = work()
        except Exception:
            self.conn.exec_driver_sql("ROLLBACK TO SAVEPOINT apart")
            del self.news[news:]
            self.memo.clear()  # what was read may have been changed and changed back
            _log.exception("item_failed", **about)
            result = otherwise
        self.conn.exec_driver_sql("RELEASE SAVEPOINT apart")
        return result

    def execute(self, statement: Executable, params: Any = None) -> Any:
        """Run a statement on this transaction's connection."""
        return self.conn.execute(statement, params)

    def insert(self, table: Table) -> Any:
        """The dialect's INSERT with `on_conflict_do_update` and `on_conflict_do_nothing`, alike on both."""
        return (postgresql.insert if self.is_postgresql else sqlite.insert)(table)
