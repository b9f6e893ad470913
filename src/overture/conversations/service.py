"""Use cases of conversations: what visitors, agents and the house may do in one.

Every change bumps the conversation's version; every message takes the next seq in a row that this command has
locked, which is what makes numbers gapless whatever runs beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import msgspec

from overture.accounts.access import held, within
from overture.accounts.model import Actor
from overture.accounts.permissions import (
    ANSWER_CONVERSATIONS,
    READ_CONVERSATIONS,
    TRANSFER_CONVERSATIONS,
    WRAP_UP,
    WRITE_MESSAGES,
    WRITE_NOTES,
    Permission,
)
from overture.conversations import store
from overture.conversations.errors import Closed, NotAnswering
from overture.conversations.events import (
    BothWrote,
    ConversationClosed,
    ConversationEnded,
    ConversationOpened,
    ConversationTransferred,
    FirstAnswer,
    HeadChanged,
    LineChanged,
    MarksMoved,
    MessageSent,
    NoteWritten,
)
from overture.conversations.model import Author, ChatNow, Conversation, MessageView, Noted, NoteView, Opener, Sent
from overture.conversations.notices import fallback
from overture.conversations.routing import not_answering, route, the_plan
from overture.conversations.words import MAX_TEXT, check_cid, clean, preview
from overture.desk import service as desk
from overture.desk import views as desk_views
from overture.desk.errors import Taken
from overture.kit.clock import to_ms
from overture.kit.errors import NotFound
from overture.kit.ids import new_id
from overture.store import Tx
from overture.visits import service as visits

LEFT_AFTER = timedelta(minutes=10)  # without a chat window and without a word: the visitor is gone
WORDS_AT_MOST = 200  # messages of a conversation that are read for its gist
SYSTEM = Author("system")
ANSWERED: dict[str, Any] = {"unanswered_since": None, "escalated_at": None}  # nobody waits for an answer any more


class _SaidBefore(Exception):
    """The author has said it under this cid already: `sent` is what became of it then."""

    def __init__(self, tx: Tx, author: str, cid: str) -> None:
        known = store.message_by_cid(tx, author, cid)
        assert known is not None
        self.sent = Sent(*known)


# ---- the visitor's side ------------------------------------------------------------------------------------


def say_as_visitor(tx: Tx, visitor: str, cid: str, text: str, opener: Callable[[], Opener]) -> Sent:
    """Store what the visitor says; the first message opens the conversation. The same cid again changes nothing.

    `opener` is asked only then, and when it goes on after its end; it raises for who may not. EmptyMessage,
    MessageTooLong, BadCid; NotAnswering if it would open a conversation that nobody could hold.
    """
    check_cid(cid)
    text = clean(text)
    talk = _own(tx, visitor)
    if talk is not None and talk.state != "wrapping_up":
        return _say(tx, talk, cid, text)
    if (known := store.message_by_cid(tx, visitor, cid)) is not None:
        return Sent(*known)
    if talk is None:
        who = opener()
        talk = _open(tx, who)
        if talk is None:  # another tab opened it in this instant
            return say_as_visitor(tx, visitor, cid, text, opener)
        return _first_words(tx, talk, who, cid, text)
    opener()  # who may not open one may not go on with one that has ended
    talk = _come_back(tx, talk)
    return _say(tx, talk, cid, text)


def _own(tx: Tx, visitor: str) -> Conversation | None:
    """The visitor's open conversation, locked; its ticket before it, for the desk may be asked (see the desk)."""
    if tx.is_postgresql and (seen := store.open_of(tx, visitor)) is not None:
        desk.lock(tx, seen.id)
    return store.open_of(tx, visitor, lock=True)


def _say(tx: Tx, talk: Conversation, cid: str, text: str) -> Sent:
    """Store what the visitor says in the locked conversation."""
    try:
        talk = _append(tx, talk, Author("visitor", talk.visitor, talk.visitor_name), text, cid=cid)
    except _SaidBefore as before:
        return before.sent
    return Sent(talk.id, talk.last_seq, tx.now)


