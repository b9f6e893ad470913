"""A backup written by either database is restored by either, whole or not at all."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from overture.accounts import service as accounts
from overture.accounts.model import SYSTEM
from overture.bus.local import LocalBus
from overture.store import Store
from overture.store.backup import BadBackup, NotEmpty, backup, restore, verify
from overture.store.engine import database_url as checked_url
from overture.store.errors import DatabaseUnreachable


async def fill(url: str) -> None:
    store = Store(url, LocalBus())
    await store.start()
    for number in range(30):
        await store.run(accounts.add_site, SYSTEM, f"site-{number}", "Pyörä ☕", ["https://shop.example"])
    await store.stop()


async def names(url: str) -> list[str]:
    store = Store(url, LocalBus())
    await store.start()
    found = [site.id for site in await store.read(accounts.sites, SYSTEM)]
    await store.run(accounts.add_site, SYSTEM, "after", "After", ["https://shop.example"])
    await store.stop()
    return found


async def test_to_the_other_database_and_back(sqlite_url: str, postgresql_url: str, tmp_path: Path) -> None:
    await fill(sqlite_url)
    first, second = tmp_path / "1.backup", tmp_path / "2.backup"
    made = backup(checked_url(sqlite_url), first)
    assert restore(checked_url(postgresql_url), first) == made
    assert backup(checked_url(postgresql_url), second) == made
    other = f"sqlite:///{tmp_path / 'other' / 'overture.db'}"
    assert restore(checked_url(other), second) == made
    assert len(await names(other)) == 30
    assert len(await names(postgresql_url)) == 30


async def test_while_the_server_writes(database_url: str, each_store: Store, tmp_path: Path) -> None:
    await each_store.run(accounts.add_site, SYSTEM, "one", "One", ["https://shop.example"])
    assert backup(checked_url(database_url), tmp_path / "b").rows >= 1
    await each_store.run(accounts.add_site, SYSTEM, "two", "Two", ["https://shop.example"])


@pytest.mark.parametrize("harm", ["cut", "flip", "other", "line"])
async def test_a_damaged_backup_touches_nothing(sqlite_url: str, tmp_path: Path, harm: str) -> None:
    await fill(sqlite_url)
    file, target = tmp_path / "b", f"sqlite:///{tmp_path / 'new' / 'overture.db'}"
    backup(checked_url(sqlite_url), file)
    whole = file.read_bytes()
    if harm == "cut":
        file.write_bytes(whole[: len(whole) // 2])
    elif harm == "flip":
        middle = len(whole) // 2
        file.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    elif harm == "other":
        file.write_text("not a backup")
    else:
        lines = gzip.decompress(whole).splitlines(keepends=True)
        file.write_bytes(gzip.compress(b"".join(lines[:3] + lines[4:])))
    with pytest.raises(BadBackup):
        restore(checked_url(target), file)
    assert not (tmp_path / "new" / "overture.db").exists()


async def test_nothing_is_restored_over_data(sqlite_url: str, tmp_path: Path) -> None:
    await fill(sqlite_url)
    backup(checked_url(sqlite_url), tmp_path / "b")
    with pytest.raises(NotEmpty):
        restore(checked_url(sqlite_url), tmp_path / "b")
    assert verify(tmp_path / "b").rows > 30


def test_backing_up_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnreachable):
        backup(checked_url(f"sqlite:///{tmp_path / 'none.db'}"), tmp_path / "b")


async def test_only_its_owner_may_read_what_is_kept(tmp_path: Path) -> None:
    database = tmp_path / "data" / "overture.db"
    store = Store(f"sqlite:///{database}", LocalBus())
    await store.start()
    await store.stop()
    backup(store.url, tmp_path / "kept")
    assert database.parent.stat().st_mode & 0o077 == 0
    assert (tmp_path / "kept").stat().st_mode & 0o077 == 0
