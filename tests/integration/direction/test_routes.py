"""Direction over HTTP, in a whole house."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from overture.accounts import service as accounts
from overture.accounts.model import SYSTEM
from overture.web.app import App
from overture.web.wiring import House

TEXT = (Path(__file__).parents[2] / "unit/direction/plans/nordic-bikes.yaml").read_text("utf-8")
LATER = TEXT.replace("page.seconds >= 20", "page.seconds >= 25")
BASE = "/api/v1/sites/nordic-bikes/plan"


@pytest.fixture
async def manager(house: House, app: App) -> AsyncIterator[httpx.AsyncClient]:
    """A program that may do what managers do."""
    secret, _ = await house.store.run(accounts.add_token, SYSTEM, "test", "admin", "nordic-bikes")
    transport = httpx.ASGITransport(app=app)
    headers = {"Authorization": f"Bearer {secret}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://overture.test", headers=headers) as client:
        yield client


async def test_publish_read_and_roll_back(manager):
    assert (await manager.get(BASE)).status_code == 404
    first = await manager.post(f"{BASE}/publish", json={"text": TEXT, "note": "first"})
    assert (first.status_code, first.json()["version"]) == (201, 1)
    await manager.post(f"{BASE}/publish", json={"text": LATER})
    now = (await manager.get(BASE)).json()
    assert (now["version"], now["text"], now["plan"]["site"]) == (2, LATER, "nordic-bikes")
    assert now["words"]["triggers"][0].startswith("big-basket: when")
    assert (await manager.post(f"{BASE}/rollback", json={"version": 1})).json()["restores"] == 1
    history = (await manager.get(f"{BASE}/history")).json()
    assert [one["version"] for one in history["items"]] == [3, 2, 1]
    assert (await manager.get(f"{BASE}/versions/2")).json()["text"] == LATER
    assert (await manager.get(f"{BASE}/versions/9")).json()["error"]["code"] == "no_such_plan_version"


async def test_check_and_diff(manager):
    answer = (await manager.post(f"{BASE}/check", json={"text": TEXT.replace("chats ==", "chat ==")})).json()
    assert (answer["sound"], answer["problems"][0]["code"], answer["problems"][0]["line"]) == (
        False,
        "unknown_fact",
        51,
    )
    sound = (await manager.post(f"{BASE}/check", json={"text": TEXT})).json()
    assert sound["sound"]
    assert sound["words"]["routes"]
    refused = await manager.post(f"{BASE}/publish", json={"text": "overture: 1"})
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == "plan_refused"
    assert len(refused.json()["error"]["details"]["problems"]) == 4
    await manager.post(f"{BASE}/publish", json={"text": TEXT})
    changes = (await manager.post(f"{BASE}/diff", json={"text": LATER})).json()
    assert [change["text"] for change in changes] == ["help-page now waits 25 s instead of 20 s"]


async def test_the_draft_is_never_overwritten(manager):
    await manager.post(f"{BASE}/publish", json={"text": TEXT})
    assert (await manager.get(f"{BASE}/draft")).json()["revision"] == 0
    saved = await manager.put(f"{BASE}/draft", json={"text": LATER, "revision": 0})
    assert saved.json()["revision"] == 1
    second = await manager.put(f"{BASE}/draft", json={"text": "mine", "revision": 0})
    assert (second.status_code, second.json()["error"]["code"]) == (409, "draft_changed")
    assert second.json()["error"]["details"]["text"] == LATER
    adopted = await manager.post(f"{BASE}/draft/playbooks/form-trouble", json={"revision": 1})
    assert "name: form-trouble" in adopted.json()["text"]
    published = await manager.post(f"{BASE}/draft/publish", json={"revision": 2, "note": "playbook"})
    assert published.json()["version"] == 2
    assert (await manager.get(f"{BASE}/draft")).json()["revision"] == 0
    assert (await manager.delete(f"{BASE}/draft", params={"revision": 0})).status_code == 204
    missing = await manager.post(f"{BASE}/draft/playbooks/none", json={"revision": 0})
    assert missing.json()["error"]["code"] == "no_such_playbook"


async def test_a_trial_without_recorded_visits(manager):
    answer = (await manager.post(f"{BASE}/backtest", json={"text": TEXT, "compare": LATER})).json()
    assert (answer["complete"], answer["plan"]["numbers"]["visits"]) == (True, 0)
    assert answer["compare"]["numbers"]["triggers"].keys() == {"big-basket", "help-page"}
    bad = await manager.post(f"{BASE}/backtest", json={"text": "x"})
    assert bad.json()["error"]["code"] == "plan_refused"


async def test_what_editors_ask_for(manager):
    language = (await manager.get("/api/v1/plan/language")).json()
    assert "page.path" in [fact["name"] for fact in language["facts"]]
    assert "triggers.at_most" in [key["path"] for key in language["keys"]]
    assert (await manager.get("/api/v1/plan/schema")).json()["title"] == "Overture plan"
    books = (await manager.get("/api/v1/playbooks")).json()
    assert len(books) == 20
    assert books[0]["needs"]


async def test_nobody_reads_a_plan_unasked(house: House, app: App):
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://overture.test") as client:
        for path in (BASE, f"{BASE}/draft", f"{BASE}/history", "/api/v1/playbooks"):
            assert (await client.get(path)).status_code == 401
