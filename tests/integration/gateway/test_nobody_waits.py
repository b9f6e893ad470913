"""200 visitors, agents who are silent, vanish, are overloaded and return: each visitor has a true word all the time.

The word is what a chat window says of the frames it has: a place, when an agent is to answer, that nobody is there.
It is compared with what the database holds; it may lag behind by what the protocol allows, never by more than 5 s.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.integration.gateway.conftest import PLAN, SITE, Served, serving, set_up

from overture.accounts import service as accounts
from overture.accounts.model import SYSTEM, User
from overture.config import Settings
from overture.conversations import service as conversations
from overture.conversations import store as rows
from overture.conversations.model import Conversation
from overture.desk import views as desk_views
from overture.desk.model import Availability
from overture.direction import service as direction
from overture.gateway.client import AgentClient, VisitorClient
from overture.kit.errors import OvertureError
from overture.store import Tx
from overture.web.wiring import House
from overture.worker import work

TEAM = "bike-sales"
VISITORS = 200
ARRIVE_WITHIN_S = 10.0
LIMIT_S = 3.0  # the team's answer_within
PATIENCE_S = 5.0  # no visitor is for longer without a true word
ALL_WITHIN_S = 60.0
LOOK_EVERY_S = 0.25


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[Served]:
    """The house on its own clock, with its jobs running; its team is always open and answers within three seconds."""
    house = House(Settings(data=tmp_path / "data", public_url="http://overture.test"))
    await house.start()
    await set_up(house)
    plan = PLAN.replace('hours: "Mo-Fr 10:00-21:00; Sa 10:00-16:00; PH off"', "hours: 24/7", 1)
    plan = plan.replace("answer_within: 20s", f"answer_within: {LIMIT_S:.0f}s", 1)
    await house.store.run(direction.publish, SYSTEM, SITE, plan)
    jobs = asyncio.create_task(work(house.store))
    async with serving(house) as found:
        yield found
    jobs.cancel()
    await house.stop()


# ---- agents ------------------------------------------------------------------------------------------------------


class Desk:
    """The agents, each with a way of working, until all is done."""

    def __init__(self, served: Served, seed: int) -> None:
        self.served = served
        self.random = random.Random(seed)
        self.tasks: list[asyncio.Task[None]] = []

    async def staff(self) -> None:
        ways = {"good": 5, "silent": 3, "vanishing": 2, "overloaded": 2}
        for way, count in ways.items():
            for number in range(count):
                user = await self.served.person(f"{way}{number}", TEAM, capacity=1 if way == "overloaded" else 4)
                self.tasks.append(asyncio.create_task(getattr(self, f"be_{way}")(user)))

    async def go(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def be_good(self, user: User) -> None:
        async with self.served.agent(user) as agent:
            await self.answer_all(agent, user, after=0.2, until=3_600)

    async def be_overloaded(self, user: User) -> None:
        async with self.served.agent(user) as agent:
            await self.answer_all(agent, user, after=1.5, until=3_600)

    async def be_silent(self, user: User) -> None:
        """Never answers; whenever the desk turns the switch off, it is turned on again a while later."""
        async with self.served.agent(user) as agent:
            while True:
                await asyncio.sleep(self.random.uniform(2, 4))
                if not agent.available:
                    agent.set_available()

    async def be_vanishing(self, user: User) -> None:
        """Works, loses the line in the middle, and comes back."""
        while True:
            async with self.served.agent(user) as agent:
                agent.set_available()
                await self.answer_all(agent, user, after=0.3, until=self.random.uniform(2, 4))
            await asyncio.sleep(self.random.uniform(4, 7))

    async def answer_all(self, agent: AgentClient, user: User, *, after: float, until: float) -> None:
        """Answer what is unanswered, close what has been answered, switch on again when the desk has switched off."""
        answered: set[str] = set()
        end = asyncio.get_running_loop().time() + until
        while asyncio.get_running_loop().time() < end:
            await asyncio.sleep(after * self.random.uniform(0.5, 1.5))
            if not agent.available:
                agent.set_available()
            mine = [head for head in agent.inbox.values() if head.agent_id == user.id]
            asked = [head for head in mine if head.state == "active" and head.unanswered_since is not None]
            for head in mine:
                if head not in asked and (head.id in answered or head.state == "wrapping_up"):
                    await self.close(user, head.id)
            for head in asked[:1]:  # one at a time
                agent.send(head.id, f"Answer to {head.last_text}")
                answered.add(head.id)

    async def close(self, user: User, conversation: str) -> None:
        with contextlib.suppress(OvertureError):  # a colleague has it, or it is closed
            await self.served.house.store.run(conversations.close, accounts.actor_of(user), conversation)


async def until(holds: Callable[[], bool]) -> None:
    """Wait until it holds: by news or by the clock."""
    async with asyncio.timeout(ALL_WITHIN_S):
        while not holds():  # noqa: ASYNC110 - the clock decides, too
            await asyncio.sleep(0.1)


# ---- visitors ----------------------------------------------------------------------------------------------------


class Guest:
    """A visitor who asks once or twice, and maybe wants to be called when other ways are offered."""

    def __init__(self, client: VisitorClient, number: int, now: Callable[[], datetime]) -> None:
        self.client = client
        self.now = now
        self.number = number
        self.worst = 0.0
        self.worst_reason = ""
        self._reason = ""
        self._lasted = 0.0

    @property
    def is_done(self) -> bool:
        refused = any(error.code == "not_answering" for error in self.client.errors)
        wanted = 2 if self.number % 4 == 0 else 1
        return self.client.state == "closed" or self.answers >= wanted or refused

    @property
    def answers(self) -> int:
        return sum(one.author.kind == "agent" for one in self.client.messages)

    async def talk(self) -> None:
        client = self.client
        client.send(f"Question of {self.number}")
        await until(lambda: self.answers >= 1 or self.is_done or self.is_offered())
        if self.number % 10 == 0 and self.is_offered() and not self.answers and client.state == "waiting":
            client.leave_message("", conversation=client.conversation, phone="040 1234567", call=True)
        await until(lambda: self.answers >= 1 or self.is_done)
        if client.state == "active" and not self.is_done:
            client.send("One thing more")
        await until(lambda: self.is_done)

    def is_offered(self) -> bool:
        place = self.client.place
        return place is not None and place.limit_at is not None and self.now() >= place.limit_at

    def note(self, reason: str, passed: float) -> None:
        """What is untrue in the visitor's word at this instant ("": nothing), `passed` seconds after the last look."""
        self._lasted = self._lasted + passed if reason and reason == self._reason else 0.0
        self._reason = reason
        if self._lasted > self.worst:
            self.worst, self.worst_reason = self._lasted, reason


