"""On PostgreSQL commands run beside each other: those that free and fill slots must not wait in a ring."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.contract.conftest import Operation

from overture.accounts.model import Actor
from overture.bus.local import LocalBus
from overture.conversations import handlers as conversation_handlers
from overture.conversations import service as conversations
from overture.conversations.model import Opener
from overture.desk import service as desk
from overture.desk import store as desk_rows
from overture.followups import service as followups
from overture.kit.clock import FixedClock
from overture.store import Store
from overture.store.postgresql import PostgreSQLRunner

AGENTS = 6
SLOTS = 3  # of each, as the plan has it


@asynccontextmanager
async def _crowd(url: str, clock: FixedClock) -> AsyncIterator[tuple[Store, Operation, list[Actor]]]:
    """A desk with many agents, on a pool in which they can all be at once."""
    store = Store(url, LocalBus(), clock=clock, pool=2 * AGENTS + 4)
    await store.start()
    try:
        conversation_handlers.register(store)
        operation = await Operation(store, clock).open()
        agents = [operation.aino]
        for number in range(1, AGENTS):
            agents.append(await operation.add_agent(f"Agent{number}", "bike-sales"))
            await store.run(desk.set_available, agents[-1], True)
        yield store, operation, agents
    finally:
        await store.stop()


async def test_agents_who_finish_at_once_do_not_wait_for_each_other(postgresql_url: str, clock: FixedClock) -> None:
    async with _crowd(postgresql_url, clock) as (store, operation, agents):
        talks = [await operation.ask(f"v_{n}") for n in range(3 * SLOTS * AGENTS)]
        rings = _counted(store)
        while len(talks) > SLOTS * AGENTS:  # the queue is empty then
            talks = await _finish_all(store, agents, talks)
        assert rings == []


async def test_a_first_answer_and_an_end_at_once_do_not_wait_for_each_other(
    postgresql_url: str, clock: FixedClock
) -> None:
    async with _crowd(postgresql_url, clock) as (store, operation, agents):
        rings = _counted(store)
        for turn in range(4):
            visitors = [f"v_{turn}_{number}" for number in range(SLOTS * AGENTS)]
            await _answer_and_end(store, operation, {agent.id: agent for agent in agents}, visitors)
        assert rings == []


async def _answer_and_end(store: Store, operation: Operation, agents: dict[str, Actor], visitors: list[str]) -> None:
    """Everybody is answered for the first time while they end it and come back."""
    talks = {visitor: await operation.ask(visitor) for visitor in visitors}
    tickets = {visitor: await store.read(desk_rows.ticket, talk) for visitor, talk in talks.items()}
    at_once = []
    for visitor, ticket in tickets.items():
        assert ticket is not None
        agent, talk = agents[ticket.agent], talks[visitor]
        at_once += [
            store.run(conversations.say_as_agent, agent, talk, f"a-{talk}", "Hello"),
            store.run(conversations.end_as_visitor, visitor, talk),
            store.run(conversations.say_as_visitor, visitor, f"b-{talk}", "One thing more", _nobody_new),
        ]
    await asyncio.gather(*at_once)
    for talk in talks.values():
        now = await store.read(desk_rows.ticket, talk)
        assert now is not None
        await store.run(followups.wrap_up, agents[now.agent] if now.agent else operation.aino, talk, "not_now", None)


def _nobody_new() -> Opener:
    return Opener(site="nordic-bikes", visitor="")


async def _finish_all(store: Store, agents: list[Actor], talks: list[str]) -> list[str]:
    """Everybody wraps up all they hold, at once, amid signs of life; who still waits or talks afterwards."""
    held = {talk: (await store.read(desk_rows.ticket, talk)) for talk in talks}
    by_id = {agent.id: agent for agent in agents}
    mine = {talk: by_id[ticket.agent] for talk, ticket in held.items() if ticket and ticket.agent}
    assert mine
    await asyncio.gather(
        *(store.run(followups.wrap_up, agent, talk, "not_now", None) for talk, agent in mine.items()),
        *(store.run(desk.signs_of_life, list(by_id)) for _ in agents),
        store.run(desk.fill_queues),
    )
    return [talk for talk in talks if talk not in mine]


def _counted(store: Store) -> list[str]:
    """What PostgreSQL broke up from now on; the runner only tries again."""
    found: list[str] = []
    runner = store._open()
    assert isinstance(runner, PostgreSQLRunner)
    execute = runner._context.execute

    def watched(*args: object) -> object:
        try:
            return execute(*args)  # type: ignore[arg-type]
        except Exception as error:
            if getattr(getattr(error, "orig", None), "sqlstate", None) == "40P01":
                found.append(str(error))
            raise

    runner._context.execute = watched  # type: ignore[method-assign, assignment]
    return found
