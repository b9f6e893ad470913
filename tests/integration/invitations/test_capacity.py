"""Live, nobody is invited whom nobody could answer; what was held back is told."""

from __future__ import annotations

from typing import Any

from overture.accounts.model import SYSTEM, Actor
from overture.desk import service as desk
from overture.invitations import service
from overture.invitations import store as rows
from overture.visits.identity import visitor_id


async def at_the_crossing(shop: Any, key: str) -> Any:
    tab = shop.tab(key=key)
    await tab.page()
    await tab.basket()
    return tab


async def test_held_back_until_somebody_is_there(shop: Any, agent: Actor, wait: Any) -> None:
    await shop.store.run(desk.set_available, agent, False)
    tab = await at_the_crossing(shop, "0" * 32)
    await wait(seconds=45)
    answer = await tab.look()
    assert answer["invitation"] is None
    assert answer["answering"] is False
    assert answer["look_again_in_ms"] == 3_000
    await wait(seconds=3)
    assert (await tab.look())["invitation"] is None
    held = await shop.store.read(service.held_back, SYSTEM, "shop")
    assert [(line.trigger, line.reason, line.at_ms) for line in held.items] == [("big-basket", "nobody_there", 45_000)]

    await shop.store.run(desk.set_available, agent, True)
    await wait(seconds=3)
    answer = await tab.look()
    assert answer["invitation"] is not None
    assert answer["answering"] is True


async def test_pending_for_sixty_seconds_and_no_longer(shop: Any, agent: Actor, wait: Any) -> None:
    await shop.store.run(desk.set_available, agent, False)
    tab = await at_the_crossing(shop, "0" * 32)
    await wait(seconds=45)
    await tab.look()
    await wait(seconds=61)
    await shop.store.run(desk.set_available, agent, True)
    assert (await tab.look())["invitation"] is None


async def test_invitations_that_are_out_take_room(shop: Any, wait: Any, plan: str) -> None:
    """One slot at a prior acceptance of 5% takes twenty at once."""
    await shop.publish(plan.replace("chats_per_agent: 3", "chats_per_agent: 1"))
    tabs = [await at_the_crossing(shop, f"{number:032x}") for number in range(24)]
    await wait(seconds=45)
    answers = [await tab.look() for tab in tabs]
    invited = [answer["invitation"] is not None for answer in answers]
    assert invited == [True] * 20 + [False] * 4  # one slot / 5%
    held = await shop.store.read(service.held_back, SYSTEM, "shop")
    assert {line.reason for line in held.items} == {"invitations_out"}
    assert {line.unanswered for line in held.items} == {20}


async def test_the_arm_is_drawn_after_capacity_is_known(shop: Any, agent: Actor, wait: Any, plan: str) -> None:
    await shop.publish(plan.replace("holdout: 0%", "holdout: 100%"))
    await shop.store.run(desk.set_available, agent, False)
    tab = await at_the_crossing(shop, "0" * 32)
    await wait(seconds=45)
    await tab.look()
    held = await shop.store.read(service.held_back, SYSTEM, "shop")
    assert len(held.items) == 1
    assert await shop.store.read(rows.of_visitor, visitor_id("shop", "0" * 32)) == []


async def test_an_agent_sees_only_what_own_teams_held_back(shop: Any, agent: Actor, wait: Any) -> None:
    await shop.store.run(desk.set_available, agent, False)
    tab = await at_the_crossing(shop, "0" * 32)
    await wait(seconds=45)
    await tab.look()
    stranger = type(agent)(id="u_x", name="X", kind="user", teams=[type(agent.teams[0])("shop", "care")])
    assert len((await shop.store.read(service.held_back, agent, "shop")).items) == 1
    assert (await shop.store.read(service.held_back, stranger, "shop")).items == []
