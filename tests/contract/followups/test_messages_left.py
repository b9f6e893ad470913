"""Nobody there: a message becomes a lead with a promise, once, with a way to answer."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from overture.conversations.errors import BadCid, EmptyMessage, MessageTooLong
from overture.followups import promises, service
from overture.followups.errors import TooManyMessages
from overture.followups.model import Promised
from overture.followups.service import MessageLeft
from overture.outcomes import service as outcomes
from overture.outcomes.errors import BadContact, BadLead, NoSuchLead

SITE = "nordic-bikes"
SATURDAY_NIGHT = datetime(2026, 11, 7, 20, 0, tzinfo=UTC)


def left(**more: Any) -> MessageLeft:
    values = {
        "site": SITE,
        "visitor": "v_1",
        "cid": "m-1",
        "text": "Is the Kaiku in stock?",
        "email": "kaisa@example.com",
    }
    return MessageLeft(**{**values, "language": "en", "team": "bike-sales", **more})


async def leave(operation: Any, **more: Any) -> Promised:
    told: Promised = await operation.store.run(service.leave_message, left(**more))
    return told


async def leads(operation: Any, actor: Any = None, state: str | None = None) -> list[outcomes.LeadView]:
    page = await operation.store.read(outcomes.leads, actor or operation.aino, SITE, state, None, None)
    items: list[outcomes.LeadView] = page.items
    return items


async def test_it_is_answered_after_the_next_opening(operation: Any) -> None:
    await operation.visit()
    operation.clock.at = SATURDAY_NIGHT
    told = await leave(operation, name=" Kaisa ")
    assert told.text == "You will get an e-mail on Monday before 10:05."
    assert (told.who, told.channel, told.due_at) == ("agent", "email", datetime(2026, 11, 9, 8, 5, tzinfo=UTC))
    (line,) = (await operation.store.read(promises.promises, operation.aino, SITE)).items
    assert (line.promise.message, line.promise.what) == ("Is the Kaiku in stock?", "Is the Kaiku in stock?")
    assert (line.visitor_name, line.promise.contact.email, line.promise.team) == (
        "Kaisa",
        "kaisa@example.com",
        "bike-sales",
    )
    (view,) = await leads(operation)
    assert (view.lead.id, view.lead.source, view.lead.state) == (line.promise.lead, "message", "new")
    assert view.ledger[0].note == "Is the Kaiku in stock?"
    assert view.lead.plan_version == 1


async def test_by_the_channel_that_was_left(operation: Any) -> None:
    await operation.visit()
    operation.clock.at = SATURDAY_NIGHT
    told = await leave(operation, email="", phone="040 123 4567", language="fi")
    assert told.text == "Sinulle soitetaan maanantaina ennen klo 10.05."
    (view,) = await leads(operation)
    assert view.lead.contact.phone == "+358401234567"


async def test_with_another_team_another_time(operation: Any) -> None:
    await operation.visit()
    operation.clock.at = SATURDAY_NIGHT
    told = await leave(operation, team="care", language="sv-SE")
    assert told.text == "Du får e-post på tisdag före kl. 9.00."
    assert await leads(operation) == []
    assert len(await leads(operation, operation.eero)) == 1


async def test_a_team_the_plan_has_not_is_its_first(operation: Any) -> None:
    await operation.visit()
    await leave(operation, team="gone")
    assert len(await leads(operation)) == 1


async def test_sent_again_it_is_there_once(operation: Any) -> None:
    await operation.visit()
    answers = await asyncio.gather(*(leave(operation) for _ in range(6)))
    assert len({answer.due_at for answer in answers}) == 1
    assert len(await leads(operation)) == 1
    assert (await operation.store.read(promises.promises, operation.aino, SITE)).counts.open == 1
    await leave(operation, cid="m-2", text="And the helmet?")
    assert len(await leads(operation)) == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "kaisa@"}, "email"),
        ({"email": "", "phone": "12"}, "phone"),
        ({"phone": "12"}, "phone"),
        ({"email": "", "phone": ""}, "email"),
    ],
)
async def test_a_wrong_address_is_told_at_its_field(operation: Any, wrong: dict[str, Any], field: str) -> None:
    await operation.visit()
    with pytest.raises(BadContact) as caught:
        await leave(operation, **wrong)
    assert (caught.value.code, caught.value.details) == ("bad_contact", {"field": field})
    assert await leads(operation) == []
    await leave(operation)
    assert len(await leads(operation)) == 1


async def test_what_is_no_message(operation: Any) -> None:
    await operation.visit()
    for wrong, error in (
        ({"text": " \n"}, EmptyMessage),
        ({"text": "x" * 9_000}, MessageTooLong),
        ({"cid": ""}, BadCid),
    ):
        with pytest.raises(error):
            await leave(operation, **wrong)


async def test_card_numbers_are_not_kept(operation: Any) -> None:
    await operation.visit()
    await leave(operation, text="My card is 4111 1111 1111 1111")
    (view,) = await leads(operation)
    assert "4111 1111" not in view.lead.message
    assert view.lead.message == view.ledger[0].note


async def test_five_an_hour(operation: Any) -> None:
    await operation.visit()
    for number in range(5):
        await leave(operation, cid=f"m-{number}")
    with pytest.raises(TooManyMessages):
        await leave(operation, cid="m-6")
    await leave(operation, cid="m-1")  # sent again is no new one
    operation.clock.move(hours=1, seconds=1)
    await leave(operation, cid="m-6")


async def test_the_promise_moves_the_lead(operation: Any) -> None:
    await operation.visit()
    await leave(operation)
    (line,) = (await operation.store.read(promises.promises, operation.aino, SITE)).items
    await operation.store.run(promises.hand_on, operation.aino, line.promise.id, "", "care", "Warranty")
    (view,) = await leads(operation, operation.eero)
    assert view.lead.team == "care"
    await operation.store.run(promises.done, operation.eero, line.promise.id, "Wrote back")
    (view,) = await leads(operation, operation.eero, "contacted")
    assert [entry.what for entry in view.ledger] == ["created", "handed_on", "state"]
    assert view.lead.agent_id == operation.eero.id


async def test_a_lead_goes_its_way(operation: Any) -> None:
    await operation.visit()
    await leave(operation)
    (view,) = await leads(operation)
    change = outcomes.change_lead
    won = await operation.store.run(change, operation.aino, view.lead.id, "won", "Paid at the shop")
    assert (won.lead.state, won.lead.agent_id) == ("won", operation.aino.id)
    noted = await operation.store.run(change, operation.aino, view.lead.id, None, "Sent the receipt")
    assert [(entry.what, entry.note) for entry in noted.ledger[1:]] == [
        ("state", "Paid at the shop"),
        ("note", "Sent the receipt"),
    ]
    assert noted.ledger[1].details == {"before": "new", "after": "won"}
    same = await operation.store.run(change, operation.aino, view.lead.id, "won", "")
    assert len(same.ledger) == 3
    with pytest.raises(NoSuchLead):
        await operation.store.run(change, operation.eero, view.lead.id, "lost", "")
    with pytest.raises(BadLead):
        await operation.store.run(change, operation.aino, view.lead.id, "sold", "")
    with pytest.raises(BadLead):
        await operation.store.run(change, operation.aino, view.lead.id, "won", "x" * 2_001)


async def test_leads_a_page_at_a_time(operation: Any) -> None:
    await operation.visit()
    for number in range(5):
        await leave(operation, cid=f"m-{number}")
        if number % 2:
            operation.clock.move(seconds=1)
    seen: list[str] = []
    cursor = None
    for _ in range(3):
        page = await operation.store.read(outcomes.leads, operation.aino, SITE, None, cursor, 2)
        seen += [view.lead.cid for view in page.items]
        cursor = page.next
    assert cursor is None
    assert sorted(seen) == [f"m-{number}" for number in range(5)]
    assert seen[0] == "m-4"


async def test_open_with_nobody_there_somebody_comes_first(operation: Any) -> None:
    await operation.visit()
    told = await leave(operation)  # Monday 11:00 in Helsinki
    assert told.due_at == operation.clock.now() + timedelta(hours=1)
    assert told.text == "You will get an e-mail today before 12:00."
