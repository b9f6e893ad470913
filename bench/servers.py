"""The servers that sockets are measured against, each in a process of its own: a bare uvicorn one, and Overture.

    python -m bench.servers relay
    python -m bench.servers overture DATA PEOPLE DATABASE_URL CAPACITY

Each prints one line of JSON with its port (and how to sign in) when it serves, and stops with its stdin.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil

SITE = "bench"
PLAN = """
overture: 1
site: bench
timezone: Europe/Helsinki
currency: EUR
languages: [en]
teams:
  desk:
    aim: service
    department: service
    goal: {measure: solved, amount: 1, per: month}
    conversation_goal: The question is answered
    hours: "24/7"
    answer_within: 20s
    results: [solved]
    after_chat: {owner: desk, channel: email, within: 1d}
routes:
  - {to: desk}
"""


class Relay:
    """A bare uvicorn application: what comes from one of the two on a path goes to the other, and is kept nowhere."""

    def __init__(self) -> None:
        self.rooms: dict[str, list[Any]] = {}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        room = self.rooms.setdefault(scope["path"], [])
        room.append(send)
        try:
            while (message := await receive())["type"] == "websocket.receive":
                for other in room:
                    if other is not send:
                        await other({"type": "websocket.send", "text": message["text"]})
        finally:
            room.remove(send)


async def serve_relay() -> None:
    from overture.web.serve import server

    sock = _port()
    _ready(port=sock.getsockname()[1])
    running = server(Relay(), sockets="websockets-sansio")
    task = asyncio.create_task(running.serve(sockets=[sock]))
    await _end_of_input()
    running.should_exit = True
    await task


async def serve_overture(data: str, people: int, database: str, capacity: int) -> None:
    from overture.accounts import service as accounts
    from overture.accounts.model import SYSTEM, Membership
    from overture.config import Settings
    from overture.direction import service as direction
    from overture.gateway.limits import Limits, Senders
    from overture.kit.limits import RateLimiter
    from overture.store import Tx
    from overture.web.serve import serve
    from overture.web.wiring import House
    from overture.worker import work

    house = House(Settings(data=Path(data), database_url=database))
    free = 1e9
    house.gateway.limits = Limits(
        visitor_burst=free, visitor_rate=free, agent_burst=free, agent_rate=free, waiting_frames=100_000,
        waiting_bytes=256 * 1024 * 1024, sockets_per_address=1_000_000, openings_burst=free,
        address_openings_burst=free,
    )  # fmt: skip
    house.gateway.senders = Senders(house.gateway.limits)
    house.gateway.addresses = RateLimiter(burst=free, per_second=free)

    def set_up(tx: Tx) -> dict[str, Any]:
        site = accounts.add_site(tx, SYSTEM, SITE, "Bench", ["https://shop.example"])
        direction.publish(tx, SYSTEM, SITE, PLAN)
        cookies = []
        for number in range(people):
            user = accounts.add_user(
                tx, SYSTEM, f"agent{number}@example.com", f"Agent {number}", "agent", [Membership(SITE, "desk")]
            )
            accounts.set_password(tx, user.id, "x")
            accounts.change_user(tx, SYSTEM, user.id, accounts.UserChange(capacity=capacity))
            cookies.append(accounts.open_session(tx, user.id)[0])
        return {"key": site.key, "cookies": cookies}

    before = House(house.settings)
    await before.store.start()
    made = await before.store.run(set_up)
    await before.store.stop()
    sock = _port()
    stop = asyncio.create_task(_stop_with_input())
    try:
        await serve(
            house, sock, lambda house: work(house.store), ready=lambda: _ready(port=sock.getsockname()[1], **made)
        )
    finally:
        stop.cancel()


def _port() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0), backlog=4096)


def _ready(**facts: Any) -> None:
    print(json.dumps(facts), flush=True)


async def _end_of_input() -> None:
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


async def _stop_with_input() -> None:
    await _end_of_input()
    os.kill(os.getpid(), signal.SIGTERM)


class Running:
    """A server in its own process."""

    def __init__(self, process: subprocess.Popen[str], facts: dict[str, Any]) -> None:
        self.process = process
        self.facts = facts
        self.port: int = facts["port"]

    def resident(self) -> int:
        """Bytes of memory that are its own."""
        memory = psutil.Process(self.process.pid).memory_full_info()
        return int(memory.uss)


@contextlib.contextmanager
def running(*arguments: str) -> Iterator[Running]:
    """A server of this module, from its first answer to the end of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.servers", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[1],
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Running(process, json.loads(process.stdout.readline()))
    finally:
        process.stdin.close()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()


if __name__ == "__main__":
    import uvloop

    if sys.argv[1] == "relay":
        uvloop.run(serve_relay())
    else:
        database, capacity = [*sys.argv[4:], "", ""][:2]
        uvloop.run(serve_overture(sys.argv[2], int(sys.argv[3]), database, int(capacity or 50)))
