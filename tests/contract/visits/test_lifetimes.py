"""How long what is kept is kept, on both databases: from the last sign of any kind, and never less than it is open."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from overture.accounts import service as accounts
from overture.accounts.model import SYSTEM
from overture.conversations import service as conversations
from overture.conversations import store as talks
from overture.followups import promises
from overture.followups import service as followups
from overture.followups import store as promise_rows
from overture.followups.model import NextStep
from overture.followups.service import MessageLeft
from overture.outcomes import service as outcomes
from overture.visits import privacy
from overture.visits import service as visits
from overture.visits import store as rows

SITE = "nordic-bikes"
DAYS = 30


@pytest.fixture
async def shop(operation: Any) -> Any:
    """A site that keeps 30 days."""
    await operation.store.run(accounts.change_site, SYSTEM, SITE, accounts.SiteChange(retention_days=DAYS))
    return operation


async def days(shop: Any, number: float) -> None:
    """Time goes by; what is due by itself is done."""
    shop.clock.at = shop.clock.now() + timedelta(days=number)
    await shop.store.run(visits.finish_silent)
    await shop.store.run(privacy.apply_retention)


async def known(shop: Any, visitor: str = "v_1") -> bool:
    return await shop.store.read(rows.visitor, visitor) is not None


async def wrap_up(shop: Any, conversation: str, step: NextStep | None = None, result: str = "not_now") -> None:
    await shop.store.run(followups.wrap_up, shop.aino, conversation, result, step, ("Kaisa", "", "+358401234567"))


def call(shop: Any, **after: float) -> NextStep:
    due = shop.clock.now() + timedelta(**after)
    return NextStep(what="Call about the size", who="agent", channel="phone", due_at=due)


async def test_a_conversation_that_goes_on_is_kept_with_its_visitor(shop: Any) -> None:
    await shop.visit()
    conversation = await shop.talk()
    for _ in range(4):
        await days(shop, 10)
        await shop.store.run(conversations.say_as_visitor, "v_1", shop._cid(), "Still there?", lambda: None)
    assert await known(shop)
    assert len(await shop.said(conversation)) > 4
    await days(shop, DAYS + 1)  # nobody wrote for longer than the limit; it is open all the same
    assert (await shop.store.read(talks.conversation, conversation)).state != "closed"
    assert await known(shop)


async def test_it_goes_when_its_time_after_the_close_is_over(shop: Any) -> None:
    await shop.visit()
    conversation = await shop.talk()
    await days(shop, 40)
    await wrap_up(shop, conversation)
    await days(shop, DAYS - 1)
    assert await shop.store.read(talks.conversation, conversation) is not None
    assert await known(shop)
    await days(shop, 2)
    assert await shop.store.read(talks.conversation, conversation) is None
    assert not await known(shop)


async def test_who_opened_the_chat_without_ever_having_looked_is_kept_too(shop: Any) -> None:
    site = await shop.store.read(accounts.the_site, SITE)
    visitor = (await shop.store.run(visits.visitor_by_key, site, "a" * 32)).id
    await shop.talk(visitor)
    await days(shop, DAYS + 5)
    assert await known(shop, visitor)


async def test_the_last_visit_counts_not_the_first(shop: Any) -> None:
    await shop.visit()
    for _ in range(3):
        await days(shop, DAYS - 5)
        await shop.visit()
    assert await known(shop)
    await days(shop, DAYS - 1)
    assert await known(shop)
    await days(shop, 2)
    assert not await known(shop)


async def test_what_is_owed_outlives_the_conversation(shop: Any) -> None:
    await shop.visit()
    conversation = await shop.talk()
    await wrap_up(shop, conversation, call(shop, days=60), result="lead")
    await days(shop, DAYS + 5)
    assert await shop.store.read(talks.conversation, conversation) is None
    (line,) = (await shop.store.read(promises.promises, shop.aino, SITE)).items
    assert (line.promise.state, line.promise.conversation, line.promise.contact.phone) == (
        "open", None, "+358401234567",
    )  # fmt: skip
    (lead,) = (await shop.store.read(outcomes.leads, shop.aino, SITE, None, None, None)).items
    assert await known(shop)
    await shop.store.run(promises.done, shop.aino, line.promise.id, "called")
    await days(shop, DAYS + 40)
    assert await shop.store.read(promise_rows.promise, line.promise.id) is None
    assert (await shop.store.read(outcomes.leads, shop.aino, SITE, None, None, None)).items == []
    assert lead.lead.id
    assert not await known(shop)


async def test_a_promise_settled_late_is_kept_from_then_on(shop: Any) -> None:
    await shop.visit()
    conversation = await shop.talk()
    await wrap_up(shop, conversation, call(shop, hours=2))
    await days(shop, DAYS + 20)
    (line,) = (await shop.store.read(promises.promises, shop.aino, SITE)).items
    await shop.store.run(promises.done, shop.aino, line.promise.id, "")
    await days(shop, DAYS - 1)
    assert await shop.store.read(promise_rows.promise, line.promise.id) is not None
    await days(shop, 2)
    assert await shop.store.read(promise_rows.promise, line.promise.id) is None


async def test_a_lead_that_somebody_works_on_is_kept(shop: Any) -> None:
    await shop.visit()
    left = MessageLeft(site=SITE, visitor="v_1", cid="m-1", text="Call me", email="k@example.com", language="en",
                       team="bike-sales")  # fmt: skip
    await shop.store.run(followups.leave_message, left)
    (line,) = (await shop.store.read(promises.promises, shop.aino, SITE)).items
    await shop.store.run(promises.done, shop.aino, line.promise.id, "")
    (view,) = (await shop.store.read(outcomes.leads, shop.aino, SITE, None, None, None)).items
    for _ in range(3):
        await days(shop, DAYS - 5)
        await shop.store.run(outcomes.change_lead, shop.aino, view.lead.id, None, "Still thinking")
    assert await known(shop)
    await days(shop, DAYS + 1)
    assert (await shop.store.read(outcomes.leads, shop.aino, SITE, None, None, None)).items == []
    assert not await known(shop)
