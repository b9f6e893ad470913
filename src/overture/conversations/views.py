"""What other domains, the console and the launcher may read of conversations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from overture.accounts.access import teams_of
from overture.accounts.model import Actor
from overture.accounts.permissions import READ_CONVERSATIONS
from overture.conversations import store
from overture.conversations.model import Conversation, ConversationHead, MessageView, NoteView
from overture.conversations.service import the_conversation
from overture.kit.clock import to_ms
from overture.kit.pagination import Page, decode_cursor, encode_cursor, page_limit
from overture.store import Tx

MESSAGES_AT_ONCE = 500  # of at most 8,000 characters each; whoever gets as many asks again
INBOX_AT_ONCE = 500  # lines that a console gets at its start; more than anybody works through


class TalkView(msgspec.Struct, frozen=True):
    """A conversation with what a client lacks of it."""

    talk: Conversation
    messages: list[MessageView]
    notes: list[NoteView]


def talk_after(tx: Tx, talk: Conversation, last_seq: int, *, last_note: int | None = None) -> TalkView:
    """The conversation and its messages after `last_seq`; notes after `last_note`, if notes are to be seen."""
    messages = store.messages_after(tx, talk.id, last_seq, MESSAGES_AT_ONCE) if last_seq < talk.last_seq else []
    notes = [] if last_note is None or last_note >= talk.last_note else store.notes_after(tx, talk.id, last_note)
    return TalkView(talk, messages, notes)


def of_visitor(tx: Tx, visitor: str, within_days: int = 7) -> Conversation | None:
    """The visitor's open conversation, or the latest closed one while its promise may still matter to them."""
    talk = store.open_of(tx, visitor) or store.latest_of(tx, visitor)
    if talk is None or (talk.closed_at is not None and (tx.now - talk.closed_at).days >= within_days):
        return None
    return talk


def messages_after(tx: Tx, actor: Actor, conversation: str, after: int) -> Page[MessageView]:
    """A conversation's messages after a seq; `next` is the seq to go on after."""
    talk = the_conversation(tx, actor, conversation)
    items = store.messages_after(tx, talk.id, after, MESSAGES_AT_ONCE)
    more = bool(items) and items[-1].seq < talk.last_seq
    return Page(items, str(items[-1].seq) if more else None)


def heads(
    tx: Tx,
    actor: Actor,
    site: str,
    *,
    state: str = "open",
    team: str = "",
    mine: bool = False,
    words: str = "",
    cursor: str | None = None,
    limit: int | None = None,
) -> Page[ConversationHead]:
    """The inbox, latest first, of the actor's teams."""
    teams = teams_of(actor, READ_CONVERSATIONS, site)
    if team:
        teams = [team] if teams is None or team in teams else []
    size = page_limit(limit)
    at, last = decode_cursor(cursor, tuple[int, str]) if cursor else (0, "")
    items = store.list_heads(
        tx,
        site,
        teams=teams,
        state=state,
        agent=actor.id if mine else "",
        words=words,
        before=(int(at), str(last)) if cursor else None,
        limit=size + 1,
    )
    shown, more = items[:size], len(items) > size
    return Page(shown, _after(tx, shown[-1], state) if more else None)


def _after(tx: Tx, head: ConversationHead, state: str) -> str:
    return encode_cursor(to_ms(store.order_key(tx, head.id, state)), head.id)


def had_any(tx: Tx, site: str) -> bool:
    """Whether the site ever had a conversation."""
    return store.had_any(tx, site)


def inbox(tx: Tx, actor: Actor, site: str) -> list[ConversationHead]:
    """The open lines of the actor's teams, latest first. With very many, own ones and those that wait are there too."""
    teams = teams_of(actor, READ_CONVERSATIONS, site)
    lines = store.list_heads(tx, site, teams=teams, state="open", limit=INBOX_AT_ONCE)
    if len(lines) == INBOX_AT_ONCE:
        own = store.list_heads(tx, site, teams=teams, state="open", agent=actor.id, limit=INBOX_AT_ONCE)
        waiting = store.list_heads(tx, site, teams=teams, state="waiting", limit=INBOX_AT_ONCE)
        every = {head.id: head for head in (*lines, *own, *waiting)}
        lines = sorted(every.values(), key=lambda head: (head.last_at, head.id), reverse=True)
    return lines


def unanswered_of(tx: Tx, site: str) -> dict[str, tuple[int, datetime]]:
    """How many open conversations of each team have a message without an answer, and since when the oldest."""
    return store.unanswered_of(tx, site)


def transcript(tx: Tx, actor: Actor, conversation: str) -> str:
    """The conversation as plain text: what both sides saw, without notes."""
    talk = the_conversation(tx, actor, conversation)
    lines = [f"Conversation {talk.id}, {talk.team}, opened {talk.opened_at:%Y-%m-%d %H:%M:%S} UTC"]
    after = 0
    while messages := store.messages_after(tx, talk.id, after, MESSAGES_AT_ONCE):
        lines += [_line(message) for message in messages]
        after = messages[-1].seq
    return "\n".join(lines) + "\n"


def _line(message: MessageView) -> str:
    name = message.author.name or {"system": "*", "visitor": "Visitor"}.get(message.author.kind, message.author.kind)
    return f"[{message.at:%Y-%m-%d %H:%M:%S}] {name}: {message.text}"


def talks(tx: Tx, site: str, visitor: str, since: datetime, until: datetime) -> list[tuple[str, datetime]]:
    """(conversation, instant both sides had written) of the visitor's talks in which that was between the two."""
    return [
        (talk.id, talk.first_answer_at)
        for talk in reversed(store.of_visitor(tx, visitor))
        if talk.site == site and talk.first_answer_at is not None and since <= talk.first_answer_at <= until
    ]


def earlier(tx: Tx, visitor: str, than: str, limit: int = 20) -> list[Conversation]:
    """The visitor's other conversations, latest first."""
    return [talk for talk in store.of_visitor(tx, visitor) if talk.id != than][:limit]


def visitors_in_talks(tx: Tx, site: str, teams: list[str]) -> list[str]:
    """The visitors whose conversation with one of these teams is not closed."""
    return store.visitors_in_talks(tx, site, teams) if teams else []


def held_of(tx: Tx, site: str, visitor: str) -> list[dict[str, Any]]:
    """Everything said with a visitor, and the notes about them, for whoever asks what is held of them."""
    held = []
    for talk in store.of_visitor(tx, visitor):
        if talk.site == site:
            messages = store.messages_after(tx, talk.id, 0, talk.last_seq)
            held.append({"conversation": talk.head, "messages": messages, "notes": store.notes_after(tx, talk.id, 0)})
    return held
