"""A served house: real sockets on a real port, agents with a session, visitors with a key."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from overture.accounts import service as accounts
from overture.accounts.model import SYSTEM, Membership, Role, Site, User
from overture.config import Settings
from overture.direction import service as direction
from overture.gateway.agent import AgentSocket
from overture.gateway.client import AgentClient, VisitorClient
from overture.gateway.gateway import Gateway
from overture.gateway.limits import Limits, Senders
from overture.kit.clock import FixedClock
from overture.store import Tx
from overture.web.serve import server
from overture.web.wiring import House

SITE = "nordic-bikes"
PLAN = (Path(__file__).parents[2] / "contract" / "operation.yaml").read_text(encoding="utf-8")


class Served:
    """The house behind its sockets."""

    def __init__(self, house: House, gateway: Gateway, site: Site, port: int) -> None:
        self.house = house
        self.gateway = gateway
        self.site = site
        self.url = f"ws://127.0.0.1:{port}"

    def visitor(self, key: str = "", **options: Any) -> VisitorClient:
        """A visitor's window, not yet connected."""
        return VisitorClient(self.url, site=self.site.key, key=key or secrets.token_hex(16), **options)

    def agent(self, user: User, **options: Any) -> AgentClient:
        """An agent's window, not yet connected."""
        return AgentClient(self.url, site=SITE, headers={"x-test-user": user.id}, **options)

    async def person(
        self, name: str, *teams: str, role: Role = "agent", available: bool = True, capacity: int | None = None
    ) -> User:
        """Somebody who can sign in; on the desk if `available`."""

        def command(tx: Tx) -> User:
            from overture.desk import service as desk

            user = accounts.add_user(
                tx, SYSTEM, f"{name.lower()}@example.com", name, role, [Membership(SITE, team) for team in teams]
            )
            accounts.set_password(tx, user.id, "x")
            if capacity is not None:
                accounts.change_user(tx, SYSTEM, user.id, accounts.UserChange(capacity=capacity))
            user = accounts.the_user(tx, user.id)
            if available and teams:
                desk.set_available(tx, accounts.actor_of(user), True)
            return user

        return await self.house.store.run(command)


@pytest.fixture
def limits() -> Limits:
    """What the sockets allow; a test module may override it."""
    return Limits()


@contextlib.asynccontextmanager
async def serving(house: House) -> AsyncIterator[Served]:
    """A started house behind a port; requests may say in a header which user they are."""

    async def authenticate(scope: Any) -> Any:
        headers = dict(scope["headers"])
        if b"x-test-user" not in headers:
            return await house.authenticator.actor(scope["headers"], unsafe=False)
        user = await house.store.read(accounts.the_user, headers[b"x-test-user"].decode())
        return accounts.actor_of(user)

    sockets = {"/v1/socket": house.visitor_socket, "/v1/desk": AgentSocket(house.gateway, authenticate)}

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await sockets[scope["path"]](scope, receive, send)

    sock = socket.create_server(("127.0.0.1", 0))
    running = server(app)
    task = asyncio.create_task(running.serve(sockets=[sock]))
    site = await house.store.read(accounts.the_site, SITE)
    yield Served(house, house.gateway, site, sock.getsockname()[1])
    await house.gateway.stop()
    running.should_exit = True
    await task


async def set_up(house: House) -> None:
    """The site with its plan, and nobody at the desk."""
    await house.store.run(accounts.add_site, SYSTEM, SITE, "Nordic Bikes", ["https://shop.example"])
    await house.store.run(direction.publish, SYSTEM, SITE, PLAN)


@pytest.fixture
async def served(tmp_path: Path, clock: FixedClock, limits: Limits) -> AsyncIterator[Served]:
    """The house on a free port."""
    house = House(Settings(data=tmp_path / "data", public_url="http://overture.test"), clock=clock)
    house.gateway.limits, house.gateway.senders = limits, Senders(limits)
    await house.start()
    await set_up(house)
    async with serving(house) as found:
        yield found
    await house.stop()
