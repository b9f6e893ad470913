"""Nobody is left waiting: silent agents, waits told truly, switches that say what can come, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.contract.conftest import SITE, Operation

from overture.accounts import service as accounts
from overture.accounts.model import SYSTEM, Actor
from overture.conversations import service as conversations
from overture.conversations import store as talk_rows
from overture.conversations.errors import Closed
from overture.conversations.model import Conversation
from overture.desk import service as desk
from overture.desk import store as desk_rows
from overture.desk import views as desk_views
from overture.desk import waits
from overture.desk.errors import ColleagueNotFree, NothingCanCome
from overture.desk.model import Presence, Ticket
from overture.followups import promises
from overture.followups import service as followups
from overture.followups.service import MessageLeft
from overture.kit.errors import NotFound
from overture.outcomes.errors import BadContact

TEAM = "bike-sales"


async def ticket(op: Operation, talk: str) -> Ticket:
    found = await op.store.read(desk_rows.ticket, talk)
    assert found is not None
    return found


async def the(op: Operation, talk: str) -> Conversation:
    found = await op.store.read(talk_rows.conversation, talk)
    assert found is not None
    return found


async def presence(op: Operation, agent: Actor) -> Presence:
    return await op.store.read(desk.presence, agent.id)


async def pass_on(op: Operation, seconds: float, *agents: Actor) -> int:
    """Time passes with these agents alive; then the desk looks for what is unanswered."""
    op.clock.move(seconds=seconds)
    await op.store.run(desk.signs_of_life, [one.id for one in agents])
    moved = await op.store.run(desk.reassign_the_unanswered)
    await op.store.run(desk.fill_queues)
    return moved


# ---- who holds a conversation and does not answer --------------------------------------------------------------


async def test_the_only_agent_who_does_not_answer_loses_it_and_the_visitor_sees_it(operation: Operation) -> None:
    talk = await operation.ask("v_1")
    assert await pass_on(operation, 20, operation.aino) == 1
    held = await ticket(operation, talk)
    assert (held.state, held.agent, held.silent) == ("waiting", None, [operation.aino.id])
    assert [one.notice for one in await operation.said(talk)][-1] == "agent_silent"
    place = (await operation.store.read(desk_views.places, SITE, TEAM))[talk]
    assert place.place == 1
    assert place.limit_at is not None
    assert place.limit_at <= operation.clock.now()  # so the visitor is offered other ways at once


async def test_it_does_not_come_back_to_the_silent_agent_by_itself_but_may_be_taken(operation: Operation) -> None:
    talk = await operation.ask("v_1")
    for _ in range(3):
        await pass_on(operation, 20, operation.aino)
    joined = await operation.notices(talk, "agent_joined")
    assert len(joined) == 1  # no ping-pong
    await operation.store.run(conversations.take, operation.aino, talk)
    await operation.answer(talk)
    assert (await the(operation, talk)).agent_id == operation.aino.id


async def test_it_comes_back_to_who_is_back(operation: Operation) -> None:
    talk = await operation.ask("v_1")
    await pass_on(operation, 20, operation.aino)
    await operation.store.run(desk.set_available, operation.aino, True)
    assert (await ticket(operation, talk)).agent == operation.aino.id
    await pass_on(operation, 20, operation.aino)
    other = await operation.ask("v_2")
    await operation.answer(other)  # an answer anywhere is a sign that they are back
    await operation.store.run(desk.fill_queues)
    assert (await ticket(operation, talk)).agent == operation.aino.id


async def test_after_two_in_a_row_the_switch_goes_off_with_the_reason(operation: Operation) -> None:
    talks = [await operation.ask("v_1"), await operation.ask("v_2")]
    await pass_on(operation, 20, operation.aino)
    now = await presence(operation, operation.aino)
    assert (now.available, now.away_reason, now.missed) == (False, "silent", 2)
    assert [(await ticket(operation, talk)).state for talk in talks] == ["waiting", "waiting"]
    available = await operation.store.read(desk_views.availability, SITE, TEAM)
    assert (available.answering, available.reason) == (False, "nobody")  # and the visitors are told so
    await operation.store.run(desk.set_available, operation.aino, True)
    now = await presence(operation, operation.aino)
    assert (now.available, now.away_reason, now.missed) == (True, "", 0)
    assert {(await ticket(operation, talk)).agent for talk in talks} == {operation.aino.id}


async def test_an_answer_between_two_misses_forgives_the_first(operation: Operation) -> None:
    first = await operation.ask("v_1")
    await pass_on(operation, 20, operation.aino)
    await operation.store.run(conversations.end_as_visitor, "v_1", first)
    await operation.answer(await operation.ask("v_2"))
    await operation.ask("v_3")
    await pass_on(operation, 20, operation.aino)
    assert (await presence(operation, operation.aino)).available


async def test_who_was_answering_another_is_not_silent(operation: Operation) -> None:
    talks = [await operation.ask(f"v_{number}") for number in range(3)]
    operation.clock.move(seconds=10)
    await operation.answer(talks[0])
    assert await pass_on(operation, 10, operation.aino) == 2  # the others had to move on
    now = await presence(operation, operation.aino)
    assert (now.available, now.missed) == (True, 0)


async def test_who_writes_in_the_instant_of_the_limit_keeps_it(operation: Operation) -> None:
    talk = await operation.ask("v_1")
    operation.clock.move(seconds=19)
    await operation.store.run(conversations.attend, operation.aino, talk)
    assert await pass_on(operation, 1, operation.aino) == 0
    assert (await ticket(operation, talk)).agent == operation.aino.id


# ---- what who waits is told ---------------------------------------------------------------------------------------


async def handled(op: Operation, seconds: int) -> None:
    """Five conversations have taken so long: enough to say how long the next will take."""
    for number in range(5):
        talk = await op.talk(f"h_{number}")
        op.clock.move(seconds=seconds)
        await op.store.run(desk.signs_of_life, [op.aino.id, op.eero.id])
        await op.store.run(conversations.close, op.aino, talk)


async def test_what_was_said_is_kept_runs_down_and_is_owned_when_it_proved_too_little(operation: Operation) -> None:
    await handled(operation, 540)
    for number in range(3):
        await operation.talk(f"v_{number}")
    talk = await operation.ask("w_1")
    assert await operation.store.run(waits.tell_waits) == 1
    told = (await operation.store.read(desk_views.places, SITE, TEAM))[talk]
    assert (told.wait_seconds, told.late_at) == (180, None)
    assert told.expected_at == operation.clock.now() + timedelta(seconds=180)
    operation.clock.move(seconds=100)
    await operation.store.run(desk.signs_of_life, [operation.aino.id])
    assert await operation.store.run(waits.tell_waits) == 0
    assert (await operation.store.read(desk_views.places, SITE, TEAM))[talk] == told  # the same word: its time runs
    operation.clock.move(seconds=80)
    await operation.store.run(desk.signs_of_life, [operation.aino.id])
    assert await operation.store.run(waits.tell_waits) == 1
    late = (await operation.store.read(desk_views.places, SITE, TEAM))[talk]
    assert late.late_at == told.expected_at


# ---- instead of waiting ---------------------------------------------------------------------------------------------


def left(talk: str, **more: object) -> MessageLeft:
    values = {"text": "", "phone": "040 1234567", "language": "en", "call": True, **more}
    return MessageLeft(site=SITE, visitor="v_1", cid="left-1", conversation=talk, **values)  # type: ignore[arg-type]


async def test_being_called_instead_of_waiting_ends_it_with_the_promise(operation: Operation) -> None:
    talk = await operation.ask("v_1")
    await pass_on(operation, 20, operation.aino)
    promised = await operation.store.run(followups.leave_message, left(talk))
    assert promised.channel == "phone"
    ended = await the(operation, talk)
    assert (ended.state, ended.unanswered_since) == ("closed", None)
    assert (await ticket(operation, talk)).state == "done"
    assert await operation.store.read(desk_views.places, SITE, TEAM) == {}
    told = await operation.notices(talk, "promise")
    assert [one.params["text"] for one in told] == [promised.text]
    again = await operation.store.run(followups.leave_message, left(talk))
    assert again == promised
    assert await operation.store.read(promises.promised, talk, "en") == promised
    line = (await operation.store.read(promises.promises, operation.maija, SITE)).items[0]
    assert (line.promise.conversation, line.promise.message) == (talk, "Moi")  # what they wrote while they waited


async def test_leaving_needs_a_way_to_be_reached_and_changes_nothing_without(operation: Operation) -> None:
    talk = await operation.ask("v_1")
    for wrong in ({"phone": ""}, {"phone": "", "email": "a@b.example"}, {"phone": "12"}):
        with pytest.raises(BadContact):
            await operation.store.run(followups.leave_message, left(talk, **wrong))
    assert (await the(operation, talk)).state == "active"
    with pytest.raises(NotFound):
        await operation.store.run(followups.leave_message, left("c_other"))
    await operation.store.run(conversations.close, operation.aino, talk)
    with pytest.raises(Closed):
        await operation.store.run(followups.leave_message, left(talk))


# ---- what can come, and to whom ----


async def test_available_is_refused_where_nothing_can_come(operation: Operation) -> None:
    store = operation.store
    stranger = await operation.add_agent("Sanna", "gone")
    for who, reason in ((operation.maija, "no_team"), (stranger, "not_in_plan")):
        with pytest.raises(NothingCanCome) as refused:
            await store.run(desk.set_available, who, True)
        assert refused.value.details["reason"] == reason
        assert not (await presence(operation, who)).available
        await store.run(desk.set_available, who, False)  # off is always possible
    await store.run(accounts.change_user, SYSTEM, operation.aino.id, accounts.UserChange(capacity=0))
    with pytest.raises(NothingCanCome) as refused:
        await store.run(desk.set_available, operation.aino, True)
    assert refused.value.details["reason"] == "no_capacity"


async def test_the_switch_says_for_which_teams_and_whether_they_are_open(operation: Operation) -> None:
    user = await operation.store.read(accounts.the_user, operation.eero.id)
    served = await operation.store.read(desk.served_teams, user)
    assert [(one.team, one.open) for one in served] == [("care", True)]
    operation.clock.move(hours=12)
    served = await operation.store.read(desk.served_teams, user)
    assert not served[0].open
    assert served[0].next_at is not None


async def test_a_colleague_gets_it_if_they_have_room_and_the_visitor_is_told(operation: Operation) -> None:
    store = operation.store
    sanna = await operation.add_agent("Sanna", TEAM)
    talk = await operation.talk("v_1")

    async def refused(to: Actor) -> str:
        with pytest.raises(ColleagueNotFree) as error:
            await store.run(conversations.transfer, operation.aino, talk, "", "", to.id)
        return str(error.value.details["reason"])

    assert await refused(operation.maija) == "no_team"
    assert await refused(sanna) == "away"
    await store.run(desk.set_available, sanna, True)
    await store.run(accounts.change_user, SYSTEM, sanna.id, accounts.UserChange(capacity=1))
    other = await operation.ask("v_2")
    await store.run(conversations.take, sanna, other)
    assert await refused(sanna) == "full"
    await store.run(conversations.close, sanna, other)
    moved = await store.run(conversations.transfer, operation.aino, talk, "", "Knows frames", sanna.id)
    assert (moved.state, moved.agent_id, moved.team) == ("active", sanna.id, TEAM)
    assert [one.notice for one in await operation.said(talk)][-2:] == ["handed_over", "agent_joined"]
    assert (await operation.notices(talk, "handed_over"))[0].params == {"agent": "Aino", "to": "Sanna"}


async def test_a_colleague_of_another_team_gets_it_on_theirs(operation: Operation) -> None:
    talk = await operation.talk("v_1")
    moved = await operation.store.run(conversations.transfer, operation.aino, talk, "", "", operation.eero.id)
    assert (moved.team, moved.agent_id) == ("care", operation.eero.id)
    assert (await ticket(operation, talk)).team == "care"


# ---- since when it is unanswered ----


async def test_an_unanswered_message_has_an_age_until_an_agent_answers(operation: Operation) -> None:
    talk = await operation.ask("v_1")
    asked = operation.clock.now()
    assert (await the(operation, talk)).head.unanswered_since == asked
    operation.clock.move(seconds=5)
    await operation.ask("v_1")  # one more word: the first still waits
    assert (await the(operation, talk)).unanswered_since == asked
    await operation.answer(talk)
    assert (await the(operation, talk)).head.unanswered_since is None
    operation.clock.move(seconds=5)
    await operation.ask("v_1")
    assert (await the(operation, talk)).unanswered_since == operation.clock.now()
    found = await operation.store.read(talk_rows.unanswered_of, SITE)
    assert found == {TEAM: (1, operation.clock.now())}
    await operation.store.run(conversations.close, operation.aino, talk)
    assert await operation.store.read(talk_rows.unanswered_of, SITE) == {}
