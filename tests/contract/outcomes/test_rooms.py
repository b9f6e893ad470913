"""Bookings, what is held of a visitor, and what is forgotten, on both databases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from overture.conversations.events import ConversationsErased
from overture.followups import promises
from overture.followups import service as followups
from overture.followups.service import MessageLeft
from overture.kit.errors import NotFound
from overture.outcomes import service, store
from overture.outcomes.errors import BadBooking
from overture.outcomes.model import OrderReport
from overture.visits.events import RetentionDue, VisitorErased

SITE = "nordic-bikes"


async def book(operation: Any, actor: Any = None, days: float = 3, **more: Any) -> Any:
    values = {
        "kind": "test_ride",
        "team": "bike-sales",
        "starts_at": operation.clock.now() + timedelta(days=days),
        **more,
    }
    return await operation.store.run(lambda tx: service.book(tx, actor or operation.aino, SITE, **values))


async def leave(operation: Any, cid: str = "m-1") -> None:
    left = MessageLeft(site=SITE, visitor="v_1", cid=cid, text="Hi", email="kaisa@example.com")
    await operation.store.run(followups.leave_message, left)


async def test_a_meeting_names_its_plan_version_and_conversation(operation: Any) -> None:
    await operation.visit()
    conversation = await operation.talk()
    booking = await book(operation, conversation=conversation)
    assert (booking.visitor, booking.conversation, booking.plan_version) == ("v_1", conversation, 1)
    assert booking.agent_id == operation.aino.id
    assert await operation.store.read(service.bookings, operation.aino, SITE, None, None) == [booking]
    assert await operation.store.read(service.bookings, operation.eero, SITE, None, None) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"kind": "dinner"}, "kind"), ({"days": -1}, "starts_at"), ({"days": 800}, "starts_at")],
)
async def test_what_can_not_be_booked(operation: Any, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(BadBooking) as caught:
        await book(operation, **wrong)
    assert caught.value.details["field"] == field


async def test_own_teams_only(operation: Any) -> None:
    await operation.visit()
    conversation = await operation.talk()
    with pytest.raises(NotFound):
        await book(operation, operation.eero)
    with pytest.raises(BadBooking):
        await book(operation, operation.eero, team="care")
    with pytest.raises(NotFound):
        await book(operation, conversation="c_none")
    assert (await book(operation, operation.maija, conversation=conversation)).agent_id == operation.maija.id


async def test_everything_held_of_a_visitor_can_be_shown(operation: Any) -> None:
    await operation.visit()
    conversation = await operation.talk()
    await book(operation, conversation=conversation)
    await leave(operation)
    told = OrderReport(id="A1", value=1.0, currency="EUR", visitor="v_1")
    await operation.store.run(service.record_order, operation.maija, SITE, told)
    held = msgspec.to_builtins(await operation.store.read(service.held_of, SITE, "v_1"))
    assert [len(held[name]) for name in ("orders", "leads", "bookings")] == [1, 1, 1]
    assert held["leads"][0]["lead"]["contact"]["email"] == "kaisa@example.com"
    assert len(await operation.store.read(followups.held_of, SITE, "v_1")) == 1


async def test_erased_with_the_visitor(operation: Any) -> None:
    await operation.visit()
    conversation = await operation.talk()
    await book(operation, conversation=conversation)
    await leave(operation)
    await operation.store.run(lambda tx: tx.emit(VisitorErased(SITE, "v_1")))
    held = await operation.store.read(service.held_of, SITE, "v_1")
    assert held == {"orders": [], "leads": [], "bookings": []}
    assert await operation.store.read(followups.held_of, SITE, "v_1") == []
    (booking,) = await operation.store.read(service.bookings, operation.maija, SITE, None, None)
    assert (booking.visitor, booking.conversation) == (None, None)


async def test_a_conversation_that_is_gone_is_let_go_of(operation: Any) -> None:
    await operation.visit()
    conversation = await operation.talk()
    await book(operation, conversation=conversation)
    await operation.store.run(lambda tx: tx.emit(ConversationsErased(SITE, [conversation])))
    (booking,) = await operation.store.read(service.bookings, operation.maija, SITE, None, None)
    assert booking.conversation is None


async def test_what_the_site_no_longer_keeps(operation: Any) -> None:
    await operation.visit()
    await leave(operation)
    told = OrderReport(id="A1", value=1.0, currency="EUR", visitor="v_1")
    await operation.store.run(service.record_order, operation.maija, SITE, told)
    (line,) = (await operation.store.read(promises.promises, operation.maija, SITE)).items
    await operation.store.run(promises.done, operation.maija, line.promise.id, "")
    operation.clock.move(days=10)
    await leave(operation, "m-2")
    before = operation.clock.now() - timedelta(days=1)
    await operation.store.run(lambda tx: tx.emit(RetentionDue(SITE, before)))
    found = await operation.store.read(service.leads, operation.maija, SITE, None, None, None)
    assert [view.lead.cid for view in found.items] == ["m-2"]
    order = await operation.store.read(store.order, SITE, "A1")
    assert (order.visitor, order.value.minor) == (None, 100)
