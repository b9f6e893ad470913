"""Files of a log as one: packed ones unpacked as they are read, rotated ones in the order of their time."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

from overture.kit.errors import Invalid
from overture.visits.access_lines import read_line
from overture.visits.log import LineReader, lines_of

_GZIP = b"\x1f\x8b"
_PACKED = {b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"(\xb5/\xfd": "zstd", b"PK\x03\x04": "zip", b"7z\xbc\xaf": "7z"}
_MOST_TIMES = 300  # as long unpacked as packed: logs come to 10 to 40
_FREE = 64 << 20  # bytes below which that is nobody's business
_LOOKED_AT = 1_000  # lines of a file until one is found that tells its time


class BadLogFile(Invalid):
    """A file can't be read as a log: packed in another way, cut short, or no log at all."""

    code = "bad_log_file"


class Line(NamedTuple):
    """A line of one of several files; `done` bytes of all of them have been read with it."""

    file: Path
    number: int
    text: bytes
    done: int


def lines(paths: list[Path], most: int) -> Iterator[Line]:
    """Every line of the files, one file after another."""
    before = 0
    for path in paths:
        with path.open("rb") as raw:
            yield from _lines(path, raw, _opened(path, raw), before, most)
            before += path.stat().st_size


def by_time(paths: list[Path], most: int) -> list[Path]:
    """The files in order of the first instant that each tells: rotated logs come newest first."""
    return sorted(paths, key=lambda path: _first_instant(path, most)) if len(paths) > 1 else paths


class _Unpacked:
    """A packed file, unpacked as it is read, and no further than a log could be."""

    def __init__(self, path: Path, raw: IO[bytes]) -> None:
        self._path = path
        self._file = gzip.GzipFile(fileobj=raw)
        self._most = max(_FREE, _MOST_TIMES * path.stat().st_size)
        self._given = 0

    def readline(self, most: int, /) -> bytes:
        text: bytes = self._file.readline(most)
        self._given += len(text)
        if self._given > self._most:
            raise BadLogFile(f"{self._path} unpacks to more than {_MOST_TIMES} times its size: this is no log")
        return text


def _lines(path: Path, raw: IO[bytes], file: LineReader, before: int, most: int) -> Iterator[Line]:
    try:
        for number, (text, _) in enumerate(lines_of(file, most), 1):
            yield Line(path, number, text, before + raw.tell())
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise BadLogFile(f"{path} is damaged or cut short: pack it anew, or unpack what is left of it") from error


def _opened(path: Path, raw: IO[bytes]) -> LineReader:
    head = raw.read(8)
    raw.seek(0)
    if head.startswith(_GZIP):
        return _Unpacked(path, raw)
    for mark, name in _PACKED.items():
        if head.startswith(mark):
            raise BadLogFile(f"{path} is packed with {name}: unpack it first, or pack it with gzip")
    return raw


def _first_instant(path: Path, most: int) -> int:
    for line in lines([path], most):
        hit = read_line(line.text)
        if hit is not None:
            return hit.at_ms
        if line.number >= _LOOKED_AT:
            break
    return 1 << 62


def size_of(paths: list[Path]) -> int:
    """Bytes of all the files, as they lie there."""
    return sum(path.stat().st_size for path in paths)
