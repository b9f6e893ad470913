"""The inbox, conversations, canned replies and staffing over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.integration.conftest import SITE, Browser, add_user

from overture.accounts import service as accounts
from overture.accounts.model import SYSTEM, Actor
from overture.conversations import service
from overture.conversations.model import Opener
from overture.desk import service as desk
from overture.direction import service as direction
from overture.store import Tx
from overture.visits import service as visits
from overture.web.wiring import House

PLAN = (Path(__file__).parents[2] / "contract" / "operation.yaml").read_text(encoding="utf-8")


@pytest.fixture
async def aino(house: House, browser: Browser) -> Actor:
    """Aino sells, is at the desk and signed in; Eero serves."""
    await house.store.run(direction.publish, SYSTEM, SITE, PLAN)
    for name, team in (("aino", "bike-sales"), ("eero", "care")):
        user = await add_user(house, f"{name}@example.com", "agent", (team,))
        await house.store.run(desk.set_available, await actor(house, user), True)
    await browser.sign_in("aino@example.com")
    found = next(one for one in await house.store.read(accounts.members, SITE) if one.email.startswith("aino"))
    return accounts.actor_of(found)


async def actor(house: House, user: str) -> Actor:
    return accounts.actor_of(await house.store.read(accounts.the_user, user))


async def talk(house: House, key: str = "1", team: str = "bike-sales") -> str:
    def begin(tx: Tx) -> str:
        visitor = visits.visitor_by_key(tx, accounts.the_site(tx, SITE), key * 32, language="fi").id
        opener = Opener(site=SITE, visitor=visitor, language="fi", team=team)
        return service.say_as_visitor(tx, visitor, f"cid-{key}", "Moi, mikä koko?", lambda: opener).conversation

    return await house.store.run(begin)


async def get(browser: Browser, path: str, status: int = 200) -> Any:
    answer = await browser.get("/api/v1" + path)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.headers["content-type"].startswith("application/json") else answer.text


async def test_the_inbox_and_a_conversation(house: House, browser: Browser, aino: Actor) -> None:
    mine, theirs = await talk(house), await talk(house, "2", "care")
    inbox = await get(browser, f"/sites/{SITE}/conversations?state=open")
    assert [one["id"] for one in inbox["items"]] == [mine]
    assert (inbox["items"][0]["unread"], inbox["next"]) == (1, None)
    detail = await get(browser, f"/conversations/{mine}")
    assert (detail["head"]["agent_id"], detail["plan_version"], detail["promise"]) == (aino.id, 1, None)
    messages = await get(browser, f"/conversations/{mine}/messages?after=1")
    assert [one["notice"] for one in messages["items"]] == ["agent_joined"]
    assert "Moi, mikä koko?" in await get(browser, f"/conversations/{mine}/transcript.txt")
    for path in ("", "/messages", "/context", "/transcript.txt"):
        refused = await get(browser, f"/conversations/{theirs}{path}", 404)
        assert refused["error"]["code"] == "not_found"


async def test_the_context_beside_a_conversation(house: House, browser: Browser, aino: Actor) -> None:
    context = await get(browser, f"/conversations/{await talk(house)}/context")
    assert context["goal"] == "A test ride is booked"
    assert context["guidelines"].startswith("Ask what")
    assert context["team"]["results"] == ["bought", "booked", "lead", "not_now"]
    assert context["team"]["after_chat"]["within_ms"] == 300_000
    assert (context["visitor"]["language"], context["teams"]) == ("fi", ["care"])
    assert (context["orders"], context["earlier"], context["invitation"]) == ([], [], None)


async def test_take_and_transfer(house: House, browser: Browser, aino: Actor) -> None:
    mine = await talk(house)
    assert (await browser.post(f"/api/v1/conversations/{mine}/take")).json()["agent_id"] == aino.id
    sent = await browser.post(f"/api/v1/conversations/{mine}/transfer", json={"team": "care", "note": "takuu"})
    assert (sent.status_code, sent.json()["team"], sent.json()["state"]) == (200, "care", "active")
    assert (await browser.post(f"/api/v1/conversations/{mine}/take")).status_code == 404
    unknown = await browser.post(f"/api/v1/conversations/{await talk(house, '3')}/transfer", json={"team": "moon"})
    assert (unknown.status_code, unknown.json()["error"]["code"]) == (404, "not_found")


async def test_a_canned_reply_is_for_a_team_and_in_languages_of_the_plan(house: House, browser: Browser) -> None:
    await add_user(house, "meri@example.com", "manager")
    await browser.sign_in("meri@example.com")
    path = f"/api/v1/sites/{SITE}/canned-replies"
    before = await browser.post(path, json={"shortcut": "old", "text": {"xx": "Hello"}, "team": "nope"})
    assert before.status_code == 201  # there is no plan yet
    await house.store.run(direction.publish, SYSTEM, SITE, PLAN)
    team = await browser.post(path, json={"shortcut": "a", "text": {"en": "Hello"}, "team": "nope"})
    assert (team.status_code, team.json()["error"]["code"]) == (400, "unknown_team")
    assert team.json()["error"]["details"] == {"field": "team", "teams": ["bike-sales", "care"]}
    language = await browser.post(path, json={"shortcut": "a", "text": {"en": "Hello", "xx": "Hello"}})
    assert (language.status_code, language.json()["error"]["code"]) == (400, "bad_canned_reply")
    assert language.json()["error"]["details"] == {"field": "text", "languages": ["fi", "en", "sv"]}
    kept = {"shortcut": "new", "text": {"xx": "Hello there"}, "team": "nope"}
    assert (await browser.put(f"{path}/{before.json()['id']}", json=kept)).status_code == 200  # it was so before


async def test_people_are_put_on_teams_of_the_plan(house: House, browser: Browser) -> None:
    await add_user(house, "meri@example.com", "manager")
    await browser.sign_in("meri@example.com")

    def person(name: str, team: str) -> dict[str, Any]:
        return {"email": f"{name}@example.com", "role": "agent", "teams": [{"site": SITE, "team": team}]}

    early = await browser.post("/api/v1/users", json=person("early", "nope"))
    assert early.status_code == 201  # people come first, the plan after them
    await house.store.run(direction.publish, SYSTEM, SITE, PLAN)
    late = await browser.post("/api/v1/users", json=person("late", "nope"))
    assert (late.status_code, late.json()["error"]["code"]) == (400, "unknown_team")
    assert late.json()["error"]["details"] == {"field": "teams", "teams": ["bike-sales", "care"]}
    assert len((await get(browser, "/users"))["items"]) == 2
    user = f"/api/v1/users/{early.json()['user']['id']}"
    both = [{"site": SITE, "team": "nope"}, {"site": SITE, "team": "care"}]
    assert (await browser.patch(user, json={"teams": both})).status_code == 200
    both[1] = {"site": SITE, "team": "neither"}
    assert (await browser.patch(user, json={"teams": both})).json()["error"]["code"] == "unknown_team"


async def test_canned_replies(house: House, browser: Browser, aino: Actor) -> None:
    path = f"/api/v1/sites/{SITE}/canned-replies"
    made = await browser.post(path, json={"shortcut": "/koko", "team": "bike-sales", "text": {"fi": "Mittaa jalka"}})
    assert made.status_code == 201
    reply = made.json()
    changed = await browser.put(
        f"{path}/{reply['id']}", json={"shortcut": "koko", "team": "bike-sales", "text": {"fi": "Mittaa"}}
    )
    assert changed.json()["text"] == {"fi": "Mittaa"}
    assert [one["shortcut"] for one in (await get(browser, f"/sites/{SITE}/canned-replies"))["items"]] == ["koko"]
    bad = await browser.post(path, json={"shortcut": "two words", "team": "bike-sales", "text": {"fi": "x"}})
    assert (bad.status_code, bad.json()["error"]["details"]["field"]) == (400, "shortcut")
    assert (await browser.delete(f"{path}/{reply['id']}")).status_code == 204
    assert (await browser.delete(f"{path}/{reply['id']}")).status_code == 404


async def test_staffing(house: House, browser: Browser, aino: Actor) -> None:
    await talk(house)
    teams = {team["name"]: team for team in (await get(browser, f"/sites/{SITE}/staffing"))["teams"]}
    sales = teams["bike-sales"]
    assert (sales["open"], sales["waiting"], sales["free_slots"], sum(sales["week"])) == (True, 0, 2, 1)
    assert sales["week"][11] == 1  # Monday, 11:00 in Helsinki
    assert sales["next_change_at"] == "2026-11-02T19:00:00Z"
    member = sales["members"][0]
    assert (member["id"], member["available"], member["online"], member["active"], member["capacity"]) == (
        aino.id, True, True, 1, 3,
    )  # fmt: skip


async def test_a_cursor_of_another_list_is_refused(browser: Browser, aino: Actor) -> None:
    refused = await get(browser, f"/sites/{SITE}/conversations?cursor=nonsense", 400)
    assert refused["error"]["code"] == "bad_cursor"
