"""All SQL of conversations."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    func,
    or_,
    select,
    text,
    union,
    update,
)

from overture.conversations.hot import add, append, conversation, message_by_cid, open_of
from overture.conversations.model import (
    OPEN,
    Author,
    CannedReply,
    Conversation,
    ConversationHead,
    MessageView,
    NoteView,
)
from overture.kit.clock import from_ms
from overture.store import Instant, Json, Tx, metadata
from overture.store.words import holds
from overture.visits import views as visit_views

OPEN_ONLY = text("state != 'closed'")
UNANSWERED_ONLY = text("unanswered_since IS NOT NULL")
ORDER = {"open": "last_at", "waiting": "last_at", "closed": "closed_at", "all": "opened_at"}
__all__ = ["add", "append", "conversation", "message_by_cid", "open_of"]

conversations = Table(
    "conversations",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("site", ForeignKey("sites.id", ondelete="CASCADE"), nullable=False),
    Column("team", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("visitor", String(64), nullable=False),
    Column("visitor_name", String(200), nullable=False),
    Column("visit", String(40)),
    Column("language", String(16), nullable=False),
    Column("page", Text, nullable=False),
    Column("invitation", String(40)),
    Column("plan_version", Integer, nullable=False),
    Column("simulated", Boolean, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("waiting_since", Instant),
    Column("agent_id", String(32), nullable=False),
    Column("agent_name", String(200), nullable=False),
    Column("answered_at", Instant),
    Column("first_answer_at", Instant),
    Column("both_wrote", Boolean, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("last_text", Text, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("last_author", String(16), nullable=False),
    Column("last_note", Integer, nullable=False),
    Column("unread", Integer, nullable=False),
    Column("visitor_delivered", Integer, nullable=False),
    Column("visitor_read", Integer, nullable=False),
    Column("agent_delivered", Integer, nullable=False),
    Column("agent_read", Integer, nullable=False),
    Column("visitor_seen_at", Instant, nullable=False),
    Column("visitor_left_at", Instant),
    Column("ended_at", Instant),
    Column("closed_at", Instant),
    Column("result", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("unanswered_since", Instant),
    Column("escalated_at", Instant),
    Column("escalated_to", Text, nullable=False, server_default=""),
    Index("uq_conversations_open", "visitor", unique=True, sqlite_where=OPEN_ONLY, postgresql_where=OPEN_ONLY),
    Index("ix_conversations_visitor_opened_at", "visitor", "opened_at"),
    Index("ix_conversations_site_closed_at", "site", "closed_at", "id"),
    Index("ix_conversations_site_opened_at", "site", "opened_at"),
    Index("ix_conversations_state_team", "site", "state", "team"),
    Index("ix_conversations_agent_id_state", "agent_id", "state"),
    Index(
        "ix_conversations_unanswered",
        "unanswered_since",
        sqlite_where=UNANSWERED_ONLY,
        postgresql_where=UNANSWERED_ONLY,
    ),
)

messages = Table(
    "messages",
    metadata,
    Column("conversation", ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("author_kind", String(16), nullable=False),
    Column("author_id", String(64), nullable=False),
    Column("author_name", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("cid", String(64)),
    Column("notice", String(32)),
    Column("params", Json),
    Column("canned", String(40)),
    UniqueConstraint("author_id", "cid", name="uq_messages_author_id"),
    sqlite_with_rowid=False,
)

notes = Table(
    "notes",
    metadata,
    Column("conversation", ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("after_seq", Integer, nullable=False),
    Column("author_id", String(64), nullable=False),
    Column("author_name", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("cid", String(64)),
    UniqueConstraint("author_id", "cid", name="uq_notes_author_id"),
)

canned_replies = Table(
    "canned_replies",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("site", ForeignKey("sites.id", ondelete="CASCADE"), nullable=False),
    Column("team", String(64)),
    Column("shortcut", String(40), nullable=False),
    Column("text", Json, nullable=False),
    Column("uses", Integer, nullable=False),
    UniqueConstraint("site", "shortcut", name="uq_canned_replies_site"),
)

_NUMBER = re.compile(r"\+?[\d()\s-]{6,40}")
_C = conversations.c
_M = messages.c
_LATEST = (
    select(conversations).where(_C.visitor == bindparam("visitor")).order_by(_C.opened_at.desc(), _C.id.desc()).limit(1)
)
_KNOWS = (
    select(_C.agent_id)
    .where(_C.visitor == bindparam("visitor"), _C.agent_id != "", _C.first_answer_at.is_not(None))
    .order_by(_C.opened_at.desc())
    .limit(1)
)
_AFTER = (
    select(_M.seq, _M.author_kind, _M.author_id, _M.author_name, _M.text, _M.at, _M.cid, _M.notice, _M.params)
    .where(_M.conversation == bindparam("conversation"), _M.seq > bindparam("after"))
    .order_by(_M.seq)
    .limit(bindparam("limit"))
)
_UNREAD = (
    select(func.count())
    .select_from(messages)
    .where(
        _M.conversation == bindparam("conversation"),
        _M.seq > bindparam("after"),
        _M.author_kind.in_(bindparam("kinds", expanding=True)),
    )
)
_NOTES = (
    select(notes)
    .where(notes.c.conversation == bindparam("conversation"), notes.c.number > bindparam("after"))
    .order_by(notes.c.number)
)
_NOTE_BY_CID = select(notes).where(notes.c.author_id == bindparam("author_id"), notes.c.cid == bindparam("cid"))
_VERSIONS = select(_C.id, _C.version)
_ON_SITES = _VERSIONS.where(_C.site.in_(bindparam("sites", expanding=True)))
_WATCHED = union(
    _VERSIONS.where(_C.id.in_(bindparam("ids", expanding=True))),
    _ON_SITES.where(_C.state.in_(OPEN), _C.last_at >= bindparam("since")),
    _ON_SITES.where(_C.closed_at >= bindparam("since")),
)
_THESE = select(conversations).where(_C.id.in_(bindparam("ids", expanding=True)))
_SEEN = update(conversations).where(_C.id.in_(bindparam("ids", expanding=True)))

# ---- conversations -----------------------------------------------------------------------------------------


def latest_of(tx: Tx, visitor: str) -> Conversation | None:
    row = tx.execute(_LATEST, {"visitor": visitor}).first()
    return None if row is None else Conversation(*row)


def agent_who_knows(tx: Tx, visitor: str) -> str:
    """Who answered this visitor last, or ""."""
    return tx.execute(_KNOWS, {"visitor": visitor}).scalar() or ""


def save(tx: Tx, old: Conversation, **values: Any) -> Conversation:
    """Change a conversation that this command has locked; its version grows."""
    values["version"] = old.version + 1
    tx.execute(update(conversations).where(_C.id == old.id), values)
    return msgspec.structs.replace(old, **values)


def save_marks(tx: Tx, old: Conversation, **values: Any) -> Conversation:
    """Move marks; no new version when the line of the inbox stays as it is."""
    if "unread" in values and values["unread"] != old.unread:
        return save(tx, old, **values)
    tx.execute(update(conversations).where(_C.id == old.id), values)
    return msgspec.structs.replace(old, **values)


def set_seen(tx: Tx, ids: Collection[str]) -> None:
    """Visitors have these conversations open in a window now."""
    tx.execute(_SEEN, {"ids": list(ids), "visitor_seen_at": tx.now})


def unattended(tx: Tx, before: datetime, limit: int) -> list[str]:
    """Talks whose visitor has had no window open, and in which nobody has written, since `before`."""
    query = (
        select(_C.id)
        .where(_C.state == "active", _C.visitor_seen_at < before, _C.last_at < before)
        .order_by(_C.last_at)
        .limit(limit)
    )
    return [row.id for row in tx.execute(query)]


def watched(tx: Tx, ids: Collection[str], sites: Collection[str], since: datetime) -> dict[str, int]:
    """The versions, in one query, of these conversations and of all of these sites in which something was said since.

    Every change that others must see leaves a message or a notice, so `last_at` finds it.
    """
    rows = tx.execute(_WATCHED, {"ids": list(ids), "sites": list(sites), "since": since})
    return {row[0]: row[1] for row in rows}


def these(tx: Tx, ids: Collection[str]) -> list[Conversation]:
    """These conversations."""
    return [Conversation(*row) for row in tx.execute(_THESE, {"ids": list(ids)})]


def unanswered_of(tx: Tx, site: str) -> dict[str, tuple[int, datetime]]:
    """By team: how many conversations have an unanswered message, and since when the oldest. No simulated ones."""
    query = (
        select(_C.team, func.count(), func.min(_C.unanswered_since))
        .where(_C.unanswered_since.is_not(None), _C.site == site, _C.simulated.is_(False))
        .group_by(_C.team)
    )
    return {row[0]: (int(row[1]), row[2]) for row in tx.execute(query)}


def unanswered_teams(tx: Tx) -> list[tuple[str, str]]:
    """Every (site, team) with an unanswered conversation to which nobody has been called yet."""
    query = select(_C.site, _C.team).where(_C.unanswered_since.is_not(None), _C.escalated_at.is_(None)).distinct()
    return [(row.site, row.team) for row in tx.execute(query.order_by(_C.site, _C.team))]


def unanswered_before(tx: Tx, site: str, team: str, before: datetime, limit: int) -> list[str]:
    """Conversations unanswered since then or longer, to which nobody has been called yet; oldest first."""
    query = (
        select(_C.id)
        .where(_C.unanswered_since <= before, _C.site == site, _C.team == team)
        .where(_C.escalated_at.is_(None), _C.simulated.is_(False))
        .order_by(_C.unanswered_since)
        .limit(limit)
    )
    return [row.id for row in tx.execute(query)]


def _words(text: str) -> list[str]:
    """What to look for: each word by itself; a number typed in groups is one."""
    if _NUMBER.fullmatch(text.strip()):
        return ["".join(text.split())]
    return text.split()[:8]


def list_heads(
    tx: Tx,
    site: str,
    *,
    teams: Collection[str] | None,
    state: str,
    agent: str = "",
    words: str = "",
    before: tuple[int, str] | None = None,
    limit: int,
) -> list[ConversationHead]:
    """Lines of the inbox, the latest first: `open` and `waiting` ones by their latest message, `closed` by their end,
    `all` by their beginning; `teams` None means all of the site's. `words` must each occur in a message, or in what
    the visitor is called or can be reached by; a number may be typed with spaces.
    """
    key = ORDER[state]
    query = select(conversations).where(_C.site == site)
    if state == "open":
        query = query.where(_C.state.in_(OPEN))
    elif state != "all":
        query = query.where(_C.state == state)
    if teams is not None:
        query = query.where(_C.team.in_(list(teams)))
    if agent:
        query = query.where(_C.agent_id == agent)
    for word in _words(words):
        said = select(_M.seq).where(_M.conversation == _C.id, holds(_M.text, word)).exists()
        known = _C.visitor.in_(visit_views.known_as(site, word))
        query = query.where(or_(holds(_C.visitor_name, word), known, said))
    if before is not None:
        at = from_ms(before[0])
        query = query.where(or_(_C[key] < at, and_(_C[key] == at, _C.id < before[1])))
    query = query.order_by(_C[key].desc(), _C.id.desc()).limit(limit)
    return [Conversation(*row).head for row in tx.execute(query)]


def had_any(tx: Tx, site: str) -> bool:
    """Whether the site ever had a conversation."""
    return tx.execute(select(_C.id).where(_C.site == site).limit(1)).first() is not None


def order_key(tx: Tx, conversation_id: str, state: str) -> datetime:
    """The instant by which a line stands where it does in a list."""
    at: datetime = tx.execute(select(_C[ORDER[state]]).where(_C.id == conversation_id)).scalar_one()
    return at


def of_visitor(tx: Tx, visitor: str) -> list[Conversation]:
    """All of a visitor's conversations, latest first."""
    query = select(conversations).where(_C.visitor == visitor).order_by(_C.opened_at.desc(), _C.id.desc())
    return [Conversation(*row) for row in tx.execute(query)]


