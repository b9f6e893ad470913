"""A mistyped folder is told, and does not become a new, empty Overture."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

OVERTURE = str(Path(sys.executable).with_name("overture"))


def overture(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([OVERTURE, *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("command", ["plan show", "report overview", "visits export", "backup FILE", "site list"])
def test_a_folder_without_an_overture_is_told(command: str, tmp_path: Path) -> None:
    words = [str(tmp_path / "backup") if word == "FILE" else word for word in command.split()]
    told = overture(*words, "--data", str(tmp_path / "mistyped"))
    assert told.returncode == 2
    assert told.stderr.count("\n") == 1
    assert "--data" in told.stderr
    assert list(tmp_path.iterdir()) == []


def test_adding_a_site_begins_one(tmp_path: Path) -> None:
    data = str(tmp_path / "new")
    assert overture("site", "add", "shop", "--origin", "https://shop.example", "--data", data).returncode == 0
    assert "shop" in overture("site", "list", "--data", data).stdout
