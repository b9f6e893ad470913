"""A whole house in the test's own loop, and a browser-like client for its HTTP side."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from overture.accounts import routes as accounts_routes
from overture.accounts import service as accounts
from overture.accounts.model import SYSTEM, Membership, Role
from overture.accounts.passwords import hash_password
from overture.config import Settings
from overture.kit.clock import FixedClock
from overture.store import Tx
from overture.web.app import App
from overture.web.wiring import House

PASSWORD = "correct horse battery"
SITE = "nordic-bikes"


@pytest.fixture
async def house(tmp_path: Path, clock: FixedClock) -> AsyncIterator[House]:
    """A started house with one site and no users."""
    house = House(Settings(data=tmp_path / "data", public_url="http://overture.test"), clock=clock)
    await house.start()
    await house.store.run(accounts.add_site, SYSTEM, SITE, "Nordic Bikes", ["https://shop.example"])
    accounts_routes.limits.clear()
    yield house
    await house.stop()


@pytest.fixture
def app(house: House) -> App:
    return App(house)


class Browser(httpx.AsyncClient):
    """A client that signs in and then sends the CSRF header with every change."""

    async def sign_in(self, email: str, password: str = PASSWORD) -> httpx.Response:
        answer = await self.post("/api/v1/session", json={"email": email, "password": password})
        if answer.status_code == 200:
            self.headers["X-CSRF-Token"] = answer.json()["csrf"]
        return answer


@pytest.fixture
async def browser(app: App) -> AsyncIterator[Browser]:
    async with Browser(transport=httpx.ASGITransport(app=app), base_url="http://overture.test") as client:
        yield client


async def add_user(house: House, email: str, role: Role = "admin", teams: tuple[str, ...] = ()) -> str:
    """A user who can sign in with PASSWORD; returns the id."""

    def command(tx: Tx) -> str:
        places = [Membership(SITE, team) for team in teams]
        user = accounts.add_user(tx, SYSTEM, email, "", role, places)
        accounts.set_password(tx, user.id, _HASH)
        return user.id

    return await house.store.run(command)


_HASH = hash_password(PASSWORD)
