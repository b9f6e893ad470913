"""Authority ends when it ends: sockets close though another process ended it and no news came."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from tests.integration.gateway.conftest import SITE, Served, serving, set_up

from overture.accounts import service as accounts
from overture.accounts.errors import SignInAgain
from overture.accounts.model import SYSTEM, Membership
from overture.config import Settings
from overture.gateway import authority, codes
from overture.gateway.client import AgentClient, VisitorClient
from overture.kit.clock import FixedClock
from overture.store import Tx
from overture.visits import privacy
from overture.visits import service as visits
from overture.visits.export import exported
from overture.visits.identity import visitor_id
from overture.web.wiring import House

WITHIN_S = 20.0  # the promise is five seconds; a busy machine gets time, the rounds are counted below

Deed = Callable[[Tx, "SignedIn"], Any]


class SignedIn:
    """Aino with a session and a token, and a visitor: each with a window in the other process."""

    def __init__(self, user: str, session: str, token: str, token_id: str) -> None:
        self.user = user
        self.session = session
        self.token = token
        self.token_id = token_id


@contextlib.asynccontextmanager
async def two_houses(url: str, folder: Path, clock: FixedClock) -> AsyncIterator[tuple[Served, Served]]:
    """Two processes with one database, which hear nothing of each other."""
    houses = [House(Settings(data=folder, database_url=url, secret="s" * 64), clock=clock) for _ in "ab"]
    for house in houses:
        await house.start()
    await set_up(houses[0])
    async with serving(houses[0]) as here, serving(houses[1]) as there:
        yield here, there
    for house in houses:
        await house.stop()


async def sign_in(served: Served) -> SignedIn:
    aino = await served.person("Aino", "bike-sales")

    def command(tx: Tx) -> SignedIn:
        session, _ = accounts.open_session(tx, aino.id)
        token, info = accounts.add_token(tx, SYSTEM, "watch", "read", SITE)
        return SignedIn(aino.id, session, token, info.id)

    return await served.house.store.run(command)


def window(served: Served, who: SignedIn) -> AgentClient:
    return AgentClient(served.url, site=SITE, headers={"cookie": f"overture_session={who.session}"})


def watcher(served: Served, who: SignedIn) -> AgentClient:
    return AgentClient(served.url, site=SITE, headers={"authorization": f"Bearer {who.token}"})


def _reset(tx: Tx, who: SignedIn) -> None:
    accounts.accept_link(tx, accounts.reset(tx, SYSTEM, who.user), "reset", "hash")


def _role(tx: Tx, who: SignedIn) -> None:
    accounts.change_user(tx, SYSTEM, who.user, accounts.UserChange(role="partner_agent"))


def _team(tx: Tx, who: SignedIn) -> None:
    accounts.change_user(tx, SYSTEM, who.user, accounts.UserChange(teams=[Membership(SITE, "care")]))


SIGNED_OUT: dict[str, Deed] = {
    "sign-out": lambda tx, who: accounts.end_session(tx, who.session),
    "a reset password": _reset,
    "a password set on the server": lambda tx, who: accounts.set_password(tx, who.user, "hash"),
    "a revoked user": lambda tx, who: accounts.revoke(tx, SYSTEM, who.user),
}
OTHERS: dict[str, Deed] = {"another role": _role, "another team": _team}


@pytest.fixture(params=["sqlite", "postgresql"])
async def houses(
    request: pytest.FixtureRequest, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Served, Served]]:
    monkeypatch.setattr(authority, "CHECK_EVERY_S", 0.1)
    url = request.getfixturevalue(f"{request.param}_url")
    async with two_houses(url, tmp_path, clock) as found:
        yield found


async def closed_with(client: AgentClient | VisitorClient, code: int) -> None:
    await client.until(lambda: client.closed is not None and client.closed[0] == code, WITHIN_S)


async def test_a_socket_closes_when_its_session_or_token_ends_in_another_process(
    houses: tuple[Served, Served],
) -> None:
    here, there = houses
    who = await sign_in(here)
    for name, deed in SIGNED_OUT.items():
        session, _ = await here.house.store.run(accounts.open_session, who.user)
        who.session = session
        async with window(there, who) as agent:
            assert agent.welcome is not None, name
            await here.house.store.run(deed, who)
            await closed_with(agent, codes.NOT_SIGNED_IN)
    async with watcher(there, who) as program:
        assert program.welcome is not None
        await here.house.store.run(accounts.delete_token, SYSTEM, who.token_id)
        await closed_with(program, codes.NOT_SIGNED_IN)


async def test_a_session_that_expires_closes_its_socket(houses: tuple[Served, Served], clock: FixedClock) -> None:
    here, there = houses
    who = await sign_in(here)
    async with window(there, who) as agent:
        clock.move(days=15)
        await closed_with(agent, codes.NOT_SIGNED_IN)


async def test_another_role_or_team_is_there_at_once(houses: tuple[Served, Served]) -> None:
    here, there = houses
    who = await sign_in(here)
    async with here.visitor() as visitor, window(there, who) as agent:
        visitor.send("Hei")
        await agent.until(lambda: agent.inbox)
        for deed in OTHERS.values():
            sockets = agent.sockets
            await here.house.store.run(deed, who)
            await agent.until(lambda sockets=sockets: agent.sockets > sockets and agent.connected.is_set(), WITHIN_S)
        assert agent.welcome is not None
        assert (agent.welcome.teams, agent.welcome.conversations) == (["care"], [])


async def test_who_is_blocked_or_erased_leaves(houses: tuple[Served, Served]) -> None:
    here, there = houses
    await sign_in(here)
    async with there.visitor("1" * 32) as blocked, there.visitor("2" * 32) as erased:
        for visitor in (blocked, erased):
            visitor.send("Hei")
            await visitor.until(lambda visitor=visitor: visitor.acknowledged)
        ids = [visitor_id(SITE, key * 32) for key in "12"]
        await here.house.store.run(visits.set_blocked, SYSTEM, SITE, ids[0], True)
        await here.house.store.run(privacy.erase_visitor, SYSTEM, SITE, ids[1])
        await closed_with(blocked, codes.FORBIDDEN)
        await erased.until(lambda: erased.sockets > 1 and erased.connected.is_set(), WITHIN_S)
        assert erased.welcome is not None
        assert erased.welcome.conversation is None


async def test_one_round_every_two_seconds_asks_for_everybody_at_once(served: Served) -> None:
    """Two rounds stand within five seconds, and a round is one query for agents and one for visitors."""
    assert authority.CHECK_EVERY_S * 2 < 5
    who = await sign_in(served)
    reads: list[Any] = []
    real = served.house.store.read

    async def read(query: Any, *args: Any) -> Any:
        reads.append(query)
        return await real(query, *args)

    async with window(served, who), window(served, who), watcher(served, who), served.visitor(), served.visitor():
        served.house.store.read = read  # type: ignore[method-assign]
        try:
            await served.gateway.check_authority()
        finally:
            served.house.store.read = real  # type: ignore[method-assign]
    assert reads.count(authority._versions) == 1
    assert reads.count(visits.standing) == 1


async def test_news_closes_at_once(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the same process no round is waited for."""

    async def never(*_: Any) -> int:
        return 0

    monkeypatch.setattr(served.gateway, "check_authority", never)
    who = await sign_in(served)
    async with window(served, who) as agent, watcher(served, who) as program, served.visitor("3" * 32) as visitor:
        visitor.send("Hei")
        await visitor.until(lambda: visitor.acknowledged)
        await served.house.store.run(accounts.end_session, who.session)
        await served.house.store.run(accounts.delete_token, SYSTEM, who.token_id)
        them = visitor_id(SITE, "3" * 32)
        await served.house.store.run(visits.set_blocked, SYSTEM, SITE, them, True)
        await closed_with(agent, codes.NOT_SIGNED_IN)
        await closed_with(program, codes.NOT_SIGNED_IN)
        await closed_with(visitor, codes.FORBIDDEN)


async def test_one_session_ends_and_the_other_stays(served: Served) -> None:
    who = await sign_in(served)
    other = SignedIn(who.user, (await served.house.store.run(accounts.open_session, who.user))[0], "", "")
    async with window(served, who) as one, window(served, other) as two:
        await served.house.store.run(accounts.end_session, who.session)
        await closed_with(one, codes.NOT_SIGNED_IN)
        await served.gateway.check_authority()
        assert two.connected.is_set()


async def test_a_stream_breaks_off(served: Served) -> None:
    """The visit log is read a page at a time; each page asks again."""
    who = await sign_in(served)
    store = served.house.store
    await store.run(accounts.change_user, SYSTEM, who.user, accounts.UserChange(role="manager"))
    actor = accounts.actor_of(await store.read(accounts.the_user, who.user), who.session)
    assert [line async for line in exported(store, actor, SITE)] == []
    await store.run(accounts.end_session, who.session)
    with pytest.raises(SignInAgain):
        assert [line async for line in exported(store, actor, SITE)] == []
