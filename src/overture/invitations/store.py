"""All SQL of invitations: decisions, and what was held back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    case,
    delete,
    func,
    insert,
    select,
    update,
)

from overture.invitations.model import UNANSWERED, HeldBackLine, Made
from overture.store import Instant, Tx, metadata

decisions = Table(
    "decisions",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("visit", String(32), nullable=False),
    Column("visitor", String(32), nullable=False),
    Column("trigger", String(64), nullable=False),
    Column("team", String(64), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("plan_version", Integer, nullable=False),
    Column("arm", String(16), nullable=False),
    Column("variant", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("show", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("agent", String(200), nullable=False),
    Column("tab", String(64), nullable=False),
    Column("shown_at", Instant),
    Column("seen_at", Instant),
    Column("answered_at", Instant),
    Column("conversation", String(32)),
    Column("simulated", Boolean, nullable=False),
    UniqueConstraint("visit", "trigger", name="uq_decisions_visit_trigger"),
    Index("ix_decisions_visitor", "visitor"),
    Index("ix_decisions_site_at", "site", "at"),
)

held_back = Table(
    "held_back",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("visit", String(32), nullable=False),
    Column("visitor", String(32), nullable=False),
    Column("trigger", String(64), nullable=False),
    Column("team", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("plan_version", Integer, nullable=False),
    Column("reason", String(16), nullable=False),
    Column("free", Float, nullable=False),
    Column("unanswered", Integer, nullable=False),
    Column("simulated", Boolean, nullable=False),
    Index("ix_held_back_site_id", "site", "id"),
    Index("ix_held_back_visitor", "visitor"),
)

_FIELDS = tuple(field.name for field in msgspec.structs.fields(Made))
_HELD_FIELDS = tuple(field.name for field in msgspec.structs.fields(HeldBackLine))
_ADD = insert(decisions)
_ADD_HELD = insert(held_back)
_ONE = select(decisions).where(decisions.c.id == bindparam("id"))
_OF_VISIT = select(decisions).where(decisions.c.visit == bindparam("visit")).order_by(decisions.c.at, decisions.c.id)
_OF_VISITOR = (
    select(decisions.c.trigger, decisions.c.at, decisions.c.visit)
    .where(decisions.c.visitor == bindparam("visitor"))
    .order_by(decisions.c.at, decisions.c.id)
)


def _made(row: Any) -> Made:
    return Made(**{name: getattr(row, name) for name in _FIELDS})


def _held(row: Any) -> HeldBackLine:
    return HeldBackLine(**{name: getattr(row, name) for name in _HELD_FIELDS})


def add(tx: Tx, made: Made) -> None:
    """Keep a decision."""
    tx.execute(_ADD, {name: getattr(made, name) for name in _FIELDS})


def add_held_back(tx: Tx, line: HeldBackLine) -> None:
    """Log what was held back."""
    tx.execute(_ADD_HELD, {name: getattr(line, name) for name in _HELD_FIELDS})


def change(tx: Tx, made: Made, among: Iterable[str], **values: Any) -> bool:
    """Change a decision whose state is one of `among`; whether it was."""
    statement = update(decisions).where(decisions.c.id == made.id, decisions.c.state.in_(list(among)))
    return bool(tx.execute(statement.values(**values)).rowcount)


def one(tx: Tx, decision: str) -> Made | None:
    """The decision."""
    row = tx.execute(_ONE, {"id": decision}).one_or_none()
    return None if row is None else _made(row)


def of_visit(tx: Tx, visit: str) -> list[Made]:
    """The decisions of a visit, in order of time."""
    return [_made(row) for row in tx.execute(_OF_VISIT, {"visit": visit})]


def of_visits(tx: Tx, visits: list[str]) -> dict[str, list[Made]]:
    """The same for several visits at once."""
    found: dict[str, list[Made]] = {visit: [] for visit in visits}
    query = select(decisions).where(decisions.c.visit.in_(visits)).order_by(decisions.c.at, decisions.c.id)
    for row in tx.execute(query):
        found[row.visit].append(_made(row))
    return found


def past_of(tx: Tx, visitor: str) -> list[tuple[str, datetime, str]]:
    """(trigger, instant, visit) of each decision on a visitor, in order of time."""
    return [(row.trigger, row.at, row.visit) for row in tx.execute(_OF_VISITOR, {"visitor": visitor})]


def of_visitor(tx: Tx, visitor: str) -> list[Made]:
    """Every decision on a visitor, the latest first."""
    query = select(decisions).where(decisions.c.visitor == visitor).order_by(decisions.c.at.desc())
    return [_made(row) for row in tx.execute(query)]


def held_back_of(tx: Tx, visitor: str) -> list[HeldBackLine]:
    """What was held back from a visitor, in order of time."""
    query = select(held_back).where(held_back.c.visitor == visitor).order_by(held_back.c.id)
    return [_held(row) for row in tx.execute(query)]


def unanswered_by_team(tx: Tx, site: str, since: datetime) -> dict[str, int]:
    """Invitations made since then that nobody has answered, by team."""
    query = (
        select(decisions.c.team, func.count())
        .where(decisions.c.site == site, decisions.c.at >= since, decisions.c.state.in_(UNANSWERED))
        .where(decisions.c.simulated.is_(False))
        .group_by(decisions.c.team)
    )
    return {row[0]: row[1] for row in tx.execute(query)}


def answers_by_team(tx: Tx, site: str, since: datetime, until: datetime) -> dict[str, tuple[int, int]]:
    """(accepted, invited) by team, of invitations that got onto a screen between two instants."""
    accepted = func.sum(case((decisions.c.state == "accepted", 1), else_=0))
    query = (
        select(decisions.c.team, accepted, func.count())
        .where(decisions.c.site == site, decisions.c.at >= since, decisions.c.at < until)
        .where(decisions.c.arm == "invited", decisions.c.simulated.is_(False))
        .where(decisions.c.shown_at.is_not(None) | (decisions.c.state == "accepted"))
        .group_by(decisions.c.team)
    )
    return {row[0]: (int(row[1] or 0), row[2]) for row in tx.execute(query)}


def accepted_since(tx: Tx, site: str, since: datetime) -> dict[str, int]:
    """Chats that came of invitations since then, by team."""
    query = (
        select(decisions.c.team, func.count())
        .where(decisions.c.site == site, decisions.c.state == "accepted", decisions.c.answered_at >= since)
        .where(decisions.c.at >= since, decisions.c.simulated.is_(False))
        .group_by(decisions.c.team)
    )
    return {row[0]: row[1] for row in tx.execute(query)}


def held_back_before(tx: Tx, site: str, before: str | None, limit: int, teams: list[str] | None) -> list[HeldBackLine]:
    """What was held back, the latest first; `teams` None: every team."""
    query = select(held_back).where(held_back.c.site == site)
    if before is not None:
        query = query.where(held_back.c.id < before)
    if teams is not None:
        query = query.where(held_back.c.team.in_(teams))
    return [_held(row) for row in tx.execute(query.order_by(held_back.c.id.desc()).limit(limit))]


def delete_of_visitor(tx: Tx, visitor: str) -> None:
    """Forget a visitor's decisions."""
    tx.execute(delete(decisions).where(decisions.c.visitor == visitor))
    tx.execute(delete(held_back).where(held_back.c.visitor == visitor))


def delete_before(tx: Tx, site: str, before: datetime) -> None:
    """Forget the site's decisions from before then."""
    tx.execute(delete(decisions).where(decisions.c.site == site, decisions.c.at < before))
    tx.execute(delete(held_back).where(held_back.c.site == site, held_back.c.at < before))
