"""Where things are in a clone."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
CACHE = ROOT / ".cache"
LOGS = CACHE / "logs"
STAMPS = CACHE / "stamps"
REQUIREMENTS = ROOT / "requirements"
STATIC = ROOT / "src" / "overture" / "web" / "static"


def in_venv(program: str) -> str:
    """The path of a program of the environment, as a command wants it."""
    return str(VENV / "bin" / program)