def _open(tx: Tx, opener: Opener) -> Conversation | None:
    plan = the_plan(tx, opener.site)
    team = route(tx, plan, opener)
    available = desk_views.availability(tx, opener.site, team)
    if not available.answering and not opener.simulated:
        raise not_answering(available)
    talk = Conversation(
        id=new_id("c"),
        site=opener.site,
        team=team,
        state="waiting",
        visitor=opener.visitor,
        visitor_name=opener.name,
        visit=None,
        language=opener.language[:16],
        page=opener.page[:2_000],
        invitation=opener.invitation or None,
        plan_version=plan.version,
        simulated=opener.simulated,
        opened_at=tx.now,
        waiting_since=tx.now,
        agent_id="",
        agent_name="",
        answered_at=None,
        first_answer_at=None,
        both_wrote=False,
        last_seq=0,
        last_text="",
        last_at=tx.now,
        last_author="visitor",
        last_note=0,
        unread=0,
        visitor_delivered=0,
        visitor_read=0,
        agent_delivered=0,
        agent_read=0,
        visitor_seen_at=tx.now,
        visitor_left_at=None,
        ended_at=None,
        closed_at=None,
        result="",
        version=0,
    )
    return talk if store.add(tx, talk) else None


def _first_words(tx: Tx, talk: Conversation, opener: Opener, cid: str, text: str) -> Sent:
    visit = visits.record_chat(tx, talk.visitor, opener.trigger)
    if visit is not None:
        talk = store.save(tx, talk, visit=visit)
    tx.emit(
        ConversationOpened(
            talk.id,
            talk.site,
            talk.team,
            talk.visitor,
            visit or "",
            opener.invitation,
            talk.plan_version,
            talk.simulated,
            tx.now,
        )
    )
    talk = _append(tx, talk, Author("visitor", talk.visitor, talk.visitor_name), text, cid=cid)
    known = store.agent_who_knows(tx, talk.visitor)
    desk.add_ticket(tx, talk.id, talk.site, talk.team, talk.visitor, known_agent=known, simulated=talk.simulated)
    return Sent(talk.id, talk.last_seq, tx.now, opened=True)


def _come_back(tx: Tx, talk: Conversation) -> Conversation:
    """The visitor writes before it was wrapped up: it goes on, with the same agent if they are free."""
    known = talk.agent_id
    talk = store.save(
        tx,
        talk,
        state="waiting",
        agent_id="",
        agent_name="",
        answered_at=None,
        waiting_since=tx.now,
        ended_at=None,
        visitor_left_at=None,
    )
    talk = notice(tx, talk, "visitor_returned")
    desk.wait_again(tx, talk.id, talk.team, known_agent=known, fresh=True)
    return _locked(tx, talk.id)


def mark_as_visitor(tx: Tx, visitor: str, delivered: int, read: int) -> None:
    """How far the visitor has received and read; marks never go back nor beyond the end."""
    talk = store.open_of(tx, visitor, lock=True) or store.latest_of(tx, visitor)
    if talk is None:
        return
    read = max(talk.visitor_read, min(read, talk.last_seq))
    delivered = max(talk.visitor_delivered, read, min(delivered, talk.last_seq))
    if (delivered, read) != (talk.visitor_delivered, talk.visitor_read):
        store.save_marks(tx, talk, visitor_delivered=delivered, visitor_read=read)
        tx.emit(MarksMoved(talk.id, "visitor", delivered, read))


def end_as_visitor(tx: Tx, visitor: str, conversation: str) -> None:
    """The visitor ends it: an agent who was there wraps up, without one it is closed. Again: nothing."""
    of_visitor(tx, visitor, conversation)
    desk.lock(tx, conversation)
    talk = _locked(tx, conversation)
    if talk.state in ("waiting", "active"):
        _visitor_gone(tx, talk, "visitor")


def visitors_seen(tx: Tx, conversations: list[str]) -> None:
    """These conversations are open in their visitors' windows."""
    store.set_seen(tx, conversations)


def chat_now(tx: Tx, visitor: str) -> ChatNow | None:
    """The visitor's conversation that is not closed, with what they have not read."""
    talk = store.open_of(tx, visitor)
    if talk is None:
        return None
    return ChatNow(talk.id, talk.state, store.unread(tx, talk.id, talk.visitor_read, ("agent", "bot")))


def of_visitor(tx: Tx, visitor: str, conversation: str) -> Conversation:
    """The visitor's own conversation; NotFound for anybody else's."""
    talk = store.conversation(tx, conversation)
    if talk is None or talk.visitor != visitor:
        raise NotFound("There is no such conversation of yours", conversation=conversation[:64])
    return talk


# ---- the agents' side --------------------------------------------------------------------------------------


