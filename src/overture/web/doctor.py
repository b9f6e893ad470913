"""What `overture doctor` looks at: each finding with its verdict and, where it is not good, the way out."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import msgspec
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from overture.config import Settings
from overture.kit.errors import OvertureError
from overture.store.engine import as_our_error, database_url, postgresql_engine, sqlite_engine
from overture.store.migrate import scripts
from overture.web.static import ROOT

LEAST_FREE_MIB = 512
WRITABLE = "run Overture as the user whose files they are, or choose another place"


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at."""

    verdict: Literal["ok", "warn", "bad"]
    what: str
    way_out: str = ""


def examine(settings: Settings) -> list[Finding]:
    """Everything, in the order in which things depend on each other. Changes nothing."""
    return [
        *_python(),
        *_disk(settings),
        *_front_ends(),
        *_address(settings),
        *_database(settings),
    ]


def _python() -> Iterator[Finding]:
    version = ".".join(map(str, sys.version_info[:3]))
    fine = sys.version_info >= (3, 11)
    yield Finding("ok" if fine else "bad", f"Python {version}", "" if fine else "install Python 3.11 or newer")


def _disk(settings: Settings) -> Iterator[Finding]:
    folder = _nearest(settings.data)
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Finding("bad", f"{settings.data} can't be written", WRITABLE)
    free = shutil.disk_usage(folder).free // 2**20
    fine = free >= LEAST_FREE_MIB
    way_out = "" if fine else "free some space: the database refuses to write when the disk is full"
    yield Finding("ok" if fine else "warn", f"{free} MiB free for {settings.data}", way_out)


def _nearest(path: Path) -> Path:
    """The path, or the folder above it that is there."""
    while True:
        with contextlib.suppress(PermissionError):
            if path.exists():
                return path
        path = path.parent


def _front_ends() -> Iterator[Finding]:
    for name, page in (("widget", "overture.js"), ("console", "index.html")):
        there = (ROOT / name / page).is_file()
        yield Finding("ok" if there else "bad", f"{name} built", "" if there else "run make install")


def _address(settings: Settings) -> Iterator[Finding]:
    url = settings.public_url
    local = url.startswith(("http://127.0.0.1", "http://localhost"))
    if url.startswith("https://"):
        yield Finding("ok", f"visitors reach {url}")
    else:
        way_out = "set OVERTURE_PUBLIC_URL to the https:// address before real visitors come"
        yield Finding("warn" if local else "bad", f"visitors reach {url}, without TLS", way_out)


def _database(settings: Settings) -> Iterator[Finding]:
    try:
        url = database_url(settings.database)
        sqlite = url.get_backend_name() == "sqlite"
        if sqlite and not _there(Path(url.database or "")):
            yield from _no_database(Path(url.database or ""))
            return
        engine = sqlite_engine(url, readers=1) if sqlite else postgresql_engine(url, pool=1)
        with engine.connect() as conn:
            for look in (_revision, _integrity, _outbox, _operation):
                yield from look(conn)
        engine.dispose()
    except SQLAlchemyError as error:
        yield _refused(as_our_error(error))
    except OvertureError as error:
        yield _refused(error)


def _refused(error: OvertureError) -> Finding:
    """What the database's part of the house says, which mostly names the way out itself."""
    named = "OVERTURE_DATABASE_URL" in error.message
    return Finding("bad", f"database: {error.message}", "" if named else "check OVERTURE_DATABASE_URL")


def _there(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError:
        return False


def _no_database(path: Path) -> Iterator[Finding]:
    if os.access(_nearest(path), os.W_OK | os.X_OK):
        yield Finding("warn", f"no database at {path} yet", "it is made at the first start")
    else:
        yield Finding("bad", f"no database at {path}, and none can be made there", WRITABLE)


def _revision(conn: Connection) -> Iterator[Finding]:
    current, head = MigrationContext.configure(conn).get_current_revision(), scripts().get_current_head()
    fine = current == head
    way_out = "" if fine else "start the server once: it migrates by itself"
    yield Finding("ok" if fine else "warn", f"database ({conn.dialect.name}) at revision {current}", way_out)


def _integrity(conn: Connection) -> Iterator[Finding]:
    if conn.dialect.name == "sqlite":
        answer = conn.exec_driver_sql("PRAGMA quick_check").scalar()
        fine = answer == "ok"
        yield Finding("ok" if fine else "bad", f"database integrity: {answer}", "" if fine else "restore a backup")


def _count(conn: Connection, query: str) -> int:
    number: int = conn.execute(text(query)).scalar_one()
    return number


def _outbox(conn: Connection) -> Iterator[Finding]:
    waiting = _count(conn, "SELECT count(*) FROM outbox")
    fine = waiting < 1_000
    way_out = "" if fine else "is a worker running? overture serve runs one"
    yield Finding("ok" if fine else "warn", f"{waiting} news rows waiting in the outbox", way_out)


def _operation(conn: Connection) -> Iterator[Finding]:
    asked: list[tuple[str, str, Callable[[int], bool], str]] = [
        ("sites", "SELECT count(*) FROM sites", bool, "overture site add NAME --origin URL"),
        ("active admins", "SELECT count(*) FROM users WHERE role = 'admin' AND state = 'active'", bool,
         "overture user add EMAIL --role admin, then open the link"),
        ("published plans", "SELECT count(DISTINCT site) FROM plan_versions", bool, "overture plan publish FILE"),
    ]  # fmt: skip
    for what, query, fine, way_out in asked:
        number = _count(conn, query)
        yield Finding("ok" if fine(number) else "warn", f"{number} {what}", "" if fine(number) else way_out)
