"""Built front ends, held in memory with their brotli copies: a few hundred kilobytes, never read twice."""

from __future__ import annotations

import hashlib
import mimetypes
from pathlib import Path
from typing import Any, NamedTuple

from overture.kit.errors import Unavailable

ROOT = Path(__file__).parent / "static"
FOREVER = "public, max-age=31536000, immutable"
SHORTLY = "public, max-age=300"
ASK = "no-cache"

Headers = list[tuple[bytes, bytes]]


class NotBuilt(Unavailable):
    """The front ends are not there."""

    code = "not_built"


class StaticFile(NamedTuple):
    """One file's answer: its bytes, their brotli form if there is one, and its headers."""

    body: bytes
    brotli: bytes | None
    headers: Headers
    etag: bytes


class StaticFolder:
    """All files below a folder, by their path in it."""

    def __init__(self, name: str) -> None:
        self.folder = ROOT / name
        self._files: dict[str, StaticFile] = {}
        for path in sorted(self.folder.rglob("*")) if self.folder.is_dir() else ():
            if path.is_file() and path.suffix != ".br":
                self._files[path.relative_to(self.folder).as_posix()] = _load(path)

    def get(self, path: str) -> StaticFile | None:
        """The file, or None."""
        return self._files.get(path)

    def need(self, path: str) -> StaticFile:
        """A file that the build must have made; NotBuilt says how."""
        found = self._files.get(path)
        if found is None:
            raise NotBuilt(f"{self.folder.name}/{path} is not built: run make install", retry_after=60)
        return found


def _load(path: Path) -> StaticFile:
    body = path.read_bytes()
    packed = path.with_name(path.name + ".br")
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if kind.startswith("text/") or kind in ("application/javascript", "application/json", "image/svg+xml"):
        kind += "; charset=utf-8"
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'.encode()
    headers = [(b"content-type", kind.encode()), (b"x-content-type-options", b"nosniff"), (b"vary", b"accept-encoding")]
    return StaticFile(body, packed.read_bytes() if packed.is_file() else None, headers, etag)


async def send_static(scope: Any, send: Any, file: StaticFile, cache: str, extra: Headers | None = None) -> None:
    """Answer with a file: 304 if the client has it, brotli if it can."""
    asked = dict(scope["headers"])
    headers = [*file.headers, (b"etag", file.etag), (b"cache-control", cache.encode()), *(extra or [])]
    body, status = file.body, 200
    if asked.get(b"if-none-match") == file.etag:
        body, status = b"", 304
    elif file.brotli is not None and b"br" in asked.get(b"accept-encoding", b""):
        body = file.brotli
        headers.append((b"content-encoding", b"br"))
    if status == 200:
        headers.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
