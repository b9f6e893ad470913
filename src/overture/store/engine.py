"""Engines for both databases; every difference between the dialects stays here and in the two runners."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DataError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from overture.kit.errors import OvertureError
from overture.store.errors import (
    DatabaseBusy,
    DatabaseFailed,
    DatabaseFull,
    DatabaseReadOnly,
    DatabaseUnreachable,
    Unkeepable,
)

_log = structlog.get_logger(__name__)
LOCK_TIMEOUT_MS = 3_000  # a command holds its locks for milliseconds; who waits longer waits for somebody stuck
IDLE_TIMEOUT_MS = 60_000  # who began a transaction and forgot it lets go of its locks
LOCK_NOT_AVAILABLE, QUERY_CANCELED, READ_ONLY = "55P03", "57014", "25006"  # PostgreSQL's
BUSY_TIMEOUT_S = 10  # another process may hold SQLite's write lock this long (a backup's last step, a migration)


def database_url(url: str) -> URL:
    """A checked URL with the driver we use. DatabaseUnreachable says what an address looks like."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise DatabaseUnreachable(
            "OVERTURE_DATABASE_URL is not an address: write sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME"
        ) from None
    if parsed.get_backend_name() == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.get_backend_name() == "sqlite":
        return parsed.set(drivername="sqlite+pysqlite")
    raise DatabaseUnreachable(
        f"OVERTURE_DATABASE_URL names {parsed.get_backend_name()}: Overture stores in sqlite or postgresql"
    )


def sqlite_engine(url: URL, *, readers: int = 0, begins: bool = True) -> Engine:
    """SQLite in WAL mode. With `readers`, a pool of connections that can only read; else one that writes.

    Without `begins` whoever uses it begins its transactions by itself, past SQLAlchemy.
    """
    if url.database:
        _keep_private(Path(url.database))
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=readers or 1,
        max_overflow=0,
        connect_args={"timeout": BUSY_TIMEOUT_S, "isolation_level": None, "check_same_thread": False},
    )
    event.listen(engine, "connect", _pragmas(read_only=bool(readers)))
    if begins:
        event.listen(engine, "begin", _begin("BEGIN" if readers else "BEGIN IMMEDIATE"))
    return engine


def _keep_private(path: Path) -> None:
    """Make the file its owner's alone, whatever folder it is in and whatever the umask: SQLite's others follow it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with contextlib.suppress(OSError):  # what can't be made or changed is told by who opens it
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
    for file in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        with contextlib.suppress(OSError):
            if file.stat().st_mode & 0o077:
                file.chmod(0o600)


def _pragmas(*, read_only: bool) -> Any:
    def on_connect(connection: sqlite3.Connection, _record: Any) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA secure_delete=ON")  # what is deleted is overwritten, not only let go
        connection.execute("PRAGMA cache_size=-65536")  # 64 MiB
        connection.execute("PRAGMA temp_store=MEMORY")
        connection.execute("PRAGMA mmap_size=268435456")
        if read_only:
            connection.execute("PRAGMA query_only=ON")

    return on_connect


def _begin(statement: str) -> Any:
    def on_begin(connection: Any) -> None:
        connection.exec_driver_sql(statement)

    return on_begin


def postgresql_engine(url: URL, *, pool: int) -> Engine:
    """PostgreSQL with a pool of connections; a dead one is found before it is used, a lock is not awaited for ever."""
    engine = create_engine(
        url,
        pool_size=pool,
        max_overflow=0,
        pool_pre_ping=True,
        pool_timeout=10,
        connect_args={"connect_timeout": 10, "application_name": "overture"},
        execution_options={"preserve_rowcount": True},  # else an INSERT's is -1, where SQLite tells it
    )
    event.listen(engine, "connect", _limit_waits)
    return engine


def _limit_waits(connection: Any, _record: Any) -> None:
    """Not as an option of the connection: PgBouncer refuses those."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = {LOCK_TIMEOUT_MS}")
        cursor.execute(f"SET idle_in_transaction_session_timeout = {IDLE_TIMEOUT_MS}")
    connection.commit()


def as_our_error(error: Exception) -> OvertureError:
    """The coded error for what a driver raised. The cause is logged, not told: it may name tables and values."""
    text = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    _log.warning("database_error", cause=text)
    if isinstance(error, DataError):
        return Unkeepable("A text is longer, or a number larger, than is kept: nothing was stored")
    if "disk is full" in text or "No space left" in text or "could not extend file" in text:
        return DatabaseFull("The disk is full: nothing was stored. Free some space and try again")
    state = getattr(getattr(error, "orig", None), "sqlstate", None)
    if "readonly" in text or state == READ_ONLY:
        return DatabaseReadOnly("The database can't be written: its file, its disk or its server is read-only")
    if "locked" in text or isinstance(error, PoolTimeout) or state in (LOCK_NOT_AVAILABLE, QUERY_CANCELED):
        return DatabaseBusy("The database is busy: try again in a moment")
    if (isinstance(error, DBAPIError) and error.connection_invalidated) or "onnect" in text or "unable to open" in text:
        return DatabaseUnreachable("The database does not answer: check OVERTURE_DATABASE_URL")
    if "resolve host" in text:
        return DatabaseUnreachable("The database's host is not known: check OVERTURE_DATABASE_URL")
    if "not a database" in text:
        return DatabaseUnreachable("The file is no SQLite database: check OVERTURE_DATABASE_URL, or restore a backup")
    return DatabaseFailed("The database refused, and nothing was stored: the server's log says why")
