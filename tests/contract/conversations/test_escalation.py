"""Who is called to a conversation that nobody answers, on both databases."""

from __future__ import annotations

from typing import Any

from tests.contract.conftest import PLAN, Operation

from overture.conversations import service as conversations
from overture.conversations import store as rows
from overture.conversations.escalation import escalate_the_unanswered
from overture.conversations.events import ConversationEscalated
from overture.conversations.model import Conversation
from overture.desk import service as desk

AFTER = 60


async def opened(op: Operation, to: str) -> list[ConversationEscalated]:
    """The plan of a sales team that calls `to`; what it calls from now on."""
    text = PLAN.replace("chats_per_agent: 3", f"chats_per_agent: 3\n    escalate: {{after: {AFTER}s, to: {to}}}", 1)
    await op.publish(text)
    called: list[Any] = []
    op.store.on(ConversationEscalated, lambda _tx, event: called.append(event))
    return called


async def later(op: Operation, seconds: int) -> int:
    op.clock.move(seconds=seconds)
    await op.store.run(desk.signs_of_life, [op.aino.id, op.eero.id])
    return await op.store.run(escalate_the_unanswered)


async def the(op: Operation, talk: str) -> Conversation:
    found = await op.store.read(rows.conversation, talk)
    assert found is not None
    return found


async def test_the_managers_are_called_once_a_wait(operation: Operation) -> None:
    called = await opened(operation, "managers")
    talk = await operation.ask("v_1")
    assert await later(operation, AFTER - 1) == 0
    assert await later(operation, 1) == 1
    assert await later(operation, 30) == 0  # once
    assert [(event.head.id, event.to) for event in called] == [(talk, (operation.maija.id,))]
    assert (await the(operation, talk)).head.escalated_at is not None
    await operation.answer(talk)
    assert (await the(operation, talk)).head.escalated_at is None
    assert await later(operation, 600) == 0
    await operation.ask("v_1")  # one more question, unanswered again
    assert await later(operation, AFTER) == 1
    assert len(called) == 2


async def test_another_team_gets_it_offered_and_the_visitor_is_told(operation: Operation) -> None:
    called = await opened(operation, "care")
    talk = await operation.ask("v_1")
    await later(operation, AFTER)
    now = await the(operation, talk)
    assert (now.team, now.state, now.agent_id) == ("care", "active", operation.eero.id)
    assert [event.to for event in called] == [(operation.eero.id,)]
    assert [one.notice for one in await operation.said(talk)][-2:] == ["escalated", "agent_joined"]


async def test_a_user_is_called_where_they_see_it(operation: Operation) -> None:
    called = await opened(operation, "[aino@example.com, Maija@example.com, eero@example.com]")
    talk = await operation.ask("v_1")
    await later(operation, AFTER)
    assert set(called[0].to) == {operation.aino.id, operation.maija.id, operation.eero.id}
    assert (await the(operation, talk)).agent_id == operation.eero.id  # of another team: it is theirs now


async def test_with_nobody_left_the_managers_are_called(operation: Operation) -> None:
    called = await opened(operation, "[care, ghost@example.com]")
    await operation.store.run(desk.set_available, operation.eero, False)
    talk = await operation.ask("v_1")
    await later(operation, AFTER)
    assert [event.to for event in called] == [(operation.maija.id,)]
    assert (await the(operation, talk)).team == "bike-sales"


async def test_what_is_over_or_simulated_calls_nobody(operation: Operation) -> None:
    called = await opened(operation, "managers")
    over = await operation.ask("v_1")
    await operation.store.run(conversations.end_as_visitor, "v_1", over)
    await operation.ask("v_2", simulated=True)
    await later(operation, 600)
    assert called == []
