"""Which pages may open a socket. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from urllib.parse import urlsplit


def header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    """A header of the handshake, "" if it is not there."""
    for key, value in headers:
        if key == name:
            return value.decode("latin-1")
    return ""


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, as browsers write origins."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


def is_own(origin: str, host: str, public_url: str) -> bool:
    """Whether the page is Overture's own: of the host that was asked, or of the public address.

    Programs send no origin; browsers always do, and no page can change it.
    """
    if not origin:
        return True
    origin = origin.lower()
    return origin == origin_of(public_url) or (bool(host) and urlsplit(origin).netloc == host.lower())


def may_open(origin: str, host: str, public_url: str, allowed: Collection[str]) -> bool:
    """Whether a page of this origin may open a visitor's socket."""
    return is_own(origin, host, public_url) or origin.lower() in {one.lower() for one in allowed}
