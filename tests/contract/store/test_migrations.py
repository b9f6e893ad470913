"""The migrations make what the domains' tables say, from empty and from each revision on the way."""

from __future__ import annotations

import importlib
import pkgutil

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text

import overture
from overture.store import metadata
from overture.store.engine import database_url as checked_url
from overture.store.errors import DatabaseNewer
from overture.store.migrate import migrate, scripts
from overture.store.tables import Instant, Json


def load_all_tables() -> None:
    for package in pkgutil.iter_modules(overture.__path__, "overture."):
        if package.ispkg and package.name != "overture.store":
            try:
                importlib.import_module(package.name + ".store")
            except ModuleNotFoundError as missing:
                if missing.name != package.name + ".store":
                    raise
    for name in ("outbox", "scrub"):
        importlib.import_module(f"overture.store.{name}")


def engine_of(url: str) -> Engine:
    return create_engine(checked_url(url))


def differences(url: str) -> list[object]:
    load_all_tables()

    def same_type(_context: object, _inspected: object, _column: object, _found: object, wanted: object) -> bool | None:
        return False if isinstance(wanted, (Instant, Json)) else None

    with engine_of(url).connect() as conn:
        context = MigrationContext.configure(conn, opts={"compare_type": same_type})
        return [d for d in compare_metadata(context, metadata) if "alembic_version" not in str(d)]


def test_from_empty_the_tables_are_what_the_domains_say(database_url: str) -> None:
    migrate(checked_url(database_url))
    assert differences(database_url) == []


def test_revision_by_revision_comes_to_the_same(database_url: str) -> None:
    for script in reversed(list(scripts().walk_revisions())):
        migrate(checked_url(database_url), script.revision)
    assert differences(database_url) == []


def test_migrating_again_changes_nothing(database_url: str) -> None:
    migrate(checked_url(database_url))
    with engine_of(database_url).connect() as conn:
        before = sorted(inspect(conn).get_table_names())
    migrate(checked_url(database_url))
    with engine_of(database_url).connect() as conn:
        assert sorted(inspect(conn).get_table_names()) == before


def test_a_newer_database_is_left_alone(database_url: str) -> None:
    migrate(checked_url(database_url))
    with engine_of(database_url).begin() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999_future'"))
    with pytest.raises(DatabaseNewer):
        migrate(checked_url(database_url))
