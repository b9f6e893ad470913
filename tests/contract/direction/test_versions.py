"""Plan versions and drafts on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from overture.accounts import service as accounts
from overture.accounts.model import SYSTEM, Actor, Membership
from overture.direction import service
from overture.direction.errors import DraftChanged, NoPlan, NoSuchVersion, PlanRefused
from overture.direction.load import load
from overture.kit.errors import Denied
from overture.store import Store, Tx

TEXT = Path(__file__).parents[2].joinpath("unit/direction/plans/nordic-bikes.yaml").read_text(encoding="utf-8")
LATER = TEXT.replace("page.seconds >= 45", "page.seconds >= 60")
AGENT = Actor(id="u1", name="Ann", kind="user", role="agent", teams=[Membership("nordic-bikes", "care")])


@pytest.fixture
async def house(each_store: Store) -> Store:
    await each_store.run(
        lambda tx: accounts.add_site(tx, SYSTEM, "nordic-bikes", "Nordic Bikes", ["https://shop.example"])
    )
    return each_store


async def test_nothing_is_in_force_before_the_first(house: Store) -> None:
    assert await house.read(service.current, "nordic-bikes") is None
    with pytest.raises(NoPlan):
        await house.read(service.version_text, SYSTEM, "nordic-bikes")


async def test_versions_are_kept_and_come_back_as_new_ones(house: Store) -> None:
    first = await house.run(service.publish, SYSTEM, "nordic-bikes", TEXT, "first")
    second = await house.run(service.publish, SYSTEM, "nordic-bikes", LATER, "wait longer")
    again = await house.run(service.publish, SYSTEM, "nordic-bikes", LATER)
    third = await house.run(service.rollback, SYSTEM, "nordic-bikes", 1)
    assert (first.version, second.version, again.version, third.version, third.restores) == (1, 2, 2, 3, 1)
    assert await house.read(service.version_text, SYSTEM, "nordic-bikes") == TEXT
    assert await house.read(service.version_text, SYSTEM, "nordic-bikes", 2) == LATER
    plan = await house.read(service.current, "nordic-bikes")
    assert plan is not None
    assert plan.version == 3
    page = await house.read(service.history, SYSTEM, "nordic-bikes", None, 2)
    rest = await house.read(service.history, SYSTEM, "nordic-bikes", page.next, 2)
    assert [head.version for head in (*page.items, *rest.items)] == [3, 2, 1]
    assert page.items[1].note == "wait longer"
    with pytest.raises(NoSuchVersion):
        await house.run(service.rollback, SYSTEM, "nordic-bikes", 9)


async def test_what_is_published_is_ready_to_decide(house: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def published(tx: Tx, version: int) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(service, "load", lambda *_: pytest.fail("the text was read once more"))
            plan = service.current(tx, "nordic-bikes")
        assert plan is not None
        assert plan.version == version
        assert plan.plan == load(service.version_text(tx, SYSTEM, "nordic-bikes"), "plan.yaml").plan

    await house.run(service.publish, SYSTEM, "nordic-bikes", TEXT + "# in one go")
    await house.run(service.publish, SYSTEM, "nordic-bikes", LATER + "# in one go")
    await house.read(published, 2)
    await house.run(service.rollback, SYSTEM, "nordic-bikes", 1)
    await house.read(published, 3)


async def test_a_plan_with_mistakes_or_of_another_site_changes_nothing(house: Store) -> None:
    with pytest.raises(PlanRefused) as refusal:
        await house.run(service.publish, SYSTEM, "nordic-bikes", TEXT.replace("page.seconds", "page.secs"))
    assert [problem["code"] for problem in refusal.value.details["problems"]].count("unknown_fact") == 3
    with pytest.raises(PlanRefused, match="nordic-bikes"):
        await house.run(service.publish, SYSTEM, "nordic-bikes", TEXT.replace("site: nordic-bikes", "site: other"))
    assert await house.read(service.current, "nordic-bikes") is None


async def test_two_editors_at_once(house: Store) -> None:
    await house.run(service.publish, SYSTEM, "nordic-bikes", TEXT)
    mine = await house.read(service.draft, SYSTEM, "nordic-bikes")
    assert (mine.revision, mine.text, mine.base_version) == (0, TEXT, 1)
    saved = await house.run(service.save_draft, SYSTEM, "nordic-bikes", "theirs", 0)
    for stale in (0, 7):
        with pytest.raises(DraftChanged) as refusal:
            await house.run(service.save_draft, SYSTEM, "nordic-bikes", "mine", stale)
        assert refusal.value.details["text"] == "theirs"
    saved = await house.run(service.save_draft, SYSTEM, "nordic-bikes", LATER, saved.revision)
    with pytest.raises(DraftChanged):
        await house.run(service.publish_draft, SYSTEM, "nordic-bikes", 1)
    assert (await house.run(service.publish_draft, SYSTEM, "nordic-bikes", saved.revision)).version == 2
    assert (await house.read(service.draft, SYSTEM, "nordic-bikes")).revision == 0


async def test_agents_may_read_the_plan_and_not_change_it(house: Store) -> None:
    def publish(tx: Tx) -> object:
        return service.publish(tx, AGENT, "nordic-bikes", TEXT)

    with pytest.raises(Denied):
        await house.run(publish)
    await house.run(service.publish, SYSTEM, "nordic-bikes", TEXT)
    assert await house.read(service.version_text, AGENT, "nordic-bikes") == TEXT
    with pytest.raises(Denied):
        await house.read(service.draft, AGENT, "nordic-bikes")
