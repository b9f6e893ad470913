"""All SQL of the desk."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    bindparam,
    func,
    or_,
    select,
    tuple_,
    update,
)

from overture.desk.model import DeskClock, Presence, Ticket, WaitingTicket
from overture.desk.store_openings import active, add, desk_clock, nth_waiting, presences
from overture.store import Instant, Json, Tx, metadata

__all__ = ["active", "add", "desk_clock", "nth_waiting", "presences"]
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
RECENT = 50  # conversations that tell how long one takes: enough for a mean, few enough to follow the day

agents = Table(
    "desk_agents",
    metadata,
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("available", Boolean, nullable=False),
    Column("changed_at", Instant, nullable=False),
    Column("alive_at", Instant),
    Column("idle_since", Instant, nullable=False),
    Column("simulated", Boolean, nullable=False),
    Column("missed", Integer, nullable=False, server_default="0"),
    Column("away_reason", String(16), nullable=False, server_default=""),
)

tickets = Table(
    "desk_tickets",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("site", ForeignKey("sites.id", ondelete="CASCADE"), nullable=False),
    Column("team", String(64), nullable=False),
    Column("visitor", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("agent", String(32)),
    Column("known_agent", String(32)),
    Column("simulated", Boolean, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("waiting_since", Instant, nullable=False),
    Column("assigned_at", Instant),
    Column("attended_at", Instant),
    Column("answered_at", Instant),
    Column("done_at", Instant),
    Column("silent", Json, nullable=False),
    Column("said_wait", Integer),
    Column("expected_at", Instant),
    Column("late_at", Instant),
    Index("ix_desk_tickets_queue", "state", "site", "team", "simulated", "waiting_since", "id"),
    Index("ix_desk_tickets_agent_state", "agent", "state"),
    Index("ix_desk_tickets_site_team_done_at", "site", "team", "done_at"),
    Index("ix_desk_tickets_site_opened_at", "site", "opened_at"),
)

clock = Table(
    "desk_clock",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("ticked_at", Instant, nullable=False),
    Column("resumed_at", Instant, nullable=False),
    Column("line_at", Instant, nullable=False),
)

_TICKET = select(tickets).where(tickets.c.id == bindparam("id"))
_LOCKED_TICKET = _TICKET.with_for_update()
_FREE_TICKET = _TICKET.with_for_update(skip_locked=True)
_WAITING = (
    select(tickets)
    .where(tickets.c.state == "waiting", tickets.c.site == bindparam("site"), tickets.c.team == bindparam("team"))
    .order_by(tickets.c.waiting_since, tickets.c.id)
)
_WAITING_FREE = _WAITING.with_for_update(skip_locked=True)
_NEXT = (
    select(tickets)
    .where(
        tickets.c.state == "waiting",
        tickets.c.site == bindparam("site"),
        tickets.c.team == bindparam("team"),
        tickets.c.simulated == bindparam("simulated"),
        tuple_(tickets.c.waiting_since, tickets.c.id)
        > tuple_(bindparam("since", type_=Instant), bindparam("after", type_=String)),
    )
    .order_by(tickets.c.waiting_since, tickets.c.id)
    .limit(bindparam("limit"))
)
_NEXT_FREE = _NEXT.with_for_update(skip_locked=True)
_TOLD = (
    select(tickets.c.id, tickets.c.waiting_since, tickets.c.said_wait, tickets.c.expected_at, tickets.c.late_at)
    .where(
        tickets.c.state == "waiting",
        tickets.c.site == bindparam("site"),
        tickets.c.team == bindparam("team"),
        tickets.c.simulated == bindparam("simulated"),
    )
    .order_by(tickets.c.waiting_since, tickets.c.id)
)
_TOLD_FREE = _TOLD.with_for_update(skip_locked=True)
_LENGTHS = (
    select(tickets.c.team, func.count(), func.min(tickets.c.waiting_since))
    .where(tickets.c.state == "waiting", tickets.c.site == bindparam("site"), tickets.c.simulated.is_(False))
    .group_by(tickets.c.team)
)
_QUEUES = select(tickets.c.site, tickets.c.team).where(tickets.c.state == "waiting").distinct()
_HELD = select(tickets.c.id).where(tickets.c.agent == bindparam("agent"), tickets.c.state == "assigned")
_ACTIVE_IN_TEAMS = (
    select(tickets.c.team, func.count())
    .where(tickets.c.state == "assigned", tickets.c.site == bindparam("site"), tickets.c.simulated.is_(False))
    .group_by(tickets.c.team)
)
_ALIVE = update(agents).where(agents.c.user_id.in_(bindparam("users", expanding=True)))
_HANDLED = (
    select(tickets.c.assigned_at, tickets.c.done_at)
    .where(
        tickets.c.site == bindparam("site"),
        tickets.c.team == bindparam("team"),
        tickets.c.done_at.is_not(None),
        tickets.c.answered_at.is_not(None),
        tickets.c.simulated.is_(False),
    )
    .order_by(tickets.c.done_at.desc())
    .limit(RECENT)
)
_UNANSWERED = (
    select(tickets)
    .where(tickets.c.state == "assigned", tickets.c.answered_at.is_(None))
    .order_by(tickets.c.assigned_at)
    .limit(500)
)
_GONE = (
    select(agents.c.user_id)
    .where(agents.c.alive_at < bindparam("before"))
    .where(select(tickets.c.id).where(tickets.c.agent == agents.c.user_id, tickets.c.state == "assigned").exists())
)
# ---- tickets -----------------------------------------------------------------------------------------------


def _ticket(row: Any) -> Ticket:
    return Ticket(**row._mapping)


def ticket(tx: Tx, ticket_id: str, *, lock: bool = False) -> Ticket | None:
    row = tx.execute(_LOCKED_TICKET if lock else _TICKET, {"id": ticket_id}).first()
    return None if row is None else _ticket(row)


def free_ticket(tx: Tx, ticket_id: str) -> Ticket | None:
    """The ticket, locked; None if another command works on it (a job that holds agents must not wait for it)."""
    row = tx.execute(_FREE_TICKET, {"id": ticket_id}).first()
    return None if row is None else _ticket(row)


def change(tx: Tx, ticket_id: str, **values: Any) -> None:
    tx.execute(update(tickets).where(tickets.c.id == ticket_id), values)


def assign(tx: Tx, ticket_id: str, agent: str) -> bool:
    """Give a waiting ticket to an agent; False if it waits no more."""
    statement = update(tickets).where(tickets.c.id == ticket_id, tickets.c.state == "waiting")
    values = {"state": "assigned", "agent": agent, "assigned_at": tx.now, "attended_at": None, "answered_at": None}
    done: int = tx.execute(statement, values).rowcount
    return done == 1


def waiting(tx: Tx, site: str, team: str, *, lock: bool = False) -> list[Ticket]:
    """The whole queue in its order; with `lock`, what no other command is working on."""
    rows = tx.execute(_WAITING_FREE if lock else _WAITING, {"site": site, "team": team})
    return [_ticket(row) for row in rows]


def next_waiting(tx: Tx, site: str, team: str, *, simulated: bool, after: Ticket | None, limit: int) -> list[Ticket]:
    """The first of the queue (behind `after`), locked; without what another command is working on."""
    since, last = (after.waiting_since, after.id) if after else (EARLIEST, "")
    where = {"site": site, "team": team, "simulated": simulated, "since": since, "after": last, "limit": limit}
    return [_ticket(row) for row in tx.execute(_NEXT_FREE, where)]


def queue_lengths(tx: Tx, site: str) -> dict[str, tuple[int, datetime]]:
    """By team: how many wait, and since when the longest; teams without a queue and simulated visitors are left out."""
    return {row[0]: (int(row[1]), row[2]) for row in tx.execute(_LENGTHS, {"site": site})}


def told(tx: Tx, site: str, team: str, *, lock: bool = False) -> list[WaitingTicket]:
    """What is told to each real visitor of the queue, in its order; with `lock`, what no other command works on."""
    where = {"site": site, "team": team, "simulated": False}
    return [WaitingTicket(*row) for row in tx.execute(_TOLD_FREE if lock else _TOLD, where)]


def save_told(tx: Tx, told: list[dict[str, Any]]) -> None:
    """Keep what waiting visitors are told: `key`, `said_wait`, `expected_at`, `late_at` of each."""
    tx.execute(update(tickets).where(tickets.c.id == bindparam("key")), told)


def queues(tx: Tx) -> list[tuple[str, str]]:
    """Every (site, team) with somebody waiting."""
    return [(row.site, row.team) for row in tx.execute(_QUEUES)]


def held_by(tx: Tx, agent: str) -> list[str]:
    """The tickets an agent has, of real and simulated visitors."""
    return [row.id for row in tx.execute(_HELD, {"agent": agent})]


def unanswered_by(tx: Tx, agent: str) -> list[str]:
    """The tickets an agent has and has not answered yet."""
    query = _HELD.where(tickets.c.answered_at.is_(None))
    return [row.id for row in tx.execute(query, {"agent": agent})]


def worked_since(tx: Tx, agent: str, since: datetime) -> bool:
    """Whether the agent has answered, or begun to answer, any ticket they hold since then."""
    worked = or_(tickets.c.answered_at >= since, tickets.c.attended_at >= since)
    query = select(tickets.c.id).where(tickets.c.agent == agent, tickets.c.state == "assigned", worked).limit(1)
    return tx.execute(query).first() is not None


def active_in_teams(tx: Tx, site: str) -> dict[str, int]:
    """How many talks each team of the site holds now."""
    return {row[0]: row[1] for row in tx.execute(_ACTIVE_IN_TEAMS, {"site": site})}


def unanswered(tx: Tx) -> list[Ticket]:
    """Tickets whose agent has not answered yet, longest first."""
    return [_ticket(row) for row in tx.execute(_UNANSWERED)]


def handle_seconds(tx: Tx, site: str, team: str) -> list[float]:
    """How long the team's latest answered conversations took, from assignment to end."""
    rows = tx.execute(_HANDLED, {"site": site, "team": team})
    return [(row.done_at - row.assigned_at).total_seconds() for row in rows]


