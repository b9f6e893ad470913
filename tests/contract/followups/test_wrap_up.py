"""Wrap-up on both databases: required to close, refused at the field, told to the visitor in their words."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from overture.conversations import service as conversations
from overture.conversations.errors import Closed
from overture.conversations.model import Conversation
from overture.direction.load import CHANNELS as PROPOSED
from overture.followups import promises, service, store
from overture.followups.errors import BadWrapUp, WrappedUpAlready
from overture.followups.model import CHANNELS, NextStep, Promised, WrapUp
from overture.gateway.context import context_of
from overture.kit.errors import NotFound
from overture.outcomes import service as outcomes
from overture.outcomes.errors import BadContact

PLAN = (Path(__file__).parents[1] / "operation.yaml").read_text(encoding="utf-8")


def call(operation: Any, **more: Any) -> NextStep:
    """A call by the agent at 15:00 in Helsinki, today."""
    due = operation.clock.now().replace(hour=13, minute=0)
    return NextStep(**{"what": "Call about the size", "who": "agent", "channel": "phone", "due_at": due, **more})


async def wrap_up(operation: Any, conversation: str, result: str = "not_now", step: NextStep | None = None, *,
                  actor: Any = None, reached: tuple[str, str, str] | None = None) -> Promised | None:  # fmt: skip
    told: Promised | None = await operation.store.run(
        service.wrap_up, actor or operation.aino, conversation, result, step, reached
    )
    return told


async def talk_of(operation: Any, conversation: str) -> Conversation:
    found: Conversation = await operation.store.read(conversations.the_conversation, operation.maija, conversation)
    return found


async def test_it_closes_with_a_promise_that_the_visitor_reads(operation: Any) -> None:
    await operation.visit()
    conversation = await operation.talk()
    told = await wrap_up(operation, conversation, step=call(operation))
    assert told == Promised(
        text="Sinulle soitetaan tänään ennen klo 15.00, soittajana Aino.",
        who="agent",
        channel="phone",
        due_at=operation.clock.now().replace(hour=13),
        who_name="Aino",
    )
    talk = await talk_of(operation, conversation)
    assert (talk.state, talk.result) == ("closed", "not_now")
    (notice,) = await operation.notices(conversation, "promise")
    assert notice.text == "You will be called today before 15:00 by Aino."
    assert notice.params["text"] == told.text
    assert notice.params["due_at"] == "2026-11-02T13:00:00Z"
    promise = await operation.store.read(store.promise, notice.params["promise"])
    assert (promise.team, promise.agent_id, promise.state) == ("bike-sales", operation.aino.id, "open")
    assert (promise.conversation, promise.visitor, promise.plan_version) == (conversation, "v_1", 1)


async def test_nothing_need_happen_next(operation: Any) -> None:
    await operation.visit()
    conversation = await operation.talk()
    assert await wrap_up(operation, conversation, "bought") is None
    assert await operation.notices(conversation, "promise") == []
    assert (await talk_of(operation, conversation)).state == "closed"
    assert (await operation.store.read(promises.promises, operation.aino, "nordic-bikes")).items == []


async def test_what_the_visitor_does_is_told_and_is_no_promise(operation: Any) -> None:
    await operation.visit(language="sv")
    conversation = await operation.talk(language="sv")
    mine = NextStep(what="Mät din innersöm.", who="visitor", channel="email")
    told = await wrap_up(operation, conversation, step=mine)
    assert told is not None
    assert told.text == "Din tur: Mät din innersöm, per e-post."
    assert len(await operation.notices(conversation, "promise")) == 1
    assert (await operation.store.read(promises.promises, operation.aino, "nordic-bikes")).counts.open == 0
    assert await operation.store.read(promises.promised, conversation) == told


async def test_somebody_else_does_it_and_a_team_sees_to_it(operation: Any) -> None:
    await operation.visit()
    conversation = await operation.talk(language="en")
    told = await wrap_up(
        operation, conversation, step=call(operation, who="other", who_name="the workshop", team="care")
    )
    assert told is not None
    assert told.text == "You will be called today before 15:00 by the workshop."
    listed = await operation.store.read(promises.promises, operation.eero, "nordic-bikes")
    assert [(line.promise.team, line.promise.agent_id, line.agent_name) for line in listed.items] == [("care", "", "")]


@pytest.mark.parametrize("owner", ["anna@acme.example", "nobody", "care"])
async def test_what_somebody_else_does_is_always_in_a_teams_list(operation: Any, owner: str) -> None:
    """Without a team it is the after-chat owner's; if that is no team, the talking team's own."""
    await operation.publish(PLAN.replace("{owner: bike-sales,", f"{{owner: {owner},"))
    await operation.visit()
    conversation = await operation.talk()
    await wrap_up(operation, conversation, step=call(operation, who="other", who_name="the workshop"))
    team, keeper = ("care", operation.eero) if owner == "care" else ("bike-sales", operation.aino)
    listed = await operation.store.read(promises.promises, keeper, "nordic-bikes")
    assert [line.promise.team for line in listed.items] == [team]


async def test_a_colleague_is_promised(operation: Any) -> None:
    await operation.visit()
    liisa = await operation.add_agent("Liisa", "bike-sales")
    conversation = await operation.talk()
    told = await wrap_up(operation, conversation, step=call(operation, agent_id=liisa.id))
    assert told is not None
    assert told.who_name == "Liisa"
    mine = await operation.store.read(promises.promises, liisa, "nordic-bikes", owner="me")
    assert [line.agent_name for line in mine.items] == ["Liisa"]


@pytest.mark.parametrize(
    ("result", "change", "field"),
    [
        ("sold", {}, "result"),
        ("", {}, "result"),
        ("not_now", {"what": " "}, "what"),
        ("not_now", {"due_at": None}, "due_at"),
        ("not_now", {"due_at": timedelta(minutes=-1)}, "due_at"),
        ("not_now", {"due_at": timedelta(days=367)}, "due_at"),
        ("not_now", {"who": "other"}, "who_name"),
        ("not_now", {"team": "nobody"}, "team"),
        ("not_now", {"agent_id": "u_nobody"}, "agent_id"),
        ("not_now", {"team": "care", "agent_id": "aino"}, "agent_id"),
    ],
)
async def test_what_is_wrong_is_told_at_its_field_and_nothing_is_done(
    operation: Any, result: str, change: dict[str, Any], field: str
) -> None:
    await operation.visit()
    conversation = await operation.talk()
    if isinstance(change.get("due_at"), timedelta):
        change = {**change, "due_at": operation.clock.now() + change["due_at"]}
    if change.get("agent_id") == "aino":
        change = {**change, "agent_id": operation.aino.id}
    with pytest.raises(BadWrapUp) as caught:
        await wrap_up(operation, conversation, result, call(operation, **change))
    assert caught.value.details["field"] == field
    assert (await talk_of(operation, conversation)).state == "active"
    assert await operation.notices(conversation, "promise") == []
    assert await operation.store.read(store.wrap_up, conversation) is None


async def test_twice_the_same_is_once_and_another_is_a_conflict(operation: Any) -> None:
    await operation.visit()
    conversation = await operation.talk()
    first = await wrap_up(operation, conversation, step=call(operation))
    assert await wrap_up(operation, conversation, step=call(operation)) == first
    assert len(await operation.notices(conversation, "promise")) == 1
    with pytest.raises(WrappedUpAlready) as caught:
        await wrap_up(operation, conversation, "bought")
    assert "Aino" in caught.value.message


async def test_what_ended_unanswered_needs_no_wrap_up(operation: Any) -> None:
    await operation.visit()
    await operation.store.run(lambda tx: None)
    conversation = await operation.talk()
    await operation.store.run(conversations.close, operation.aino, conversation, "not_now")
    with pytest.raises(Closed):
        await wrap_up(operation, conversation)


async def test_it_can_be_wrapped_up_after_the_visitor_left(operation: Any) -> None:
    await operation.visit()
    conversation = await operation.talk()
    await operation.store.run(conversations.end_as_visitor, "v_1", conversation)
    assert (await talk_of(operation, conversation)).state == "wrapping_up"
    assert await wrap_up(operation, conversation, step=call(operation)) is not None
    assert (await talk_of(operation, conversation)).state == "closed"


async def test_other_teams_conversations_do_not_exist(operation: Any) -> None:
    await operation.visit()
    conversation = await operation.talk()
    with pytest.raises(NotFound):
        await wrap_up(operation, conversation, actor=operation.eero)
    with pytest.raises(NotFound):
        await operation.store.read(service.follow_up, operation.eero, conversation)
    with pytest.raises(NotFound):
        await wrap_up(operation, "c_none")


async def test_managers_may(operation: Any) -> None:
    await operation.visit()
    conversation = await operation.talk()
    told = await wrap_up(operation, conversation, step=call(operation), actor=operation.maija)
    assert told is not None
    assert told.who_name == "Maija"


async def test_how_it_ended_can_be_read(operation: Any) -> None:
    await operation.visit()
    conversation = await operation.talk()
    assert await operation.store.read(service.follow_up, operation.aino, conversation) is None
    told = await wrap_up(operation, conversation, step=call(operation))
    ended, promised = await operation.store.read(service.follow_up, operation.aino, conversation)
    assert isinstance(ended, WrapUp)
    assert (ended.result, ended.agent_name, ended.plan_version) == ("not_now", "Aino", 1)
    assert ended.next_step is not None
    assert ended.next_step.due_at == operation.clock.now().replace(hour=13)
    assert promised == told


async def test_the_words_are_as_of_the_day_they_are_read(operation: Any) -> None:
    await operation.visit()
    conversation = await operation.talk(language="en")
    due = operation.clock.now() + timedelta(days=1)
    told = await wrap_up(operation, conversation, step=call(operation, due_at=due))
    assert told is not None
    assert told.text == "You will be called tomorrow before 11:00 by Aino."
    operation.clock.move(hours=20)
    now = await operation.store.read(promises.promised, conversation)
    assert now.text == "You will be called today before 11:00 by Aino."
    assert (await operation.store.read(promises.promised, conversation, "fi-FI")).text.startswith("Sinulle soitetaan")


async def test_where_the_visitor_can_be_reached(operation: Any) -> None:
    await operation.visit(name="Kaisa", email="kaisa@example.com", phone="040 123 4567")
    conversation = await operation.talk()
    await wrap_up(operation, conversation, step=call(operation))
    (line,) = (await operation.store.read(promises.promises, operation.aino, "nordic-bikes")).items
    contact = line.promise.contact
    assert (contact.name, contact.email, contact.phone) == ("Kaisa", "kaisa@example.com", "+358401234567")


async def test_what_was_said_in_the_talk_is_checked_at_its_field(operation: Any) -> None:
    await operation.visit(phone="040 123 4567")
    conversation = await operation.talk()
    with pytest.raises(BadContact) as caught:
        await wrap_up(operation, conversation, step=call(operation), reached=("Kaisa", "", "12"))
    assert caught.value.details["field"] == "phone"
    await wrap_up(operation, conversation, step=call(operation), reached=("Kaisa", "", "050 765 4321"))
    (line,) = (await operation.store.read(promises.promises, operation.aino, "nordic-bikes")).items
    assert line.promise.contact.phone == "+358507654321"


async def test_a_lead_is_a_result_with_a_ledger(operation: Any) -> None:
    visit = await operation.visit(email="kaisa@example.com")
    conversation = await operation.talk()
    await wrap_up(operation, conversation, "lead", call(operation))
    (view,) = (await operation.store.read(outcomes.leads, operation.aino, "nordic-bikes", None, None, None)).items
    lead = view.lead
    assert (lead.source, lead.team, lead.agent_id, lead.state) == ("chat", "bike-sales", operation.aino.id, "new")
    assert (lead.conversation, lead.visit, lead.visitor, lead.plan_version) == (conversation, visit, "v_1", 1)
    assert lead.contact.email == "kaisa@example.com"
    assert [entry.what for entry in view.ledger] == ["created"]
    (line,) = (await operation.store.read(promises.promises, operation.aino, "nordic-bikes")).items
    assert line.promise.lead == lead.id


def test_a_plan_proposes_only_channels_that_a_next_step_has() -> None:
    assert {*PROPOSED, "none"} == set(CHANNELS)


def ride(operation: Any, **more: Any) -> NextStep:
    """A test ride on 3 December at 10:00 in Helsinki."""
    start = operation.clock.now().replace(month=12, day=3, hour=8, minute=0, second=0, microsecond=0)
    step = {"what": "", "who": "agent", "channel": "visit", "due_at": start, "booking": "test_ride"}
    return NextStep(**{**step, **more})


async def booked(operation: Any) -> Any:
    """The one booking there is."""
    (one,) = await operation.store.read(outcomes.bookings, operation.maija, "nordic-bikes", None, None)
    return one


async def test_a_booking_is_kept_and_told_as_one(operation: Any) -> None:
    await operation.visit()
    conversation = await operation.talk(language="en")
    told = await wrap_up(operation, conversation, "booked", ride(operation))
    assert told is not None
    assert told.text == (
        "Your test ride is booked for Thursday 3 December at 10:00 (Helsinki time). Your contact is Aino."
    )
    assert told.booking == "test_ride"
    (notice,) = await operation.notices(conversation, "promise")
    assert (notice.params["text"], notice.params["booking"]) == (told.text, "test_ride")
    meeting = await booked(operation)
    assert (meeting.kind, meeting.team, meeting.visitor, meeting.conversation) == (
        "test_ride",
        "bike-sales",
        "v_1",
        conversation,
    )
    assert meeting.starts_at == ride(operation).due_at
    promise = await operation.store.read(store.promise, notice.params["promise"])
    assert (promise.what, promise.booking, promise.booking_id) == ("Test ride", "test_ride", meeting.id)


async def test_a_booking_moves_and_ends_with_its_promise(operation: Any) -> None:
    await operation.visit()
    conversation = await operation.talk()
    await wrap_up(operation, conversation, "booked", ride(operation))
    (notice,) = await operation.notices(conversation, "promise")
    later = ride(operation).due_at + timedelta(days=1)  # type: ignore[operator]
    promise = notice.params["promise"]
    await operation.store.run(promises.move, operation.aino, promise, later, "")
    assert (await booked(operation)).starts_at == later
    moved = (await operation.notices(conversation, "promise"))[-1]
    assert moved.params["text"].startswith(
        "Koeajosi on varattu perjantaiksi 4. joulukuuta klo 10.00 (Helsingin aikaa)."
    )
    await operation.store.run(promises.cancel, operation.aino, promise, "They are ill")
    assert (await booked(operation)).cancelled_at == operation.clock.now()
    (off,) = await operation.notices(conversation, "booking_cancelled")
    assert off.params["text"] == (
        "Koeajosi on peruttu; se oli varattu perjantaiksi 4. joulukuuta klo 10.00 (Helsingin aikaa)."
    )
    assert off.text == off.params["text"]
    assert await operation.store.read(promises.promised, conversation) is None


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"booking": "appraisal"}, "booking"),
        ({"who": "visitor"}, "who"),
        ({"due_at": None}, "due_at"),
    ],
)
async def test_a_booking_that_cannot_be_is_refused_at_its_field(operation: Any, more: Any, field: str) -> None:
    await operation.visit()
    conversation = await operation.talk()
    with pytest.raises(BadWrapUp) as refused:
        await wrap_up(operation, conversation, "booked", ride(operation, **more))
    assert refused.value.details["field"] == field
    assert await operation.store.read(outcomes.bookings, operation.maija, "nordic-bikes", None, None) == []
    assert (await talk_of(operation, conversation)).state == "active"


async def test_one_that_closed_by_itself_can_get_a_result(operation: Any) -> None:
    """A visitor who leaves while they wait closes the conversation: somebody may still say what came of it."""
    for visitor in ("v_1", "v_2", "v_3", "v_4"):
        await operation.visit(visitor)
    for visitor in ("v_2", "v_3", "v_4"):  # as many as Aino may have
        await operation.ask(visitor)
    conversation = await operation.ask()
    await operation.store.run(conversations.end_as_visitor, "v_1", conversation)
    talk = await talk_of(operation, conversation)
    assert (talk.state, talk.head.result) == ("closed", "")
    told = await wrap_up(operation, conversation, step=call(operation))
    assert told is not None
    assert (await operation.notices(conversation, "promise"))[0].params["text"] == told.text
    talk = await talk_of(operation, conversation)
    assert (talk.state, talk.head.result) == ("closed", "not_now")
    with pytest.raises(WrappedUpAlready):
        await wrap_up(operation, conversation, "bought")


async def test_what_was_said_of_reaching_them_stays_with_the_visitor(operation: Any) -> None:
    await operation.visit()
    conversation = await operation.talk()
    await wrap_up(operation, conversation, step=call(operation), reached=("Anna Berg", "", "040 123 4567"))
    again = await operation.talk()
    beside = await operation.store.read(context_of, operation.aino, again)
    assert beside.visitor.name == "Anna Berg"
    assert beside.visitor.contact == {"phone": "+358401234567"}
    (owed,) = beside.promises
    assert (owed.conversation, owed.text) == (
        conversation,
        "Sinulle soitetaan tänään ennen klo 15.00, soittajana Aino.",
    )
    await operation.store.run(promises.done, operation.aino, owed.promise, "")
    assert (await operation.store.read(context_of, operation.aino, again)).promises == []