def has_talked(tx: Tx, site: str, visitor: str, teams: Collection[str] | None) -> bool:
    """Whether any conversation of the visitor is one of these teams' (None: whether there is any)."""
    query = select(_C.id).where(_C.visitor == visitor, _C.site == site).limit(1)
    if teams is not None:
        query = query.where(_C.team.in_(list(teams)))
    return tx.execute(query).first() is not None


def visitors_in_talks(tx: Tx, site: str, teams: Collection[str]) -> list[str]:
    """The visitors whose conversation with one of these teams is not closed."""
    query = select(_C.visitor).where(_C.site == site, _C.state != "closed", _C.team.in_(list(teams)))
    return list(tx.execute(query).scalars())


def closed_before(tx: Tx, site: str, before: datetime, limit: int) -> list[str]:
    query = select(_C.id).where(_C.site == site, _C.closed_at < before).limit(limit)
    return [row.id for row in tx.execute(query)]


def visitors_alive(tx: Tx, _site: str, visitors: list[str], before: datetime) -> list[str]:
    """Those of these visitors who have an open conversation, or one in which something happened since then."""
    alive = or_(_C.state != "closed", _C.last_at >= before, _C.closed_at >= before)
    return list(tx.execute(select(_C.visitor).where(_C.visitor.in_(visitors), alive)).scalars())


