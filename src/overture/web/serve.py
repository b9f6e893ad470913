"""Serve the app: bind first, say it in one line if that can't be, stop without losing anything."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import socket
import sys
from collections.abc import Callable, Coroutine, Iterator
from functools import partial
from typing import Any

import uvicorn

from overture.kit.addresses import Proxies
from overture.kit.errors import Unavailable
from overture.store.server_lock import server_lock
from overture.web.app import App, body_limit
from overture.web.http_connections import BODY_BYTES, PER_ADDRESS, ConnectionTable, HttpConnection, raise_file_limit
from overture.web.sockets import TextSockets
from overture.web.wiring import House

SWITCH_EVERY_S = 0.0005  # commands and the loop share the interpreter: the default of 5 ms is felt in each answer
GRACE_S = 10  # time for open requests and sockets to end when the server is asked to stop
Socket = socket.socket
Job = Callable[[House], Coroutine[Any, Any, None]]


class PortTaken(Unavailable):
    """Somebody else listens there."""

    code = "port_taken"


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. PortTaken says which and the way out."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((host, port))
    except OSError as error:
        sock.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(f"Port {port} is taken: stop what listens there, or choose another port") from None
        raise PortTaken(f"Can't listen on {host} port {port}: {error.strerror}") from None
    sock.set_inheritable(True)
    return sock


class Server(uvicorn.Server):
    """Uvicorn, telling when it answers and holding its connections to their bounds."""

    ready: Callable[[], None] | None = None

    def __init__(self, config: uvicorn.Config, table: ConnectionTable) -> None:
        super().__init__(config)
        self.table = table

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self.ready is not None:
            self.ready()

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second."""
        if counter % 10 == 0:
            self.table.sweep()
        self.table.close_some()
        return await super().on_tick(counter)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop when asked to, and then end with status 0: being asked is no failure."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()


def server(
    app: Any,
    *,
    proxies: Proxies | None = None,
    body_limit: Callable[[str], int] = lambda _path: BODY_BYTES,
    per_address: int = PER_ADDRESS,
    sockets: Any = TextSockets,
    kind: type[Server] = Server,
) -> Server:
    """A uvicorn server with the settings of the design: bounded HTTP, sans-IO WebSockets, no deflate, 64 KiB frames.

    `body_limit` says how large a body may be at a path, `per_address` how many connections one address may hold;
    `sockets` is its WebSocket protocol: a class, or a name that uvicorn knows.
    """
    table = ConnectionTable(proxies or Proxies(), body_limit, per_address=per_address)
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http=partial(HttpConnection, table=table),  # type: ignore[arg-type]
        ws=sockets,
        ws_max_size=64 * 1024,
        ws_per_message_deflate=False,
        ws_ping_interval=None,  # the protocol has its own signs of life
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # the app reads them: kit/addresses.py
        timeout_graceful_shutdown=GRACE_S,
        timeout_keep_alive=65,
        backlog=2048,
    )
    return kind(config, table)


async def serve(house: House, sock: socket.socket, *jobs: Job, ready: Callable[[], None] | None = None) -> None:
    """Start the house, serve until SIGTERM or SIGINT, then stop: sockets, jobs, commands, in this order."""
    raise_file_limit()
    with server_lock(house.store.url):
        await _serve(house, sock, jobs, ready)


async def _serve(house: House, sock: socket.socket, jobs: tuple[Job, ...], ready: Callable[[], None] | None) -> None:
    sys.setswitchinterval(SWITCH_EVERY_S)
    # The routes are built while the database is opened: each takes about a quarter of a second.
    _, app = await asyncio.gather(house.start(), asyncio.to_thread(App, house))
    gc.freeze()  # what start-up made stays: the collector need not look at it again
    running = server(
        app, proxies=house.proxies, body_limit=body_limit, per_address=2 * house.gateway.limits.sockets_per_address
    )
    running.ready = ready
    background: list[asyncio.Task[None]] = [asyncio.create_task(job(house)) for job in jobs]
    try:
        await running.serve(sockets=[sock])
    finally:
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        await house.stop()
