"""Which pages may open a socket. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


def header(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    """A header of the handshake, "" if it is not there."""
    for key, value in headers:
        if key == name:
            return value.decode("latin-1")
    return ""


def origin_of(url: str) -> str:
    """Scheme, host and port of an address as browsers write origins, without a default port; "" if it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + ("" if port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{port}")


def is_own(origin: str, host: str, public_url: str) -> bool:
    """Whether the page is Overture's own: of the host that was asked, or of the public address.

    Programs send no origin; browsers always do, and no page can change it. What is no origin, or `null`, is not ours.
    """
    if not origin:
        return True
    read = origin_of(origin)
    return bool(read) and read in (origin_of(public_url), origin_of(f"{read.partition('://')[0]}://{host}"))


def may_open(origin: str, host: str, public_url: str, allowed: Collection[str]) -> bool:
    """Whether a page of this origin may open a visitor's socket."""
    if is_own(origin, host, public_url):
        return True
    read = origin_of(origin)
    return bool(read) and read in {origin_of(one) for one in allowed}
