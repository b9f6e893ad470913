"""How many different things there were, exactly, whatever their number: what does not fit into memory goes to disk."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

_KEPT = 100_000  # in memory: some 10 MB
_FILES = 64  # of 8 bytes for each thing; one at a time is counted


class Distinct:
    """Counts marks of at least 8 bytes, evenly spread as hashes are; only the first 8 count."""

    def __init__(self) -> None:
        self._kept: set[bytes] = set()
        self._folder: TemporaryDirectory[str] | None = None

    def add(self, mark: bytes) -> None:
        """Take one."""
        self._kept.add(mark[:8])
        if len(self._kept) >= _KEPT:
            self._spill()

    def count(self) -> int:
        """How many there were."""
        if self._folder is None:
            return len(self._kept)
        import numpy as np  # only large logs need it

        self._spill()
        files = Path(self._folder.name).iterdir()
        return sum(len(np.unique(np.fromfile(file, dtype="<u8"))) for file in files)

    def _spill(self) -> None:
        if self._folder is None:
            self._folder = TemporaryDirectory(prefix="overture-import-")
        by_file: dict[int, list[bytes]] = defaultdict(list)
        for mark in self._kept:
            by_file[mark[0] % _FILES].append(mark)
        self._kept.clear()
        for number, marks in by_file.items():
            with (Path(self._folder.name) / str(number)).open("ab") as out:
                out.write(b"".join(marks))