def say_as_agent(tx: Tx, actor: Actor, conversation: str, cid: str, text: str, canned: str = "") -> Sent:
    """Store an agent's answer. Whoever answers a conversation that waits takes it; Taken if a colleague has it."""
    check_cid(cid)
    text = clean(text)
    talk = _to_answer(tx, actor, conversation)
    if talk.state == "active" and talk.agent_id == actor.id:
        return _answer(tx, talk, actor, cid, text, canned)
    if (known := store.message_by_cid(tx, actor.id, cid)) is not None:
        return Sent(*known)
    if talk.state == "closed":
        raise Closed("This conversation is closed: the visitor opens a new one by writing", conversation=conversation)
    if not talk.agent_id:
        desk.take(tx, actor, conversation)
        talk = _locked(tx, conversation)
    if talk.agent_id != actor.id:
        raise Taken(f"{talk.agent_name} has this conversation: take it over first, or write a note", by=talk.agent_name)
    return _answer(tx, talk, actor, cid, text, canned)


def _to_answer(tx: Tx, actor: Actor, conversation: str) -> Conversation:
    """The conversation, locked; its ticket before it, for a first answer tells the desk."""
    if tx.is_postgresql and the_conversation(tx, actor, conversation, ANSWER_CONVERSATIONS).state != "closed":
        desk.lock(tx, conversation)
    return the_conversation(tx, actor, conversation, ANSWER_CONVERSATIONS, lock=True)


def _answer(tx: Tx, talk: Conversation, actor: Actor, cid: str, text: str, canned: str) -> Sent:
    """Store what the agent says in their own conversation, which this command has locked."""
    try:
        talk = _append(tx, talk, Author("agent", actor.id, actor.name), text, cid=cid, canned=canned)
    except _SaidBefore as before:
        return before.sent
    if canned:
        store.count_use(tx, talk.site, canned)
    if talk.answered_at is None:
        _answered(tx, talk)
    return Sent(talk.id, talk.last_seq, tx.now)


def _answered(tx: Tx, talk: Conversation) -> None:
    values: dict[str, Any] = {"answered_at": tx.now, "both_wrote": True}
    if talk.first_answer_at is None:
        values["first_answer_at"] = tx.now
        after_ms = to_ms(tx.now) - to_ms(talk.opened_at)
        tx.emit(FirstAnswer(talk.id, talk.site, talk.team, talk.agent_id, after_ms, tx.now))
    if not talk.both_wrote:
        tx.emit(BothWrote(talk.id, talk.site, talk.team, talk.visitor, tx.now))
    store.save(tx, talk, **values)
    desk.answered(tx, talk.id, talk.agent_id)


def say_as_program(tx: Tx, actor: Actor, site: str, conversation: str, cid: str, text: str) -> tuple[Sent, bool]:
    """Store what a program says, under its token's name and shown as a bot; and whether it is new.

    The same cid again changes nothing. It answers nobody's waiting and takes the conversation from nobody. Closed
    once that is over.
    """
    check_cid(cid)
    text = clean(text)
    talk = the_conversation(tx, actor, conversation, WRITE_MESSAGES, lock=True)
    if talk.site != site:
        raise NotFound("There is no such conversation on this site", conversation=conversation[:64])
    if (known := store.message_by_cid(tx, actor.id, cid)) is not None:
        return Sent(*known), False
    if talk.state == "closed":
        raise Closed("This conversation is closed: the visitor opens a new one by writing", conversation=conversation)
    talk = _append(tx, talk, Author("bot", actor.id, actor.name), text, cid=cid)
    return Sent(talk.id, talk.last_seq, tx.now), True


def write_note(tx: Tx, actor: Actor, conversation: str, cid: str, text: str) -> Noted:
    """Store a private note after the latest message. The same cid again changes nothing."""
    check_cid(cid)
    text = clean(text)
    talk = the_conversation(tx, actor, conversation, WRITE_NOTES, lock=True)
    if (known := store.note_by_cid(tx, actor.id, cid)) is not None:
        return Noted(known[0], known[1].number, known[1].at)
    note = NoteView(talk.last_note + 1, talk.last_seq, actor.id, actor.name, text, tx.now, cid)
    store.add_note(tx, talk.id, note)
    store.save(tx, talk, last_note=note.number)
    tx.emit(NoteWritten(talk.id, note))
    return Noted(talk.id, note.number, tx.now)