def erase(tx: Tx, ids: Collection[str]) -> None:
    """Delete conversations with every message and note."""
    tx.execute(conversations.delete().where(_C.id.in_(list(ids))))


# ---- messages ----------------------------------------------------------------------------------------------


def messages_after(tx: Tx, conversation_id: str, after: int, limit: int) -> list[MessageView]:
    rows = tx.execute(_AFTER, {"conversation": conversation_id, "after": after, "limit": limit})
    return [
        MessageView(
            row.seq,
            Author(row.author_kind, row.author_id, row.author_name),
            row.text,
            row.at,
            row.cid or "",
            row.notice or "",
            row.params or {},
        )
        for row in rows
    ]


def unread(tx: Tx, conversation_id: str, after: int, kinds: Iterable[str]) -> int:
    """How many messages by these kinds of authors stand after a seq."""
    count: int = tx.execute(
        _UNREAD, {"conversation": conversation_id, "after": after, "kinds": list(kinds)}
    ).scalar_one()
    return count


# ---- notes -------------------------------------------------------------------------------------------------


def _note(row: Any) -> NoteView:
    return NoteView(row.number, row.after_seq, row.author_id, row.author_name, row.text, row.at, row.cid or "")


def add_note(tx: Tx, conversation_id: str, view: NoteView) -> None:
    values = {name: getattr(view, name) for name in NoteView.__struct_fields__}
    tx.execute(notes.insert(), {**values, "cid": view.cid or None, "conversation": conversation_id})


