"""Backups that either database writes and either restores: gzipped JSON Lines of one consistent snapshot.

First line: what it is, the schema's revision, the tables with their columns. Then `["table", [values…]]` a
row. Last line: the rows of each table and the SHA-256 of all before it, so that a cut or changed file is
known before anything is touched. The compressed bytes have their own SHA-256 in the gzip header (`packed.py`).
"""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, MetaData, Table, func, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from overture.kit.errors import Conflict, Invalid
from overture.store.engine import as_our_error, postgresql_engine, sqlite_engine
from overture.store.errors import DatabaseUnreachable
from overture.store.migrate import known_revisions, migrate
from overture.store.packed import PackedFile, is_whole

FORMAT = 1
_BATCH = 1_000
LONGEST_LINE = 64 * 1024 * 1024  # bytes; the longest row is a plan of a megabyte
_UNREADABLE = (OSError, EOFError, KeyError, ValueError, zlib.error, RecursionError, msgspec.MsgspecError)


class BadBackup(Invalid):
    """The file is no backup, or not a whole one."""

    code = "bad_backup"


class NotEmpty(Conflict):
    """The database to restore into holds something."""

    code = "database_not_empty"


class Made(NamedTuple):
    """What was written or restored."""

    tables: int
    rows: int


class _Header(msgspec.Struct):
    overture_backup: int
    revision: str
    made_at: str
    tables: dict[str, list[str]]


class _Trailer(msgspec.Struct):
    rows: dict[str, int]
    sha256: str


# ---- writing -----------------------------------------------------------------------------------------------


def backup(url: URL, file: Path) -> Made:
    """Write a snapshot of the database to `file`, whole or not at all; the server may be running."""
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        raise DatabaseUnreachable(f"There is no database at {url.database}: name its folder with --data")
    partial = file.with_name(file.name + ".partial")
    try:
        partial.touch(mode=0o600)  # everybody's conversations are in it
        with _snapshot(url) as conn:
            made = _write(conn, partial)
        verify(partial)
        os.replace(partial, file)
    except SQLAlchemyError as error:
        raise as_our_error(error) from error
    finally:
        partial.unlink(missing_ok=True)
    return made


class _snapshot:
    """One consistent view of the whole database."""

    def __init__(self, url: URL) -> None:
        sqlite = url.get_backend_name() == "sqlite"
        self._engine = sqlite_engine(url, readers=1) if sqlite else postgresql_engine(url, pool=1)

    def __enter__(self) -> Connection:
        self._conn = self._engine.connect()
        self._conn.begin()
        if self._conn.dialect.name == "postgresql":
            self._conn.exec_driver_sql("SET TRANSACTION READ ONLY, ISOLATION LEVEL REPEATABLE READ")
        return self._conn

    def __exit__(self, *_: object) -> None:
        self._conn.close()
        self._engine.dispose()


def _tables(conn: Connection) -> list[Table]:
    reflected = MetaData()
    reflected.reflect(conn)
    return [table for table in reflected.sorted_tables if table.name not in ("alembic_version", "outbox")]


def _write(conn: Connection, file: Path) -> Made:
    revision = MigrationContext.configure(conn).get_current_revision()
    tables = _tables(conn)
    columns = {str(table.name): [str(column.name) for column in table.c] for table in tables}
    rows: dict[str, int] = {}
    digest = hashlib.sha256()
    with PackedFile(file) as out:

        def line(value: Any) -> None:
            data = msgspec.json.encode(value) + b"\n"
            digest.update(data)
            out.write(data)

        line(_Header(FORMAT, revision or "", datetime.now(UTC).isoformat(), columns))
        for table in tables:
            rows[str(table.name)] = 0
            for row in conn.execution_options(yield_per=_BATCH).execute(select(table)):
                line((str(table.name), tuple(row)))
                rows[str(table.name)] += 1
        out.write(msgspec.json.encode(_Trailer(rows, digest.hexdigest())) + b"\n")
    return Made(len(tables), sum(rows.values()))


# ---- reading -----------------------------------------------------------------------------------------------


def verify(file: Path) -> Made:
    """Read the whole file and compare it with its own last line. BadBackup if it is not whole."""
    header = _header(file)
    rows: dict[str, int] = {}
    for table, values in _rows(file, header):
        if len(values) != len(header.tables[table]):
            raise _damaged(file)
        rows[table] = rows.get(table, 0) + 1
    return Made(len(header.tables), sum(rows.values()))


def _damaged(file: Path) -> BadBackup:
    return BadBackup(f"{file} is cut or damaged: use another backup")


