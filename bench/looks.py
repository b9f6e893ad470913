"""Looks per second, decided and stored, in one server process, beside a bare ASGI answer on the same server.

Server and load share the machine; each is one process. A visit is one page and nine more looks (scroll, basket,
event, another page); every look carries news, is stored durably (SQLite, synchronous=FULL) before it is
answered, and asks a plan of 30 triggers. Heart beats, which are most looks in life, are measured apart.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import socket
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
import uvloop

from overture.accounts import service as accounts
from overture.accounts.model import SYSTEM
from overture.bus.local import LocalBus
from overture.direction import service as direction
from overture.invitations import handlers
from overture.invitations.look import LookEndpoint
from overture.invitations.service import Memory
from overture.store import Store

ORIGIN = "https://shop.example"
VISITORS = 1_500
CONNECTIONS = 64
TRIGGERS = 30
_HEAD = """\
overture: 1
site: shop
timezone: Europe/Helsinki
currency: EUR
languages: [en]
quiet: {per_visit: 1, after_decline: 7d}
teams:
  sales:
    aim: sales
    goal: {measure: orders, amount: 120, per: month}
    conversation_goal: The last question before buying is answered
    hours: "24/7"
    answer_within: 20s
    results: [bought, not_now]
    after_chat: {owner: sales, channel: phone, within: 5m}
triggers:
"""
_TRIGGER = """\
  - name: trigger-{n}
    team: sales
    when: page.path.startsWith("/{place}") && cart.value >= {value} && visit.pages >= 2 && page.seconds >= {seconds}
    say:
      a: {{en: Anything to check before you order?}}
    at_most: 1 per 7d
    holdout: 50%
