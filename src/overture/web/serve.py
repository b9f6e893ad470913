"""Serve the app: bind first, say it in one line if that can't be, stop without losing anything."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import socket
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import uvicorn

from overture.kit.errors import Unavailable
from overture.web.app import App
from overture.web.sockets import TextSockets
from overture.web.wiring import House

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
    """Uvicorn, telling when it answers."""

    ready: Callable[[], None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started and self.ready is not None:
            self.ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop when asked to, and then end with status 0: being asked is no failure."""
        with super().capture_signals():
            yield
            self._captured_signals.clear()


def server(app: Any, *, trust_proxy: bool = False, sockets: Any = TextSockets) -> Server:
    """A uvicorn server with the settings of the design: sans-IO WebSockets, no deflate, 64 KiB frames.

    `sockets` is its WebSocket protocol: a class, or a name that uvicorn knows.
    """
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws=sockets,
        ws_max_size=64 * 1024,
        ws_per_message_deflate=False,
        ws_ping_interval=None,  # the protocol has its own signs of life
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=trust_proxy,
        forwarded_allow_ips="*" if trust_proxy else None,
        timeout_graceful_shutdown=GRACE_S,
        timeout_keep_alive=65,
        backlog=2048,
    )
    return Server(config)


async def serve(house: House, sock: socket.socket, *jobs: Job, ready: Callable[[], None] | None = None) -> None:
    """Start the house, serve until SIGTERM or SIGINT, then stop: sockets, jobs, commands, in this order."""
    # The routes are built while the database is opened: each takes about a quarter of a second.
    _, app = await asyncio.gather(house.start(), asyncio.to_thread(App, house))
    gc.freeze()  # what start-up made stays: the collector need not look at it again
    running = server(app, trust_proxy=house.settings.trust_proxy)
    running.ready = ready
    background: list[asyncio.Task[None]] = [asyncio.create_task(job(house)) for job in jobs]
    try:
        await running.serve(sockets=[sock])
    finally:
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        await house.stop()