def _header(file: Path) -> _Header:
    try:
        if not is_whole(file):
            raise _damaged(file)
        with gzip.open(file, "rb") as lines:
            header = msgspec.json.decode(lines.readline(LONGEST_LINE), type=_Header)
    except _UNREADABLE:
        raise BadBackup(f"{file} is not a backup of Overture") from None
    if header.overture_backup != FORMAT or (header.revision and header.revision not in known_revisions()):
        raise BadBackup(f"{file} is a backup of a newer Overture: install that version")
    return header


def _rows(file: Path, header: _Header) -> Iterator[tuple[str, list[Any]]]:
    """All rows; raises BadBackup at the end if the file was not whole, so load them in a transaction."""
    digest, counts, previous = hashlib.sha256(), dict.fromkeys(header.tables, 0), b""
    row = msgspec.json.Decoder(tuple[str, list[Any]])
    try:
        with gzip.open(file, "rb") as lines:
            for number, current in enumerate(iter(lambda: lines.readline(LONGEST_LINE), b"")):
                if number >= 2:
                    table, values = row.decode(previous)
                    counts[table] += 1
                    yield table, values
                if number >= 1:
                    digest.update(previous)
                previous = current
        trailer = msgspec.json.decode(previous, type=_Trailer)
    except _UNREADABLE:
        raise _damaged(file) from None
    if trailer.rows != counts or trailer.sha256 != digest.hexdigest():
        raise BadBackup(f"{file} is damaged (its checksum differs): use another backup")


def restore(url: URL, file: Path) -> Made:
    """Verify `file`, then load it into an empty database in one transaction, then compare the counts.

    Nothing is touched if the file is not whole or the database not empty; a database file that this made and could
    not fill is removed again.
    """
    header = _header(file)
    verify(file)
    sqlite = url.get_backend_name() == "sqlite"
    new = sqlite and not Path(url.database or "").exists()
    if not new:
        _refuse_full(url)
    try:
        return _restore(url, file, header)
    except BaseException:
        if new:
            for name in (url.database or "", f"{url.database}-wal", f"{url.database}-shm"):
                Path(name).unlink(missing_ok=True)
        raise


def _restore(url: URL, file: Path, header: _Header) -> Made:
    migrate(url, header.revision or "head")
    engine = sqlite_engine(url) if url.get_backend_name() == "sqlite" else postgresql_engine(url, pool=1)
    try:
        with engine.begin() as conn:
            made = _load(conn, file, header)
    except SQLAlchemyError as error:
        raise as_our_error(error) from error
    finally:
        engine.dispose()
    migrate(url)
    return made


def _refuse_full(url: URL) -> None:
    """NotEmpty if the database holds anything."""
    try:
        with _snapshot(url) as conn:
            for table in _tables(conn):
                _refuse_rows(conn, table)
    except SQLAlchemyError as error:
        raise as_our_error(error) from error


def _refuse_rows(conn: Connection, table: Table) -> None:
    if conn.execute(select(table).limit(1)).first() is not None:
        raise NotEmpty(f"The database holds data already (table {table.name}): restore into an empty one")


def _load(conn: Connection, file: Path, header: _Header) -> Made:
    tables = {table.name: table for table in _tables(conn)}
    for table in tables.values():
        _refuse_rows(conn, table)
    if unknown := [name for name, columns in header.tables.items() if not _fits(tables.get(name), columns)]:
        raise BadBackup(
            f"{file} holds what no revision of Overture does (table {unknown[0][:60]!r}): use another backup"
        )
    pending: list[dict[str, Any]] = []
    current = ""
    rows = 0
    for name, values in _rows(file, header):
        if name != current or len(pending) >= _BATCH:
            _insert(conn, tables, current, pending)
            current, pending = name, []
        pending.append(dict(zip(header.tables[name], values, strict=True)))
        rows += 1
    _insert(conn, tables, current, pending)
    stored = sum(conn.execute(select(func.count()).select_from(table)).scalar_one() for table in tables.values())
    if stored != rows:
        raise BadBackup(f"{rows} rows were read but {stored} stored: nothing was kept")
    _set_sequences(conn, tables)
    return Made(len(tables), rows)


def _fits(table: Table | None, columns: list[str]) -> bool:
    return table is not None and set(columns) <= {str(column.name) for column in table.c}


def _insert(conn: Connection, tables: dict[str, Table], name: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        conn.execute(tables[name].insert(), rows)


def _set_sequences(conn: Connection, tables: dict[str, Table]) -> None:
    """PostgreSQL's counters go on after the highest number restored."""
    if conn.dialect.name != "postgresql":
        return
    for table in tables.values():
        column = table.autoincrement_column
        if column is None:
            continue
        sequence = conn.execute(
            text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name}
        ).scalar()
        if sequence:
            highest = conn.execute(select(func.max(column))).scalar()
            conn.execute(text("SELECT setval(:sequence, :value)"), {"sequence": sequence, "value": (highest or 0) + 1})
