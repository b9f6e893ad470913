"""Commands on SQLite: one writer thread, a savepoint per command, one COMMIT for the batch (group commit)."""

from __future__ import annotations

import collections
import queue
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from overture.kit.errors import OvertureError
from overture.store import outbox
from overture.store.engine import as_our_error, sqlite_engine
from overture.store.errors import DatabaseBusy
from overture.store.runner import Command, CommandContext, Done, Job

MAX_BATCH = 256
LEAST_BATCH = 8  # however long they take: one flush to the disk for all
BATCH_S = 0.02  # what a batch's commands may take: keeps the first from waiting long for the last, and for the next
MAX_WAITING = 20_000
LONGEST_WAIT_S = 10.0  # a command that would wait longer is refused: its asker has given up by then
SCRUB_WAITS_S = 1  # for readers to let go of the write-ahead log; then it is tried again later

_FIRST = Job(lambda _tx: None, None)  # type: ignore[arg-type]  # wakes the writer for what comes first


class SQLiteRunner:
    """The embedded database. `deliver` is called from the writer thread with each committed batch."""

    def __init__(
        self, url: URL, context: CommandContext, deliver: Callable[[list[Done]], None], *, readers: int
    ) -> None:
        self._url = url
        self._context = context
        self._deliver = deliver
        self._writing = threading.Lock()
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._first: collections.deque[Job] = collections.deque()
        self._each_s = 0.0  # what a command takes, a moving average
        self._commit_s = 0.0  # what a commit takes, which is mostly the disk
        self._writer = sqlite_engine(url, begins=False)
        self._readers = sqlite_engine(url, readers=readers)
        self._thread = threading.Thread(target=self._work, name="overture-writer", daemon=True)
        self._thread.start()

    def submit(self, job: Job, *, first: bool = False) -> None:
        if first:
            self._first.append(job)
            self._queue.put(_FIRST)
            return
        waiting = self._queue.qsize()
        if waiting >= MAX_WAITING or waiting * self._each_s > LONGEST_WAIT_S:
            raise DatabaseBusy("Too much is waiting to be written: try again in a moment", waiting=waiting)
        self._queue.put(job)

    def read(self, query: Command) -> object:
        with self._readers.begin() as conn:
            return self._context.query(conn, query)

    def waiting(self) -> int:
        return self._queue.qsize()

    def size(self) -> int:
        return Path(self._url.database).stat().st_size if self._url.database else 0

    def scrub(self, *, rewrite: bool) -> bool:
        """Empty the write-ahead log. With `rewrite` the whole file is written anew first: when SQLite moves rows
        from page to page it leaves copies behind that `secure_delete` does not know of (1 to 7 in 100 deletions).
        """
        if not self._url.database:
            return True
        with self._writing:  # who writes waits here rather than running into SQLite's busy time-out
            bare = sqlite3.connect(self._url.database, timeout=SCRUB_WAITS_S, isolation_level=None)
            try:
                if rewrite:
                    bare.execute("PRAGMA secure_delete=ON")
                    bare.execute("VACUUM")
                busy, _, _ = bare.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except sqlite3.OperationalError as error:
                raise as_our_error(error) from error
            finally:
                bare.close()
        return not busy

    def close(self) -> None:
        self._queue.put(None)
        self._thread.join()
        self._writer.dispose()
        self._readers.dispose()

    def _work(self) -> None:
        # SQLAlchemy believes in one long transaction; the batches' own BEGIN and COMMIT go past it.
        with self._writer.connect() as conn, conn.begin():
            while (first := self._queue.get()) is not None:
                batch, last = self._take(first)
                if batch:
                    with self._writing:
                        self._run(conn, batch)
                if last:
                    return

    def _take(self, first: Job) -> tuple[list[Job], bool]:
        """What comes first, then what is waiting, up to a batch; True if the sign to stop was among it."""
        batch: list[Job] = []
        while self._first:
            batch.append(self._first.popleft())
        spell = max(BATCH_S, self._commit_s)  # a slow disk is asked less often, for more
        room = min(MAX_BATCH, max(LEAST_BATCH, int(spell / self._each_s))) if self._each_s else MAX_BATCH
        job: Job | None = first
        while job is not None:
            if job is not _FIRST:
                batch.append(job)
            if len(batch) >= room:
                return batch, False
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                return batch, False
        return batch, True

    def _run(self, conn: Connection, batch: list[Job]) -> None:
        bare = _bare(conn)
        try:
            bare.execute("BEGIN IMMEDIATE")
            began = time.perf_counter()
            done = self._run_one(conn, bare, batch[0]) if len(batch) == 1 else self._run_all(conn, bare, batch)
            done = self._with_news(bare, done)
            ended = time.perf_counter()
            self._each_s += ((ended - began) / len(batch) - self._each_s) / 16
            bare.execute("COMMIT")
            self._commit_s += (time.perf_counter() - ended - self._commit_s) / 16
        except Exception as error:  # the COMMIT itself failed: nobody's work is stored
            _roll_back(bare)
            refusal = error if isinstance(error, OvertureError) else as_our_error(error)
            done = [Done(job, error=refusal) for job in batch]
        self._deliver(done)

    def _run_all(self, conn: Connection, bare: sqlite3.Connection, batch: list[Job]) -> list[Done]:
        """Run each within a savepoint: who fails takes nobody along."""
        done = []
        for job in batch:
            if job.future.cancelled():
                continue
            bare.execute("SAVEPOINT command")
            one = self._execute(conn, job)
            if one.error is not None:
                if not bare.in_transaction:  # SQLite has left it by itself: a full disk takes everybody along
                    raise one.error
                bare.execute("ROLLBACK TO command")
            bare.execute("RELEASE command")
            done.append(one)
        return done

    def _run_one(self, conn: Connection, bare: sqlite3.Connection, job: Job) -> list[Done]:
        """Run a command that is alone: the transaction is its savepoint."""
        if job.future.cancelled():
            return []
        one = self._execute(conn, job)
        if one.error is not None:
            _roll_back(bare)
            bare.execute("BEGIN")
        return [one]

    def _execute(self, conn: Connection, job: Job) -> Done:
        try:
            return self._context.execute_in_batch(conn, job)
        except Exception as error:
            return Done(job, error=as_our_error(error) if isinstance(error, DBAPIError | sqlite3.Error) else error)

    def _with_news(self, bare: sqlite3.Connection, done: list[Done]) -> list[Done]:
        """Write the batch's news as one row, which is settled when the last that has any is published."""
        news = [piece for one in done for piece in one.news]
        if not news:
            return done
        row = outbox.write_batch(bare, self._context.clock.now(), news)
        last = max(place for place, one in enumerate(done) if one.news)
        return [*done[:last], done[last]._replace(row=row), *done[last + 1 :]]


def _bare(conn: Connection) -> sqlite3.Connection:
    """The driver's own connection: 2 us a statement instead of 25."""
    bare = conn.connection.driver_connection
    assert isinstance(bare, sqlite3.Connection)
    return bare


def _roll_back(bare: sqlite3.Connection) -> None:
    """Leave a failed transaction, unless SQLite has left it by itself (a full disk)."""
    if bare.in_transaction:
        bare.execute("ROLLBACK")