class Truth:
    """What the database holds, at one instant."""

    def __init__(self, tx: Tx) -> None:
        self.now = tx.now
        self.available: Availability = desk_views.availability(tx, SITE, TEAM)
        found = rows.watched(tx, [], [SITE], tx.now - timedelta(hours=1))
        self.talks: dict[str, Conversation] = {talk.id: talk for talk in found}


def fault_of(client: VisitorClient, truth: Truth) -> str:
    """What is untrue, or missing, in the word that this visitor has; "" if it is a true one."""
    if any(error.code == "not_answering" for error in client.errors) and not client.conversation:
        return ""  # the queue is full, or nobody is there: told, with a message to leave instead
    talk = truth.talks.get(client.conversation)
    if talk is None:
        return "nothing known of their question" if client.acknowledged else ""
    if client.state != talk.state:
        return f"told {client.state or 'nothing'}, is {talk.state}"
    if talk.state == "waiting":
        told = client.availability
        if told is not None and told.answering != truth.available.answering:
            return f"told answering={told.answering}"
        return "" if client.place is not None or not truth.available.answering else "no place"
    if talk.state == "active":
        if client.agent != talk.agent_name:
            return "another agent than told"
        joined = max((one.at for one in client.messages if one.notice == "agent_joined"), default=None)
        if talk.answered_at is None and joined is not None and truth.now - joined > timedelta(seconds=LIMIT_S + 1):
            return "the agent is silent beyond the limit"
    return ""


async def watch(served: Served, guests: list[Guest]) -> None:
    """Compare what everybody is told with what is, several times a second of this process's own time.

    Server and clients share it: a second in which the machine gave it nothing is nobody's word.
    """
    while True:
        truth = await served.house.store.read(Truth)
        for guest in guests:
            guest.note("" if guest.is_done else fault_of(guest.client, truth), LOOK_EVERY_S)
        await asyncio.sleep(LOOK_EVERY_S)


async def test_no_visitor_is_without_a_true_word_for_more_than_five_seconds(house: Served) -> None:
    staff = Desk(house, seed=7)
    await staff.staff()
    guests: list[Guest] = []
    watching = asyncio.create_task(watch(house, guests))
    try:
        async with asyncio.timeout(ALL_WITHIN_S + ARRIVE_WITHIN_S), asyncio.TaskGroup() as group:
            for number in range(VISITORS):
                group.create_task(visit(house, guests, number))
                await asyncio.sleep(ARRIVE_WITHIN_S / VISITORS)
    finally:
        watching.cancel()
        await staff.go()
    assert len(guests) == VISITORS
    worst = max(guests, key=lambda one: one.worst)
    assert worst.worst <= PATIENCE_S, (worst.worst, worst.worst_reason, worst.number)
    assert all(guest.is_done for guest in guests)
    told = Counter(one.notice for guest in guests for one in guest.client.messages)
    assert told["agent_silent"] > 5  # silent agents had conversations, and lost them
    called = [guest for guest in guests if guest.client.left]
    assert called
    assert all(guest.client.state == "closed" for guest in called)


async def visit(house: Served, guests: list[Guest], number: int) -> None:
    async with house.visitor(language="en") as client:
        guest = Guest(client, number, house.house.store.clock.now)
        guests.append(guest)
        await guest.talk()
