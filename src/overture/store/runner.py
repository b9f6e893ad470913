"""How commands are executed: what the two databases' runners have in common."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from overture.kit.clock import Clock
from overture.store import outbox
from overture.store.tx import Handlers, News, Tx

Command = Callable[[Tx], Any]


class Job(NamedTuple):
    """A command that waits for its turn, and where its answer goes (only the event loop's thread sets it)."""

    command: Command
    future: asyncio.Future[Any]


class Done(NamedTuple):
    """A command that has ended: committed with its answer and news (and the outbox row that keeps them safe),
    or refused with its error and nothing stored."""

    job: Job
    result: Any = None
    news: News = []  # noqa: RUF012 - never changed: a NamedTuple's default
    row: int | None = None
    error: BaseException | None = None


class Runner(Protocol):
    """Executes commands durably and queries consistently, off the event loop."""

    def submit(self, job: Job, *, first: bool = False) -> None:
        """Take a command. DatabaseBusy when too much waits already; what is to be done `first` is always taken."""
        ...

    def read(self, query: Command) -> Any:
        """Run a query on a snapshot; called on a thread of the reader pool."""
        ...

    def waiting(self) -> int:
        """How many commands wait for their turn."""
        ...

    def scrub(self, *, rewrite: bool) -> bool:
        """Leave nothing deleted behind in the files, as far as this database lets us; False: try again later."""
        ...

    def size(self) -> int:
        """The bytes that a rewrite would have to copy; 0 where the database does it by itself."""
        ...

    def close(self) -> None:
        """Finish what was taken, then let go of the database."""
        ...


class CommandContext:
    """What a command needs besides its connection: the clock and the handlers."""

    def __init__(self, clock: Clock, handlers: Handlers) -> None:
        self.clock = clock
        self.handlers = handlers

    def execute(self, conn: Any, job: Job) -> Done:
        """Run the command and write its outbox row, within the caller's transaction."""
        tx = Tx(conn, self.clock.now(), self.handlers)
        result = job.command(tx)
        return Done(job, result, tx.news, outbox.write(tx) if tx.news else None)

    def execute_in_batch(self, conn: Any, job: Job) -> Done:
        """Run the command within a savepoint; the caller writes the whole batch's news."""
        tx = Tx(conn, self.clock.now(), self.handlers)
        return Done(job, job.command(tx), tx.news)

    def query(self, conn: Any, query: Command) -> Any:
        """Run a query; it may not emit."""
        return query(Tx(conn, self.clock.now(), self.handlers, writes=False))
