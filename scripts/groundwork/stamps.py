"""A step is skipped when what it was made from has not changed."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from groundwork.places import ROOT, STAMPS

_MADE = frozenset({"node_modules", "dist", "__pycache__", ".vite", "coverage", "test-results"})


def files_in(folder: Path) -> Iterator[Path]:
    """Every file below `folder` that a person wrote, in a fixed order."""
    for here, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in _MADE)
        for name in sorted(names):
            if not name.endswith(".tsbuildinfo"):
                yield Path(here, name)


def digest(files: Iterable[Path], *words: str) -> str:
    """One hash over the names and contents of `files` (a missing one counts as such) and over `words`."""
    whole = hashlib.sha256()
    for file in files:
        try:
            content = hashlib.sha256(file.read_bytes()).digest()
        except FileNotFoundError:
            content = b"missing"
        whole.update(os.path.relpath(file, ROOT).encode() + b"\0" + content)
    for word in words:
        whole.update(b"\0" + word.encode())
    return whole.hexdigest()


class Stamp:
    """Remembers by `name` what a finished step was made from."""

    def __init__(self, name: str, made_from: str, *results: Path) -> None:
        self._file = STAMPS / name
        self._made_from = made_from
        self._results = results

    @property
    def holds(self) -> bool:
        """The step has been done from the same things, and what it made is still there."""
        try:
            same = self._file.read_text() == self._made_from
        except FileNotFoundError:
            return False
        return same and all(result.exists() for result in self._results)

    def forget(self) -> None:
        """To be called before the step begins: a half-done step must not count as done."""
        self._file.unlink(missing_ok=True)

    def set(self) -> None:
        """To be called when the step is done."""
        STAMPS.mkdir(parents=True, exist_ok=True)
        self._file.write_text(self._made_from)
