"""The one way to the database from asynchronous code: `run` a command, `read` a query."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from overture.kit.clock import Clock, SystemClock
from overture.store import outbox, scrub
from overture.store.engine import as_our_error, database_url
from overture.store.events import Event
from overture.store.migrate import migrate
from overture.store.postgresql import PostgreSQLRunner
from overture.store.runner import CommandContext, Done, Job, Runner
from overture.store.sqlite import SQLiteRunner
from overture.store.tx import Handler, News, Tx

P = ParamSpec("P")
R = TypeVar("R")
E = TypeVar("E", bound=Event)
READERS = 4


class Publisher(Protocol):
    """What the store needs of a bus: a place to hand news to, on the event loop, at once."""

    def publish(self, topic: str, body: bytes) -> None: ...


class Store:
    """Owns the database's connections. Open it on the event loop with `start`, close it with `stop`."""

    def __init__(self, url: str, bus: Publisher, *, clock: Clock | None = None, pool: int = 8) -> None:
        self.url = database_url(url)
        self.bus = bus
        self.clock = clock or SystemClock()
        self._pool = pool
        self._handlers: dict[type[Event], list[Handler]] = {}
        self._runner: Runner | None = None
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="overture-reader")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._published: list[int] = []

    def on(self, kind: type[E], handler: Callable[[Tx, E], None]) -> None:
        """Run `handler` in the same transaction whenever an event of just this class is emitted.

        Registered where the app is wired; this is how a lower domain reaches a higher one.
        """
        self._handlers.setdefault(kind, []).append(handler)

    async def start(self) -> None:
        """Migrate and open. DatabaseUnreachable, DatabaseFull or DatabaseNewer if that can't be."""
        self._loop = asyncio.get_running_loop()
        await self._loop.run_in_executor(self._threads, migrate, self.url)
        context = CommandContext(self.clock, self._handlers)
        if self.url.get_backend_name() == "sqlite":
            self._runner = SQLiteRunner(self.url, context, self._deliver, readers=READERS)
        else:
            self._runner = PostgreSQLRunner(self.url, context, self._deliver, pool=self._pool)

    async def stop(self) -> None:
        """Finish every command taken, publish its news, and close."""
        if self._runner is None:
            return
        await self.settle()
        runner, self._runner = self._runner, None
        await asyncio.get_running_loop().run_in_executor(None, runner.close)
        await asyncio.sleep(0)  # lets the last batch's news out
        self._threads.shutdown(wait=True)

    async def run(self, command: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Execute a command durably and return its answer; its news is published before this returns.

        Raises what the command raised, or DatabaseBusy, DatabaseFull, DatabaseUnreachable, DatabaseFailed:
        then nothing of it is stored. If the caller is cancelled the command may still have been done.
        """
        return await self._submitted(lambda tx: command(tx, *args, **kwargs), first=False)

    async def run_first(self, command: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The same before all commands that wait: for the few small ones that must not wait behind a crowd."""
        return await self._submitted(lambda tx: command(tx, *args, **kwargs), first=True)

    async def _submitted(self, command: Callable[[Tx], R], *, first: bool) -> R:
        runner = self._open()
        assert self._loop is not None
        future: asyncio.Future[R] = self._loop.create_future()
        runner.submit(Job(command, future), first=first)
        return await future

    async def read(self, query: Callable[Concatenate[Tx, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run a query on one consistent snapshot and return its answer."""
        runner = self._open()

        def work() -> Any:
            try:
                return runner.read(lambda tx: query(tx, *args, **kwargs))
            except (DBAPIError, PoolTimeout) as error:
                raise as_our_error(error) from error

        assert self._loop is not None
        return await self._loop.run_in_executor(self._threads, work)

    @property
    def waiting(self) -> int:
        """Commands that wait for their turn; for metrics and for shedding load."""
        return self._open().waiting()

    async def settle(self) -> None:
        """Delete the outbox rows whose news is out."""
        published, self._published = self._published, []
        if published:
            await self.run(outbox.settle, published)

    async def sweep(self) -> int:
        """Publish what a crash left in the outbox; returns how many rows there were."""
        rows = await self.run(outbox.stale)
        mine = set(self._published)
        left = [(row, news) for row, news in rows if row not in mine]
        for row, news in left:
            self._publish(news)
            self._published.append(row)
        return len(left)

    async def scrub(self) -> bool:
        """If something was erased: leave nothing of it in the database's files. Whether all of it is done.

        A file up to `scrub.REWRITTEN_AT_ONCE` is written anew at once, a larger one in the night: who writes must
        wait meanwhile. The write-ahead log is emptied in any case.
        """
        if not await self.read(scrub.is_due):
            return True
        await self.settle()
        runner = self._open()
        started = self.clock.now()
        rewrite = scrub.may_rewrite(runner.size(), datetime.now().astimezone())
        done = await asyncio.get_running_loop().run_in_executor(None, lambda: runner.scrub(rewrite=rewrite))
        if done and rewrite:
            await self.run(scrub.done, started)
        return done and rewrite

    def _open(self) -> Runner:
        if self._runner is None:
            raise RuntimeError("the store is not started")
        return self._runner

    def _deliver(self, batch: list[Done]) -> None:
        """From a writer thread: one wake-up of the event loop for the whole batch."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._answer, batch)

    def _answer(self, batch: list[Done]) -> None:
        for done in batch:
            self._publish(done.news)
            if done.row is not None:
                self._published.append(done.row)
            future = done.job.future
            if future.done():  # the caller is gone; what was committed stays
                continue
            if done.error is not None:
                future.set_exception(done.error)
            else:
                future.set_result(done.result)

    def _publish(self, news: News) -> None:
        for topics, body in news:
            for topic in topics.split():
                self.bus.publish(topic, body)
