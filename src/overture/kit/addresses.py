"""Where a request comes from: the one reading of peers and of what proxies in front add, for everything that asks.

`X-Forwarded-For` and `X-Forwarded-Proto` are read only from a peer in a network that is ours, and an address in it
only as far as ours have vouched for it: from the right, the first that is not ours. `Forwarded` (RFC 7239) is not
read: a proxy that writes one of the two headers lets the other through as the client sent it.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
PROXIED = "overture.proxied"
"""In a scope: the request came through a proxy of ours."""
_FURTHEST = 32  # proxies of ours one behind the other; nobody has more
_LONGEST = 64  # characters of an address with brackets, zone and port
_OF_ONE_HOUSEHOLD = 64  # bits: the smallest IPv6 network that is given to anybody


class BadNetwork(ValueError):
    """A text that names no network whose proxies could be trusted; says why."""


def networks(text: str) -> tuple[Network, ...]:
    """The networks in a list with commas or spaces between, as in `10.0.0.0/8, fd00::/8, 192.0.2.7`. BadNetwork."""
    return tuple(_network(part) for part in text.replace(",", " ").split())


def _network(text: str) -> Network:
    try:
        network = ip_network(text)
    except ValueError:
        try:
            meant = ip_network(text, strict=False)
        except ValueError:
            raise BadNetwork(f"{text[:60]!r} is no network: write them as in 10.0.0.0/8,fd00::/8") from None
        raise BadNetwork(f"{text} is an address within a network: write {meant}, or the address alone") from None
    if network.prefixlen == 0:
        raise BadNetwork(f"{text} would trust everybody: name the networks of your proxies only")
    if isinstance(network, IPv6Network) and network.prefixlen >= 96 and network[0].ipv4_mapped:
        return ip_network((str(network[0].ipv4_mapped), network.prefixlen - 96))
    return network


def read_address(text: str) -> Address | None:
    """The address in `192.0.2.7`, `192.0.2.7:443`, `2001:db8::7`, `[2001:db8::7]:443`; None if it is none.

    An IPv4 address written as IPv6 is the IPv4 address; a zone (`%eth0`) is left out.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    if text.startswith("["):
        host, closed, port = text[1:].partition("]")
        if not closed or (port and not _is_port(port)):
            return None
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
        if not _is_port(f":{port}"):
            return None
    else:
        host = text
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _is_port(text: str) -> bool:
    digits = text[1:]
    return text.startswith(":") and digits.isascii() and digits.isdigit() and len(digits) <= 5


def limit_key(address: str) -> str:
    """Whom a limit by address counts: the address; of IPv6 its /64, as whoever has one address there has them all."""
    if ":" not in address:
        return address
    read = read_address(address)
    if not isinstance(read, IPv6Address):
        return address if read is None else str(read)
    return str(IPv6Network((int(read) >> _OF_ONE_HOUSEHOLD << _OF_ONE_HOUSEHOLD, _OF_ONE_HOUSEHOLD)))


def client_address(scope: Any) -> str:
    """The client's address of an ASGI scope that `Proxies.read` has seen; "" where there is none."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def asker(scope: Any) -> str:
    """Whom limits by address count for this scope."""
    return limit_key(client_address(scope))


class Proxies:
    """The networks whose proxies are believed."""

    def __init__(self, trusted: Iterable[Network] = ()) -> None:
        self._trusted = tuple(trusted)

    def are_ours(self, address: Address) -> bool:
        """Whether a proxy of ours may have this address."""
        return any(address.version == network.version and address in network for network in self._trusted)

    def read(self, scope: Any) -> None:
        """Put the client's own address and scheme into an ASGI scope, and whether a proxy of ours told them."""
        peer = read_address(client_address(scope))
        if peer is None:
            return
        proxied = bool(self._trusted) and self.are_ours(peer)
        if proxied:
            scope[PROXIED] = True
            peer, port = self._client(peer, scope["headers"]), 0
            _read_scheme(scope)
        else:
            port = scope["client"][1]
        scope["client"] = (str(peer), port)

    def client(self, peer: str, headers: Iterable[tuple[bytes, bytes]]) -> str:
        """The address of the client behind a peer and its headers; the peer's own text if that is no address."""
        address = read_address(peer)
        if address is None:
            return peer
        return str(self._client(address, headers) if self.are_ours(address) else address)

    def _client(self, peer: Address, headers: Iterable[tuple[bytes, bytes]]) -> Address:
        """The right-most that is not ours; the left-most if all are; the peer where anything else stands."""
        told = b",".join(value for name, value in headers if name.lower() == b"x-forwarded-for")
        found = peer
        for place, part in enumerate(reversed(told.decode("latin-1").split(",")) if told.strip() else ()):
            address = read_address(part)
            if address is None or place == _FURTHEST:
                return peer
            found = address
            if not self.are_ours(address):
                break
        return found


def _read_scheme(scope: Any) -> None:
    told = next((value for name, value in scope["headers"] if name.lower() == b"x-forwarded-proto"), b"")
    scheme = told.split(b",")[-1].strip().lower()
    if scheme in (b"http", b"https", b"ws", b"wss"):
        secure = scheme in (b"https", b"wss")
        kinds = ("wss", "ws") if scope["type"] == "websocket" else ("https", "http")
        scope["scheme"] = kinds[0] if secure else kinds[1]
