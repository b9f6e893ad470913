"""The transaction a command works in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite

from overture.store.events import Event

Handler = Callable[["Tx", Any], None]
Handlers = Mapping[type[Event], list[Handler]]
News = list[tuple[str, bytes]]
"""(topic, body) pairs, in the order they happened."""


class Tx:
    """One transaction: its connection, its instant, and the events that came of it.

    `now` is the same throughout a command. A command that raises leaves nothing behind.
    """

    __slots__ = ("_handlers", "_inserter", "conn", "news", "now", "writes")

    def __init__(self, conn: Connection, now: datetime, handlers: Handlers, *, writes: bool = True) -> None:
        self.conn = conn
        self.now = now
        self.news: News = []
        self.writes = writes
        self._handlers = handlers
        self._inserter = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert

    @property
    def is_postgresql(self) -> bool:
        """Whether the dialect is PostgreSQL's; for the few statements that must differ."""
        return self.conn.dialect.name == "postgresql"

    def emit(self, event: Event) -> None:
        """Tell what happened: handlers run here and now, topics get it after the commit."""
        if not self.writes:
            raise RuntimeError(f"{type(event).__name__} emitted while reading")
        for handler in self._handlers.get(type(event), ()):
            handler(self, event)
        topics = event.topics()
        if topics:
            body = msgspec.json.encode(event)
            self.news.extend((topic, body) for topic in topics)

    def execute(self, statement: Executable, params: Any = None) -> Any:
        """Run a statement on this transaction's connection."""
        return self.conn.execute(statement, params)

    def insert(self, table: Table) -> Any:
        """The dialect's INSERT with `on_conflict_do_update` and `on_conflict_do_nothing`, alike on both."""
        return self._inserter(table)
