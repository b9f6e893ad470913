"""One server a SQLite file, its file its owner's alone; a killed server stands in nobody's way."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

OVERTURE = [str(Path(sys.executable).with_name("overture"))]
ENVIRONMENT = {**os.environ, "OVERTURE_DATABASE_URL": ""}


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[str]]]:
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for process in processes:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def serve(data: Path, started: list[subprocess.Popen[str]], umask: int = 0o022) -> subprocess.Popen[str]:
    """A server that answers."""
    process = subprocess.Popen(
        [*OVERTURE, "serve", "--port", "0", "--data", str(data)],
        env=ENVIRONMENT, stdout=subprocess.PIPE, text=True, umask=umask,
    )  # fmt: skip
    started.append(process)
    assert process.stdout is not None
    assert "answers at" in process.stdout.readline()
    return process


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*OVERTURE, *arguments], env=ENVIRONMENT, capture_output=True, text=True, timeout=120)


def test_the_second_is_refused_commands_are_not_and_a_killed_one_lets_go(
    tmp_path: Path, started: list[subprocess.Popen[str]]
) -> None:
    data = tmp_path / "data"
    first = serve(data, started)
    (tmp_path / "also").symlink_to(data)
    for name in ("data", "also"):
        second = run("serve", "--port", "0", "--data", str(tmp_path / name))
        assert (second.returncode, second.stdout) == (1, "")
        assert second.stderr.count("\n") == 1
        assert f"(process {first.pid})" in second.stderr
        assert "--data" in second.stderr
    assert run("site", "add", "shop", "--origin", "https://shop.example", "--data", str(data)).returncode == 0
    first.send_signal(signal.SIGKILL)
    first.wait()
    serve(data, started)


def test_files_are_their_owners_alone_whatever_the_folder(tmp_path: Path, started: list[subprocess.Popen[str]]) -> None:
    data = tmp_path / "open"
    data.mkdir(mode=0o755)
    first = serve(data, started, umask=0)
    assert not _readable(data)
    first.send_signal(signal.SIGKILL)
    first.wait()
    for file in data.rglob("*"):  # as an earlier version left them
        if file.is_file():
            file.chmod(0o644)
    serve(data, started, umask=0)
    assert not _readable(data)


def _readable(folder: Path) -> list[str]:
    """What others than the owner may read or write."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert len(files) >= 4  # the database, its log and index, the secret
    return [file.name for file in files if stat.S_IMODE(file.stat().st_mode) & 0o077]