def mark_as_agent(tx: Tx, actor: Actor, conversation: str, delivered: int, read: int) -> None:
    """How far the conversation's agent has received and read. A colleague who looks on marks nothing."""
    talk = the_conversation(tx, actor, conversation, ANSWER_CONVERSATIONS, lock=True)
    if talk.agent_id != actor.id:
        return
    read = max(talk.agent_read, min(read, talk.last_seq))
    delivered = max(talk.agent_delivered, read, min(delivered, talk.last_seq))
    if (delivered, read) == (talk.agent_delivered, talk.agent_read):
        return
    unread = store.unread(tx, talk.id, read, ("visitor",)) if talk.unread else 0
    new = store.save_marks(tx, talk, agent_delivered=delivered, agent_read=read, unread=unread)
    tx.emit(MarksMoved(talk.id, "agent", delivered, read))
    if new.unread != talk.unread:
        tx.emit(LineChanged(new.head))


def attend(tx: Tx, actor: Actor, conversation: str) -> None:
    """The agent has begun to write the answer that the visitor waits for."""
    desk.attend(tx, conversation, actor.id)


def take(tx: Tx, actor: Actor, conversation: str) -> Conversation:
    """Take a conversation from the queue or a colleague. NoFreeSlot above one's limit, Taken when it is over."""
    the_conversation(tx, actor, conversation, ANSWER_CONVERSATIONS)
    desk.take(tx, actor, conversation)
    return _locked(tx, conversation)


def transfer(tx: Tx, actor: Actor, conversation: str, team: str, note: str = "", to_agent: str = "") -> Conversation:
    """Hand the conversation to another team, or to a colleague, with a note for them; the visitor is told.

    NotAnswering if nobody of the team is there, ColleagueNotFree if the colleague could not take it now.
    """
    talk = the_conversation(tx, actor, conversation, TRANSFER_CONVERSATIONS)
    if to_agent:
        return _hand_to(tx, actor, talk, to_agent, team, note)
    plan = the_plan(tx, talk.site)
    if team == talk.team or not any(one.name == team for one in plan.plan.teams):
        raise NotFound(f"There is no other team {team}", team=team[:64])
    available = desk_views.availability(tx, talk.site, team)
    if not available.answering:
        raise NotAnswering(
            f"Nobody of {team} could take it now: the visitor would wait unawares",
            **msgspec.to_builtins(available, builtin_types=()),
        )
    desk.lock(tx, conversation)
    return _hand_over(tx, actor, _to_hand_over(tx, actor, conversation, note), team)


def _to_hand_over(tx: Tx, actor: Actor, conversation: str, note: str) -> Conversation:
    """The conversation, locked, with the note for whoever gets it. Closed if there is nothing to hand over."""
    talk = _locked(tx, conversation)
    if talk.state not in ("waiting", "active"):
        raise Closed("This conversation is over: there is nothing to hand over", conversation=conversation)
    if note.strip():
        write_note(tx, actor, conversation, new_id("n"), note)
        talk = _locked(tx, conversation)
    return talk


def _hand_to(tx: Tx, actor: Actor, talk: Conversation, to_agent: str, team: str, note: str) -> Conversation:
    """Give it to a colleague: on its own team if they are on that, else on `team` or the first of theirs."""
    if to_agent == talk.agent_id:
        raise Taken(f"{talk.agent_name} has this conversation already", by=talk.agent_name)
    desk.lock(tx, talk.id)
    member, teams = desk.colleague(tx, talk.site, to_agent, beside=talk.agent_id)
    if team and team not in teams:
        raise NotFound(f"{member.name} is not on the team {team}", team=team[:64])
    talk = _to_hand_over(tx, actor, talk.id, note)
    old, new = talk.team, team or (talk.team if talk.team in teams else teams[0])
    talk = store.save(tx, talk, team=new)
    talk = notice(tx, talk, "handed_over", {"agent": actor.name, "to": member.name})
    if new != old:
        tx.emit(HeadChanged(talk.head, left_team=old))
        tx.emit(ConversationTransferred(talk.id, talk.site, old, new, actor.id))
    desk.hand_to(tx, talk.id, new, member.id, member.name)
    return _locked(tx, talk.id)


def _hand_over(tx: Tx, actor: Actor, talk: Conversation, team: str) -> Conversation:
    told = ("transferred", {"team": team, "agent": actor.name})
    return _to_team(tx, talk, team, actor.id, told, store.agent_who_knows(tx, talk.visitor), fresh=True)