def opened_since(tx: Tx, site: str, since: datetime) -> list[tuple[str, datetime]]:
    """(team, instant) of each real ticket opened since then."""
    query = select(tickets.c.team, tickets.c.opened_at).where(
        tickets.c.site == site, tickets.c.opened_at >= since, tickets.c.simulated.is_(False)
    )
    return [(row.team, row.opened_at) for row in tx.execute(query)]


def forget(tx: Tx, ticket_ids: Collection[str]) -> None:
    """Delete tickets whose conversation is erased."""
    if ticket_ids:
        tx.execute(tickets.delete().where(tickets.c.id.in_(ticket_ids)))


# ---- agents ------------------------------------------------------------------------------------------------


def add_presence(tx: Tx, presence: Presence) -> None:
    """Keep a first presence; one that is there stays as it is."""
    values = {name: getattr(presence, name) for name in Presence.__struct_fields__}
    tx.execute(tx.insert(agents).values(**values).on_conflict_do_nothing(index_elements=["user_id"]))


def change_presence(tx: Tx, user_id: str, **values: Any) -> None:
    tx.execute(update(agents).where(agents.c.user_id == user_id), values)


def set_alive(tx: Tx, users: Collection[str]) -> None:
    tx.execute(_ALIVE, {"users": list(users), "alive_at": tx.now})


def gone_with_tickets(tx: Tx, before: datetime) -> list[str]:
    """Agents without a sign of life since `before` who still have tickets."""
    return [row.user_id for row in tx.execute(_GONE, {"before": before})]


# ---- the desk's clock --------------------------------------------------------------------------------------


def save_clock(tx: Tx, value: DeskClock) -> None:
    values = {"id": 1, "ticked_at": value.ticked_at, "resumed_at": value.resumed_at, "line_at": value.line_at}
    statement = tx.insert(clock).values(**values)
    del values["id"]
    tx.execute(statement.on_conflict_do_update(index_elements=["id"], set_=values))
