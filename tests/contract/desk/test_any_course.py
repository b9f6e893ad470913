"""Whatever happens in whatever order at the desk, on both databases: the promises about slots and agents hold."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.contract.conftest import Operation

from overture.accounts.model import SYSTEM, Actor
from overture.conversations import service as conversations
from overture.conversations import store as talk_rows
from overture.conversations.views import messages_after
from overture.desk import service as desk
from overture.desk import store as desk_rows
from overture.kit.errors import Conflict, NotFound
from overture.store import Tx

TEAMS = ("bike-sales", "care")
LIMIT = 3

STEP = st.one_of(
    st.tuples(st.just("ask"), st.integers(0, 7), st.sampled_from(TEAMS)),
    st.tuples(st.just("answer"), st.integers(0, 7), st.integers(0, 3)),
    st.tuples(st.just("take"), st.integers(0, 7), st.integers(0, 3)),
    st.tuples(st.just("transfer"), st.integers(0, 7), st.sampled_from(TEAMS)),
    st.tuples(st.just("end"), st.integers(0, 7), st.none()),
    st.tuples(st.just("close"), st.integers(0, 7), st.integers(0, 3)),
    st.tuples(st.just("switch"), st.integers(0, 3), st.booleans()),
    st.tuples(st.just("alive"), st.integers(0, 3), st.none()),
    st.tuples(st.just("pass"), st.sampled_from([1, 5, 10]), st.none()),
    st.tuples(st.just("jobs"), st.none(), st.none()),
)


class Course:
    """One course of things: several steps at a time, each a command of its own."""

    def __init__(self, operation: Operation, agents: list[Actor], name: str) -> None:
        self.op = operation
        self.agents = agents
        self.name = name
        self.said = 0

    def visitor(self, number: int) -> str:
        return f"v_{self.name}_{number}"

    async def step(self, step: tuple[str, Any, Any]) -> None:
        with contextlib.suppress(Conflict, NotFound):  # refused: nothing must have changed
            await getattr(self, "do_" + step[0])(step[1], step[2])

    async def _talk(self, number: int) -> str:
        found = await self.op.store.read(talk_rows.latest_of, self.visitor(number))
        return found.id if found else "c_none"

    async def do_ask(self, number: int, team: str) -> None:
        await self.op.ask(self.visitor(number), team=team)

    async def do_answer(self, number: int, agent: int) -> None:
        await self.op.answer(await self._talk(number), self.agents[agent])

    async def do_take(self, number: int, agent: int) -> None:
        await self.op.store.run(conversations.take, self.agents[agent], await self._talk(number))

    async def do_transfer(self, number: int, team: str) -> None:
        await self.op.store.run(conversations.transfer, self.op.maija, await self._talk(number), team)

    async def do_end(self, number: int, _: None) -> None:
        await self.op.store.run(conversations.end_as_visitor, self.visitor(number), await self._talk(number))

    async def do_close(self, number: int, agent: int) -> None:
        await self.op.store.run(conversations.close, self.agents[agent], await self._talk(number))

    async def do_switch(self, agent: int, on: bool) -> None:
        await self.op.store.run(desk.set_available, self.agents[agent], on)

    async def do_alive(self, agent: int, _: None) -> None:
        await self.op.store.run(desk.signs_of_life, [self.agents[agent].id])

    async def do_pass(self, seconds: int, _: None) -> None:
        self.op.clock.move(seconds=seconds)
        await self.op.store.run(desk.tick)

    async def do_jobs(self, *_: None) -> None:
        for job in (desk.move_on_from_the_gone, desk.reassign_the_unanswered, desk.fill_queues):
            await self.op.store.run(job)

    def check(self, tx: Tx) -> None:
        for agent in self.agents:
            assert len(desk_rows.held_by(tx, agent.id)) <= LIMIT
        for number in range(8):
            for talk in talk_rows.of_visitor(tx, self.visitor(number)):
                ticket = desk_rows.ticket(tx, talk.id)
                assert ticket is not None
                wanted = {"waiting": "waiting", "active": "assigned", "wrapping_up": "done", "closed": "done"}
                assert ticket.state == wanted[talk.state]
                assert ticket.team == talk.team
                if talk.state == "active":
                    assert ticket.agent == talk.agent_id != ""
                if talk.state == "waiting":
                    assert (ticket.agent, talk.agent_id) == (None, "")
                seqs = [one.seq for one in messages_after(tx, SYSTEM, talk.id, 0).items]
                assert seqs == list(range(1, talk.last_seq + 1))
            assert sum(talk.state != "closed" for talk in talk_rows.of_visitor(tx, self.visitor(number))) <= 1


async def test_any_course_of_things(operation: Operation) -> None:
    others = [await operation.add_agent("Sanna", TEAMS[0]), await operation.add_agent("Pekka", TEAMS[1])]
    agents = [operation.aino, operation.eero, *others]
    loop = asyncio.get_running_loop()
    count = 0

    @settings(
        max_examples=12,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
        derandomize=True,
    )
    @given(st.lists(st.lists(STEP, min_size=1, max_size=4), min_size=5, max_size=14))
    def run(batches: list[list[tuple[str, Any, Any]]]) -> None:
        nonlocal count
        count += 1
        asyncio.run_coroutine_threadsafe(go(Course(operation, agents, str(count)), batches), loop).result(120)

    async def go(course: Course, batches: list[list[tuple[str, Any, Any]]]) -> None:
        for agent in agents:
            await operation.store.run(desk.set_available, agent, True)
        for batch in batches:
            await asyncio.gather(*(course.step(step) for step in batch))
            await operation.store.read(course.check)

    await asyncio.to_thread(run)
    assert count >= 10
