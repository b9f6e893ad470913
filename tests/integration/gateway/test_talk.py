"""A talk over real sockets, from hello to the end."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from tests.conftest import MONDAY
from tests.integration.gateway.conftest import Served

from overture.accounts import service as accounts
from overture.conversations import service as conversations
from overture.desk import service as desk
from overture.followups import service as followups
from overture.followups.model import NextStep
from overture.gateway.turns import Turns
from overture.kit.clock import FixedClock

KEY = "0123456789abcdef0123456789abcdef"


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


async def test_tabs_of_one_visitor_show_one_conversation(served: Served) -> None:
    await served.person("Aino", "bike-sales")
    async with served.visitor(KEY) as first, served.visitor(KEY) as second:
        cid = first.send("ensimmäinen")
        await second.until(lambda: len(second.messages) == 2)
        second.send("toinen")
        await first.until(lambda: len(first.messages) == 3)
        await second.until(lambda: len(second.messages) == 3)
        assert first.texts == second.texts == ["ensimmäinen", "toinen"]
        assert first.acknowledged[cid] == 1
        assert second.agent == "Aino"


async def test_a_reload_gets_it_all_and_a_resume_the_rest(served: Served) -> None:
    aino = await served.person("Aino", "bike-sales")
    async with served.visitor(KEY) as visitor:
        for number in range(5):
            visitor.send(f"{number}")
        await visitor.until(lambda: len(visitor.texts) == 5)
        async with served.visitor(KEY) as reloaded:
            await reloaded.until(lambda: len(reloaded.messages) == 6)
            assert [message.seq for message in reloaded.messages] == [1, 2, 3, 4, 5, 6]
            assert reloaded.texts == visitor.texts
    async with served.agent(aino) as agent:
        talk = agent.open(next(iter(agent.inbox)))
        await agent.until(lambda: talk.last == 6)
        agent.send(talk.id, "while nobody looked")
        await agent.until(lambda: talk.last == 7)
    visitor.start()
    await visitor.until(lambda: visitor.connected.is_set() and len(visitor.messages) == 7)
    assert visitor.welcome is not None
    assert visitor.welcome.conversation is not None
    assert [message.seq for message in visitor.welcome.conversation.messages] == [7]
    await visitor.stop()


async def test_typing_marks_and_notes_reach_whom_they_should(served: Served) -> None:
    aino, sanna = await served.person("Aino", "bike-sales"), await served.person("Sanna", "bike-sales", available=False)
    async with served.visitor(KEY) as visitor, served.agent(aino) as agent, served.agent(sanna) as colleague:
        visitor.send("Moi")
        await agent.until(lambda: agent.assigned)
        talk = agent.open(agent.assigned[0])
        seen = colleague.open(talk.id)
        await agent.until(lambda: talk.last == 2)
        await colleague.until(lambda: seen.last == 2)
        visitor.type()
        await agent.until(lambda: agent.typing)
        assert (agent.typing[0].author.kind, agent.typing[0].on) == ("visitor", True)
        agent.type(talk.id)
        await visitor.until(lambda: visitor.typing)
        assert visitor.typing[0].author.name == "Aino"
        agent.mark(talk.id, 2, 2)
        await visitor.until(lambda: visitor.talk(talk.id).read.get("agent") == 2)
        visitor.mark(2, 1)
        await agent.until(lambda: (talk.delivered.get("visitor"), talk.read.get("visitor")) == (2, 1))
        cid = agent.note(talk.id, "vain meille")
        await agent.until(lambda: agent.noted.get(cid) == 1)
        await colleague.until(lambda: 1 in seen.notes)
        assert (seen.notes[1].text, seen.notes[1].after_seq) == ("vain meille", 2)
        visitor.send("kiitos")
        await visitor.until(lambda: len(visitor.texts) == 2)
        assert "vain meille" not in str(visitor.messages)
        await colleague.until(lambda: colleague.inbox[talk.id].last_seq == 3)
        assert not colleague.assigned


async def test_waiting_visitors_see_their_place_and_the_board_moves(served: Served) -> None:
    aino = await served.person("Aino", "bike-sales", capacity=1)
    async with served.agent(aino) as agent, served.visitor() as first, served.visitor() as second:
        first.send("eka")
        await agent.until(lambda: agent.assigned)
        second.send("toka")
        await second.until(lambda: second.place is not None)
        assert second.place is not None
        assert (second.place.place, second.state) == (1, "waiting")
        await agent.until(lambda: agent.board["bike-sales"].waiting == 1)
        assert agent.board["bike-sales"].longest_wait_since is not None
        first.end()
        await agent.until(lambda: len(agent.assigned) == 2)
        await second.until(lambda: second.state == "active")
        await agent.until(lambda: agent.board["bike-sales"].waiting == 0)


async def test_a_transfer_shows_at_both_desks_and_to_the_visitor(served: Served) -> None:
    aino, eero = await served.person("Aino", "bike-sales"), await served.person("Eero", "care")
    async with served.visitor() as visitor, served.agent(aino) as agent, served.agent(eero) as other:
        visitor.send("jarrut vinkuvat")
        await agent.until(lambda: agent.assigned)
        talk = agent.open(agent.assigned[0])
        await agent.until(lambda: talk.last == 2)
        await served.house.store.run(conversations.transfer, accounts.actor_of(aino), talk.id, "care", "takuu?")
        await other.until(lambda: other.assigned)
        await agent.until(lambda: talk.id not in agent.inbox)
        await visitor.until(lambda: visitor.agent == "Eero")
        assert [one.notice for one in visitor.messages][-2:] == ["transferred", "agent_joined"]
        taken = other.open(talk.id)
        await other.until(lambda: taken.notes)
        assert taken.texts == ["jarrut vinkuvat"]
        agent.send(talk.id, "enää en saa")
        await agent.until(lambda: agent.errors)
        assert (agent.errors[0].code, agent.errors[0].cid != "") == ("not_found", True)


async def test_the_wrap_up_s_promise_reaches_the_visitor(served: Served) -> None:
    aino = await served.person("Aino", "bike-sales")
    step = NextStep(what="Soita koosta", who="agent", channel="phone", due_at=MONDAY + timedelta(hours=3))
    async with served.visitor(KEY, language="en") as visitor, served.agent(aino) as agent:
        visitor.send("Call me?")
        await agent.until(lambda: agent.assigned)
        talk = agent.open(agent.assigned[0])
        agent.send(talk.id, "We will")
        await agent.until(lambda: talk.last == 3)
        await served.house.store.run(followups.wrap_up, accounts.actor_of(aino), talk.id, "lead", step)
        await visitor.until(lambda: visitor.state == "closed" and visitor.promise)
        assert visitor.promise is not None
        assert "14:00" in visitor.promise.text
        assert visitor.promise.who_name == "Aino"
        await agent.until(lambda: talk.id not in agent.inbox)
        assert [one.notice for one in visitor.messages][-2:] == ["promise", "closed"]
    async with served.visitor(KEY, language="en") as again:
        assert again.promise == visitor.promise
        again.send("One more thing")
        await again.until(lambda: again.conversation != talk.id and again.state == "active")


async def test_with_nobody_there_the_visitor_leaves_a_message(served: Served) -> None:
    await served.person("Aino", "bike-sales", available=False)
    async with served.visitor(language="en") as visitor:
        assert visitor.availability is not None
        assert (visitor.availability.answering, visitor.availability.reason) == (False, "nobody")
        cid = visitor.send("Anybody?")
        await visitor.until(lambda: visitor.errors)
        assert (visitor.errors[0].code, visitor.errors[0].cid) == ("not_answering", cid)
        wrong = visitor.leave_message("Call me", email="not-an-address")
        await visitor.until(lambda: len(visitor.errors) == 2)
        assert (visitor.errors[1].cid, visitor.errors[1].details["field"]) == (wrong, "email")
        right = visitor.leave_message("Call me", email="kim@example.com")
        await visitor.until(lambda: right in visitor.left)
        assert visitor.left[right].text


async def test_who_comes_to_the_desk_is_seen_by_those_who_look_at_a_closed_door(served: Served) -> None:
    aino = await served.person("Aino", "bike-sales", available=False)
    async with served.visitor() as visitor, served.agent(aino) as agent:
        assert visitor.availability is not None
        assert not visitor.availability.answering
        agent.set_available()
        await visitor.until(lambda: visitor.availability and visitor.availability.answering)
        await agent.until(lambda: agent.available)
        visitor.send("Moi")
        await agent.until(lambda: agent.assigned)
        agent.set_available(False)
        await agent.until(lambda: not agent.available)
        assert visitor.conversation


async def test_what_came_while_no_window_was_open_rings_when_one_is(served: Served) -> None:
    aino = await served.person("Aino", "bike-sales")
    async with served.visitor() as visitor:
        visitor.send("Moi")
        await visitor.until(lambda: visitor.state == "active")
        async with served.agent(aino) as agent:
            await agent.until(lambda: agent.assigned == [visitor.conversation])
            agent.send(visitor.conversation, "Hei")
            await visitor.until(lambda: visitor.texts == ["Moi", "Hei"])
        async with served.agent(aino) as again:
            again.open(visitor.conversation)
            await again.until(lambda: again.talk(visitor.conversation).last == 3)
            assert again.assigned == []


async def test_who_comes_in_a_crowd_may_leave_a_message_and_is_told_when_it_has_passed(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("overture.gateway.visitor.CROWDED_FOR_S", 0.05)
    await served.person("Aino", "bike-sales")
    served.gateway.openings = Turns(1, 0)
    async with served.visitor() as anna:
        async with served.gateway.openings.turn():
            anna.send("Is anybody there?")
            await anna.until(lambda: anna.errors)
            assert (anna.errors[0].code, anna.errors[0].details["reason"]) == ("not_answering", "full")
            anna.leave_message("Is the Kaarna in stock?", email="anna@mail.example")
            await anna.until(lambda: anna.left)
        await anna.until(lambda: anna.availability and anna.availability.answering)
        anna.send("Now?")
        await anna.until(lambda: anna.texts == ["Now?"])


async def test_an_agent_who_waits_for_our_answer_counts_as_alive(served: Served, clock: FixedClock) -> None:
    aino = await served.person("Aino", "bike-sales")
    async with served.agent(aino):
        [connection] = served.gateway.connections()
        clock.move(seconds=14)
        connection.busy = True  # their next frames, and pongs among them, stand unread behind the one we work on
        connection.heard = False
        connection.ping(1, '{"type":"ping","n":1}', patience=0)
        assert connection.closing == 0
        served.gateway._report_signs()
        for _ in range(500):
            if (await served.house.store.read(desk.presence, aino.id)).alive_at == clock.now():
                return
            await asyncio.sleep(0.01)
        pytest.fail("they were not counted as alive")
