"""Bring the database to this version's tables, at start; safe when several processes start at once."""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

from overture.store.engine import as_our_error, postgresql_engine, sqlite_engine
from overture.store.errors import DatabaseNewer, DatabaseUnreachable
from overture.store.tables import metadata

MIGRATING_S = 300  # another process may be at it, and a large table takes its time
_LOCK = 0x0E47  # PostgreSQL's advisory lock for migrations; any number that nothing else here uses


def scripts() -> ScriptDirectory:
    """The chain of migrations: one first revision a domain, later ones as they come."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return ScriptDirectory.from_config(config)


def known_revisions() -> set[str]:
    """The revisions that this version can bring a database to."""
    return {script.revision for script in scripts().walk_revisions()}


def migrate(url: URL, revision: str = "head") -> None:
    """Upgrade to `revision`. DatabaseNewer if a newer Overture has been here; coded errors if it can't be reached."""
    try:
        _migrate(url, revision)
    except SQLAlchemyError as error:
        raise as_our_error(error) from error
    except OSError as error:
        raise DatabaseUnreachable(f"The database can't be opened: {error.strerror}: {error.filename}") from error


def _migrate(url: URL, revision: str) -> None:
    engine = sqlite_engine(url) if url.get_backend_name() == "sqlite" else postgresql_engine(url, pool=1)
    try:
        with engine.begin() as conn:
            if conn.dialect.name == "postgresql":
                conn.exec_driver_sql(f"SET LOCAL lock_timeout = '{MIGRATING_S}s'")
                conn.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
            _upgrade(conn, revision)
    finally:
        engine.dispose()


def _upgrade(conn: Connection, revision: str) -> None:
    directory = scripts()
    current = MigrationContext.configure(conn).get_current_revision()
    if current is not None and current not in known_revisions():
        raise DatabaseNewer(
            f"The database is of a newer Overture (revision {current}): install that version, or restore a backup"
        )

    def steps(rev: object, _context: MigrationContext) -> object:
        return directory._upgrade_revs(revision, rev)  # type: ignore[arg-type]

    environment = EnvironmentContext(Config(), directory, fn=steps, destination_rev=revision)
    environment.configure(connection=conn, target_metadata=metadata, fn=steps, transactional_ddl=False)
    with environment:
        environment.run_migrations()
