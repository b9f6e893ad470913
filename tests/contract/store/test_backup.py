"""A backup written by either database is restored by either, whole or not at all."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path
from typing import BinaryIO

import msgspec
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


async def test_every_bit_changed_and_every_cut_is_known(sqlite_url: str, tmp_path: Path) -> None:
    store = Store(sqlite_url, LocalBus())
    await store.start()
    await store.run(accounts.add_site, SYSTEM, "site", "Pyörä ☕", ["https://shop.example"])
    await store.stop()
    file = tmp_path / "b"
    backup(checked_url(sqlite_url), file)
    whole = file.read_bytes()
    assert verify(file).rows > 0
    with file.open("r+b") as changed:
        for place in range(len(whole)):
            for bit in range(8):
                _put(changed, place, whole[place] ^ 1 << bit)
                with pytest.raises(BadBackup):
                    verify(file)
            _put(changed, place, whole[place])
        for length in range(len(whole) - 1, -1, -1):
            changed.truncate(length)
            with pytest.raises(BadBackup):
                verify(file)


def _put(file: BinaryIO, place: int, byte: int) -> None:
    file.seek(place)
    file.write(bytes([byte]))
    file.flush()


def _plain(*rows: object, revision: str = "", columns: tuple[str, ...] = ("id", "x")) -> bytes:
    """A backup as earlier versions wrote it, and as anybody could write one."""
    header = {"overture_backup": 1, "revision": revision, "made_at": "", "tables": {"t": list(columns)}}
    lines = [msgspec.json.encode(one) + b"\n" for one in (header, *rows)]
    trailer = {"rows": {"t": len(rows)}, "sha256": hashlib.sha256(b"".join(lines)).hexdigest()}
    return gzip.compress(b"".join(lines) + msgspec.json.encode(trailer) + b"\n")


def test_every_bit_of_a_plain_one_changed_is_known_or_changes_nothing(tmp_path: Path) -> None:
    whole = _plain(["t", [1, "a" * 40]], ["t", [2, "b"]])
    file = tmp_path / "b"
    file.write_bytes(whole)
    made = verify(file)
    unseen = 0
    with file.open("r+b") as changed:
        for place in range(len(whole)):
            for bit in range(8):
                _put(changed, place, whole[place] ^ 1 << bit)
                try:
                    assert verify(file) == made
                    unseen += 1
                except BadBackup:
                    pass
            _put(changed, place, whole[place])
    assert unseen < 80  # gzip's own header has a time and two hints that mean nothing


@pytest.mark.parametrize(
    "foreign",
    [
        b"", b"not a backup", b"\x1f\x8b", b"PK\x03\x04" + bytes(300), b"SQLite format 3\0" + bytes(300),
        gzip.compress(b""), gzip.compress(b"hello"), gzip.compress(b"[" * 1_000_000), gzip.compress(b"\n" * 1_000),
        gzip.compress(b"{}\n{}\n"), gzip.compress(b"\xff\xfe" * 100), _plain(["t", [1]]), _plain(["u", [1, 2]]),
        _plain([1, 2]), _plain(["t", [1, 2]], revision="9999_later"), _plain(["t", [1, 2]]),
        gzip.compress(b'{"overture_backup":1,"revision":"","made_at":"","tables":{}}\n' + b"0" * 80_000_000, 1),
    ],
    ids=range(17),
)  # fmt: skip
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_is_no_backup_touches_nothing(
    tmp_path: Path, kind: str, request: pytest.FixtureRequest, foreign: bytes
) -> None:
    file, new = tmp_path / "b", tmp_path / "new" / "overture.db"
    target = checked_url(f"sqlite:///{new}" if kind == "sqlite" else request.getfixturevalue("postgresql_url"))
    file.write_bytes(foreign)
    with pytest.raises(BadBackup):
        restore(target, file)
    assert not new.exists()
    assert file.read_bytes() == foreign


@pytest.mark.parametrize("harm", ["cut", "flip", "line"])
async def test_a_damaged_backup_touches_nothing(
    sqlite_url: str, postgresql_url: str, tmp_path: Path, harm: str
) -> None:
    await fill(sqlite_url)
    file, new = tmp_path / "b", tmp_path / "new" / "overture.db"
    backup(checked_url(sqlite_url), file)
    whole = file.read_bytes()
    if harm == "cut":
        file.write_bytes(whole[: len(whole) // 2])
    elif harm == "flip":
        middle = len(whole) // 2
        file.write_bytes(whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :])
    else:
        lines = gzip.decompress(whole).splitlines(keepends=True)
        file.write_bytes(gzip.compress(b"".join(lines[:3] + lines[4:])))
    for target in (f"sqlite:///{new}", postgresql_url):
        with pytest.raises(BadBackup):
            restore(checked_url(target), file)
    assert not new.exists()


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