def offer_to(tx: Tx, talk: Conversation, team: str, first: str = "") -> Conversation:
    """The house gives a (locked) conversation that nobody answers to another team, if one may, to `first` of them."""
    return _to_team(tx, talk, team, "", ("escalated", {"team": team}), first, fresh=False)


def _to_team(
    tx: Tx, talk: Conversation, team: str, by: str, told: tuple[str, dict[str, Any]], known: str, *, fresh: bool
) -> Conversation:
    """Let it wait for another team: at the end of their queue (`fresh`), or by how long it has waited."""
    old = talk.team
    values = {"agent_id": "", "agent_name": "", "answered_at": None, "waiting_since": tx.now}
    talk = store.save(tx, talk, team=team, state="waiting", **values)
    talk = notice(tx, talk, *told)
    tx.emit(HeadChanged(talk.head, left_team=old))
    tx.emit(ConversationTransferred(talk.id, talk.site, old, team, by))
    desk.wait_again(tx, talk.id, team, known_agent=known, fresh=fresh)
    return _locked(tx, talk.id)


def begin_wrap_up(tx: Tx, actor: Actor, conversation: str) -> Conversation:
    """End the talk so that it can be wrapped up: by the agent who has it, or a colleague if nobody has.

    Closed if it is over already.
    """
    the_conversation(tx, actor, conversation, WRAP_UP)
    desk.lock(tx, conversation)
    talk = _locked(tx, conversation)
    if talk.state == "closed":
        raise Closed("This conversation is closed already", conversation=conversation)
    if talk.state == "wrapping_up":
        return talk
    tx.emit(ConversationEnded(talk.id, talk.site, talk.team, talk.visitor, "agent", tx.now))
    who = {} if talk.agent_id else {"agent_id": actor.id, "agent_name": actor.name}
    talk = store.save(tx, talk, state="wrapping_up", ended_at=tx.now, waiting_since=None, **ANSWERED, **who)
    tx.emit(HeadChanged(talk.head))
    desk.finish(tx, talk.id)
    return talk


def close(tx: Tx, actor: Actor, conversation: str, result: str = "") -> Conversation:
    """Close a conversation that is wrapped up. Closed if it is already."""
    begin_wrap_up(tx, actor, conversation)
    talk = notice(tx, _locked(tx, conversation), "closed", {"agent": actor.name})
    return _close(tx, talk, result)


def set_result(tx: Tx, actor: Actor, conversation: str, result: str) -> Conversation:
    """Say what came of a conversation that closed without a result."""
    talk = the_conversation(tx, actor, conversation, lock=True)
    talk = store.save(tx, talk, result=result)
    tx.emit(HeadChanged(talk.head))
    return talk


def _close(tx: Tx, talk: Conversation, result: str) -> Conversation:
    ended = talk.ended_at or tx.now
    talk = store.save(tx, talk, state="closed", closed_at=tx.now, ended_at=ended, result=result, unread=0, **ANSWERED)
    visits.record_chat_ended(tx, talk.visitor)
    tx.emit(HeadChanged(talk.head))
    tx.emit(
        ConversationClosed(
            talk.id,
            talk.site,
            talk.team,
            talk.visitor,
            talk.visit or "",
            talk.agent_id,
            result,
            talk.first_answer_at is not None,
            tx.now,
        )
    )
    desk.finish(tx, talk.id)
    return talk


def the_conversation(
    tx: Tx, actor: Actor, conversation: str, permission: Permission = READ_CONVERSATIONS, *, lock: bool = False
) -> Conversation:
    """The conversation, if the actor's permission reaches it. To others it does not exist (NotFound)."""
    held(actor, permission)
    talk = store.conversation(tx, conversation, lock=lock)
    if talk is None or not within(actor, permission, talk.site, talk.team):
        raise NotFound("There is no such conversation on your teams", conversation=conversation[:64])
    return talk


# ---- the house's side --------------------------------------------------------------------------------------


def add_notice(tx: Tx, conversation: str, code: str, params: dict[str, Any], text: str) -> None:
    """Let the house say something in a conversation, open or closed; `text` is the English for clients without words.

    A conversation that has been erased is passed over.
    """
    talk = store.conversation(tx, conversation, lock=True)
    if talk is not None:
        _append(tx, talk, SYSTEM, text, notice=code, params=params)


