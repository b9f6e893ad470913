"""All SQL of follow-ups."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    case,
    delete,
    func,
    insert,
    not_,
    or_,
    select,
    update,
)

from overture.followups.model import Counts, HistoryEntry, NextStep, Promise, WrapUp
from overture.outcomes.contact import Contact
from overture.store import Instant, Json, Tx, metadata

wrap_ups = Table(
    "wrap_ups",
    metadata,
    Column("conversation", String(64), primary_key=True),
    Column("site", ForeignKey("sites.id", name="fk_wrap_ups_site", ondelete="CASCADE"), nullable=False),
    Column("team", String(64), nullable=False),
    Column("agent_id", String(32), nullable=False),
    Column("agent_name", String(200), nullable=False),
    Column("result", String(64), nullable=False),
    Column("next_step", Json),
    Column("promise", String(32)),
    Column("language", String(35), nullable=False),
    Column("plan_version", Integer, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_wrap_ups_site_at", "site", "at"),
)

promises = Table(
    "promises",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("site", ForeignKey("sites.id", name="fk_promises_site", ondelete="CASCADE"), nullable=False),
    Column("team", String(64), nullable=False),
    Column("agent_id", String(32), nullable=False),
    Column("what", Text, nullable=False),
    Column("who", String(16), nullable=False),
    Column("who_name", String(200), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("first_due_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("language", String(35), nullable=False),
    Column("name", String(120), nullable=False),
    Column("email", String(320), nullable=False),
    Column("phone", String(40), nullable=False),
    Column("message", Text, nullable=False),
    Column("plan_version", Integer, nullable=False),
    Column("conversation", String(64)),
    Column("lead", String(32)),
    Column("visitor", String(64)),
    Column("simulated", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("booking", String(64), nullable=False, server_default=""),
    Column("booking_id", String(32), nullable=False, server_default=""),
    UniqueConstraint("conversation", name="uq_promises_conversation"),
    Index("ix_promises_site_state_due_at", "site", "state", "due_at"),
    Index("ix_promises_site_due_at", "site", "due_at"),
    Index("ix_promises_site_visitor", "site", "visitor"),
    Index("ix_promises_lead", "lead"),
)

promise_history = Table(
    "promise_history",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    Column("promise", ForeignKey("promises.id", name="fk_promise_history_promise", ondelete="CASCADE"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("by", String(200), nullable=False),
    Column("what", String(32), nullable=False),
    Column("note", Text, nullable=False),
    Column("details", Json, nullable=False),
    Index("ix_promise_history_promise", "promise"),
)

# ---- wrap-ups ----------------------------------------------------------------------------------------------


def add_wrap_up(tx: Tx, new: WrapUp) -> bool:
    """Keep it, unless the conversation has one already: then False."""
    statement = tx.insert(wrap_ups).on_conflict_do_nothing(index_elements=["conversation"])
    values = {**msgspec.structs.asdict(new), "next_step": new.next_step}
    return tx.execute(statement.returning(wrap_ups.c.conversation), values).first() is not None


def wrap_up(tx: Tx, conversation: str) -> WrapUp | None:
    row = tx.execute(select(wrap_ups).where(wrap_ups.c.conversation == conversation)).first()
    return row and WrapUp(
        conversation=row.conversation,
        site=row.site,
        team=row.team,
        agent_id=row.agent_id,
        agent_name=row.agent_name,
        result=row.result,
        next_step=msgspec.convert(row.next_step, NextStep) if row.next_step else None,
        promise=row.promise,
        language=row.language,
        plan_version=row.plan_version,
        at=row.at,
    )


def results(tx: Tx, conversations: list[str]) -> dict[str, str]:
    """The result of each of these conversations that has one."""
    query = select(wrap_ups.c.conversation, wrap_ups.c.result).where(wrap_ups.c.conversation.in_(conversations))
    return {row.conversation: row.result for row in tx.execute(query)}


# ---- promises ----------------------------------------------------------------------------------------------


def _promise(row: Any) -> Promise:
    return Promise(
        id=row.id,
        site=row.site,
        team=row.team,
        agent_id=row.agent_id,
        what=row.what,
        who=row.who,
        who_name=row.who_name,
        channel=row.channel,
        due_at=row.due_at,
        state=row.state,
        language=row.language,
        contact=Contact(row.name, row.email, row.phone),
        plan_version=row.plan_version,
        created_at=row.created_at,
        conversation=row.conversation,
        lead=row.lead,
        visitor=row.visitor,
        message=row.message,
        done_at=row.done_at,
        first_due_at=row.first_due_at,
        simulated=row.simulated,
        booking=row.booking,
        booking_id=row.booking_id,
    )


def _values(promise: Promise) -> dict[str, Any]:
    values = msgspec.structs.asdict(promise)
    contact = values.pop("contact")
    return {**values, **contact.columns}


def add_promise(tx: Tx, promise: Promise) -> None:
    tx.execute(insert(promises), _values(promise))


def save_promise(tx: Tx, promise: Promise) -> None:
    tx.execute(update(promises).where(promises.c.id == promise.id).values(_values(promise)))


def promise(tx: Tx, promise_id: str, *, to_change: bool = False) -> Promise | None:
    """The promise; `to_change` makes others who would change it wait for this transaction."""
    query = select(promises).where(promises.c.id == promise_id)
    row = tx.execute(query.with_for_update() if to_change else query).first()
    return row and _promise(row)


def promise_of_conversation(tx: Tx, conversation: str) -> Promise | None:
    row = tx.execute(select(promises).where(promises.c.conversation == conversation)).first()
    return row and _promise(row)


def promise_of_lead(tx: Tx, lead: str) -> Promise | None:
    """The first that was made to the lead."""
    query = select(promises).where(promises.c.lead == lead).order_by(promises.c.created_at, promises.c.id).limit(1)
    row = tx.execute(query).first()
    return row and _promise(row)


def promises_to(tx: Tx, site: str, visitor: str) -> list[Promise]:
    """Every promise made to a visitor, oldest first."""
    query = select(promises).where(promises.c.site == site, promises.c.visitor == visitor)
    return [_promise(row) for row in tx.execute(query.order_by(promises.c.created_at, promises.c.id))]


def _whose(query: Any, site: str, teams: list[str] | None, agent: str | None) -> Any:
    query = query.where(promises.c.site == site)
    if teams is not None:
        query = query.where(promises.c.team.in_(teams))
    if agent is not None:
        query = query.where(promises.c.agent_id == agent)
    return query


def promises_of(
    tx: Tx,
    site: str,
    teams: list[str] | None,
    agent: str | None,
    states: list[str],
    after: tuple[datetime, str] | None,
    limit: int,
    *,
    period: tuple[datetime, datetime] | None = None,
    latest_first: bool = False,
) -> list[Promise]:
    """Of these teams (None: all), this agent (None: anybody's), in these states; by due time, after the row `after`."""
    query = _whose(select(promises), site, teams, agent).where(promises.c.state.in_(states))
    if period:
        query = query.where(promises.c.due_at >= period[0], promises.c.due_at < period[1])
    if after:
        at, last = after
        beyond = promises.c.due_at < at if latest_first else promises.c.due_at > at
        next_id = promises.c.id < last if latest_first else promises.c.id > last
        query = query.where(or_(beyond, and_(promises.c.due_at == at, next_id)))
    order = (promises.c.due_at, promises.c.id)
    query = query.order_by(*(column.desc() for column in order) if latest_first else order).limit(limit)
    return [_promise(row) for row in tx.execute(query)]


def counts(tx: Tx, site: str, teams: list[str] | None, agent: str | None, now: datetime, day_ends: datetime) -> Counts:
    """Open promises, how many of them are late, and how many are due before `day_ends`."""
    late = func.sum(case((promises.c.due_at < now, 1), else_=0))
    today = func.sum(case((promises.c.due_at < day_ends, 1), else_=0))
    query = _whose(select(func.count(), late, today).select_from(promises), site, teams, agent)
    row = tx.execute(query.where(promises.c.state == "open")).one()
    return Counts(open=int(row[0]), late=int(row[1] or 0), today=int(row[2] or 0))


def add_history(tx: Tx, promise_id: str, entry: HistoryEntry) -> None:
    tx.execute(insert(promise_history), {"promise": promise_id, **msgspec.structs.asdict(entry)})


def history(tx: Tx, promise_ids: list[str]) -> dict[str, list[HistoryEntry]]:
    """What happened to each of these promises, oldest first."""
    found: dict[str, list[HistoryEntry]] = {promise_id: [] for promise_id in promise_ids}
    query = select(promise_history).where(promise_history.c.promise.in_(promise_ids)).order_by(promise_history.c.id)
    for row in tx.execute(query):
        entry = HistoryEntry(at=row.at, by=row.by, what=row.what, note=row.note, details=row.details)
        found[row.promise].append(entry)
    return found


# ---- erasure -----------------------------------------------------------------------------------------------


def forget_visitor(tx: Tx, site: str, visitor: str) -> None:
    tx.execute(delete(promises).where(promises.c.site == site, promises.c.visitor == visitor))


def forget_conversations(tx: Tx, conversations: list[str]) -> None:
    tx.execute(delete(promises).where(promises.c.conversation.in_(conversations)))
    _forget_words(tx, wrap_ups.c.conversation.in_(conversations))


def detach_conversations(tx: Tx, conversations: list[str]) -> None:
    """The conversations are gone; what was promised in them stays."""
    mine = promises.c.conversation.in_(conversations)
    tx.execute(update(promises).where(mine).values({"conversation": None}))
    _forget_words(tx, wrap_ups.c.conversation.in_(conversations))


def _forget_words(tx: Tx, which: ColumnElement[bool]) -> None:
    """What was agreed in words goes from these wrap-ups; the results stay for the counts."""
    tx.execute(update(wrap_ups).where(which).values({"next_step": None, "promise": None}))


def _touched_since(before: datetime) -> ColumnElement[bool]:
    """Promises that are open, were due or settled since then, or had anything noted."""
    noted = select(promise_history.c.id).where(
        promise_history.c.promise == promises.c.id, promise_history.c.at >= before
    )
    signs = (promises.c.due_at >= before, promises.c.done_at >= before, promises.c.created_at >= before)
    return or_(promises.c.state == "open", *signs, noted.exists())


def forget_before(tx: Tx, site: str, before: datetime) -> None:
    """Settled promises that nothing happened to since, and what was agreed in words in wrap-ups from before."""
    tx.execute(delete(promises).where(promises.c.site == site, not_(func.coalesce(_touched_since(before), False))))
    _forget_words(tx, and_(wrap_ups.c.site == site, wrap_ups.c.at < before))


def leads_owed(tx: Tx, site: str) -> list[str]:
    """Leads to whom something is promised and not yet done."""
    query = select(promises.c.lead).where(promises.c.site == site, promises.c.state == "open")
    return list(tx.execute(query.where(promises.c.lead.is_not(None))).scalars())


def visitors_alive(tx: Tx, site: str, visitors: list[str], before: datetime) -> list[str]:
    query = select(promises.c.visitor).where(promises.c.site == site, promises.c.visitor.in_(visitors))
    return list(tx.execute(query.where(_touched_since(before))).scalars())
