"""What tokens may beyond the walk: writing as a program, and staying within one site."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from tests.integration.accounts.world import OTHER, TEAM, World
from tests.integration.conftest import SITE

from overture.accounts import service as accounts
from overture.accounts.errors import NotAllowed
from overture.accounts.model import SYSTEM, Membership
from overture.conversations import service as conversations
from overture.conversations import views
from overture.web.app import App
from overture.web.wiring import House


@pytest.fixture
async def world(house: House) -> World:
    return await World(house).build()


@pytest.fixture
async def client(house: House, world: World) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=App(house))
    async with httpx.AsyncClient(transport=transport, base_url="http://overture.test") as client:
        yield client


def headers(world: World, name: str) -> dict[str, str]:
    return next(holder.headers for holder in world.holders if holder.name == name)


async def test_a_program_writes_once_and_is_shown_as_one(house: House, world: World, client: httpx.AsyncClient) -> None:
    talk = world.ids["conversation"]
    path = f"/api/v1/sites/{SITE}/conversations/{talk}/messages"
    body = {"cid": "p-1", "text": "Your parcel has left"}
    mine = headers(world, f"token messages:write of {SITE}")
    before = await house.store.read(conversations.the_conversation, SYSTEM, talk)
    first = await client.post(path, json=body, headers=mine)
    again = await client.post(path, json=body, headers=mine)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    said = (await house.store.read(views.messages_after, SYSTEM, talk, first.json()["seq"] - 1)).items
    assert [(one.author.kind, one.author.name, one.text) for one in said] == [
        ("bot", f"messages:write {SITE}", "Your parcel has left")
    ]
    after = await house.store.read(conversations.the_conversation, SYSTEM, talk)
    assert (after.agent_id, after.state, after.unread) == (before.agent_id, before.state, before.unread)
    await house.store.run(conversations.close, world.agent, talk)
    late = await client.post(path, json={"cid": "p-2", "text": "Too late"}, headers=mine)
    assert (late.status_code, late.json()["error"]["code"]) == (409, "conversation_closed")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/api/v1/users", {"email": "m@example.com", "role": "manager"}),
        ("POST", "/api/v1/users", {"email": "m@example.com", "role": "admin"}),
        ("POST", "/api/v1/users", {"email": "m@example.com", "role": "agent"}),
        (
            "POST",
            "/api/v1/users",
            {"email": "m@x.example", "role": "agent", "teams": [{"site": OTHER, "team": TEAM}]},
        ),
        ("PATCH", "/api/v1/users/{user}", {"role": "manager"}),
        ("PATCH", "/api/v1/users/{user}", {"teams": [{"site": OTHER, "team": TEAM}]}),
        ("PATCH", "/api/v1/users/{user}", {"teams": []}),
        ("POST", "/api/v1/tokens", {"name": "all", "scope": "admin"}),
        ("POST", "/api/v1/tokens", {"name": "other", "scope": "admin", "site": OTHER}),
        ("POST", "/api/v1/sites", {"id": "third", "name": "", "origins": ["https://third.example"]}),
    ],
)
async def test_an_admin_token_of_one_site_stays_in_it(
    house: House, world: World, client: httpx.AsyncClient, method: str, path: str, body: object
) -> None:
    answer = await client.request(
        method, path.format(**world.ids), json=body, headers=headers(world, f"token admin of {SITE}")
    )
    assert answer.status_code in (403, 404), answer.text
    assert answer.json()["error"]["code"] in ("not_allowed", "not_found")


async def test_an_admin_token_reads_where_it_should(world: World, client: httpx.AsyncClient) -> None:
    for name in (f"token admin of {SITE}", "token admin of all sites", f"token read of {SITE}"):
        for path in ("", "/messages", "/context", "/follow-up", "/transcript.txt"):
            talk = world.ids["conversation"]
            answer = await client.get(f"/api/v1/conversations/{talk}{path}", headers=headers(world, name))
            assert answer.status_code == 200, (name, path)


async def test_the_session_says_what_one_may(world: World, client: httpx.AsyncClient) -> None:
    def may(name: str) -> dict[str, str]:
        return headers(world, name)

    agent = (await client.get("/api/v1/session", headers=may(f"agent of {SITE} {TEAM}"))).json()["user"]["permissions"]
    partner = (await client.get("/api/v1/session", headers=may(f"partner_agent of {SITE} {TEAM}"))).json()["user"]
    assert "read plan" in agent
    assert "change plan" not in agent
    assert set(partner["permissions"]) < set(agent)


async def test_who_was_on_another_site_too_is_not_for_a_token_of_one(house: House, world: World) -> None:
    """Whoever works elsewhere as well is left to who reaches both."""

    both = [Membership(SITE, TEAM), Membership(OTHER, TEAM)]
    user = await house.store.run(accounts.add_user, SYSTEM, "both@example.com", "", "agent", both)
    actor = await house.authenticator.actor(
        [(k.encode(), v.encode()) for k, v in headers(world, f"token admin of {SITE}").items()], unsafe=False
    )
    with pytest.raises(NotAllowed):
        await house.store.run(accounts.revoke, actor, user.id)
    listed = await house.store.read(accounts.users, actor)
    assert all(member.site == SITE for one in listed for member in one.teams)


async def test_a_program_begins_a_lead(world: World, client: httpx.AsyncClient) -> None:
    path, mine = f"/api/v1/sites/{SITE}/leads", headers(world, f"token leads of {SITE}")
    body = {"name": "Liisa", "phone": "040 123 4567", "message": "A tandem?", "fields": {"size": "L"}}
    made = await client.post(path, json=body, headers=mine)
    assert made.status_code == 201, made.text
    lead = made.json()
    assert (lead["team"], lead["source"], lead["state"], lead["phone"]) == (TEAM, "api", "new", "+358401234567")
    assert [entry["what"] for entry in lead["ledger"]] == ["created", "fields"]
    assert lead["id"] in [one["id"] for one in (await client.get(path, headers=mine)).json()["items"]]
    for wrong, field in (({"name": "Nobody"}, "email"), ({"email": "a@b.example", "team": "moon"}, "team")):
        refused = await client.post(path, json=wrong, headers=mine)
        assert (refused.status_code, refused.json()["error"]["details"]["field"]) == (400, field)