"""
_PLACES = ("", "bikes", "basket", "checkout", "help")


def plan() -> str:
    """Thirty triggers on five parts of a shop."""
    triggers = (
        _TRIGGER.format(n=n, place=_PLACES[n % len(_PLACES)], value=100 + 50 * n, seconds=20 + n)
        for n in range(TRIGGERS)
    )
    return _HEAD + "".join(triggers)


# ---- the server, a process of its own ----------------------------------------------------------------------


async def _bare(scope: Any, receive: Any, send: Any) -> None:
    await receive()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{}"})


async def _serve(port: int, key: Any, folder: str) -> None:
    bus = LocalBus()
    store = Store(f"sqlite:///{folder}/bench.db", bus)
    await store.start()
    site = await store.run(accounts.add_site, SYSTEM, "shop", "Shop", [ORIGIN])
    await store.run(direction.publish, SYSTEM, "shop", plan())
    memory = Memory()
    handlers.register(store, memory)
    without_limit = (1e9, 1e9)  # all of the load comes from one address
    looks = LookEndpoint(store, bus, "secret", memory, by_visitor=without_limit, by_address=without_limit)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await (looks if scope["path"] == "/v1/look" else _bare)(scope, receive, send)

    config = uvicorn.Config(app, port=port, log_level="error", lifespan="off", loop="uvloop", http="httptools")
    server = uvicorn.Server(config)
    key.value = site.key.encode()
    await server.serve()
    await store.stop()


def _server(port: int, key: Any, folder: str) -> None:
    uvloop.run(_serve(port, key, folder))


# ---- the load ----------------------------------------------------------------------------------------------


class _Load(asyncio.Protocol):
    """One connection that sends the next request as soon as the answer to the last is there."""

    def __init__(self, requests: Iterator[bytes], took: list[float], done: asyncio.Future[None]) -> None:
        self._requests = requests
        self._took = took
        self._done = done
        self._began = 0.0
        self._buffer = b""
        self.failed = 0

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found or len(body) < int(head.partition(b"content-length: ")[2].split(b"\r\n", 1)[0]):
            return
        self._took.append(time.perf_counter() - self._began)
        self._buffer = b""
        if not head.startswith(b"HTTP/1.1 200"):
            self.failed += 1
        self._next()

    def _next(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self._transport.close()
            if not self._done.done():
                self._done.set_result(None)
            return
        self._began = time.perf_counter()
        self._transport.write(request)


async def _drive(port: int, requests: Iterable[bytes], connections: int) -> tuple[float, list[float]]:
    """(requests a second, seconds each took). RuntimeError if any was refused."""
    loop = asyncio.get_running_loop()
    source, took, ends, loads = iter(requests), [], [], []
    began = time.perf_counter()
    for _ in range(connections):
        done = loop.create_future()
        ends.append(done)
        _, load = await loop.create_connection(lambda done=done: _Load(source, took, done), "127.0.0.1", port)
        loads.append(load)
    await asyncio.gather(*ends)
    spent = time.perf_counter() - began
    if failed := sum(load.failed for load in loads):
        raise RuntimeError(f"{failed} of {len(took)} looks were refused")
    return len(took) / spent, took


def _request(path: str, body: bytes) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: chat.example\r\nOrigin: {ORIGIN}\r\nContent-Type: text/plain\r\n"
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _events(n: int) -> list[dict[str, Any]]:
    if n in (1, 4, 7):
        place = _PLACES[n % len(_PLACES)]
        return [{"type": "page", "ago": 12, "url": f"{ORIGIN}/{place}/{n}?utm_source=news", "title": "A page"}]
    if n in (3, 6):
        return [{"type": "cart", "ago": 30, "value": 100.0 * n, "items": n}]
    if n in (5, 9):
        return [{"type": "event", "ago": 5, "name": "hover:price", "props": {"sku": "b12"}}]
    return [{"type": "scroll", "ago": 140, "depth": n / 10}]


def _look(site: str, visitor: int, n: int, events: list[dict[str, Any]]) -> bytes:
    look = {
        "v": 1, "site": site, "key": f"{visitor:032x}", "tab": "0123456789abcdef", "n": n, "boot": False,
        "languages": ["en-GB", "en"], "consent": None, "events": events,
    }  # fmt: skip
    return _request("/v1/look", msgspec.json.encode(look))


def _figures(rate: float, took: list[float], name: str) -> dict[str, Any]:
    cuts = statistics.quantiles(took, n=100)
    return {
        f"{name}_per_second": round(rate),
        f"{name}_p50_ms": round(cuts[49] * 1000, 2),
        f"{name}_p99_ms": round(cuts[98] * 1000, 2),
    }


async def _measure(port: int, site: str) -> dict[str, Any]:
    bare = _request("/bare", b"x" * 300)
    await _drive(port, [bare] * 2_000, CONNECTIONS)
    before, bare_took = await _drive(port, [bare] * 10_000, CONNECTIONS)
    await _drive(port, [_look(site, VISITORS, 1, _events(1))], 1)  # compiles the plan
    begun, begun_took = await _drive(port, [_look(site, v, 1, _events(1)) for v in range(VISITORS)], CONNECTIONS)
    later = [_look(site, v, n, _events(n)) for n in range(2, 11) for v in range(VISITORS)]
    rate, took = await _drive(port, later, CONNECTIONS)
    beats = [_look(site, v, n, []) for n in range(11, 18) for v in range(VISITORS)]
    beat_rate, beat_took = await _drive(port, beats, CONNECTIONS)
    after, more = await _drive(port, [bare] * 10_000, CONNECTIONS)
    limit, bare_took = (before + after) / 2, bare_took + more  # on both sides, should the machine be shared
    return {
        "look_to_bare_ratio": round(rate / limit, 3),
        "heart_beat_to_bare_ratio": round(beat_rate / limit, 3),
        **_figures(rate, took, "looks_decided_and_stored"),
        **_figures(begun, begun_took, "visits_begun"),
        **_figures(beat_rate, beat_took, "heart_beats"),
        **_figures(limit, bare_took, "bare_asgi"),
        "triggers": TRIGGERS,
        "connections": CONNECTIONS,
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(port: int, process: Any) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.is_alive():
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the server for the measurement did not start")


def run() -> dict[str, Any]:
    """The figures; takes some 20 s."""
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory(prefix="overture-bench-", dir=os.environ.get("OVERTURE_BENCH_DIR")) as folder:
        port, key = _free_port(), context.Array("c", 64)
        process = context.Process(target=_server, args=(port, key, str(Path(folder))), daemon=True)
        process.start()
        try:
            _wait_for(port, process)
            return uvloop.run(_measure(port, key.value.decode()))
        finally:
            process.terminate()
            process.join(10)
