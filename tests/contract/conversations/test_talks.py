"""What a conversation promises, on both databases."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.contract.conftest import SITE, Operation

from overture.accounts.model import SYSTEM
from overture.conversations import canned, service, views
from overture.conversations import store as rows
from overture.conversations.errors import BadCid, Closed, EmptyMessage, MessageTooLong, NotAnswering, ShortcutTaken
from overture.conversations.events import BothWrote, ConversationClosed, ConversationOpened, FirstAnswer
from overture.conversations.hot import COLUMNS
from overture.conversations.model import CannedReplyDraft, Conversation, NoteView, Opener, Sent
from overture.desk import service as desk
from overture.desk.errors import Taken
from overture.kit.errors import Denied, NotFound
from overture.store import Event, Store, Tx
from overture.visits import privacy

TEAM = "bike-sales"


def opener(visitor: str = "v_1", **more: Any) -> Opener:
    return Opener(site=SITE, visitor=visitor, **{"language": "fi", "team": TEAM, **more})


async def say(op: Operation, text: str, cid: str, visitor: str = "v_1", **more: Any) -> Sent:
    return await op.store.run(service.say_as_visitor, visitor, cid, text, lambda: opener(visitor, **more))


async def the(op: Operation, talk: str) -> Conversation:
    found = await op.store.read(rows.conversation, talk)
    assert found is not None
    return found


def record(store: Store, *kinds: type[Event]) -> list[Any]:
    seen: list[Any] = []
    for kind in kinds:
        store.on(kind, lambda _tx, event: seen.append(event))
    return seen


def test_columns_stand_in_the_order_of_the_struct() -> None:
    assert tuple(column.name for column in rows.conversations.c) == COLUMNS


# ---- messages ------------------------------------------------------------------------------------------------


async def test_numbers_are_gapless_over_everything_the_visitor_may_see(operation: Operation) -> None:
    talk = (await say(operation, "Moi", "a")).conversation
    await operation.answer(talk)
    await operation.store.run(service.write_note, operation.aino, talk, "n1", "Wants a 56 cm frame")
    sent = await say(operation, "Joo", "b")
    said = await operation.said(talk)
    assert [(one.seq, one.author.kind) for one in said] == [(1, "visitor"), (2, "system"), (3, "agent"), (4, "visitor")]
    assert sent.seq == 4


async def test_the_same_cid_again_gives_the_same_seq_and_no_second_message(operation: Operation) -> None:
    first = await say(operation, "Moi", "a")
    again = await say(operation, "Moi", "a")
    assert (again.conversation, again.seq, again.at) == (first.conversation, first.seq, first.at)
    assert (first.opened, again.opened) == (True, False)
    answer = await operation.store.run(service.say_as_agent, operation.aino, first.conversation, "a", "Hei")
    assert answer.seq == 3  # an agent's cid is their own
    twice = await operation.store.run(service.say_as_agent, operation.aino, first.conversation, "a", "Hei")
    assert twice == answer
    assert len(await operation.said(first.conversation)) == 3


async def test_a_cid_sent_again_after_the_end_opens_nothing(operation: Operation) -> None:
    first = await say(operation, "Moi", "a")
    await operation.answer(first.conversation)
    await operation.store.run(service.close, operation.aino, first.conversation)
    assert (await say(operation, "Moi", "a")).conversation == first.conversation
    assert (await say(operation, "Hei taas", "b")).conversation != first.conversation


async def test_many_at_once_leave_no_gap_and_no_double(operation: Operation) -> None:
    talk = (await say(operation, "Moi", "first")).conversation
    await operation.answer(talk)
    texts = [f"{n}" for n in range(15)]
    visitors = [say(operation, text, f"v{text}") for text in texts for _ in range(2)]
    agents = [
        operation.store.run(service.say_as_agent, operation.aino, talk, f"a{text}", text)
        for text in texts
        for _ in "ab"
    ]
    answers = await asyncio.gather(*visitors, *agents, return_exceptions=True)
    assert not [one for one in answers if isinstance(one, Exception) and getattr(one, "status", 500) != 503]
    said = await operation.said(talk)
    assert [one.seq for one in said] == list(range(1, len(said) + 1))
    assert sorted(one.cid for one in said if one.cid) == sorted(
        {"first", "cid-1", *(f"v{text}" for text in texts), *(f"a{text}" for text in texts)}
    )
    by_cid = {one.cid: one.seq for one in said}
    assert all(sent.seq == by_cid[f"v{texts[n // 2]}"] for n, sent in enumerate(answers[:30]) if isinstance(sent, Sent))


async def test_first_messages_from_two_tabs_at_once_open_one_conversation(operation: Operation) -> None:
    sent = await asyncio.gather(*(say(operation, f"Moi {n}", f"c{n}") for n in range(6)))
    assert len({one.conversation for one in sent}) == 1
    assert sum(one.opened for one in sent) == 1
    said = [one for one in await operation.said(sent[0].conversation) if one.author.kind == "visitor"]
    assert sorted(one.text for one in said) == [f"Moi {n}" for n in range(6)]


@pytest.mark.parametrize(
    ("text", "cid", "error"),
    [
        ("", "a", EmptyMessage),
        (" \n\x00\x07 ", "a", EmptyMessage),
        ("x" * 8_001, "a", MessageTooLong),
        ("x", "", BadCid),
        ("x", "a b", BadCid),
        ("x", "c" * 65, BadCid),
    ],
)
async def test_what_can_t_be_said_stores_nothing(
    operation: Operation, text: str, cid: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        await say(operation, text, cid)
    assert await operation.store.read(rows.open_of, "v_1") is None


async def test_any_text_is_kept_as_it_is_but_for_controls_and_cards(operation: Operation) -> None:
    text = "Hyvää päivää! 👩🏽‍🚴 <b>ei</b> \x00'; DROP TABLE messages; -- %s ? {x}\nkorttini 4111 1111 1111 1111"
    talk = (await say(operation, text, "a")).conversation
    kept = (await operation.said(talk))[0].text
    assert kept == text.replace("\x00", "").replace("4111 1111 1111 1111", "•••• •••• •••• 1111")


# ---- opening ---------------------------------------------------------------------------------------------------


async def test_a_conversation_knows_its_plan_visit_and_route(operation: Operation) -> None:
    visit = await operation.visit("v_1")
    opened = record(operation.store, ConversationOpened)
    talk = await the(
        operation, (await say(operation, "Apua", "a", team="", page="https://x.example/help")).conversation
    )
    assert (talk.plan_version, talk.visit, talk.language) == (1, visit, "fi")
    assert (opened[0].conversation, opened[0].visit, opened[0].plan_version) == (talk.id, visit, 1)


async def test_without_a_visit_the_page_of_the_chat_is_what_routes_ask(operation: Operation) -> None:
    help_page = await the(
        operation, (await say(operation, "Apua", "a", team="", page="https://x.example/help")).conversation
    )
    assert help_page.team == "care"
    shop = await the(
        operation, (await say(operation, "Moi", "b", "v_2", team="", page="https://x.example/bikes")).conversation
    )
    assert shop.team == TEAM


async def test_it_is_never_opened_where_it_can_t_be_held(operation: Operation) -> None:
    await operation.store.run(desk.set_available, operation.aino, False)
    with pytest.raises(NotAnswering) as nobody:
        await say(operation, "Moi", "a")
    assert nobody.value.details["reason"] == "nobody"
    operation.clock.move(hours=12)
    with pytest.raises(NotAnswering) as closed:
        await say(operation, "Moi", "a")
    assert (closed.value.details["reason"], closed.value.details["next_at"]) == ("closed", "2026-11-03T08:00:00Z")
    assert await operation.store.read(rows.latest_of, "v_1") is None


async def test_an_open_conversation_goes_on_when_everybody_left(operation: Operation) -> None:
    await say(operation, "Moi", "a")
    await operation.store.run(desk.set_available, operation.aino, False)
    assert (await say(operation, "Hei?", "b")).seq == 3


# ---- the course of it --------------------------------------------------------------------------------------------


async def test_both_wrote_is_told_once(operation: Operation) -> None:
    seen = record(operation.store, BothWrote, FirstAnswer)
    talk = (await say(operation, "Moi", "a")).conversation
    operation.clock.move(seconds=7)
    for _ in range(2):
        await operation.answer(talk)
        await say(operation, "Joo", f"b{_}")
    assert [type(one) for one in seen] == [FirstAnswer, BothWrote]
    assert (seen[0].after_ms, seen[0].agent) == (7_000, operation.aino.id)


async def test_marks_move_forward_and_never_beyond_the_end(operation: Operation) -> None:
    talk = await operation.talk("v_1")
    run = operation.store.run
    await run(service.mark_as_visitor, "v_1", 99, 2)
    await run(service.mark_as_visitor, "v_1", 1, 1)
    await run(service.mark_as_agent, operation.aino, talk, 3, 1)
    now = await the(operation, talk)
    assert (now.visitor_delivered, now.visitor_read, now.agent_delivered, now.agent_read) == (3, 2, 3, 1)


async def test_unread_counts_the_visitor_s_messages_the_team_has_not_read(operation: Operation) -> None:
    talk = (await say(operation, "a", "a")).conversation
    await say(operation, "b", "b")
    assert (await the(operation, talk)).unread == 2
    await operation.store.run(service.mark_as_agent, operation.aino, talk, 3, 2)
    assert (await the(operation, talk)).unread == 1
    await operation.store.run(service.mark_as_agent, operation.maija, talk, 3, 3)
    assert (await the(operation, talk)).unread == 1  # a manager who looks on has not read it for the team
    chat = await operation.store.read(service.chat_now, "v_1")
    assert chat is not None
    assert chat.unread == 0
    await operation.answer(talk)
    chat = await operation.store.read(service.chat_now, "v_1")
    assert chat is not None
    assert (chat.conversation, chat.unread, chat.state) == (talk, 1, "active")


async def test_a_transfer_takes_note_and_context_along_and_tells_the_visitor(operation: Operation) -> None:
    talk = await operation.talk("v_1")
    await operation.store.run(service.transfer, operation.aino, talk, "care", "Brake rubs, order A1")
    now = await the(operation, talk)
    assert (now.team, now.state, now.agent_id) == ("care", "active", operation.eero.id)
    assert [one.notice for one in await operation.said(talk)][-2:] == ["transferred", "agent_joined"]
    view = await operation.store.read(lambda tx: views.talk_after(tx, rows.conversation(tx, talk), 0, last_note=0))
    assert [(one.text, one.after_seq) for one in view.notes] == [("Brake rubs, order A1", 3)]
    with pytest.raises(NotFound):
        await operation.store.read(service.the_conversation, operation.aino, talk)


async def test_it_is_not_handed_to_a_team_where_nobody_is(operation: Operation) -> None:
    talk = await operation.talk("v_1")
    await operation.store.run(desk.set_available, operation.eero, False)
    with pytest.raises(NotAnswering):
        await operation.store.run(service.transfer, operation.aino, talk, "care")
    assert (await the(operation, talk)).team == TEAM


async def test_who_answers_what_waits_has_it_and_nobody_else_may(operation: Operation) -> None:
    second = await operation.add_agent("Sanna", TEAM)
    for number in range(3):
        await operation.ask(f"w_{number}")
    talk = await operation.ask("v_1")
    assert (await the(operation, talk)).state == "waiting"
    await operation.answer(talk, second)
    assert (await the(operation, talk)).agent_name == "Sanna"
    with pytest.raises(Taken):
        await operation.answer(talk, operation.aino)


async def test_other_teams_see_nothing_of_it(operation: Operation) -> None:
    talk = await operation.talk("v_1")
    run, read, eero = operation.store.run, operation.store.read, operation.eero
    for attempt in (
        run(service.say_as_agent, eero, talk, "x", "Hei"),
        run(service.write_note, eero, talk, "x", "Hei"),
        run(service.take, eero, talk),
        run(service.transfer, eero, talk, "care"),
        run(service.mark_as_agent, eero, talk, 1, 1),
        run(service.close, eero, talk),
        read(views.messages_after, eero, talk, 0),
        read(views.transcript, eero, talk),
        read(service.the_conversation, eero, talk),
        read(service.the_conversation, operation.aino, "c_unknown"),
        run(service.end_as_visitor, "v_2", talk),
        read(service.of_visitor, "v_2", talk),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert (await read(views.heads, eero, SITE)).items == []
    assert [one.id for one in (await read(views.heads, operation.maija, SITE)).items] == [talk]


async def test_the_visitor_ends_it_and_the_agent_wraps_up(operation: Operation) -> None:
    closed = record(operation.store, ConversationClosed)
    talk = await operation.talk("v_1")
    await operation.store.run(service.end_as_visitor, "v_1", talk)
    await operation.store.run(service.end_as_visitor, "v_1", talk)
    assert (await the(operation, talk)).state == "wrapping_up"
    assert len(await operation.notices(talk, "visitor_left")) == 1
    assert await operation.store.read(desk.store.held_by, operation.aino.id) == []  # the slot is free again
    await operation.store.run(service.close, operation.aino, talk, "bought")
    with pytest.raises(Closed):
        await operation.answer(talk)
    assert [(one.result, one.answered, one.agent) for one in closed] == [("bought", True, operation.aino.id)]


async def test_who_comes_back_before_the_wrap_up_goes_on_with_the_same_agent(operation: Operation) -> None:
    talk = await operation.talk("v_1")
    await operation.store.run(service.end_as_visitor, "v_1", talk)
    again = await say(operation, "Vielä yksi", "z")
    now = await the(operation, talk)
    assert (again.conversation, now.state, now.agent_id) == (talk, "active", operation.aino.id)
    assert [one.notice for one in await operation.said(talk)][-4:] == [
        "visitor_left", "visitor_returned", "agent_joined", "",
    ]  # fmt: skip


async def test_nobody_answered_and_the_visitor_left_it_is_closed(operation: Operation) -> None:
    for number in range(3):
        await operation.ask(f"w_{number}")
    closed = record(operation.store, ConversationClosed)
    talk = await operation.ask("v_1")
    await operation.store.run(service.end_as_visitor, "v_1", talk)
    assert [(one.conversation, one.answered) for one in closed] == [(talk, False)]


async def test_a_window_closed_ten_minutes_ago_ends_the_talk(operation: Operation) -> None:
    talk, other = await operation.talk("v_1"), await operation.talk("v_2")
    operation.clock.move(minutes=9, seconds=59)
    await operation.store.run(service.visitors_seen, [other])
    assert await operation.store.run(service.notice_who_left) == 0
    operation.clock.move(seconds=2)
    assert await operation.store.run(service.notice_who_left) == 1
    assert [(await the(operation, one)).state for one in (talk, other)] == ["wrapping_up", "active"]


async def test_notes_have_numbers_of_their_own_and_stand_after_a_seq(operation: Operation) -> None:
    talk = await operation.talk("v_1")
    run = operation.store.run
    first = await run(service.write_note, operation.aino, talk, "n1", "one")
    again = await run(service.write_note, operation.aino, talk, "n1", "one")
    second = await run(service.write_note, operation.maija, talk, "n1", "two")
    assert (first, second.number) == (again, 2)
    notes = await operation.store.read(rows.notes_after, talk, 0)
    assert [(one.number, one.after_seq, one.author_name) for one in notes] == [(1, 3, "Aino"), (2, 3, "Maija")]
    assert all(isinstance(one, NoteView) for one in notes)
    assert "one" not in await operation.store.read(views.transcript, operation.aino, talk)


# ---- reading -----------------------------------------------------------------------------------------------------


async def test_the_inbox_lists_pages_and_searches(operation: Operation) -> None:
    talks = []
    for number in range(5):
        talks.append(
            await operation.talk(f"v_{number}", agent=operation.aino)
            if number < 3
            else await operation.ask(f"v_{number}")
        )
        operation.clock.move(seconds=1)
    await say(operation, "Onko 50% alennus_koodi?", "find", "v_1")
    await operation.store.run(service.close, operation.aino, talks[0])

    async def ids(**how: Any) -> list[str]:
        found, cursor = [], ""
        while True:
            page = await operation.store.read(views.heads, operation.aino, SITE, limit=2, cursor=cursor, **how)
            found += [one.id for one in page.items]
            if page.next is None:
                return found
            cursor = page.next

    assert await ids() == [talks[3], talks[1], talks[4], talks[2]]  # the first waiting one has just got its agent
    assert await ids(state="closed") == [talks[0]]
    assert await ids(state="all") == talks[::-1]
    assert await ids(words="50% ALENNUS") == [talks[1]]
    assert await ids(words="alennus-koodi") == []
    assert await ids(team="care") == []
    assert set(await ids(mine=True, state="all")) == {talks[0], talks[1], talks[2], talks[3]}


async def test_messages_come_in_pages_and_the_transcript_is_whole(
    operation: Operation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MESSAGES_AT_ONCE", 4)
    talk = await operation.talk("v_1")
    for number in range(8):
        await say(operation, f"rivi {number}", f"l{number}")
    page = await operation.store.read(views.messages_after, operation.aino, talk, 0)
    assert ([one.seq for one in page.items], page.next) == ([1, 2, 3, 4], "4")
    text = await operation.store.read(views.transcript, operation.aino, talk)
    assert [line.rpartition(": ")[2] for line in text.splitlines()[-8:]] == [f"rivi {n}" for n in range(8)]


async def test_erasing_a_visitor_leaves_nothing_of_what_was_said(operation: Operation) -> None:
    await operation.visit("v_1")
    talk, other = await operation.talk("v_1"), await operation.talk("v_2")
    await operation.store.run(service.write_note, operation.aino, talk, "n", "secret")
    await operation.store.run(privacy.erase_visitor, operation.maija, SITE, "v_1")

    def left(tx: Tx) -> tuple[Any, ...]:
        return (
            rows.conversation(tx, talk),
            rows.messages_after(tx, talk, 0, 10),
            rows.notes_after(tx, talk, 0),
            desk.store.ticket(tx, talk),
        )

    assert await operation.store.read(left) == (None, [], [], None)
    assert (await the(operation, other)).last_seq == 3


# ---- canned replies --------------------------------------------------------------------------------------------------


async def test_canned_replies_belong_to_the_site_or_a_team_and_count_their_uses(operation: Operation) -> None:
    run, read = operation.store.run, operation.store.read
    size = await run(canned.add, operation.aino, SITE, CannedReplyDraft("koko", {"fi": "Mittaa jalan sisämitta"}, TEAM))
    await run(canned.add, operation.maija, SITE, CannedReplyDraft("/moi", {"fi": "Hei!", "en": " "}))
    assert [one.shortcut for one in await read(canned.replies, operation.aino, SITE)] == ["koko", "moi"]
    assert [one.shortcut for one in await read(canned.replies, operation.eero, SITE)] == ["moi"]
    with pytest.raises(Denied):
        await run(canned.add, operation.aino, SITE, CannedReplyDraft("x", {"fi": "x"}))
    with pytest.raises(NotFound):
        await run(canned.change, operation.eero, SITE, size.id, CannedReplyDraft("x", {"fi": "x"}, TEAM))
    with pytest.raises(ShortcutTaken):
        await run(canned.add, operation.maija, SITE, CannedReplyDraft("koko", {"fi": "x"}))
    talk = await operation.talk("v_1")
    await run(service.say_as_agent, operation.aino, talk, "c1", "Mittaa jalan sisämitta", size.id)
    await run(service.say_as_agent, operation.aino, talk, "c1", "Mittaa jalan sisämitta", size.id)
    await run(canned.change, operation.aino, SITE, size.id, CannedReplyDraft("koot", {"fi": "Mittaa"}, TEAM))
    changed = next(one for one in await read(canned.replies, operation.aino, SITE) if one.id == size.id)
    assert (changed.shortcut, changed.uses) == ("koot", 1)
    await run(canned.remove, operation.aino, SITE, size.id)
    assert [one.shortcut for one in await read(canned.replies, SYSTEM, SITE)] == ["moi"]


async def test_a_long_inbox_begins_with_own_and_waiting_ones_among_the_latest(
    operation: Operation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "INBOX_AT_ONCE", 3)
    colleague = await operation.add_agent("Sanna", TEAM)
    talks = []
    for number in range(4):
        talks.append(await operation.ask(f"v_{number}"))
        operation.clock.move(seconds=1)
    await operation.store.run(desk.set_available, colleague, True)
    for number in range(4, 6):
        talks.append(await operation.ask(f"v_{number}"))
        operation.clock.move(seconds=1)
    inbox = await operation.store.read(views.inbox, operation.aino, SITE)
    own = [head.id for head in inbox if head.agent_id == operation.aino.id]
    assert own == talks[2::-1]
    assert [head.id for head in inbox] == talks[::-1]
    assert len(await operation.store.read(views.inbox, colleague, SITE)) == 3
