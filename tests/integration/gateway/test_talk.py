"""A talk over real sockets, from hello to the end."""

from __future__ import annotations

from tests.integration.gateway.conftest import Served


async def test_a_visitor_writes_and_an_agent_answers(served: Served) -> None:
    aino = await served.person("Aino", "bike-sales")
    async with served.visitor(language="fi-FI") as visitor, served.agent(aino) as agent:
        assert visitor.welcome is not None
        assert visitor.welcome.availability.answering
        assert visitor.welcome.language == "fi"
        cid = visitor.send("Moi, mikä koko?")
        await visitor.until(lambda: cid in visitor.acknowledged)
        assert visitor.acknowledged[cid] == 1
        await agent.until(lambda: agent.assigned)
        talk = agent.open(agent.assigned[0])
        await agent.until(lambda: talk.last == 2)
        agent.send(talk.id, "Hei! Kuinka pitkä olet?")
        await visitor.until(lambda: len(visitor.texts) == 2)
        assert visitor.texts == ["Moi, mikä koko?", "Hei! Kuinka pitkä olet?"]
        assert [message.notice for message in visitor.messages] == ["", "agent_joined", ""]
        assert visitor.state == "active"
        assert visitor.agent == "Aino"
        await agent.until(lambda: talk.last == 3)
        assert talk.texts == visitor.texts
