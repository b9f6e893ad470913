"""The story's end over HTTP: wrap-up, promises, leads, orders, the overview, as a console and a shop would."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.integration.conftest import SITE, Browser, add_user

from overture.accounts.model import SYSTEM, Actor, Membership
from overture.conversations import service as conversations
from overture.conversations.model import Opener
from overture.desk import service as desk
from overture.direction import service as direction
from overture.followups import service as followups
from overture.followups.service import MessageLeft
from overture.kit.clock import FixedClock, to_ms
from overture.store import Tx
from overture.visits import service as visits
from overture.web.wiring import House

PLAN = Path(__file__).parents[2].joinpath("contract/operation.yaml").read_text(encoding="utf-8")
DUE = "2026-11-02T13:00:00Z"  # 15:00 in Helsinki, today
STEP = {"what": "Call about the size", "who": "agent", "channel": "phone", "due_at": DUE}


@pytest.fixture
async def aino(house: House) -> Actor:
    """An agent at the desk of a site with a plan."""
    await house.store.run(direction.publish, SYSTEM, SITE, PLAN)
    user = await add_user(house, "aino@example.com", "agent", ("bike-sales",))
    actor = Actor(id=user, name="aino@example.com", kind="user", role="agent", teams=[Membership(SITE, "bike-sales")])
    await house.store.run(desk.set_available, actor, True)
    return actor


async def talk(house: House, aino: Actor, visitor: str = "v_1") -> str:
    """A conversation in which both wrote."""

    def command(tx: Tx) -> str:
        visits.begin(tx, visits.Arrival(site=SITE, visitor=visitor, at_ms=to_ms(tx.now), language="en"))
        opener = Opener(site=SITE, visitor=visitor, language="en", page="https://shop.example/", team="bike-sales")
        said = conversations.say_as_visitor(tx, visitor, f"hello-{visitor}", "Hello", lambda: opener)
        conversations.say_as_agent(tx, aino, said.conversation, f"hi-{visitor}", "Hi")
        return said.conversation

    return await house.store.run(command)


async def token(browser: Browser, scope: str) -> dict[str, str]:
    """The header of a new API token."""
    made = await browser.post("/api/v1/tokens", json={"name": scope, "scope": scope, "site": SITE})
    return {"Authorization": f"Bearer {made.json()['token']}"}


def refusal(answer: httpx.Response) -> tuple[int, str, Any]:
    error = answer.json()["error"]
    return answer.status_code, error["code"], error["details"].get("field")


async def test_wrapped_up_and_kept(house: House, aino: Actor, browser: Browser) -> None:
    conversation = await talk(house, aino)
    await browser.sign_in("aino@example.com")
    path = f"/api/v1/conversations/{conversation}/wrap-up"
    assert refusal(await browser.post(path, json={"result": "sold"})) == (400, "bad_wrap_up", "result")
    late = {**STEP, "due_at": "2026-11-02T08:00:00Z"}
    assert refusal(await browser.post(path, json={"result": "not_now", "next_step": late})) == (
        400,
        "bad_wrap_up",
        "due_at",
    )
    told = await browser.post(path, json={"result": "not_now", "next_step": STEP})
    assert told.status_code == 200
    assert told.json()["promise"] == {
        "text": "You will be called today before 15:00 by aino@example.com.",
        "who": "agent",
        "channel": "phone",
        "due_at": DUE,
        "who_name": "aino@example.com",
    }
    ended = (await browser.get(f"/api/v1/conversations/{conversation}/follow-up")).json()
    assert (ended["result"], ended["promise"]["due_at"]) == ("not_now", DUE)

    listed = (await browser.get(f"/api/v1/sites/{SITE}/promises", params={"owner": "me", "cursor": ""})).json()
    assert listed["counts"] == {"open": 1, "late": 0, "today": 1}
    (promise,) = listed["items"]
    assert (promise["agent_id"], promise["late"], promise["state"]) == (aino.id, False, "open")
    address = f"/api/v1/promises/{promise['id']}"
    moved = await browser.post(f"{address}/move", json={"due_at": "2026-11-03T09:00:00Z", "note": "no stock"})
    assert moved.json()["text"] == "You will be called tomorrow before 11:00 by aino@example.com."
    assert refusal(await browser.post(f"{address}/move", json={"due_at": DUE[:4], "note": ""}))[0] == 400
    assert refusal(await browser.post(f"{address}/hand-on", json={})) == (400, "bad_promise", "agent_id")
    handed = await browser.post(f"{address}/hand-on", json={"team": "bike-sales", "note": "whoever is free"})
    assert (handed.json()["agent_id"], handed.json()["text"]) == ("", "You will be called tomorrow before 11:00.")
    kept = (await browser.post(f"{address}/done", json={"note": "done"})).json()
    assert [entry["what"] for entry in kept["history"]] == ["made", "moved", "handed_on", "done"]
    assert refusal(await browser.post(f"{address}/cancel", json={"note": "?"})) == (409, "promise_settled", None)
    assert (await browser.get(f"/api/v1/sites/{SITE}/promises?state=done")).json()["items"][0]["state"] == "done"
    assert refusal(await browser.get(f"/api/v1/sites/{SITE}/promises?state=soon"))[0] == 400


async def test_changes_need_a_session_and_its_csrf(house: House, aino: Actor, browser: Browser) -> None:
    conversation = await talk(house, aino)
    path = f"/api/v1/conversations/{conversation}/wrap-up"
    assert (await browser.post(path, json={"result": "not_now"})).status_code == 401
    await browser.sign_in("aino@example.com")
    del browser.headers["X-CSRF-Token"]
    assert (await browser.post(path, json={"result": "not_now"})).status_code == 403


async def test_a_message_left_is_in_follow_ups_with_its_lead(house: House, aino: Actor, browser: Browser) -> None:
    left = MessageLeft(
        site=SITE, visitor="v_9", cid="m1", text="Is the Kaiku in stock?", phone="040 123 4567", language="fi"
    )
    await house.store.run(followups.leave_message, left)
    await browser.sign_in("aino@example.com")
    (promise,) = (await browser.get(f"/api/v1/sites/{SITE}/promises")).json()["items"]
    assert promise["message"] == "Is the Kaiku in stock?"
    assert promise["contact"] == {"name": "", "email": "", "phone": "+358401234567"}
    assert promise["text"].startswith("Sinulle soitetaan tänään ennen klo ")
    (lead,) = (await browser.get(f"/api/v1/sites/{SITE}/leads?state=")).json()["items"]
    assert (lead["id"], lead["message"], lead["state"]) == (promise["lead"], promise["message"], "new")
    won = await browser.patch(f"/api/v1/leads/{lead['id']}", json={"state": "won", "note": "sold in the shop"})
    assert [(entry["what"], entry.get("note")) for entry in won.json()["ledger"]] == [
        ("created", "Is the Kaiku in stock?"),
        ("state", "sold in the shop"),
    ]
    assert refusal(await browser.patch(f"/api/v1/leads/{lead['id']}", json={"state": "sold"}))[0] == 400
    assert refusal(await browser.get(f"/api/v1/sites/{SITE}/leads?state=sold")) == (400, "bad_lead", "state")
    assert refusal(await browser.patch("/api/v1/leads/l_none", json={"state": "won"})) == (404, "no_such_lead", None)


async def test_an_order_is_told_by_a_token_once(house: House, aino: Actor, browser: Browser) -> None:
    conversation = await talk(house, aino)
    await add_user(house, "boss@example.com", "admin")
    await browser.sign_in("boss@example.com")
    may, may_not = await token(browser, "orders"), await token(browser, "read")
    browser.cookies.clear()
    path = f"/api/v1/sites/{SITE}/orders"
    order = {"id": "A1", "value": 349.0, "currency": "EUR", "visitor": "v_1"}
    first = await browser.post(path, json=order, headers=may)
    assert first.status_code == 201
    assert first.json() == first.json() | {
        "id": "A1", "value": 349.0, "currency": "EUR", "with_chat": True, "conversation": conversation,
        "plan_version": 1, "source": "api",
    }  # fmt: skip
    again = await browser.post(path, json=order, headers=may)
    assert (again.status_code, again.json()) == (200, first.json())
    assert refusal(await browser.post(path, json=order | {"value": 1.0}, headers=may)) == (
        409,
        "order_conflict",
        "value",
    )
    assert refusal(await browser.post(path, json=order, headers=may_not)) == (403, "not_allowed", None)
    assert refusal(await browser.post(path, json=order | {"value": "much"}, headers=may))[0] == 400
    assert refusal(await browser.post(path, json=order | {"id": "A2", "currency": "$"}, headers=may)) == (
        400,
        "bad_order",
        "currency",
    )
    assert (await browser.post("/api/v1/sites/other/orders", json=order, headers=may)).status_code == 404
    assert (await browser.get(path, headers=may_not)).json()["items"][0]["id"] == "A1"
    assert refusal(await browser.get(f"{path}?cursor=nonsense", headers=may_not)) == (400, "bad_cursor", None)


async def test_the_overview_and_what_its_numbers_mean(house: House, aino: Actor, browser: Browser) -> None:
    await talk(house, aino)
    await add_user(house, "boss@example.com", "manager")
    await browser.sign_in("boss@example.com")
    path = f"/api/v1/sites/{SITE}/insight/overview"
    found = (await browser.get(path, params={"from": "2026-11-02T00:00:00+02:00", "to": "2026-11-02"})).json()
    assert (found["from"], found["to"]) == ("2026-11-01T22:00:00Z", "2026-11-02T22:00:00Z")
    assert found["conversations"]["opened"] == 1
    assert found["conversations"]["first_response_seconds"] == {"median": 0.0, "p90": 0.0, "n": 1}
    assert found["by_day"] == [{"day": "2026-11-02", "conversations": 1, "decisions": 0, "orders": 0}]
    assert refusal(await browser.get(path, params={"from": "soon"})) == (400, "bad_period", "from")
    meanings = (await browser.get("/api/v1/insight/definitions")).json()
    assert "with the same visitor" in meanings["orders.with_chat"]
    csv = await browser.get(f"{path}.csv", params={"from": "2026-11-02"})
    assert csv.headers["content-type"].startswith("text/csv")
    assert "conversations.opened,,1" in csv.text.splitlines()


async def test_a_booking_is_of_a_kind_the_plan_knows(house: House, aino: Actor, browser: Browser) -> None:
    conversation = await talk(house, aino)
    await browser.sign_in("aino@example.com")
    path = f"/api/v1/sites/{SITE}/bookings"
    ride = {
        "kind": "test_ride",
        "team": "bike-sales",
        "starts_at": "2026-11-05T10:00:00Z",
        "conversation": conversation,
    }
    made = await browser.post(path, json=ride)
    assert made.status_code == 201
    assert (made.json()["visitor"], made.json()["plan_version"]) == ("v_1", 1)
    assert [item["id"] for item in (await browser.get(path)).json()["items"]] == [made.json()["id"]]
    assert refusal(await browser.post(path, json=ride | {"kind": "dinner"})) == (400, "bad_booking", "kind")
    gone = ride | {"starts_at": "2026-11-01T10:00:00Z"}
    assert refusal(await browser.post(path, json=gone)) == (400, "bad_booking", "starts_at")
    assert (await browser.post(path, json=ride | {"team": "care"})).status_code == 404


async def test_the_report_command_reads_beside_the_server(house: House, aino: Actor, clock: FixedClock) -> None:
    await talk(house, aino)
    command = [".venv/bin/overture", "report", "overview", "--from", "2026-11-01", "--to", "2026-11-03"]
    data = ["--data", str(house.settings.data)]

    async def run(*arguments: str) -> tuple[int, str, str]:
        process = await asyncio.create_subprocess_exec(
            *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
        )
        out, err = await process.communicate()
        return process.returncode or 0, out.decode(), err.decode()

    status, out, err = await run(*command, *data, "--json")
    assert (status, err) == (0, "")
    assert json.loads(out)["conversations"]["opened"] == 1
    status, out, _ = await run(*command, *data, "--csv")
    assert "conversations.answered,,1" in out.splitlines()
    status, out, _ = await run(*command, *data)
    assert out.startswith("overview, 2026-10-31 22:00 to 2026-11-03 22:00 UTC\n")
    status, _, err = await run(*command[:3], "--from", "soon", *data)
    assert (status, len(err.splitlines())) == (2, 1)
    status, _, err = await run(*command[:2], "nonsense", *data)
    assert (status, len(err.splitlines())) == (2, 1)
