"""Every route and every frame, asked by everybody, against the table of permissions.

Routes and frames are taken from the app: a new one is walked by itself. What a route needs to be asked sensibly is in
BODIES; whose the thing is that it names follows from its address, and the few exceptions are in APART.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, get_args

import httpx
import msgspec
import pytest
from tests.integration.accounts.world import OTHER_TEAM, PLAN, TEAM, Holder, World, other_visitor, undone
from tests.integration.conftest import SITE

from overture.accounts.permissions import (
    CHANGE_PLAN,
    EXPORT_VISITORS,
    PUBLIC,
    READ_CANNED,
    READ_CONVERSATIONS,
    READ_LEADS,
    READ_ORDERS,
    READ_PROMISES,
    READ_SECRETS,
    READ_USERS,
    READ_VISITORS,
    READ_VISITS,
    VISITOR,
    WRITE_ORDERS,
    Permission,
    Reach,
)
from overture.gateway import rules, welcome
from overture.gateway.agent import AgentConnection
from overture.gateway.frames import agent as of_agents
from overture.gateway.frames import visitor as of_visitors
from overture.gateway.frames.shared import Pong
from overture.gateway.visitor import VisitorConnection
from overture.kit.errors import OvertureError
from overture.web import gate
from overture.web.app import App
from overture.web.wiring import House

LATER = "2026-11-05T10:00:00Z"
BODIES: dict[str, Any] = {
    "sign_in": {"email": "nobody@example.com", "password": "wrong"},
    "accept_invite": {"token": "x", "password": "correct horse battery"},
    "accept_reset": {"token": "x", "password": "correct horse battery"},
    "forgot": {"email": "nobody@example.com"},
    "add_site": {"id": "third", "name": "Third", "origins": ["https://third.example"]},
    "change_site": {"name": "Renamed"},
    "add_user": {"email": "new@example.com", "role": "agent", "teams": [{"site": SITE, "team": TEAM}]},
    "change_user": {"capacity": 2},
    "add_token": {"name": "new", "scope": "read", "site": SITE},
    "check": {"text": PLAN},
    "diff": {"text": PLAN},
    "publish": {"text": PLAN},
    "rollback": {"version": 1},
    "save_draft": {"text": PLAN, "revision": 1},
    "publish_draft": {"revision": 1},
    "adopt_playbook": {"revision": 1, "team": TEAM},
    "backtest": {"text": PLAN},
    "backtest_decisions": {"text": PLAN},
    "start_trial": {"text": PLAN},
    "transfer": {"team": OTHER_TEAM},
    "name_visitor": {"name": "Named"},
    "write_message": {"cid": "c-8", "text": "From a program"},
    "add_canned": {"shortcut": "new", "text": {"en": "Hello"}, "team": TEAM},
    "change_canned": {"shortcut": "new", "text": {"en": "Hello"}, "team": TEAM},
    "add_order": {"id": "A-2", "value": 1, "currency": "EUR"},
    "add_lead": {"email": "new@example.com", "team": TEAM},
    "change_lead": {"state": "lost"},
    "add_booking": {"kind": "test_ride", "team": TEAM, "starts_at": LATER},
    "wrap_up": {"result": "bought"},
    "done": {"note": ""},
    "move": {"due_at": LATER},
    "hand_on": {"team": OTHER_TEAM},
    "cancel": {"note": "because"},
}
QUERIES = {"discard_draft": {"revision": "1"}}
MAY_BE_MISSING = {"trial", "cancel_trial", "adopt_playbook"}  # 404 for who may, as well
MARKS: dict[str, set[Permission]] = {
    "MARK-MESSAGE": {READ_CONVERSATIONS, EXPORT_VISITORS},
    "MARK-NOTE": {READ_CONVERSATIONS, EXPORT_VISITORS},
    "MARK-TRAIT": {READ_VISITORS, EXPORT_VISITORS, READ_VISITS},
    "MARK-LEAD": {READ_LEADS, READ_PROMISES, EXPORT_VISITORS},
    "mark@example.com": {READ_LEADS, READ_PROMISES, EXPORT_VISITORS},
    "MARK-ORDER": {READ_ORDERS, WRITE_ORDERS, EXPORT_VISITORS},
    "MARK-CANNED": {READ_CANNED},
    "MARK-DRAFT": {CHANGE_PLAN},
    "mark-user@example.com": {READ_USERS},
}
"""What of the site's team may be read by whom: any of these permissions, reaching it."""


@pytest.fixture
async def world(house: House) -> World:
    return await World(house).build()


