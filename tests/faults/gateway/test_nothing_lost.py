"""Nothing acknowledged is lost, nothing is doubled, both sides have it in one order: whatever breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from tests.faults.gateway.conftest import Proxy, Server

from overture.gateway.client import AgentClient, Client, Talk, VisitorClient

KEY = "0123456789abcdef0123456789abcdef"
UNSENT = 6  # how many messages a writer lets pile up before waiting


async def begin(visitor: VisitorClient, agent: AgentClient) -> Talk:
    """A conversation between the two."""
    agent.set_available()
    await visitor.until(lambda: visitor.availability and visitor.availability.answering)
    visitor.send("first")
    await agent.until(lambda: agent.assigned)
    talk = agent.open(agent.assigned[0])
    await agent.until(lambda: talk.last == 2)
    return talk


class Writers:
    """Both sides write without pause; what each was acknowledged is kept."""

    def __init__(self, visitor: VisitorClient, agent: AgentClient, talk: Talk) -> None:
        self.visitor, self.agent, self.talk = visitor, agent, talk
        self.sent: dict[str, str] = {}
        self.stopped = False

    async def write(self, client: Client, post: Callable[[str], str], name: str) -> None:
        number = 0
        while not self.stopped:
            text = f"{name} {number}"
            self.sent[post(text)] = text
            number += 1
            await asyncio.sleep(0.03)
            await client.until(lambda: len(client.outbox) < UNSENT or self.stopped, within_s=60)

    async def __aenter__(self) -> Writers:
        answer = partial(self.agent.send, self.talk.id)
        self.tasks = [
            asyncio.create_task(self.write(self.visitor, self.visitor.send, "visitor")),
            asyncio.create_task(self.write(self.agent, answer, "agent")),
        ]
        return self

    async def __aexit__(self, *_: object) -> None:
        self.stopped = True
        await asyncio.gather(*self.tasks)

    async def some_more(self, count: int = 15) -> None:
        """Wait until both sides have got so many more acknowledged."""
        wanted = [(client, len(client.acknowledged) + count) for client in (self.visitor, self.agent)]
        for client, total in wanted:
            await client.until(lambda client=client, total=total: len(client.acknowledged) >= total, within_s=30)

    async def check(self) -> None:
        """Everything has arrived once, in the order it was written, and the same at both sides."""
        visitor, agent = self.visitor, self.agent
        await visitor.until(lambda: not visitor.outbox, within_s=30)
        await agent.until(lambda: not agent.outbox, within_s=30)
        end = max([*visitor.acknowledged.values(), *agent.acknowledged.values()])
        await visitor.until(lambda: visitor.messages[-1].seq >= end, within_s=15)
        await agent.until(lambda: self.talk.last >= visitor.messages[-1].seq, within_s=15)
        ours, theirs = visitor.messages, self.talk.messages
        assert [(one.seq, one.cid, one.text) for one in ours] == [(one.seq, one.cid, one.text) for one in theirs]
        assert [one.seq for one in ours] == list(range(1, len(ours) + 1))
        by_cid = {one.cid: one for one in ours if one.cid}
        for cid, text in self.sent.items():
            assert by_cid[cid].text == text
        for acknowledged in (visitor.acknowledged, agent.acknowledged):
            assert all(by_cid[cid].seq == seq for cid, seq in acknowledged.items())
        for name in ("visitor", "agent"):
            written = [one.text for one in ours if one.text.startswith(f"{name} ")]
            assert written == [f"{name} {number}" for number in range(len(written))]
            assert len(written) == sum(text.startswith(f"{name} ") for text in self.sent.values())


async def test_the_server_is_killed_while_both_write(overture: Server) -> None:
    await overture.start()
    async with overture.visitor(key=KEY) as visitor, overture.agent() as agent:
        talk = await begin(visitor, agent)
        async with Writers(visitor, agent, talk) as writers:
            for _ in range(2):
                await writers.some_more()
                overture.kill()
                await overture.start()
            await writers.some_more()
        await writers.check()
        assert visitor.sockets >= 3
        assert (visitor.agent, visitor.state) == ("Aino", "active")  # nobody was judged by the restarts


async def test_the_server_is_asked_to_stop_while_both_write(overture: Server) -> None:
    await overture.start()
    async with overture.visitor(key=KEY) as visitor, overture.agent() as agent:
        talk = await begin(visitor, agent)
        async with Writers(visitor, agent, talk) as writers:
            await writers.some_more()
            await asyncio.to_thread(overture.stop)
            assert overture.process is not None
            assert overture.process.returncode == 0
            await overture.start()
            await writers.some_more()
        await writers.check()


async def test_the_network_is_cut_while_both_write(overture: Server, network: Proxy) -> None:
    await overture.start()
    async with overture.visitor(network.port, KEY) as visitor, overture.agent() as agent:
        talk = await begin(visitor, agent)
        async with Writers(visitor, agent, talk) as writers:
            for _ in range(3):
                await writers.some_more()
                network.cut()
                seen = talk.last
                await agent.until(lambda seen=seen: talk.last > seen + 10)  # the other side goes on meanwhile
                network.mend()
            await writers.some_more()
        await writers.check()


async def test_the_network_stalls_and_goes_on(overture: Server, network: Proxy) -> None:
    await overture.start()
    async with overture.visitor(network.port, KEY) as visitor, overture.agent() as agent:
        talk = await begin(visitor, agent)
        async with Writers(visitor, agent, talk) as writers:
            await writers.some_more()
            network.stall()
            seen = talk.last
            await agent.until(lambda: talk.last > seen + 20)
            network.mend()
            await writers.some_more()
            network.stall()
            await agent.until(lambda: len(agent.acknowledged) > 50)
            network.cut()  # what was held back is gone for good
            network.mend()
            await writers.some_more()
        await writers.check()


async def test_a_reload_between_sending_and_acknowledgement_doubles_nothing(overture: Server, network: Proxy) -> None:
    await overture.start()
    async with overture.agent() as agent:
        async with overture.visitor(network.port, KEY) as visitor:
            talk = await begin(visitor, agent)
            network.stall()
            cid = visitor.send("typed before the tunnel")
            unsent = dict(visitor.outbox)
        network.cut()
        network.mend()
        async with overture.visitor(network.port, KEY) as reloaded:
            for frame in (*unsent.values(), *unsent.values()):
                reloaded.post(frame)
            await reloaded.until(lambda: cid in reloaded.acknowledged)
            await agent.until(lambda: talk.last == reloaded.acknowledged[cid])
            assert talk.texts == ["first", "typed before the tunnel"]


async def test_a_killed_server_comes_back_to_its_waiting_visitors(overture: Server) -> None:
    await overture.start()
    async with overture.agent() as agent, overture.visitor(key=KEY) as visitor:
        agent.set_available()
        await visitor.until(lambda: visitor.availability and visitor.availability.answering)
        overture.kill()
        cid = visitor.send("typed while the server was down")
        await overture.start()
        await visitor.until(lambda: cid in visitor.acknowledged)
        await agent.until(lambda: agent.assigned)
        assert visitor.texts == ["typed while the server was down"]
