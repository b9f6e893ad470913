"""What is in the way is told in one line, in a person's words."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

OVERTURE = str(Path(sys.executable).with_name("overture"))


@pytest.mark.parametrize(
    ("command", "environment", "line"),
    [
        (["site", "list"], {"OVERTURE_DATABASE_URL": "postgresql://u:p@127.0.0.1:1/x"}, "does not answer"),
        (["site", "list"], {"OVERTURE_PORT": "abc"}, "OVERTURE_PORT: 'abc' is not a whole number"),
        (["site", "list"], {"OVERTURE_DATABASE_POOL": "1"}, "OVERTURE_DATABASE_POOL: 1 is less than 2"),
        (["staff", "size", "--per-hour", "-1", "--handle", "300"], {}, "'--per-hour': -1 is less than 0"),
    ],
)
def test_one_line(tmp_path: Path, command: list[str], environment: dict[str, str], line: str) -> None:
    there = {"OVERTURE_DATA": str(tmp_path)} | environment
    ran = subprocess.run([OVERTURE, *command], env=os.environ | there, capture_output=True, text=True, timeout=60)
    assert (ran.returncode > 0, ran.stdout) == (True, "")
    [told] = ran.stderr.splitlines()
    assert line in told
