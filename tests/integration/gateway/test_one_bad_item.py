"""What can't be taken is refused by itself; what is plainly meant is made right; the later ones go on."""

from __future__ import annotations

import json
import secrets

from tests.integration.gateway.conftest import Served
from websockets.asyncio.client import connect

HALF, WHOLE = "half \ud83d emoji", "half \ufffd emoji"


async def test_half_an_emoji_is_made_right_for_visitor_and_agent(served: Served) -> None:
    emma = await served.person("Emma", "bike-sales")
    async with served.agent(emma) as agent, served.visitor() as visitor:
        for text in (HALF, "the next"):
            visitor.send(text)
        await visitor.until(lambda: visitor.texts == [WHOLE, "the next"])
        await agent.until(lambda: visitor.conversation in agent.inbox)
        agent.open(visitor.conversation)
        for text in (HALF, "and mine"):
            agent.send(visitor.conversation, text)
        agent.note(visitor.conversation, HALF)
        await visitor.until(lambda: visitor.texts[2:] == [WHOLE, "and mine"])
        await agent.until(lambda: not agent.outbox)
    assert not visitor.refused
    assert not agent.refused


async def test_half_an_emoji_from_a_client_that_does_not_mend_it(served: Served) -> None:
    emma = await served.person("Emma", "bike-sales")
    hello = {"type": "hello", "v": 1, "site": served.site.key, "key": secrets.token_hex(16), "page": HALF}
    async with served.agent(emma), connect(f"{served.url}/v1/socket", compression=None) as socket:
        await socket.send(json.dumps(hello))
        await socket.send(json.dumps({"type": "send", "cid": "c-1", "text": HALF}))
        while (frame := json.loads(await socket.recv()))["type"] not in ("ack", "error"):
            pass
    assert (frame["type"], frame["cid"], frame["seq"]) == ("ack", "c-1", 1)


async def test_what_is_refused_for_good_stops_nothing(served: Served) -> None:
    emma = await served.person("Emma", "bike-sales")
    async with served.agent(emma) as agent, served.visitor() as visitor:
        first = visitor.send("first")
        bad = {
            visitor.send("x" * 8001): "message_too_long",
            visitor.send(" \n "): "empty_message",
            visitor.send("a bad name", cid="not a cid"): "bad_cid",
            visitor.send("\U0001f600" * 20_000): "too_large",
        }
        last = visitor.send("last")
        await visitor.until(lambda: last in visitor.acknowledged)
        assert {cid: error.code for cid, error in visitor.refused.items()} == bad
        assert visitor.texts == ["first", "last"]
        assert first in visitor.acknowledged
        await agent.until(lambda: visitor.conversation in agent.inbox)
        agent.open(visitor.conversation)
        refused = agent.send(visitor.conversation, "x" * 8001)
        answer = agent.send(visitor.conversation, "an answer")
        await agent.until(lambda: answer in agent.acknowledged)
        assert agent.refused[refused].code == "message_too_long"
