"""Jobs for a crew, in a module that its processes can import."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from overture.direction.crew import NoLongerWanted


def count_to(number: int, tell: Callable[[int], None]) -> tuple[int, int]:
    for done in range(number + 1):
        tell(done)
    return number, os.getpid()


def fail(tell: Callable[[int], None]) -> None:
    raise ValueError("as asked")


def until_told(folder: Path, tell: Callable[[int], None]) -> None:
    """Goes on until it is no longer wanted."""
    (folder / "pid").write_text(str(os.getpid()))
    try:
        while True:
            tell(1)
            time.sleep(0.01)
    except NoLongerWanted:
        (folder / "stopped").touch()
        raise
