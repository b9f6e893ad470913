"""The demo as it is made: once, whole, kept; its plan sound, its history such as could have happened."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from overture.accounts import service as accounts
from overture.accounts.model import SYSTEM
from overture.accounts.passwords import hash_password, verify_password
from overture.config import Settings
from overture.conversations.store import conversations
from overture.demo import operation, people
from overture.demo.serve import DemoHouse
from overture.demo.shop.catalogue import EVERYTHING
from overture.demo.stories import script
from overture.direction import service as direction
from overture.direction.check import check
from overture.followups.store import promises
from overture.insight.service import overview
from overture.invitations.store import decisions
from overture.outcomes.store import leads
from overture.store import Tx
from overture.visits.store import visitors, visits
from overture.web.app import App

pytestmark = pytest.mark.xdist_group("demo")  # made once for all of them


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture
async def demo(data: Path) -> AsyncIterator[DemoHouse]:
    """The demo, made by the first test that asks and only started by the others."""
    house = DemoHouse(Settings(data=data), 9_001, lambda _: None)
    await house.start()
    yield house
    await house.stop()


async def rows(demo: DemoHouse, query: Any) -> list[Any]:
    def read(tx: Tx) -> list[Any]:
        return list(tx.execute(query).all())

    return await demo.store.read(read)


def test_the_plan_passes_its_check() -> None:
    checked = check(operation.plan_text(), "plan.yaml")
    assert checked.problems == []
    assert checked.plan is not None
    assert {team.hours for team in checked.plan.teams} == {"24/7"}
    assert set(checked.plan.languages) == {"fi", "en", "sv"}


def test_every_talk_fits_the_plan_and_the_shop() -> None:
    plan = check(operation.plan_text(), "plan.yaml").plan
    assert plan is not None
    results = {team.name: team.results for team in plan.teams}
    for talk in script().talk:
        assert talk.result in results[talk.team]
        assert talk.lines[0].startswith("v: ")
        assert all(line[:3] in ("v: ", "a: ", "n: ") for line in talk.lines)
        slug = talk.page.rpartition("/")[2]
        assert not talk.page.startswith("/bikes/") or slug in EVERYTHING


async def test_it_is_made_whole(demo: DemoHouse) -> None:
    users = await demo.store.read(accounts.users, SYSTEM)
    assert [user.email for user in users if user.role == "admin"] == [operation.EMAIL]
    assert {member.team for user in users for member in user.teams} == {operation.SALES, operation.CARE}
    versions = await demo.store.read(direction.history, SYSTEM, operation.SITE)
    assert [head.version for head in versions.items] == [2, 1]
    assert await demo.store.read(direction.version_text, SYSTEM, operation.SITE, 2) == operation.plan_text()


async def test_the_history_is_marked_and_lies_in_the_past(demo: DemoHouse) -> None:
    now = demo.store.clock.now()
    begun = await rows(demo, sa.select(sa.func.min(visits.c.started_at), sa.func.max(visits.c.started_at)))
    assert now - begun[0][0] > timedelta(days=26)
    assert begun[0][1] < now
    named = await rows(demo, sa.select(visitors.c.claimed).where(visitors.c.claimed != {}))
    assert named
    assert all(row[0].get("demo") is True for row in named)


async def test_every_page_of_the_console_has_something_to_show(demo: DemoHouse) -> None:
    arms = await rows(demo, sa.select(decisions.c.arm, sa.func.count()).group_by(decisions.c.arm))
    assert {"invited", "held_out", "held_out_all"} <= {arm for arm, number in arms if number}
    talks = await rows(demo, sa.select(conversations.c.state, sa.func.count()).group_by(conversations.c.state))
    assert [state for state, _ in talks] == ["closed"]
    assert talks[0][1] > 50
    now = demo.store.clock.now()
    open_ones = await rows(demo, sa.select(promises.c.due_at).where(promises.c.state == "open"))
    late = [due for (due,) in open_ones if due < now]
    assert 1 <= len(late) < len(open_ones)


async def test_its_figures_are_such_as_a_shop_has(demo: DemoHouse) -> None:
    """Not more replies, talks and orders than a shop can hope for, and some talks that nobody answered."""
    told = await demo.store.read(overview, SYSTEM, operation.SITE, None, None)
    visited = (await rows(demo, sa.select(sa.func.count()).select_from(visits)))[0][0]
    assert 0.02 < told.orders.all.count / visited < 0.09
    assert told.orders.with_chat.count < told.orders.all.count / 3
    assert 0.03 < told.conversations.opened / visited < 0.1
    assert told.conversations.answered / told.conversations.opened > 0.85
    assert told.conversations.missed_why.left_early > 0
    assert told.conversations.missed_why.agent_silent > 0
    asked = {line.trigger: line for line in told.decisions}
    assert set(asked) == {"hesitation", "checkout-trouble", "help-reader", "second-look"}
    for line in asked.values():
        assert line.invited >= line.shown >= line.seen >= line.accepted + line.declined
    assert asked["hesitation"].accepted > 0
    seen, accepted = (sum(getattr(line, what) for line in asked.values()) for what in ("seen", "accepted"))
    assert 0.04 < accepted / seen < 0.12


async def test_every_lead_of_the_history_can_be_answered_and_only_sales_wins_any(demo: DemoHouse) -> None:
    found = await rows(demo, sa.select(leads.c.name, leads.c.email, leads.c.team, leads.c.state))
    assert all(name and email for name, email, _, _ in found)
    assert {state for _, _, team, state in found if team == operation.CARE} <= {"new", "contacted"}
    assert "won" in {state for _, _, _, state in found}


async def test_a_later_start_keeps_it_and_knows_the_shop_at_its_new_port(data: Path, demo: DemoHouse) -> None:
    again = DemoHouse(Settings(data=data), 9_101, lambda _: pytest.fail("nothing is made again"))
    await again.start()
    try:
        assert again.site.key == demo.site.key
        assert again.site.origins == ["http://127.0.0.1:9101", "http://localhost:9101"]
        assert again.password == demo.password
    finally:
        await again.stop()


async def test_the_password_on_screen_works_whatever_became_of_the_other(demo: DemoHouse) -> None:
    def change(tx: Tx) -> str:
        known = accounts.credentials(tx, operation.EMAIL)
        assert known is not None
        accounts.set_password(tx, known.user, hash_password("changed by somebody"))
        operation.let_in(tx, demo.password)
        now = accounts.credentials(tx, operation.EMAIL)
        assert now is not None
        return now.password_hash

    assert verify_password(demo.password, await demo.store.run(change))


async def test_simulated_visitors_are_marked(demo: DemoHouse) -> None:
    """The proof is the house's own: a look without it is an ordinary visitor's."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=App(demo)), base_url="http://demo") as client:
        shop = operation.origins_of(demo.shop_port)[0]
        for secret in (demo.secret, "another house's"):
            one = people.Simulated(client, shop, demo.site.key, secret, random.Random(3))
            await one._look([{"type": "page", "url": f"{shop}/bikes", "referrer": "", "title": "Bikes"}])
    query = sa.select(visits.c.simulated).order_by(visits.c.started_at.desc(), visits.c.id.desc()).limit(2)
    assert sorted(row[0] for row in await rows(demo, query)) == [False, True]