def closed_at(tx: Tx, conversation: str) -> datetime | None:
    """When the conversation was closed; None while it is open or if it is gone."""
    talk = store.conversation(tx, conversation)
    return None if talk is None else talk.closed_at


def end_with_message(tx: Tx, visitor: str, conversation: str, tell: Callable[[Conversation], None]) -> None:
    """The visitor waits no longer: they are answered another way, which `tell` says in the conversation.

    The conversation is closed with all that was said in it. Closed if it is over already.
    """
    of_visitor(tx, visitor, conversation)
    desk.lock(tx, conversation)
    talk = _locked(tx, conversation)
    if talk.state not in ("waiting", "active"):
        raise Closed("This conversation is over: begin a new one", conversation=conversation)
    tell(talk)
    talk = _locked(tx, conversation)
    tx.emit(ConversationEnded(talk.id, talk.site, talk.team, talk.visitor, "visitor", tx.now))
    _close(tx, talk, "")


def words_of_visitor(tx: Tx, conversation: str) -> str:
    """What the visitor has written in a conversation, for whoever answers another way."""
    said = store.messages_after(tx, conversation, 0, WORDS_AT_MOST)
    return "\n".join(one.text for one in said if one.author.kind == "visitor")[:MAX_TEXT]


def notice_who_left(tx: Tx, limit: int = 200) -> int:
    """End the talks whose visitors closed the window ten minutes ago and said nothing since."""
    gone = store.unattended(tx, tx.now - LEFT_AFTER, limit)
    for conversation in gone:
        tx.apart(partial(_end_left, tx, conversation), None, conversation=conversation)
    return len(gone)


def _end_left(tx: Tx, conversation: str) -> None:
    desk.lock(tx, conversation)
    talk = _locked(tx, conversation)
    if talk.state == "active":
        _visitor_gone(tx, talk, "house")


def end_by_house(tx: Tx, visitor: str) -> None:
    """End the visitor's talk: they have been blocked."""
    talk = store.open_of(tx, visitor)
    if talk is None:
        return
    desk.lock(tx, talk.id)
    talk = _locked(tx, talk.id)
    if talk.state in ("waiting", "active"):
        _visitor_gone(tx, talk, "house")


def _visitor_gone(tx: Tx, talk: Conversation, by: Any) -> None:
    talk = notice(tx, talk, "visitor_left")
    tx.emit(ConversationEnded(talk.id, talk.site, talk.team, talk.visitor, by, tx.now))
    if talk.state == "waiting":
        _close(tx, talk, "")
        return
    talk = store.save(tx, talk, state="wrapping_up", ended_at=tx.now, visitor_left_at=tx.now, **ANSWERED)
    tx.emit(HeadChanged(talk.head))
    desk.finish(tx, talk.id)


def _locked(tx: Tx, conversation: str) -> Conversation:
    talk = store.conversation(tx, conversation, lock=True)
    if talk is None:
        raise NotFound("There is no such conversation on your teams", conversation=conversation[:64])
    return talk


def notice(tx: Tx, talk: Conversation, code: str, params: dict[str, Any] | None = None) -> Conversation:
    """Let the house say something in a locked conversation, as a code with params (see notices.py)."""
    params = params or {}
    return _append(tx, talk, SYSTEM, fallback(code, params), notice=code, params=params)


def _append(
    tx: Tx,
    talk: Conversation,
    author: Author,
    text: str,
    *,
    cid: str = "",
    notice: str = "",
    params: dict[str, Any] | None = None,
    canned: str = "",
) -> Conversation:
    """Give a message the next seq and tell of it. The conversation must be locked. _SaidBefore if it is there."""
    view = MessageView(talk.last_seq + 1, author, text, tx.now, cid, notice, params or {})
    said: dict[str, Any] = {"last_text": preview(text), "last_author": author.kind} if not notice else {}
    if author.kind == "visitor":
        said["unanswered_since"] = talk.unanswered_since or tx.now
    elif author.kind == "agent":
        said |= ANSWERED
    new = msgspec.structs.replace(
        talk,
        last_seq=view.seq,
        last_at=tx.now,
        unread=talk.unread + (author.kind == "visitor"),
        version=talk.version + 1,
        **said,
    )
    if not store.append(tx, new, view, canned):
        raise _SaidBefore(tx, author.id, cid)
    tx.emit(MessageSent(view, new.head))
    return new
