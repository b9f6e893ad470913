"""The browser of the end-to-end tests."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from groundwork.say import Stop
from groundwork.system import apt_install

_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
_OTHERWISE = ", or name one you have, as in  OVERTURE_CHROMIUM=/path/to/chrome make test"


def find() -> str | None:
    """A Chromium that starts: the one named by OVERTURE_CHROMIUM, the system's, or one Playwright fetched."""
    named = os.environ.get("OVERTURE_CHROMIUM")
    if named:
        if not _starts(named):
            raise Stop(f"OVERTURE_CHROMIUM={named} does not start: name a Chromium or Chrome that does")
        return named
    fetched = Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome")
    candidates = [*filter(None, map(shutil.which, _NAMES)), *map(str, sorted(fetched, reverse=True))]
    return next(filter(_starts, candidates), None)


def ensure() -> str:
    """The path of a Chromium, installed first where there is none."""
    found = find()
    if found is None:
        apt_install("chromium", what="Chromium, which the end-to-end tests use,", otherwise=_OTHERWISE)
        found = find()
    if found is None:
        # Ubuntu's package of that name only points to a snap, which containers cannot run.
        raise Stop(
            "Chromium was installed and does not start: .venv/bin/playwright install --with-deps chromium, or snap "
            f"install chromium{_OTHERWISE}"
        )
    return found


def _starts(path: str) -> bool:
    try:
        told = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return told.returncode == 0 and b"." in told.stdout
