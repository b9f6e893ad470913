"""A real server in a process of its own that can be killed, and a network that can be cut."""

from __future__ import annotations

import asyncio
import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from overture.accounts import service as accounts
from overture.accounts.authentication import COOKIE
from overture.accounts.model import SYSTEM, Membership
from overture.config import Settings
from overture.direction import service as direction
from overture.gateway.client import AgentClient, VisitorClient
from overture.store import Tx
from overture.web.wiring import House

SITE = "nordic-bikes"
PLAN = """
overture: 1
site: nordic-bikes
timezone: Europe/Helsinki
currency: EUR
languages: [fi, en]
teams:
  bike-sales:
    aim: sales
    department: sales
    goal: {measure: orders, amount: 1, per: month}
    conversation_goal: A test ride is booked
    hours: "24/7"
    answer_within: 20s
    chats_per_agent: 3
    results: [bought]
    after_chat: {owner: bike-sales, channel: phone, within: 5m}
routes:
  - {to: bike-sales}
"""


class Server:
    """`overture serve` on one port, started and killed at will."""

    def __init__(self, data: Path, key: str, sessions: list[str]) -> None:
        self.data = data
        self.key = key
        self.sessions = sessions
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Start, and return when it answers."""
        with (self.data / "log").open("ab") as log:
            self.process = subprocess.Popen(  # noqa: ASYNC220 - it only forks
                [Path(sys.executable).with_name("overture"), "serve", "--port", str(self.port), "--data", self.data],
                stdout=log,
                stderr=log,
                env={**os.environ, "OVERTURE_LOG_LEVEL": "warning"},
            )
        async with asyncio.timeout(30):
            while not await answers(self.port):
                assert self.process.poll() is None, (self.data / "log").read_text()
                await asyncio.sleep(0.05)

    def kill(self) -> None:
        """As a power cut would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Ask it to stop."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)

    def visitor(self, port: int = 0, key: str = "") -> VisitorClient:
        """A visitor's window, by way of a proxy's port if one is given."""
        return VisitorClient(f"ws://127.0.0.1:{port or self.port}", site=self.key, key=key or secrets.token_hex(16))

    def agent(self, port: int = 0, who: int = 0) -> AgentClient:
        """An agent's window."""
        cookie = {"Cookie": f"{COOKIE}={self.sessions[who]}"}
        return AgentClient(f"ws://127.0.0.1:{port or self.port}", site=SITE, headers=cookie)


class Proxy:
    """A piece of network between client and server that can be cut, stalled and mended."""

    def __init__(self, to: int) -> None:
        self.to = to
        self.port = 0
        self.refusing = False
        self._open = asyncio.Event()
        self._open.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._on_client, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        self._open.set()

    def stall(self) -> None:
        """Swallow nothing, pass nothing on: a tunnel, a sleeping access point."""
        self._open.clear()

    def mend(self) -> None:
        """Pass on again, what was held back first."""
        self.refusing = False
        self._open.set()

    def cut(self) -> None:
        """Reset every connection and refuse new ones until mended."""
        self.refusing = True
        for writer in tuple(self._writers):
            writer.transport.abort()

    async def _on_client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.refusing:
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.to)
        except OSError:
            writer.transport.abort()
            return
        pair = {writer, back}
        self._writers |= pair
        try:
            await asyncio.gather(self._pump(reader, back), self._pump(there, writer))
        finally:
            self._writers -= pair

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, OSError):
            while data := await reader.read(65_536):
                await self._open.wait()
                writer.write(data)
                await writer.drain()
        writer.transport.abort()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port: int = sock.getsockname()[1]
        return port


async def answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


@pytest.fixture
async def overture(tmp_path: Path) -> AsyncIterator[Server]:
    """The server with a site, a plan and two agents, not yet started."""
    house = House(Settings(data=tmp_path))
    await house.store.start()

    def set_up(tx: Tx) -> tuple[str, list[str]]:
        site = accounts.add_site(tx, SYSTEM, SITE, "Nordic Bikes", ["https://shop.example"])
        direction.publish(tx, SYSTEM, SITE, PLAN)
        sessions = []
        for name in ("aino", "ville"):
            user = accounts.add_user(
                tx, SYSTEM, f"{name}@example.com", name.title(), "agent", [Membership(SITE, "bike-sales")]
            )
            accounts.set_password(tx, user.id, "x")
            sessions.append(accounts.open_session(tx, user.id)[0])
        return site.key, sessions

    key, sessions = await house.store.run(set_up)
    await house.store.stop()
    server = Server(tmp_path, key, sessions)
    yield server
    server.stop()


@pytest.fixture
async def network(overture: Server) -> AsyncIterator[Any]:
    """A proxy before the server."""
    proxy = Proxy(overture.port)
    await proxy.start()
    yield proxy
    await proxy.stop()
