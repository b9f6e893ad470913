"""What an operator asks a running server, and `overture doctor` one that does not run."""

from __future__ import annotations

import asyncio
import errno
import os
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from tests.integration.conftest import Browser

from overture import cli
from overture.config import Settings
from overture.store import Tx
from overture.web import doctor, health
from overture.web.wiring import House


def database_finding(settings: Settings) -> tuple[str, str]:
    """Verdict and text of the database's own finding."""
    found = [one for one in doctor.examine(settings) if "database" in one.what]
    assert len(found) == 1
    return found[0].verdict, f"{found[0].what}: {found[0].way_out}".removesuffix(": ")


async def test_a_server_is_alive_and_ready(browser: Browser) -> None:
    for path in ("/healthz", "/readyz"):
        answer = await browser.get(path)
        assert (answer.status_code, answer.json()["status"]) == (200, "ok")


async def test_a_server_whose_database_takes_nothing_says_so_in_time(
    browser: Browser, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    freed = asyncio.Event()

    async def stuck(*_: object) -> None:
        await freed.wait()

    monkeypatch.setattr(health, "READY_WITHIN_S", 0.05)
    monkeypatch.setattr(house.store, "run", stuck)
    answer = await browser.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "not_ready"
    assert answer.headers["retry-after"] == "5"
    assert (await browser.get("/healthz")).status_code == 200


async def test_a_server_that_can_read_and_not_write_is_not_ready(browser: Browser, house: House) -> None:
    assert (await browser.get("/readyz")).status_code == 200

    def query_only(tx: Tx) -> None:
        tx.execute(text("PRAGMA query_only = ON"))

    await house.store.run(query_only)
    async with asyncio.timeout(10):
        while (answer := await browser.get("/readyz")).status_code == 200:  # noqa: ASYNC110 - good for a second
            await asyncio.sleep(0.1)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (503, "not_ready")
    assert error["details"]["reason"] == "database_read_only"
    assert "read-only" in error["message"]


async def test_however_many_ask_the_writer_is_asked_once(
    browser: Browser, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    real = house.store.run

    async def counted(*args: Any) -> Any:
        asked.append(args)
        return await real(*args)

    monkeypatch.setattr(house.store, "run", counted)
    answers = await asyncio.gather(*(browser.get("/readyz") for _ in range(30)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(asked) == 1


def test_the_doctor_looks_without_making_anything(tmp_path: Path) -> None:
    verdict, said = database_finding(Settings(data=tmp_path / "new"))
    assert (verdict, said) == ("warn", f"no database at {tmp_path}/new/overture.db yet: it is made at the first start")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("nonsense", "is not an address: write sqlite:///PATH or postgresql://"),
        ("mysql://user@host/name", "names mysql: Overture stores in sqlite or postgresql"),
        ("postgresql://a:b@127.0.0.1:1/c", "does not answer: check OVERTURE_DATABASE_URL"),
        ("postgresql://a:b@no-such-host.invalid/c", "check OVERTURE_DATABASE_URL"),
    ],
)
def test_the_doctor_tells_a_wrong_address_once(tmp_path: Path, url: str, wanted: str) -> None:
    verdict, said = database_finding(Settings(data=tmp_path, database_url=url))
    assert verdict == "bad"
    assert wanted in said
    assert said.count("OVERTURE_DATABASE_URL") == 1


def test_the_doctor_knows_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "overture.db").write_text("a letter to my aunt" * 100)
    assert database_finding(Settings(data=tmp_path))[0] == "bad"
    assert "no SQLite database" in database_finding(Settings(data=tmp_path))[1]


def test_the_doctor_tells_of_a_folder_that_cant_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)  # as root, whom nothing is denied, tests run too
    told = [one for one in doctor.examine(Settings(data=tmp_path / "here")) if one.way_out == doctor.WRITABLE]
    assert [one.verdict for one in told] == ["bad", "bad"]


@pytest.mark.parametrize(
    ("raised", "wanted"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "The disk is full: nothing was written."),
        (PermissionError(errno.EACCES, "Permission denied", "/srv/x"), "/srv/x: Permission denied: run Overture as"),
        (FileNotFoundError(errno.ENOENT, "No such file or directory", "/nope/x"), "/nope/x: No such file or directory"),
    ],
)
def test_what_the_machine_refuses_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], raised: OSError, wanted: str
) -> None:
    def refuse(**_: object) -> None:
        raise raised

    monkeypatch.setattr(cli.overture, "main", refuse)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr().err
    assert ended.value.code == 1
    assert said.startswith(f"overture: {wanted}")
    assert said.count("\n") == 1