def note_by_cid(tx: Tx, author_id: str, cid: str) -> tuple[str, NoteView] | None:
    row = tx.execute(_NOTE_BY_CID, {"author_id": author_id, "cid": cid}).first()
    return None if row is None else (row.conversation, _note(row))


def notes_after(tx: Tx, conversation_id: str, after: int) -> list[NoteView]:
    return [_note(row) for row in tx.execute(_NOTES, {"conversation": conversation_id, "after": after})]


# ---- canned replies ----------------------------------------------------------------------------------------


def _canned(row: Any) -> CannedReply:
    return CannedReply(**row._mapping)


def canned_of(tx: Tx, site: str) -> list[CannedReply]:
    query = select(canned_replies).where(canned_replies.c.site == site).order_by(canned_replies.c.shortcut)
    return [_canned(row) for row in tx.execute(query)]


def canned(tx: Tx, site: str, reply_id: str) -> CannedReply | None:
    query = select(canned_replies).where(canned_replies.c.site == site, canned_replies.c.id == reply_id)
    row = tx.execute(query).first()
    return None if row is None else _canned(row)


def shortcut_owner(tx: Tx, site: str, shortcut: str) -> str | None:
    """The id of the canned reply that has this shortcut."""
    query = select(canned_replies.c.id).where(canned_replies.c.site == site, canned_replies.c.shortcut == shortcut)
    owner: str | None = tx.execute(query).scalar()
    return owner


def save_canned(tx: Tx, reply: CannedReply) -> None:
    values = msgspec.structs.asdict(reply)
    statement = tx.insert(canned_replies).values(**values)
    changed = {name: values[name] for name in ("team", "shortcut", "text")}
    tx.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed))


def delete_canned(tx: Tx, site: str, reply_id: str) -> bool:
    statement = canned_replies.delete().where(canned_replies.c.site == site, canned_replies.c.id == reply_id)
    done: int = tx.execute(statement).rowcount
    return done == 1


def count_use(tx: Tx, site: str, reply_id: str) -> None:
    statement = update(canned_replies).where(canned_replies.c.site == site, canned_replies.c.id == reply_id)
    tx.execute(statement.values(uses=canned_replies.c.uses + 1))
