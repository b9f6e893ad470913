"""Gzip files that know when a single bit of them has changed: the SHA-256 of all their bytes stands in the header.

Any gzip reads them: the digest is an extra field (RFC 1952, section 2.3.1.1). The checksum that gzip itself has
covers the contents only; its header and the bits that fill the last byte could change unseen.
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from pathlib import Path
from types import TracebackType

_DIGEST = hashlib.sha256().digest_size
_FIELD = b"Ov" + struct.pack("<H", _DIGEST)
_HEAD = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff" + struct.pack("<H", len(_FIELD) + _DIGEST) + _FIELD
_PLAIN = (0x00, 0x08)  # flags of gzip files that other programs, and earlier versions, write: no name, a name
_PIECE = 1024 * 1024


class PackedFile:
    """A gzip file to write, from its beginning to its end; whole once it is closed without an error."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._digest = hashlib.sha256()
        self._packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._crc, self._size = 0, 0

    def __enter__(self) -> PackedFile:
        self._put(_HEAD + bytes(_DIGEST))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._file:
            if kind is None:
                self._put(self._packer.flush() + struct.pack("<LL", self._crc, self._size & 0xFFFFFFFF))
                self._file.seek(len(_HEAD))
                self._file.write(self._digest.digest())

    def write(self, data: bytes) -> None:
        """Add to the contents."""
        self._crc = zlib.crc32(data, self._crc)
        self._size += len(data)
        self._put(self._packer.compress(data))

    def _put(self, packed: bytes) -> None:
        self._digest.update(packed)
        self._file.write(packed)


def is_whole(path: Path) -> bool:
    """Whether a gzip file is as it was written, as far as its header tells: one without a digest may be. OSError."""
    digest = hashlib.sha256(_HEAD + bytes(_DIGEST))
    with path.open("rb") as file:
        head = file.read(len(_HEAD))
        if head != _HEAD:
            return head[:3] == _HEAD[:3] and head[3:4] != b"" and head[3] in _PLAIN
        told = file.read(_DIGEST)
        while piece := file.read(_PIECE):
            digest.update(piece)
    return told == digest.digest()
