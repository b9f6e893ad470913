"""Trials beside the server: to the end however many visits, watched, given up, one at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from overture.accounts import service as accounts
from overture.accounts.model import SYSTEM
from overture.direction import trials
from overture.direction.trials import LOST_AFTER
from overture.kit.clock import FixedClock, to_ms
from overture.store import Tx
from overture.visits import store as visit_store
from overture.visits.facts import CartEvent, EndEvent, PageEvent, VisitHead
from overture.visits.model import Visit, Visitor
from overture.web.app import App
from overture.web.wiring import House

TEXT = (Path(__file__).parents[2] / "unit/direction/plans/nordic-bikes.yaml").read_text("utf-8")
LATER = TEXT.replace("cart.value >= 200", "cart.value >= 2000")
SITE = "nordic-bikes"
TRIALS = f"/api/v1/sites/{SITE}/plan/trials"
EVENTS = [PageEvent(0.0, "https://shop.example/basket"), CartEvent(5.0, 300.0, 1.0), EndEvent(90.0)]


@pytest.fixture
async def manager(house: House, app: App) -> AsyncIterator[httpx.AsyncClient]:
    secret, _ = await house.store.run(accounts.add_token, SYSTEM, "Aino", "admin", SITE)
    headers = {"Authorization": f"Bearer {secret}"}
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://overture.test", headers=headers) as client:
        yield client


@pytest.fixture(autouse=True)
async def no_trial_left(house: House) -> AsyncIterator[None]:
    yield
    for task in list(trials._tasks):
        task.cancel()
    await asyncio.gather(*trials._tasks, return_exceptions=True)


@pytest.fixture
async def past(house: House, clock: FixedClock) -> Callable[[int], Awaitable[None]]:
    """Records so many visits of as many visitors, in the last half hour, each with a full basket."""

    async def record(count: int) -> None:
        def write(tx: Tx) -> None:
            for n in range(count):
                at = clock.now() - timedelta(minutes=30) + timedelta(seconds=n)
                who, visit = f"v_{n}", f"s_{n}"
                head = VisitHead(visit=visit, visitor=who, started_ms=to_ms(at), device="desktop")
                visit_store.add_visitor(tx, Visitor(id=who, site=SITE, first_seen_at=at))
                ended = at + timedelta(seconds=90)
                visit_store.add_visit(
                    tx, Visit(id=visit, site=SITE, visitor=who, started_at=at, ended_at=ended, head=head)
                )
                visit_store.add_look(tx, visit, 1, to_ms(at), "tab", 1, EVENTS, "")

        await house.store.run(write)

    return record


def no_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """All trials that this process may run at once are running."""
    none = asyncio.Semaphore(0)
    monkeypatch.setattr(trials, "_places", lambda: none)


async def ended(client: httpx.AsyncClient, trial: str) -> dict[str, Any]:
    """The trial once it has ended."""
    until = time.monotonic() + 60
    while True:
        answer: dict[str, Any] = (await client.get(f"{TRIALS}/{trial}")).json()
        if answer["state"] not in ("waiting", "reading", "trying"):
            return answer
        assert time.monotonic() < until, answer
        await asyncio.sleep(0.05)


async def test_a_small_past_is_answered_at_once(manager, past):
    await past(3)
    answer = (await manager.post(TRIALS, json={"text": TEXT, "compare": LATER, "survey": True})).json()
    assert (answer["id"], answer["state"], answer["done"], answer["total"]) == ("", "done", 3, 3)
    assert answer["result"]["plan"]["numbers"]["triggers"]["big-basket"]["eligible"] == 3
    assert answer["result"]["compare"]["numbers"]["triggers"]["big-basket"]["eligible"] == 0


async def test_a_large_past_is_tried_to_the_end_beside_the_server(manager, past, monkeypatch):
    await past(450)
    at_once = (await manager.post(TRIALS, json={"text": TEXT, "compare": LATER, "survey": True})).json()
    monkeypatch.setattr(trials, "AT_ONCE", 10)
    begun = (await manager.post(TRIALS, json={"text": TEXT, "compare": LATER, "survey": True})).json()
    assert begun["id"]
    assert (begun["state"], begun["total"], begun["asked_by_name"], begun["result"]) == ("waiting", 450, "Aino", None)
    answer = await ended(manager, begun["id"])
    assert (answer["state"], answer["done"], answer["error"]) == ("done", 450, "")
    assert answer["result"]["complete"]
    assert {**answer["result"], "since": "", "until": ""} == {**at_once["result"], "since": "", "until": ""}


async def test_one_trial_at_a_time_and_it_can_be_given_up(house, manager, past, monkeypatch):
    await past(20)
    monkeypatch.setattr(trials, "AT_ONCE", 0)
    no_places(monkeypatch)  # it waits, so that it can't be over
    begun = (await manager.post(TRIALS, json={"text": TEXT})).json()
    again = await manager.post(TRIALS, json={"text": TEXT})
    assert (again.status_code, again.json()["id"]) == (200, begun["id"])
    other = await manager.post(TRIALS, json={"text": LATER})
    assert other.status_code == 409
    assert other.json()["error"]["code"] == "trial_running"
    assert other.json()["error"]["details"] == {"id": begun["id"], "asked_by_name": "Aino", "done": 0, "total": 20}
    given_up = (await manager.delete(f"{TRIALS}/{begun['id']}")).json()
    assert (given_up["state"], given_up["result"]) == ("cancelled", None)
    assert (await ended(manager, begun["id"]))["state"] == "cancelled"
    other = (await manager.post(TRIALS, json={"text": LATER})).json()
    assert other["id"] != begun["id"]
    gone = await manager.get(f"{TRIALS}/{begun['id']}")
    assert (gone.status_code, gone.json()["error"]["code"]) == (404, "no_such_trial")
    # Who was given up stops by itself; only the other one goes on.
    until = time.monotonic() + 20
    while len(trials._tasks) > 1:
        assert time.monotonic() < until
        await asyncio.sleep(0.05)


async def test_a_trial_that_runs_is_stopped_when_it_is_given_up(manager, past, monkeypatch, tmp_path):
    await past(450)
    monkeypatch.setattr(trials, "AT_ONCE", 10)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    begun = (await manager.post(TRIALS, json={"text": TEXT})).json()
    until = time.monotonic() + 20
    while not list((tmp_path / "tmp").glob("*/*")):  # it has begun to lay the visits down
        assert time.monotonic() < until
        await asyncio.sleep(0.01)
    await manager.delete(f"{TRIALS}/{begun['id']}")
    until = time.monotonic() + 20
    while trials._tasks:
        assert time.monotonic() < until
        await asyncio.sleep(0.05)
    assert (await ended(manager, begun["id"]))["state"] == "cancelled"
    assert list((tmp_path / "tmp").iterdir()) == []


async def test_a_trial_whose_server_has_stopped_is_told_and_makes_room(manager, past, clock, monkeypatch):
    await past(20)
    monkeypatch.setattr(trials, "AT_ONCE", 0)
    no_places(monkeypatch)
    begun = (await manager.post(TRIALS, json={"text": TEXT})).json()
    for task in list(trials._tasks):
        task.cancel()
    clock.move(seconds=LOST_AFTER.total_seconds() + 1)
    lost = (await manager.get(f"{TRIALS}/{begun['id']}")).json()
    assert (lost["state"], "has stopped" in lost["error"]) == ("failed", True)
    assert (await manager.post(TRIALS, json={"text": LATER})).status_code == 200


async def test_a_trial_that_fails_says_why(manager, past, monkeypatch):
    await past(20)
    monkeypatch.setattr(trials, "AT_ONCE", 0)
    monkeypatch.setattr(trials.sys, "executable", "/bin/false")
    begun = (await manager.post(TRIALS, json={"text": TEXT})).json()
    answer = await ended(manager, begun["id"])
    assert (answer["state"], "has ended before it was done" in answer["error"]) == ("failed", True)


async def test_a_trial_with_agents(manager, past):
    await past(20)
    body = {"text": TEXT, "staffing": {"teams": {"bike-sales": 0}}}
    answer = await ended(manager, (await manager.post(TRIALS, json=body)).json()["id"])
    found = answer["result"]["plan"]["numbers"]["triggers"]["big-basket"]
    assert (found["invited"], found["held_back"]) == (0, 20)
    bad = await manager.post(TRIALS, json={"text": TEXT, "staffing": {"teams": {"nobody": 1}}})
    assert (bad.status_code, bad.json()["error"]["code"]) == (400, "bad_staffing")
    assert (await manager.post(TRIALS, json={"text": "x"})).json()["error"]["code"] == "plan_refused"


async def test_nobody_else_tries(house, app, manager):
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://overture.test") as client:
        assert (await client.post(TRIALS, json={"text": TEXT})).status_code == 401
        assert (await client.get(f"{TRIALS}/t_1")).status_code == 401
    assert (await manager.get(f"{TRIALS}/t_1")).status_code == 404


async def test_a_trial_stops_when_whoever_asked_may_no_more(house, manager, past, monkeypatch):
    await past(20)
    monkeypatch.setattr(trials, "AT_ONCE", 10)
    monkeypatch.setattr(trials, "BEAT_S", 0.05)
    no_places(monkeypatch)
    begun = (await manager.post(TRIALS, json={"text": TEXT})).json()
    token = (await manager.get("/api/v1/tokens")).json()["items"][0]["id"]
    await house.store.run(accounts.delete_token, SYSTEM, token)
    until = time.monotonic() + 60
    while (row := await house.store.read(trials.find, SYSTEM, SITE, begun["id"])).state == "waiting":
        assert time.monotonic() < until
        await asyncio.sleep(0.05)
    assert (row.state, row.error[:22]) == ("failed", "This API token is unkn")
