"""Commands on PostgreSQL: a pool of connections, each command its own transaction."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from overture.store.engine import LOCK_NOT_AVAILABLE, as_our_error, postgresql_engine
from overture.store.errors import DatabaseBusy
from overture.store.runner import Command, CommandContext, Done, Job

MAX_WAITING = 20_000
TRIES = 4
_AGAIN = {"40001", "40P01"}  # serialization failure, deadlock: the loser is told to come again
_ONCE_MORE = {LOCK_NOT_AVAILABLE}  # whoever held the lock may be gone; a second wait is all a caller has patience for


class PostgreSQLRunner:
    """The database for more than one machine. `deliver` is called from a pool thread after each commit."""

    def __init__(self, url: URL, context: CommandContext, deliver: Callable[[list[Done]], None], *, pool: int) -> None:
        self._context = context
        self._deliver = deliver
        self._engine = postgresql_engine(url, pool=pool)
        self._threads = ThreadPoolExecutor(max(1, pool // 2 - 1), thread_name_prefix="overture-writer")
        self._first = ThreadPoolExecutor(1, thread_name_prefix="overture-writer-first")

    def submit(self, job: Job, *, first: bool = False) -> None:
        if first:
            self._first.submit(self._run, job)
            return
        if self.waiting() >= MAX_WAITING:
            raise DatabaseBusy("Too much is waiting to be written: try again in a moment", waiting=MAX_WAITING)
        self._threads.submit(self._run, job)

    def read(self, query: Command) -> object:
        with self._engine.begin() as conn:
            conn.exec_driver_sql("SET TRANSACTION READ ONLY, ISOLATION LEVEL REPEATABLE READ")
            return self._context.query(conn, query)

    def waiting(self) -> int:
        return self._threads._work_queue.qsize()

    def scrub(self, *, rewrite: bool) -> bool:
        return True  # the server's own VACUUM does it: docs/reference/erasure.md

    def size(self) -> int:
        return 0

    def close(self) -> None:
        self._first.shutdown(wait=True)
        self._threads.shutdown(wait=True)
        self._engine.dispose()

    def _run(self, job: Job) -> None:
        if not job.future.cancelled():
            self._deliver([self._execute(job)])

    def _execute(self, job: Job) -> Done:
        for attempt in range(1, TRIES + 1):
            try:
                with self._engine.begin() as conn:
                    return self._context.execute(conn, job)
            except (DBAPIError, PoolTimeout) as error:
                state = getattr(getattr(error, "orig", None), "sqlstate", None)
                again = state in _AGAIN or (state in _ONCE_MORE and attempt == 1)
                if not again or attempt == TRIES:
                    return Done(job, error=as_our_error(error))
            except Exception as error:
                return Done(job, error=error)
        raise AssertionError("the last try returns")
