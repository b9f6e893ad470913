"""Promises on both databases: their clock, who sees them, and what may be done to them."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from overture.bus.local import LocalBus
from overture.conversations.events import ConversationsErased
from overture.followups import promises, service, store
from overture.followups.errors import BadPromise, NoSuchPromise, PromiseSettled
from overture.followups.model import NextStep
from overture.followups.promises import PromiseLine, PromiseList
from overture.kit.errors import NotFound
from overture.visits.events import RetentionDue, VisitorErased

SITE = "nordic-bikes"


async def promise(operation: Any, hours: float = 4, visitor: str = "v_1", team: str = "bike-sales", **more: Any) -> str:
    """A promise out of a conversation of the team, due in so many hours; its id."""
    await operation.visit(visitor)
    agent = operation.eero if team == "care" else operation.aino
    conversation = await operation.talk(visitor, team=team, language="en")
    due = operation.clock.now() + timedelta(hours=hours)
    step = NextStep(**{"what": f"Call {visitor}", "who": "agent", "channel": "phone", "due_at": due, **more})
    await operation.store.run(service.wrap_up, agent, conversation, "solved" if team == "care" else "not_now", step)
    (notice,) = await operation.notices(conversation, "promise")
    made: str = notice.params["promise"]
    return made


async def listed(operation: Any, actor: Any = None, **more: Any) -> PromiseList:
    found: PromiseList = await operation.store.read(promises.promises, actor or operation.aino, SITE, **more)
    return found


async def one(operation: Any, promise_id: str) -> PromiseLine:
    found = await listed(operation, operation.maija, state="all", owner="all")
    return next(line for line in found.items if line.promise.id == promise_id)


async def test_the_next_due_comes_first_with_its_clock(operation: Any) -> None:
    ids = {hours: await promise(operation, hours, f"v_{hours}") for hours in (30, 2, 6)}
    operation.clock.move(hours=3)
    found = await listed(operation)
    assert [line.promise.id for line in found.items] == [ids[2], ids[6], ids[30]]
    assert [line.late for line in found.items] == [True, False, False]
    counts = found.counts
    assert (counts.open, counts.late, counts.today) == (3, 1, 2)
    assert found.items[0].text == "You will be called today before 13:00 by Aino."
    assert found.items[2].text == "You will be called tomorrow before 17:00 by Aino."


async def test_a_page_at_a_time(operation: Any) -> None:
    ids = [await promise(operation, 1 + n // 2, f"v_{n}") for n in range(5)]
    seen: list[str] = []
    cursor = None
    for _ in range(3):
        page = await listed(operation, cursor=cursor, limit=2)
        seen += [line.promise.id for line in page.items]
        cursor = page.next
        assert page.counts.open == 5
    assert (seen, cursor) == (ids, None)
    everything = await listed(operation, state="all", limit=2)
    rest = await listed(operation, state="all", limit=9, cursor=everything.next)
    assert [line.promise.id for line in (*everything.items, *rest.items)] == ids[::-1]


async def test_own_teams_only(operation: Any) -> None:
    sale, care = await promise(operation), await promise(operation, 5, "v_2", "care")
    assert [line.promise.id for line in (await listed(operation)).items] == [sale]
    assert [line.promise.id for line in (await listed(operation, operation.eero, owner="all")).items] == [care]
    assert {line.promise.id for line in (await listed(operation, operation.maija)).items} == {sale, care}
    for command in (promises.done, promises.cancel):
        with pytest.raises(NoSuchPromise):
            await operation.store.run(command, operation.eero, sale, "mine?")
    with pytest.raises(NoSuchPromise):
        await operation.store.run(promises.move, operation.eero, sale, operation.clock.now() + timedelta(days=1), "")
    with pytest.raises(NoSuchPromise):
        await operation.store.run(promises.done, operation.aino, "p_none", "")
    with pytest.raises(NotFound):
        await operation.store.read(promises.promises, operation.aino, "other-site")


async def test_mine_are_those_i_am_to_keep(operation: Any) -> None:
    liisa = await operation.add_agent("Liisa", "bike-sales")
    await promise(operation)
    theirs = await promise(operation, 5, "v_2", agent_id=liisa.id)
    assert [line.promise.id for line in (await listed(operation, liisa, owner="me")).items] == [theirs]
    assert (await listed(operation, liisa, owner="me")).counts.open == 1
    assert (await listed(operation, liisa, owner="team")).counts.open == 2


async def test_done_in_time_and_late(operation: Any) -> None:
    early, late = await promise(operation, 2), await promise(operation, 3, "v_2")
    operation.clock.move(hours=2)
    kept = await operation.store.run(promises.done, operation.aino, early, "Talked, buys on Friday")
    assert (kept.promise.state, kept.late) == ("done", False)
    operation.clock.move(hours=2)
    kept_late = await operation.store.run(promises.done, operation.aino, late, "")
    assert kept_late.late
    assert [(entry.what, entry.by, entry.note) for entry in kept.history] == [
        ("made", "Aino", ""),
        ("done", "Aino", "Talked, buys on Friday"),
    ]
    again = await operation.store.run(promises.done, operation.aino, early, "Again")
    assert (again.promise.done_at, len(again.history)) == (kept.promise.done_at, 2)
    assert (await listed(operation)).items == []
    assert {line.promise.id for line in (await listed(operation, state="done")).items} == {early, late}


async def test_done_by_two_at_once_is_done_once(operation: Any) -> None:
    made = await promise(operation)
    await asyncio.gather(*(operation.store.run(promises.done, operation.aino, made, str(n)) for n in range(6)))
    assert [entry.what for entry in (await one(operation, made)).history] == ["made", "done"]


async def test_moved_and_the_visitor_reads_the_new_time(operation: Any) -> None:
    made = await promise(operation)
    conversation = (await one(operation, made)).promise.conversation
    due = operation.clock.now() + timedelta(days=1)
    moved = await operation.store.run(promises.move, operation.aino, made, due, "Stock comes tomorrow")
    assert (moved.promise.due_at, moved.promise.first_due_at) == (due, due - timedelta(hours=20))
    assert moved.history[-1].what == "moved"
    assert moved.history[-1].details == {"before": "2026-11-02T13:00:00Z", "after": "2026-11-03T09:00:00Z"}
    said = [message.params["text"] for message in await operation.notices(conversation, "promise")]
    assert said == [
        "You will be called today before 15:00 by Aino.",
        "You will be called tomorrow before 11:00 by Aino.",
    ]
    assert (await operation.store.read(promises.promised, conversation)).due_at == due
    await operation.store.run(promises.move, operation.aino, made, due, "the same again")
    assert len(await operation.notices(conversation, "promise")) == 2


@pytest.mark.parametrize("away", [timedelta(0), timedelta(hours=-1), timedelta(days=367)])
async def test_moved_only_to_a_time_that_can_be_promised(operation: Any, away: timedelta) -> None:
    made = await promise(operation)
    with pytest.raises(BadPromise) as caught:
        await operation.store.run(promises.move, operation.aino, made, operation.clock.now() + away, "")
    assert caught.value.details == {"field": "due_at"}
    assert len((await one(operation, made)).history) == 1


async def test_a_talk_long_over_is_not_written_into(operation: Any) -> None:
    made = await promise(operation, 24 * 20)
    conversation = (await one(operation, made)).promise.conversation
    operation.clock.move(days=8)
    await operation.store.run(
        promises.move, operation.aino, made, operation.clock.now() + timedelta(days=30), "Later than thought"
    )
    assert len(await operation.notices(conversation, "promise")) == 1


async def test_handed_to_a_colleague(operation: Any) -> None:
    liisa = await operation.add_agent("Liisa", "bike-sales")
    made = await promise(operation)
    handed = await operation.store.run(promises.hand_on, operation.aino, made, liisa.id, "", "I am off at two")
    assert (handed.promise.agent_id, handed.agent_name, handed.promise.team) == (liisa.id, "Liisa", "bike-sales")
    assert handed.text == "You will be called today before 15:00 by Liisa."
    assert len(await operation.notices(handed.promise.conversation, "promise")) == 2
    assert handed.history[-1].details["from_agent"] == operation.aino.id


async def test_handed_to_another_team(operation: Any) -> None:
    made = await promise(operation)
    handed = await operation.store.run(promises.hand_on, operation.aino, made, "", "care", "A warranty case")
    assert (handed.promise.team, handed.promise.agent_id, handed.text) == (
        "care",
        "",
        "You will be called today before 15:00.",
    )
    assert (await listed(operation)).items == []
    assert [line.promise.id for line in (await listed(operation, operation.eero)).items] == [made]
    with pytest.raises(NoSuchPromise):
        await operation.store.run(promises.done, operation.aino, made, "")
    await operation.store.run(promises.done, operation.eero, made, "")


@pytest.mark.parametrize(
    ("agent", "team", "field"),
    [("", "", "agent_id"), ("u_none", "", "agent_id"), ("", "nobody", "team"), ("eero", "bike-sales", "agent_id")],
)
async def test_handed_to_nobody(operation: Any, agent: str, team: str, field: str) -> None:
    made = await promise(operation)
    agent = operation.eero.id if agent == "eero" else agent
    with pytest.raises(BadPromise) as caught:
        await operation.store.run(promises.hand_on, operation.aino, made, agent, team, "")
    assert caught.value.details["field"] == field


async def test_handed_to_an_agent_of_another_team_goes_to_that_team(operation: Any) -> None:
    made = await promise(operation)
    handed = await operation.store.run(promises.hand_on, operation.aino, made, operation.eero.id, "", "")
    assert (handed.promise.team, handed.agent_name) == ("care", "Eero")


async def test_cancelled_with_a_reason(operation: Any) -> None:
    made = await promise(operation)
    with pytest.raises(BadPromise) as caught:
        await operation.store.run(promises.cancel, operation.aino, made, " ")
    assert caught.value.details == {"field": "note"}
    void = await operation.store.run(promises.cancel, operation.aino, made, "They bought meanwhile")
    assert (void.promise.state, void.late) == ("cancelled", False)
    assert await operation.store.read(promises.promised, void.promise.conversation) is None


async def test_what_is_settled_stays_settled(operation: Any) -> None:
    made = await promise(operation)
    await operation.store.run(promises.done, operation.aino, made, "")
    for attempt in (
        (promises.cancel, operation.aino, made, "no"),
        (promises.move, operation.aino, made, operation.clock.now() + timedelta(days=1), ""),
        (promises.hand_on, operation.aino, made, "", "care", ""),
    ):
        with pytest.raises(PromiseSettled):
            await operation.store.run(*attempt)


async def test_the_console_hears_of_it(operation: Any, bus: LocalBus) -> None:
    heard: list[tuple[str, bytes]] = []
    for team in ("bike-sales", "care"):
        bus.subscribe(f"followups:{SITE}:{team}", lambda topic, body: heard.append((topic, body)))
    made = await promise(operation)
    await operation.store.run(promises.hand_on, operation.aino, made, "", "care", "")
    topics = [(topic.rpartition(":")[2], body.split(b'"')[3].decode()) for topic, body in heard]
    assert topics == [
        ("bike-sales", "followups.promise_made"),
        ("care", "followups.promise_handed_on"),
        ("bike-sales", "followups.promise_handed_on"),
    ]


async def test_erased_with_the_visitor_and_by_age(operation: Any) -> None:
    first, second = await promise(operation, 2), await promise(operation, 2, "v_2")
    third = await promise(operation, 2, "v_3")
    await operation.store.run(lambda tx: tx.emit(VisitorErased(SITE, "v_1")))
    assert {line.promise.id for line in (await listed(operation)).items} == {second, third}
    await operation.store.run(promises.done, operation.aino, second, "")
    operation.clock.move(days=2)
    await operation.store.run(lambda tx: tx.emit(RetentionDue(SITE, operation.clock.now() - timedelta(days=1))))
    left = await listed(operation, operation.maija, state="all", owner="all")
    assert {line.promise.id for line in left.items} <= {third}
    assert await operation.store.read(store.promise, first) is None


async def test_a_conversation_that_is_gone_takes_its_words_along(operation: Any) -> None:
    made = await promise(operation)
    conversation = (await one(operation, made)).promise.conversation
    await operation.store.run(lambda tx: tx.emit(ConversationsErased(SITE, [conversation])))
    ended = await operation.store.read(store.wrap_up, conversation)
    assert (ended.result, ended.next_step, ended.promise) == ("not_now", None, None)
    assert await operation.store.read(store.promise, made) is None
