"""One server a SQLite file: the second is told who has it, and a killed one lets go by itself.

Two would each believe to be the only writer: what they keep in memory, their news and their signs of life would not
reach each other. Commands of the command line may write beside a server; they take no lock.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import structlog
from sqlalchemy.engine import URL

from overture.store.errors import DatabaseInUse, DatabaseUnreachable

_log = structlog.get_logger(__name__)


@contextlib.contextmanager
def server_lock(url: URL) -> Iterator[None]:
    """Hold the database as its only server. DatabaseInUse if another does; PostgreSQL may have many."""
    if url.get_backend_name() != "sqlite" or not url.database:
        yield
        return
    path = Path(os.path.realpath(url.database))
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(path.with_name(path.name + ".server"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DatabaseUnreachable(f"The database can't be opened: {error.strerror}: {error.filename}") from error
    try:
        with contextlib.suppress(OSError):
            os.fchmod(handle, 0o600)
        _take(handle, path)
        yield
    finally:
        os.close(handle)


def _take(handle: int, path: Path) -> None:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(handle, 20).decode("ascii", "replace").strip()
        who = f" (process {holder})" if holder.isdigit() else ""
        raise DatabaseInUse(
            f"Overture serves {path} already{who}: stop that one, give this one a folder of its own with --data, or set"
            " OVERTURE_DATABASE_URL to a PostgreSQL, which serves several",
            process=int(holder) if holder.isdigit() else 0,
        ) from None
    except OSError as error:  # a file system without locks
        _log.warning("server_lock_unavailable", reason=error.strerror, path=str(path))
        return
    os.truncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