@pytest.fixture
async def client(house: House, world: World, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    app = App(house)
    undone(house, monkeypatch)
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://overture.test") as client:
        client.app = app  # type: ignore[attr-defined]
        yield client


def wanted(holder: Holder, name: str, method: str, path: str, rule: Permission) -> set[int] | None:
    """The statuses that the table allows; None: any but 401, 403 and 404."""
    if holder.table is None:
        return {401}
    reach = holder.reach(rule)
    if "{site}" in path and not holder.on_site:
        return {404}
    if reach is Reach.NONE:
        return {403}
    if (apart := APART.get(name)) is not None:
        return apart(holder, rule)
    if reach >= Reach.SITE and (holder.on_site or "{" not in path):
        return None
    of_team = not (method == "GET" and not path.endswith("}") and "{conversation}" not in path)
    if "{" not in path:
        return None
    if holder.within(rule) or (not of_team and "{visit}" not in path and "{visitor}" not in path):
        return None
    return {404}


def _whole_house(holder: Holder, rule: Permission) -> set[int] | None:
    return None if holder.reach(rule) is Reach.HOUSE else {403}


def _one_user(holder: Holder, rule: Permission) -> set[int] | None:
    """The user works on the site's team only."""
    reach = holder.reach(rule)
    if reach is Reach.SITE:
        return None if holder.on_site else {404}
    return None if reach is Reach.HOUSE else {403}


def _new_user(holder: Holder, rule: Permission) -> set[int] | None:
    """The teams are of the site."""
    reach = holder.reach(rule)
    return None if reach is Reach.HOUSE or (reach is Reach.SITE and holder.on_site) else {403}


def _of_site(holder: Holder, rule: Permission) -> set[int] | None:
    return None if holder.on_site else {404}


APART: dict[str, Any] = {
    "add_site": _whole_house,
    "audit": _whole_house,
    "list_unsent": _whole_house,
    "add_user": _new_user,
    "change_user": _one_user,
    "invite_user": _one_user,
    "reset_user": _one_user,
    "revoke_user": _one_user,
    "restore_user": _one_user,
    "add_token": _of_site,
    "delete_token": _of_site,
}


def leaks(holder: Holder, text: str, secret: str) -> list[str]:
    """What stands in an answer that the holder may not read."""
    found = [mark for mark, any_of in MARKS.items() if mark in text and not any(map(holder.within, any_of))]
    if secret in text and not holder.within(READ_SECRETS):
        found.append("the site's secret")
    return found


async def test_every_route_answers_everybody_as_the_table_says(client: httpx.AsyncClient, world: World) -> None:
    wrong = []
    for method, path, handler in gate.routes_of(client.app._litestar):  # type: ignore[attr-defined]
        rule, name = gate.rule_of(path, handler), handler.fn.__name__
        if path.startswith("/api/{") or rule in (PUBLIC, VISITOR):
            continue
        assert isinstance(rule, Permission)
        if method == "DELETE" and name == "sign_out":
            continue  # ends the session that asks
        address = path.format(**world.ids)
        for holder in world.holders:
            body = BODIES.get(name, {}) if method in ("POST", "PUT", "PATCH") else None
            answer = await client.request(
                method, address, json=body, params=QUERIES.get(name), headers=holder.headers
            )  # fmt: skip
            statuses = wanted(holder, name, method, path, rule)
            refused = {401, 403} if name in MAY_BE_MISSING else {401, 403, 404}
            fits = answer.status_code in statuses if statuses else answer.status_code not in refused
            if not fits or answer.status_code >= 500:
                wrong.append(
                    f"{holder.name}: {method} {path}: {answer.status_code}, not {statuses} {answer.text[:150]}"
                )
            if found := leaks(holder, answer.text, world.secret):
                wrong.append(f"{holder.name}: {method} {path} tells {found}")
    assert not wrong, "\n".join([*wrong, "(a new route that needs a body gets one in BODIES)"])


async def test_open_routes_ask_nobody_who_they_are(client: httpx.AsyncClient, world: World) -> None:
    for method, path, handler in gate.routes_of(client.app._litestar):  # type: ignore[attr-defined]
        name = handler.fn.__name__
        if gate.rule_of(path, handler) is not PUBLIC or "{" in path or name == "who_am_i":
            continue
        answer = await client.request(method, path, json=BODIES.get(name) if method == "POST" else None)
        assert answer.status_code != 403, path
        assert "sign_in_again" not in answer.text, path
        assert not leaks(Holder("nobody", {}, None, False, False), answer.text, world.secret)


# ---- frames ------------------------------------------------------------------------------------------------


class Wire:
    """What a socket is sent."""

    def __init__(self) -> None:
        self.text = ""

    async def __call__(self, message: dict[str, Any]) -> None:
        self.text += message.get("text", "")


def frame_of(kind: type, ids: dict[str, str]) -> Any:
    """A frame of this kind about the conversation there is."""
    values = {
        "conversation": ids["conversation"], "site": SITE, "cid": "c-9", "text": "Hei", "on": True, "v": 1,
        "delivered": 1, "read": 1, "last_seq": 0, "n": 1, "key": "b" * 32, "email": "b@example.com",
    }  # fmt: skip
    fields = {field.name for field in msgspec.structs.fields(kind)}
    return kind(**{name: value for name, value in values.items() if name in fields})


async def test_every_frame_of_the_desk_is_taken_as_the_table_says(
    house: House, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    undone(house, monkeypatch)
    wrong = []
    for holder in world.holders:
        for kind in get_args(of_agents.AgentToServer):
            if kind in (of_agents.AgentHello, Pong):
                continue
            wire = Wire()
            code, person = await _take(house, world, holder, kind, wire)
            rule = rules.OF_AGENTS[kind]
            if holder.table is None:
                right = code in ("sign_in_again", "bad_token")
            elif not holder.on_site:
                right = code == "not_found"
            elif not holder.reach(READ_CONVERSATIONS):
                right = code == "not_allowed"
            elif not person and rule != READ_CONVERSATIONS:
                right = code == "no_agent"
            elif kind in (of_agents.AgentAvailable, of_agents.LeaveConversation) or holder.within(rule):
                right = code not in ("not_allowed", "no_agent", "not_found")
            else:
                right = code == "not_found"
            if not right:
                wrong.append(f"{holder.name}: {kind.__name__}: {code!r}")
            if found := leaks(holder, wire.text, world.secret):
                wrong.append(f"{holder.name}: {kind.__name__} tells {found}")
    assert not wrong, "\n".join(wrong)


async def _take(house: House, world: World, holder: Holder, kind: type, wire: Wire) -> tuple[str, bool]:
    """Say hello and send one frame; the code of the refusal ("" if none), and whether a person did it."""
    connection = AgentConnection(house.gateway, wire)
    headers = [(name.encode(), value.encode()) for name, value in holder.headers.items()]
    try:
        actor = await house.authenticator.actor(headers, unsafe=False)
        await house.agent_socket._seat(connection, actor, SITE)
        house.gateway.join(connection, agent=True)
    except OvertureError as error:
        return error.code, False
    try:
        if kind is of_agents.AgentTyping:
            await connection.take(frame_of(of_agents.OpenConversation, world.ids))
        await connection.take(frame_of(kind, world.ids))
    except OvertureError as error:
        return error.code, actor.kind == "user"
    finally:
        connection.leave()
    return "", actor.kind == "user"


async def test_every_frame_of_another_visitor_leaves_the_conversation_alone(
    house: House, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    undone(house, monkeypatch)
    for kind in get_args(of_visitors.VisitorToServer):
        if kind in (of_visitors.VisitorHello, Pong):
            continue
        wire = Wire()
        connection = VisitorConnection(house.gateway, wire)
        site = await house.store.read(lambda tx: _site_key(tx))
        hello = of_visitors.VisitorHello(v=1, site=site, key="b" * 32, conversation=world.ids["conversation"])
        greeted = await house.visitor_socket._greet(hello, connection, False)
        assert greeted.who.visitor == other_visitor()
        assert greeted.welcome.conversation is None
        connection.begin(greeted)
        try:
            await connection.take(frame_of(kind, world.ids))
            code = ""
        except OvertureError as error:
            code = error.code
        if "conversation" in {field.name for field in msgspec.structs.fields(kind)}:
            assert code == "not_found", kind.__name__
        assert "MARK" not in wire.text
        connection.leave()


def _site_key(tx: Any) -> str:
    from overture.accounts import service as accounts

    return accounts.the_site(tx, SITE).key


async def test_a_socket_of_a_token_that_does_not_read_is_refused(house: House, world: World) -> None:
    refused = []
    for holder in world.holders:
        if not holder.name.startswith("token"):
            continue
        headers = [(name.encode(), value.encode()) for name, value in holder.headers.items()]
        actor = await house.authenticator.actor(headers, unsafe=False)
        try:
            await house.store.run(welcome.seat, actor, SITE)
        except OvertureError:
            refused.append(holder.name)
    allowed = {holder.name for holder in world.holders if holder.name.startswith("token")}.difference(refused)
    assert allowed == {f"token {scope} of {site}" for scope in ("read", "admin") for site in (SITE, "all sites")}
