"""Two processes share the database and hear nothing of each other: the worst a bus can do."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.integration.gateway.conftest import serving, set_up

from overture.config import Settings
from overture.gateway import gateway as gateway_module
from overture.kit.clock import FixedClock
from overture.web.wiring import House


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_a_talk_goes_on_between_processes_without_a_bus(
    database: str,
    request: pytest.FixtureRequest,
    tmp_path: Path,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(gateway_module, "WATCH_EVERY", 0.2)
    url = request.getfixturevalue(f"{database}_url")
    houses = [House(Settings(data=tmp_path, database_url=url, secret="s" * 64), clock=clock) for _ in "ab"]
    for house in houses:
        await house.start()
    await set_up(houses[0])
    async with serving(houses[0]) as here, serving(houses[1]) as there:
        aino = await here.person("Aino", "bike-sales")
        async with here.agent(aino) as agent, there.visitor() as visitor:
            visitor.send("one")
            await agent.until(lambda: agent.inbox)
            talk = agent.open(next(iter(agent.inbox)))
            await agent.until(lambda: talk.last == 2)
            for number in range(5):
                agent.send(talk.id, f"answer {number}")
                visitor.send(f"question {number}")
                await visitor.until(lambda number=number: len(visitor.texts) == 3 + 2 * number)
                await agent.until(lambda number=number: len(talk.texts) == 3 + 2 * number)
            assert talk.texts == visitor.texts
            assert [message.seq for message in visitor.messages] == list(range(1, 13))
            visitor.end()
            await agent.until(lambda: agent.inbox[talk.id].state == "wrapping_up")
    for house in houses:
        await house.stop()
