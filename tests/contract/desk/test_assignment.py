"""Who gets whom, on both databases."""

from __future__ import annotations

import asyncio

import pytest
from tests.contract.conftest import SITE, Operation

from overture.accounts import service as accounts
from overture.accounts.model import SYSTEM, Actor
from overture.conversations import service as conversations
from overture.conversations.views import messages_after
from overture.desk import service as desk
from overture.desk import store as desk_rows
from overture.desk import views as desk_views
from overture.desk.errors import NoFreeSlot
from overture.desk.model import Ticket
from overture.store import Tx

TEAM = "bike-sales"


async def ticket(op: Operation, conversation: str) -> Ticket:
    found = await op.store.read(desk_rows.ticket, conversation)
    assert found is not None
    return found


async def set_capacity(op: Operation, agent: Actor, limit: int) -> None:
    await op.store.run(accounts.change_user, SYSTEM, agent.id, accounts.UserChange(capacity=limit))


async def alive(op: Operation, *agents: Actor) -> None:
    await op.store.run(desk.signs_of_life, [agent.id for agent in agents])


async def pass_time(op: Operation, seconds: int, *agents: Actor) -> None:
    """Let the desk's own clock tick as it does, with these agents alive."""
    for _ in range(seconds // 5):
        op.clock.move(seconds=5)
        await op.store.run(desk.tick)
        await alive(op, *agents)


async def test_a_new_conversation_goes_to_a_free_agent_of_its_team_at_once(operation: Operation) -> None:
    talk = await operation.ask("v_1")
    assert (await ticket(operation, talk)).agent == operation.aino.id
    assert [one.notice for one in await operation.said(talk)] == ["", "agent_joined"]


async def test_nobody_gets_more_than_their_limit_and_the_rest_wait_in_order(operation: Operation) -> None:
    talks = []
    for number in range(5):
        talks.append(await operation.ask(f"v_{number}"))
        operation.clock.move(seconds=1)
    agents = [(await ticket(operation, talk)).agent for talk in talks]
    assert agents == [operation.aino.id] * 3 + [None] * 2  # the plan's limit is 3
    places = await operation.store.read(desk_views.places, SITE, TEAM)
    assert [(talk, one.place, one.wait_seconds) for talk, one in places.items()] == [
        (talks[3], 1, None),
        (talks[4], 2, None),
    ]
    await operation.store.run(conversations.close, operation.aino, talks[1])
    assert [(await ticket(operation, talk)).agent for talk in talks[3:]] == [operation.aino.id, None]


async def test_the_limit_counts_over_all_teams(operation: Operation) -> None:
    both = await operation.add_agent("Sanna", "care")
    change = accounts.UserChange(teams=[*both.teams, *operation.aino.teams])
    await operation.store.run(accounts.change_user, SYSTEM, both.id, change)
    await set_capacity(operation, both, 2)
    for agent in (operation.aino, operation.eero):
        await operation.store.run(desk.set_available, agent, False)
    await operation.store.run(desk.set_available, both, True)
    for number, team in enumerate((TEAM, "care", TEAM)):
        await operation.ask(f"v_{number}", team=team)
    assert len(await operation.store.read(desk_rows.held_by, both.id)) == 2
    assert await operation.store.read(desk_rows.queues) == [(SITE, TEAM)]


async def test_without_an_own_limit_the_lowest_of_the_teams_counts(operation: Operation) -> None:
    user = await operation.store.read(accounts.the_user, operation.aino.id)
    assert await operation.store.read(desk.capacity_of, user) == 3


async def test_most_free_slots_come_first_then_the_longest_idle(operation: Operation) -> None:
    second = await operation.add_agent("Sanna", TEAM)
    operation.clock.move(seconds=5)
    await operation.store.run(desk.set_available, second, True)
    await alive(operation, operation.aino)
    first = await operation.ask("v_1")  # both have 3 free: Aino is idle for longer
    then = await operation.ask("v_2")  # Sanna has more slots now
    assert (await ticket(operation, first)).agent == operation.aino.id
    assert (await ticket(operation, then)).agent == second.id


async def test_the_agent_who_knows_the_visitor_comes_first(operation: Operation) -> None:
    earlier = await operation.talk("v_1")
    await operation.store.run(conversations.close, operation.aino, earlier)
    second = await operation.add_agent("Sanna", TEAM)
    await operation.store.run(desk.set_available, second, True)
    other = await operation.ask("v_2")  # leaves the one who knows v_1 with fewer free slots, or as many
    await operation.ask("v_3")
    back = await operation.ask("v_1")
    assert (await ticket(operation, other)).agent in (operation.aino.id, second.id)
    assert (await ticket(operation, back)).agent == operation.aino.id


async def test_after_15_s_without_a_sign_of_life_nothing_new_comes(operation: Operation) -> None:
    await operation.store.run(desk.tick)
    await pass_time(operation, 30, operation.aino)
    await pass_time(operation, 15)
    first = await operation.ask("v_1")
    assert (await ticket(operation, first)).agent == operation.aino.id
    operation.clock.move(milliseconds=1)
    available = await operation.store.read(desk_views.availability, SITE, TEAM)
    assert (available.answering, available.reason) == (False, "nobody")
    with pytest.raises(conversations.NotAnswering):
        await operation.ask("v_2")


async def test_after_60_s_their_conversations_move_on_and_the_visitor_is_told(operation: Operation) -> None:
    store, clock = operation.store, operation.clock
    second = await operation.add_agent("Sanna", TEAM)
    await store.run(desk.tick)
    talk = await operation.talk("v_1")
    await store.run(desk.set_available, second, True)
    for _ in range(12):
        await pass_time(operation, 5, second)
        assert await store.run(desk.move_on_from_the_gone) == 0
    clock.move(milliseconds=1)
    assert await store.run(desk.move_on_from_the_gone) == 1
    assert (await ticket(operation, talk)).agent == second.id
    assert [one.notice for one in await operation.said(talk)][-2:] == ["agent_left", "agent_joined"]
    assert [one.params for one in await operation.notices(talk, "agent_left")] == [{"agent": "Aino"}]


async def test_nothing_is_judged_in_the_first_30_s_after_a_start(operation: Operation) -> None:
    store, clock = operation.store, operation.clock
    await store.run(desk.tick)
    talk = await operation.talk("v_1")
    clock.move(minutes=5)  # the server was down
    await store.run(desk.resume)
    assert (await store.read(desk_views.availability, SITE, TEAM)).answering  # who was there when it went down
    for _ in range(5):
        clock.move(seconds=5)
        await store.run(desk.tick)
        assert await store.run(desk.move_on_from_the_gone) == 0
    assert (await ticket(operation, talk)).agent == operation.aino.id
    clock.move(seconds=5)
    assert not (await store.read(desk_views.availability, SITE, TEAM)).answering
    assert await store.run(desk.move_on_from_the_gone) == 1
    assert (await ticket(operation, talk)).state == "waiting"


async def test_a_gap_in_the_desk_s_own_clock_is_as_good_as_a_start(operation: Operation) -> None:
    store, clock = operation.store, operation.clock
    await store.run(desk.tick)
    clock.move(seconds=40)
    await store.run(desk.tick)
    assert not await store.read(desk.judges)
    for _ in range(6):
        clock.move(seconds=5)
        await store.run(desk.tick)
    assert await store.read(desk.judges)


async def test_unanswered_for_the_team_s_limit_it_goes_to_somebody_else(operation: Operation) -> None:
    store, clock = operation.store, operation.clock
    talk = await operation.ask("v_1")
    second = await operation.add_agent("Sanna", TEAM)
    await store.run(desk.set_available, second, True)
    clock.move(seconds=19)
    await alive(operation, operation.aino, second)
    assert await store.run(desk.reassign_the_unanswered) == 0
    clock.move(seconds=1)
    assert await store.run(desk.reassign_the_unanswered) == 1
    assert (await ticket(operation, talk)).agent == second.id
    assert [one.notice for one in await operation.said(talk)][-2:] == ["agent_silent", "agent_joined"]
    await operation.answer(talk, second)
    clock.move(hours=1)
    assert await store.run(desk.reassign_the_unanswered) == 0


async def test_who_has_begun_to_write_gets_the_limit_again(operation: Operation) -> None:
    store, clock = operation.store, operation.clock
    second = await operation.add_agent("Sanna", TEAM)
    talk = await operation.ask("v_1")
    await store.run(desk.set_available, second, True)
    clock.move(seconds=19)
    await store.run(conversations.attend, operation.aino, talk)
    clock.move(seconds=10)
    await alive(operation, operation.aino, second)
    assert await store.run(desk.reassign_the_unanswered) == 0
    clock.move(seconds=10)
    assert await store.run(desk.reassign_the_unanswered) == 1


async def test_take_refuses_above_the_limit_and_moves_from_a_colleague(operation: Operation) -> None:
    store = operation.store
    second = await operation.add_agent("Sanna", TEAM)
    await set_capacity(operation, second, 1)
    first, other = await operation.talk("v_1"), await operation.talk("v_2")
    assert (await store.run(conversations.take, second, first)).agent_name == "Sanna"
    with pytest.raises(NoFreeSlot):
        await store.run(conversations.take, second, other)
    assert [one.notice for one in await operation.said(first)][-2:] == ["agent_left", "agent_joined"]


async def test_simulated_conversations_take_no_slot_and_are_in_no_number(operation: Operation) -> None:
    for number in range(6):
        await operation.ask(f"v_{number}", simulated=True)
    board = {team.team: team for team in await operation.store.read(desk_views.board, SITE)}
    assert (board[TEAM].waiting, board[TEAM].active, board[TEAM].free_slots) == (0, 0, 3)
    assert (await operation.store.read(desk_views.teams_now, SITE))[TEAM].free == 3
    robot = await operation.add_agent("Robo", TEAM)
    await operation.store.run(desk.set_simulated, robot.id)
    await operation.store.run(desk.set_available, robot, True)
    assert len(await operation.store.read(desk_rows.held_by, robot.id)) == 3
    real = await operation.ask("v_real")
    assert (await ticket(operation, real)).agent == operation.aino.id
    board = {team.team: team for team in await operation.store.read(desk_views.board, SITE)}
    assert (board[TEAM].agents, board[TEAM].free_slots) == (1, 2)


async def test_outside_hours_the_next_opening_is_told(operation: Operation) -> None:
    operation.clock.move(hours=12)  # 23:00 on Monday in Helsinki
    available = await operation.store.read(desk_views.availability, SITE, TEAM)
    assert (available.answering, available.reason) == (False, "closed")
    assert available.next_at is not None
    assert available.next_at.isoformat() == "2026-11-03T08:00:00+00:00"


async def test_the_board_and_the_supply_say_the_same(operation: Operation) -> None:
    for number in range(4):
        await operation.ask(f"v_{number}")
    board = {team.team: team for team in await operation.store.read(desk_views.board, SITE)}
    now = (await operation.store.read(desk_views.teams_now, SITE))[TEAM]
    assert (board[TEAM].waiting, board[TEAM].free_slots, board[TEAM].active) == (1, 0, 3)
    assert (now.queue, now.free, now.wait_seconds) == (1, 0, float("inf"))  # nothing known about handle times yet


async def test_the_expected_wait_follows_recent_handle_times(operation: Operation) -> None:
    for number in range(5):
        talk = await operation.talk(f"v_{number}")
        operation.clock.move(seconds=60)
        await alive(operation, operation.aino, operation.eero)
        await operation.store.run(conversations.close, operation.aino, talk)
    for number in range(4):
        await operation.ask(f"w_{number}")
    places = await operation.store.read(desk_views.places, SITE, TEAM)
    assert [(one.place, one.wait_seconds) for one in places.values()] == [(1, 20)]  # one of 60 s in three slots


# ---- at once -----------------------------------------------------------------------------------------------


async def test_many_at_once_never_two_agents_never_above_the_limit(operation: Operation) -> None:
    store = operation.store
    others = [await operation.add_agent(name, TEAM) for name in ("Sanna", "Ville", "Pekka")]
    agents = [operation.aino, *others]
    for agent in others:
        await store.run(desk.set_available, agent, True)
    talks = await asyncio.gather(*(operation.ask(f"v_{number}") for number in range(20)))
    await store.run(desk.fill_queues)
    await in_order(operation, talks, agents)
    held = {agent.id: await store.read(desk_rows.held_by, agent.id) for agent in agents}
    assert [len(one) for one in held.values()] == [3, 3, 3, 3]
    endings = [store.run(conversations.close, agent, talk) for agent in agents for talk in held[agent.id][:2]]
    grabs = [store.run(conversations.take, agent, talk) for talk in talks for agent in agents]
    answers = await asyncio.gather(*endings, *grabs, return_exceptions=True)
    assert not [one for one in answers if isinstance(one, Exception) and not hasattr(one, "code")]
    await store.run(desk.fill_queues)
    await in_order(operation, talks, agents)
    assert [len(await store.read(desk_rows.held_by, agent.id)) for agent in agents] == [3, 3, 3, 3]


async def in_order(op: Operation, talks: list[str], agents: list[Actor]) -> None:
    """Each conversation has the ticket's agent and gapless numbers, and nobody more than three."""

    def check(tx: Tx) -> None:
        for talk_id in talks:
            talk, held = conversations.store.conversation(tx, talk_id), desk_rows.ticket(tx, talk_id)
            assert talk is not None
            assert held is not None
            if talk.state == "active":
                assert (held.state, held.agent) == ("assigned", talk.agent_id)
            elif talk.state == "waiting":
                assert (held.state, held.agent) == ("waiting", None)
            said = messages_after(tx, SYSTEM, talk_id, 0).items
            assert [one.seq for one in said] == list(range(1, talk.last_seq + 1))
        for agent in agents:
            assert len(desk_rows.held_by(tx, agent.id)) <= 3

    await op.store.read(check)
