"""The overview on both databases, told from a small story whose every number is known."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from overture.accounts.errors import NotAllowed
from overture.accounts.model import Actor
from overture.conversations import service as conversations
from overture.followups import promises
from overture.followups import service as followups
from overture.followups.model import NextStep
from overture.followups.service import MessageLeft
from overture.insight import service
from overture.insight.model import (
    Amount,
    ConversationLine,
    CurrencyLine,
    FirstResponse,
    LeadLine,
    MissedWhy,
    OrderLine,
    Overview,
    PromiseLine,
    TriggerLine,
)
from overture.insight.reports import report
from overture.invitations import store as invitations
from overture.invitations.model import Made
from overture.kit.errors import NotFound
from overture.outcomes import service as outcomes
from overture.outcomes.model import OrderReport
from overture.outcomes.period import BadPeriod

SITE = "nordic-bikes"
READER = Actor(id="t_1", name="report", kind="token", scopes=["read"])


async def overview(
    operation: Any, actor: Actor = READER, since: str | None = None, until: str | None = None
) -> Overview:
    found: Overview = await operation.store.read(service.overview, actor, SITE, since, until)
    return found


async def decide(operation: Any, number: int, **more: Any) -> str:
    """A decision as invitations keep it."""
    values = {
        "trigger": "big-basket",
        "team": "bike-sales",
        "epoch": 1,
        "plan_version": 1,
        "arm": "invited",
        "variant": "a",
    }
    values |= {
        "visit": f"s_{number}",
        "visitor": f"v_{number}",
        "at": operation.clock.now(),
        "at_ms": 0,
        "state": "invited",
    }
    made = Made(id=f"i_{number}", site=SITE, **{**values, **more})
    await operation.store.run(invitations.add, made)
    return made.id


async def order(operation: Any, number: int, visitor: str, value: float = 100.0, currency: str = "EUR") -> None:
    told = OrderReport(id=f"A{number}", value=value, currency=currency, visitor=visitor)
    await operation.store.run(outcomes.record_order, operation.maija, SITE, told)


async def test_an_empty_site_has_zeros_and_no_times(operation: Any) -> None:
    found = await overview(operation, since="2026-11-01", until="2026-11-02")
    assert found.decisions == []
    assert found.conversations == ConversationLine(
        opened=0, answered=0, closed=0, missed=0, missed_why=MissedWhy(0, 0, 0),
        first_response_seconds=FirstResponse(None, None, 0),
    )  # fmt: skip
    assert found.orders == OrderLine("EUR", Amount(0, 0.0), Amount(0, 0.0), [])
    assert found.promises == PromiseLine(0, 0, 0, 0, 0)
    assert [line.day for line in found.by_day] == [date(2026, 11, 1), date(2026, 11, 2)]
    assert found.timezone == "Europe/Helsinki"


async def test_decisions_by_arm_and_what_became_of_them(operation: Any) -> None:
    now = operation.clock.now()
    await operation.visit("v_1")
    talk = await operation.talk("v_1", invitation="i_1")
    await operation.visit("v_2")
    unanswered = await operation.ask("v_2", invitation="i_2")
    await decide(operation, 1, state="accepted", shown_at=now, seen_at=now, conversation=talk)
    await decide(operation, 2, state="accepted", conversation=unanswered)  # the page never reported shown and seen
    await decide(operation, 3, state="declined", shown_at=now)
    await decide(operation, 4, state="seen", shown_at=now, seen_at=now)
    await decide(operation, 5, state="shown", shown_at=now)
    await decide(operation, 6)
    await decide(operation, 7, arm="held_out", state="")
    await decide(operation, 8, arm="held_out_all", state="")
    await decide(operation, 9, state="accepted", simulated=True)
    await decide(operation, 10, trigger="an-earlier-one", state="ignored", shown_at=now)
    await decide(operation, 11, at=now - timedelta(days=40))
    found = await overview(operation)
    assert found.decisions == [
        TriggerLine(
            trigger="big-basket", invited=6, held_out=1, held_out_all=1, shown=5, seen=4, accepted=2, declined=1,
            conversations=1,
        ),
        TriggerLine(
            trigger="an-earlier-one", invited=1, held_out=0, held_out_all=0, shown=1, seen=0, accepted=0, declined=0,
            conversations=0,
        ),
    ]  # fmt: skip
    assert found.by_day[-1].decisions == 9


async def test_conversations_answered_and_missed_with_the_cause(operation: Any) -> None:
    for number, wait in enumerate((4, 8, 30)):  # answered after 4, 8, 30 s
        visitor = f"v_{number}"
        await operation.visit(visitor)
        conversation = await operation.ask(visitor)
        operation.clock.move(seconds=wait)
        await operation.answer(conversation)
        await operation.store.run(conversations.close, operation.aino, conversation, "not_now")
        await operation.at_the_desk()
    await operation.visit("v_silent")  # Aino has it, and says nothing
    silent = await operation.ask("v_silent")
    operation.clock.move(seconds=25)
    await operation.store.run(conversations.end_as_visitor, "v_silent", silent)
    await operation.at_the_desk()
    await operation.visit("v_early")
    early = await operation.ask("v_early")
    operation.clock.move(seconds=3)
    await operation.store.run(conversations.end_as_visitor, "v_early", early)
    await operation.visit("v_open")
    await operation.ask("v_open")
    found = (await overview(operation)).conversations
    assert (found.opened, found.answered, found.missed) == (6, 3, 2)
    assert found.missed_why == MissedWhy(left_early=1, nobody_free=0, agent_silent=1)
    assert found.first_response_seconds == FirstResponse(8.0, 25.6, 3)  # type 7: 8 + 0.8 x 22
    assert found.closed == 3


async def test_nobody_free_is_a_cause(operation: Any) -> None:
    for number in range(4):  # Aino takes three
        await operation.visit(f"v_{number}")
        conversation = await operation.ask(f"v_{number}")
    operation.clock.move(seconds=40)
    await operation.store.run(conversations.end_as_visitor, "v_3", conversation)
    found = (await overview(operation)).conversations
    assert found.missed_why == MissedWhy(left_early=0, nobody_free=1, agent_silent=0)
    assert (found.missed, found.closed) == (1, 1)


async def test_promises_due_add_up(operation: Any) -> None:
    due = {"kept": 2, "late-done": 3, "late-open": 4, "open": 30, "cancelled": 5, "moved": 6}
    made = {}
    for name, hours in due.items():
        visitor = f"v_{name}"
        await operation.visit(visitor)
        conversation = await operation.talk(visitor)
        step = NextStep(
            what="Call", who="agent", channel="phone", due_at=operation.clock.now() + timedelta(hours=hours)
        )
        await operation.store.run(followups.wrap_up, operation.aino, conversation, "not_now", step)
        made[name] = (await operation.notices(conversation, "promise"))[0].params["promise"]
    await operation.store.run(promises.done, operation.aino, made["kept"], "")
    await operation.store.run(promises.cancel, operation.aino, made["cancelled"], "void")
    await operation.store.run(
        promises.move, operation.aino, made["moved"], operation.clock.now() + timedelta(hours=20), ""
    )
    operation.clock.move(hours=8)
    await operation.store.run(promises.done, operation.aino, made["late-done"], "")
    found = await overview(operation, since="2026-11-02", until="2026-11-03")
    assert found.promises == PromiseLine(due=5, kept=1, late=2, open=2, moved=1)
    assert found.promises.due == found.promises.kept + found.promises.late + found.promises.open
    today = await overview(operation, since="2026-11-02", until="2026-11-02")
    assert today.promises == PromiseLine(due=3, kept=1, late=2, open=0, moved=0)


async def test_orders_with_chat_and_in_all_each_currency_apart(operation: Any) -> None:
    await operation.visit("v_1")
    await operation.visit("v_2")
    await operation.visit("v_sim", simulated=True)
    await operation.talk("v_1")
    await order(operation, 1, "v_1", 349.0)
    await order(operation, 2, "v_1", 0.1)
    await order(operation, 3, "v_2", 0.2)
    await order(operation, 4, "v_2", 900.0, "SEK")
    await order(operation, 5, "v_sim", 5000.0)
    found = await overview(operation)
    sek = CurrencyLine("SEK", Amount(1, 900.0), Amount(0, 0.0))
    assert found.orders == OrderLine("EUR", Amount(3, 349.3), Amount(2, 349.1), [sek])
    assert found.by_day[-1].orders == 4


async def test_leads_and_days_in_the_sites_time_zone(operation: Any) -> None:
    operation.clock.move(hours=11)  # 22:00 in Helsinki
    for number in range(3):
        left = MessageLeft(site=SITE, visitor="v_1", cid=f"m{number}", text="Hi", email="a@example.com", team="care")
        await operation.store.run(followups.leave_message, left)
        await order_of_nobody(operation, number)
        operation.clock.move(hours=1)
    found = await overview(operation)
    assert found.leads == LeadLine(3)
    assert [(line.day, line.orders) for line in found.by_day[-2:]] == [(date(2026, 11, 2), 2), (date(2026, 11, 3), 1)]


async def order_of_nobody(operation: Any, number: int) -> None:
    told = OrderReport(id=f"N{number}", value=1.0, currency="EUR")
    await operation.store.run(outcomes.record_order, operation.maija, SITE, told)


async def test_who_may_read_it(operation: Any) -> None:
    await overview(operation, operation.maija)
    with pytest.raises(NotAllowed):
        await overview(operation, operation.aino)
    with pytest.raises(NotAllowed):
        await overview(operation, Actor(id="t", name="t", kind="token", scopes=["orders"]))
    with pytest.raises(NotFound):
        await overview(operation, Actor(id="t", name="t", kind="token", scopes=["read"], site="other"))
    with pytest.raises(BadPeriod):
        await overview(operation, since="soon")


async def test_every_report_as_a_table(operation: Any) -> None:
    await operation.visit("v_1", email="kaisa@example.com")
    conversation = await operation.talk("v_1")
    step = NextStep(what="Call", who="agent", channel="phone", due_at=operation.clock.now() + timedelta(hours=1))
    await operation.store.run(followups.wrap_up, operation.aino, conversation, "lead", step)
    await order(operation, 1, "v_1")
    for name, cells in {
        "promises": {"what": "Call", "agent": "Aino", "state": "open", "email": "kaisa@example.com"},
        "leads": {"state": "new", "source": "chat", "agent": "Aino", "conversation": conversation},
        "orders": {"id": "A1", "value": 100.0, "currency": "EUR", "conversation": conversation},
    }.items():
        (item,) = (await operation.store.read(report, operation.maija, SITE, name, None, None)).data["items"]
        assert {column: item[column] for column in cells} == cells
    whole = await operation.store.read(report, operation.maija, SITE, "overview", None, None)
    assert ("orders.with_chat.count", "EUR", 1) in whole.table[1]
    assert ("conversations.opened", "", 1) in whole.table[1]
