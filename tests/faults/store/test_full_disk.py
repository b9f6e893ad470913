"""A disk that gets full in the middle of a batch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from overture.bus.local import LocalBus
from overture.store import Store, Tx
from overture.store.errors import DatabaseFull


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = Store(f"sqlite:///{tmp_path / 'overture.db'}", LocalBus())
    await store.start()
    await store.run(lambda tx: tx.execute(text("CREATE TABLE words (word TEXT)")))
    yield store
    await store.stop()


def write(tx: Tx, word: str) -> str:
    tx.execute(text("INSERT INTO words VALUES (:word)"), {"word": word})
    return word[:1]


def fill(tx: Tx) -> None:
    """Let the database grow no further, as on a full disk: a few pages are left."""
    pages = tx.execute(text("PRAGMA page_count")).scalar_one()
    tx.execute(text(f"PRAGMA max_page_count = {pages + 4}"))


def empty(tx: Tx) -> None:
    tx.execute(text("PRAGMA max_page_count = 1000000"))


def words(tx: Tx) -> list[str]:
    return [word[:1] for word in tx.execute(text("SELECT word FROM words ORDER BY rowid")).scalars()]


async def test_what_has_no_room_is_refused_and_what_was_answered_is_there(store: Store) -> None:
    await store.run(fill)
    answers = await asyncio.gather(
        *(store.run(write, word) for word in ("a", "b" * 100_000, "c")), return_exceptions=True
    )
    assert isinstance(answers[1], DatabaseFull)
    stored = [answer for answer in answers if isinstance(answer, str)]
    assert await store.read(words) == stored
    assert all(isinstance(answer, str | DatabaseFull) for answer in answers)


async def test_alone_it_is_refused_too_and_afterwards_all_goes_on(store: Store) -> None:
    await store.run(fill)
    with pytest.raises(DatabaseFull):
        await store.run(write, "b" * 100_000)
    await store.run(empty)
    assert await store.run(write, "d") == "d"
    assert await store.read(words) == ["d"]
