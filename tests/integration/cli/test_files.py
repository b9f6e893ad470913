"""What commands write never destroys what they read, and takes its place only when it is whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from overture.cli.visits import ranges

OVERTURE = str(Path(sys.executable).with_name("overture"))
VISIT = '{"visit":"v%d","visitor":"a","started":"2026-11-02T09:14:03Z","events":[{"at":0,"type":"page","url":"/"}]}\n'
PLAN = Path(__file__).parents[3] / "src" / "overture" / "demo" / "plan.yaml"


def overture(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([OVERTURE, *map(str, arguments)], capture_output=True, text=True, check=False)


def test_an_import_does_not_write_over_its_own_log(tmp_path: Path) -> None:
    log = tmp_path / "visits.jsonl"
    log.write_text(VISIT % 1)
    told = overture("visits", "import", log, "--output", log)
    assert told.returncode == 2
    assert "another file" in told.stderr
    assert log.read_text() == VISIT % 1


def test_an_import_that_finds_nothing_leaves_what_was_there(tmp_path: Path) -> None:
    bad, out = tmp_path / "bad.jsonl", tmp_path / "out.jsonl"
    bad.write_text("no\n")
    out.write_text("kept\n")
    assert overture("visits", "import", bad, "--output", out).returncode == 1
    assert out.read_text() == "kept\n"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["bad.jsonl", "out.jsonl"]


def test_decisions_do_not_write_over_the_log(tmp_path: Path) -> None:
    log = tmp_path / "visits.jsonl"
    log.write_text(VISIT % 1)
    told = overture("plan", "backtest", PLAN, "--visits", log, "--decisions", log)
    assert told.returncode == 2
    assert log.read_text() == VISIT % 1


def test_every_bad_line_is_named_by_number(tmp_path: Path) -> None:
    log = tmp_path / "visits.jsonl"
    log.write_text("".join("no\n" if number != 30 else VISIT % number for number in range(1, 34)))
    told = overture("visits", "import", log)
    assert "line 20: " in told.stderr
    assert "also lines 21-29, 31-33" in told.stderr
    assert "1 visits written, 32 lines left out" in told.stderr


@pytest.mark.parametrize(
    ("numbers", "told"), [([1], "1"), ([1, 2], "1-2"), ([3, 4, 5, 9, 11, 12], "3-5, 9, 11-12"), ([], "")]
)
def test_numbers_as_people_write_them(numbers: list[int], told: str) -> None:
    assert ranges(numbers) == told
