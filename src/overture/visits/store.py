"""All SQL of visits: visitors, visits, their looks, and the count of what was left out."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    type_coerce,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from overture.store import Instant, Json, Tx, metadata
from overture.store.words import holds
from overture.visits.facts import Event, VisitHead
from overture.visits.model import StoredLook, Visit, Visitor

visitors = Table(
    "visitors",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("site", ForeignKey("sites.id", ondelete="CASCADE"), nullable=False),
    Column("first_seen_at", Instant, nullable=False),
    Column("visits", Integer, nullable=False),
    Column("chats", Integer, nullable=False),
    Column("orders", Integer, nullable=False),
    Column("last_ended_at", Instant),
    Column("last_chat_at", Instant),
    Column("last_decline_at", Instant),
    Column("customer", String(200)),
    Column("traits", Json, nullable=False),
    Column("claimed", Json, nullable=False),
    Column("language", String(8), nullable=False),
    Column("device", String(8), nullable=False),
    Column("country", String(2), nullable=False),
    Column("blocked_at", Instant),
    Column("simulated", Boolean, nullable=False),
    Column("called", String(200), nullable=False, server_default=""),
    Column("contact", Json, nullable=False, server_default="{}"),
    Index("ix_visitors_site_customer", "site", "customer"),
)

visits = Table(
    "visits",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("site", String(64), nullable=False),
    Column("visitor", ForeignKey("visitors.id", ondelete="CASCADE"), nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("head", Json, nullable=False),
    Column("last_chat_before", Instant),
    Column("simulated", Boolean, nullable=False),
    Index("ix_visits_site_started_at", "site", "started_at"),
    Index("ix_visits_visitor_started_at", "visitor", "started_at"),
    Index("ix_visits_ended_at_site", "ended_at", "site"),
)

# `n` counts a visit's looks in every process: who writes one that is taken already has missed something.
looks = Table(
    "visit_looks",
    metadata,
    Column("visit", ForeignKey("visits.id", ondelete="CASCADE"), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("tab", String(64), nullable=False),
    Column("tab_n", BigInteger, nullable=False),
    Column("mark", String(16), nullable=False),
    Column("events", Text, nullable=False),  # the JSON is made and read with its own types
    UniqueConstraint("visit", "tab", "tab_n", name="uq_visit_looks_visit_tab_tab_n"),
    sqlite_with_rowid=False,
)

left_out = Table(
    "looks_left_out",
    metadata,
    Column("site", String(64), primary_key=True),
    Column("day", String(10), primary_key=True),
    Column("reason", String(16), primary_key=True),
    Column("looks", Integer, nullable=False),
)

FEWEST_DIGITS = 5  # fewer are found in everybody's numbers

_events = msgspec.json.Decoder(list[Event])
_encode = msgspec.json.Encoder().encode

# ---- visitors ----------------------------------------------------------------------------------------------

_VISITOR = select(visitors).where(visitors.c.id == bindparam("id"))
# Made once for each dialect: making a statement costs more than running it.
_ADD_VISITOR = [
    dialect.insert(visitors).on_conflict_do_nothing().returning(visitors.c.id) for dialect in (sqlite, postgresql)
]
_COUNT_VISIT = (
    update(visitors)
    .where(visitors.c.id == bindparam("visitor"))
    .values(
        visits=visitors.c.visits + 1,
        language=bindparam("spoken"),
        device=bindparam("used"),
        country=bindparam("from_country"),
    )
)
_COUNT_CHAT = (
    update(visitors)
    .where(visitors.c.id == bindparam("visitor"))
    .values(chats=visitors.c.chats + 1, last_chat_at=bindparam("at"))
)
_COUNT_ORDER = update(visitors).where(visitors.c.id == bindparam("visitor")).values(orders=visitors.c.orders + 1)
_VISITOR_FIELDS = tuple(field.name for field in msgspec.structs.fields(Visitor))


def as_visitor(row: Any) -> Visitor:
    """The visitor that a row holds."""
    return Visitor(**{name: getattr(row, name) for name in _VISITOR_FIELDS})


def visitor(tx: Tx, visitor_id: str, *, lock: bool = False) -> Visitor | None:
    """The visitor; with `lock`, others who would change it wait until the end of this command."""
    row = tx.execute(_VISITOR.with_for_update() if lock else _VISITOR, {"id": visitor_id}).one_or_none()
    return None if row is None else as_visitor(row)


def visitors_of(tx: Tx, ids: Iterable[str]) -> dict[str, Visitor]:
    """Several visitors by id."""
    rows = tx.execute(select(visitors).where(visitors.c.id.in_(list(ids))))
    return {row.id: as_visitor(row) for row in rows}


def add_visitor(tx: Tx, new: Visitor) -> bool:
    """Add a visitor unless they are there; says which."""
    values = {name: getattr(new, name) for name in _VISITOR_FIELDS}
    return tx.execute(_ADD_VISITOR[tx.is_postgresql], values).first() is not None


def change_visitor(tx: Tx, visitor_id: str, **values: Any) -> bool:
    """Set columns of a visitor; whether there is such a visitor."""
    return bool(tx.execute(update(visitors).where(visitors.c.id == visitor_id).values(**values)).rowcount)


def count_visit(tx: Tx, visitor_id: str, language: str, device: str, country: str) -> None:
    """One visit more, with what the browser says of itself this time."""
    tx.execute(_COUNT_VISIT, {"visitor": visitor_id, "spoken": language, "used": device, "from_country": country})


def count_chat(tx: Tx, visitor_id: str, at: datetime) -> None:
    """One conversation more."""
    tx.execute(_COUNT_CHAT, {"visitor": visitor_id, "at": at})


def count_order(tx: Tx, visitor_id: str) -> bool:
    """One order more; whether there is such a visitor."""
    return bool(tx.execute(_COUNT_ORDER, {"visitor": visitor_id}).rowcount)


def customers(tx: Tx, site: str, customer: str) -> list[Visitor]:
    """Every browser the site vouched for as this customer, the latest first."""
    query = select(visitors).where(visitors.c.site == site, visitors.c.customer == customer)
    return [as_visitor(row) for row in tx.execute(query.order_by(visitors.c.first_seen_at.desc()).limit(100))]


def known_as(site: str, word: str) -> Select[Any]:
    """Ids of the site's visitors whose name, customer id or anything said of them holds the word, whatever its case.

    A number is found as it is kept (+358401234567) and as it is typed (040 123 4567 without its spaces).
    """
    texts: list[Any] = [visitors.c.called, visitors.c.customer]
    texts += [type_coerce(column, Text) for column in (visitors.c.traits, visitors.c.claimed, visitors.c.contact)]
    said = [holds(text, word) for text in texts]
    digits = "".join(each for each in word if each.isdigit()).lstrip("0")
    if len(digits) >= FEWEST_DIGITS and not any(each.isalpha() for each in word):
        said += [_bare(text).contains(digits) for text in texts[2:]]
    return select(visitors.c.id).where(visitors.c.site == site, or_(*said))


def _bare(text: Any) -> Any:
    """A text without what people put between digits."""
    for mark in (" ", "-", "(", ")"):
        text = func.replace(text, mark, "")
    return text


def delete_visitor(tx: Tx, visitor_id: str) -> None:
    """Forget the visitor with all visits."""
    tx.execute(delete(visits).where(visits.c.visitor == visitor_id))
    tx.execute(delete(visitors).where(visitors.c.id == visitor_id))


# ---- visits ------------------------------------------------------------------------------------------------

_VISIT = select(visits).where(visits.c.id == bindparam("id"))
_OPEN = (
    select(visits)
    .where(visits.c.visitor == bindparam("visitor"), visits.c.ended_at.is_(None))
    .order_by(visits.c.started_at.desc(), visits.c.id.desc())
    .limit(1)
)
_ADD_VISIT = insert(visits)
_END = (
    update(visits)
    .where(visits.c.id == bindparam("visit"), visits.c.ended_at.is_(None))
    .values(ended_at=bindparam("at"))
)


def _visit(row: Any) -> Visit:
    return Visit(
        id=row.id,
        site=row.site,
        visitor=row.visitor,
        started_at=row.started_at,
        ended_at=row.ended_at,
        head=msgspec.convert(row.head, VisitHead),
        last_chat_before=row.last_chat_before,
        simulated=row.simulated,
    )


def visit(tx: Tx, visit_id: str) -> Visit | None:
    """The visit."""
    row = tx.execute(_VISIT, {"id": visit_id}).one_or_none()
    return None if row is None else _visit(row)


def open_visit(tx: Tx, visitor_id: str) -> Visit | None:
    """The visitor's visit that has not ended."""
    row = tx.execute(_OPEN, {"visitor": visitor_id}).one_or_none()
    return None if row is None else _visit(row)


def add_visit(tx: Tx, new: Visit) -> None:
    """Add a visit."""
    tx.execute(_ADD_VISIT, {name: getattr(new, name) for name in new.__struct_fields__})


def end_visit(tx: Tx, visit_id: str, at: datetime) -> bool:
    """Set the end of a visit that has none; whether this did it."""
    return bool(tx.execute(_END, {"visit": visit_id, "at": at}).rowcount)


def visits_of(tx: Tx, visitor_id: str, limit: int) -> list[Visit]:
    """A visitor's visits, the latest first."""
    query = select(visits).where(visits.c.visitor == visitor_id).order_by(visits.c.started_at.desc()).limit(limit)
    return [_visit(row) for row in tx.execute(query)]


def _last_sign() -> Any:
    query = select(looks.c.at).where(looks.c.visit == visits.c.id).order_by(looks.c.n.desc()).limit(1)
    return query.correlate(visits).scalar_subquery()


def _present(site: str, since: datetime, left_since: datetime) -> Any:
    """Open visits with their latest look: a sign since then, and not (or only just) the leaving of a tab."""
    number = select(looks.c.n).where(looks.c.visit == visits.c.id).order_by(looks.c.n.desc()).limit(1)
    last = looks.alias("last_look")
    there = (last.c.visit == visits.c.id) & (last.c.n == number.correlate(visits).scalar_subquery())
    return (
        select(visits, last.c.at.label("last_at"))
        .select_from(visits.join(last, there))
        .where(visits.c.ended_at.is_(None), visits.c.site == site, last.c.at >= since)
        .where((last.c.mark != "left") | (last.c.at >= left_since))
    )


def present(
    tx: Tx, site: str, since: datetime, left_since: datetime, limit: int, among: list[str] | None = None
) -> tuple[list[Visit], int]:
    """Visits of the site that go on, the latest to come first, and how many there are in all.

    `among` leaves only those of these visitors.
    """
    query = _present(site, since, left_since)
    if among is not None:
        query = query.where(visits.c.visitor.in_(among))
    rows = tx.execute(query.order_by(visits.c.started_at.desc(), visits.c.id).limit(limit)).all()
    total = len(rows)
    if total == limit:
        total = tx.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    return [_visit(row) for row in rows], total


def standing(tx: Tx, ids: list[str]) -> dict[str, bool]:
    """Which of these visitors there are, and whether each is blocked."""
    query = select(visitors.c.id, visitors.c.blocked_at.is_not(None)).where(visitors.c.id.in_(ids))
    return {visitor: bool(blocked) for visitor, blocked in tx.execute(query)}


def silent_visits(tx: Tx, before: datetime, limit: int) -> list[Visit]:
    """Visits that have not ended and gave no sign after `before`."""
    sign = func.coalesce(_last_sign(), visits.c.started_at)
    query = select(visits).where(visits.c.ended_at.is_(None), visits.c.started_at <= before, sign <= before)
    return [_visit(row) for row in tx.execute(query.order_by(visits.c.id).limit(limit))]


def _between(query: Select[Any], site: str, since: datetime | None, until: datetime | None) -> Select[Any]:
    """Real visits of the site that began from `since` to before `until`."""
    query = query.where(visits.c.site == site, visits.c.simulated.is_(False))
    if since is not None:
        query = query.where(visits.c.started_at >= since)
    return query if until is None else query.where(visits.c.started_at < until)


def visits_between(
    tx: Tx, site: str, since: datetime | None, until: datetime | None, after: tuple[datetime, str] | None, limit: int
) -> list[Visit]:
    """Visits of the site in order of their start, from `since` to before `until`, a page after `after`."""
    query = _between(select(visits), site, since, until)
    if after is not None:
        at, last = after
        query = query.where((visits.c.started_at > at) | ((visits.c.started_at == at) & (visits.c.id > last)))
    return [_visit(row) for row in tx.execute(query.order_by(visits.c.started_at, visits.c.id).limit(limit))]


def count_between(tx: Tx, site: str, since: datetime | None, until: datetime | None) -> int:
    """How many visits `visits_between` gives on all its pages."""
    return int(tx.execute(_between(select(func.count()).select_from(visits), site, since, until)).scalar_one())


def old_visits(tx: Tx, site: str, before: datetime, limit: int) -> list[str]:
    """Ids of visits of the site that ended before then."""
    query = select(visits.c.id).where(visits.c.site == site, visits.c.ended_at < before).limit(limit)
    return list(tx.execute(query).scalars())


def delete_visits(tx: Tx, ids: list[str]) -> None:
    """Forget visits with their looks."""
    tx.execute(delete(visits).where(visits.c.id.in_(ids)))


def silent_visitors(tx: Tx, site: str, before: datetime, after: str, limit: int) -> list[Visitor]:
    """Visitors of the site of whom no visit is kept and who gave no sign of any kind since then; by id."""
    c = visitors.c
    kept = select(visits.c.id).where(visits.c.visitor == c.id).exists()
    query = select(visitors).where(c.site == site, c.id > after, c.first_seen_at < before, ~kept)
    for sign in (c.last_ended_at, c.last_chat_at, c.last_decline_at):
        query = query.where(sign.is_(None) | (sign < before))
    return [as_visitor(row) for row in tx.execute(query.order_by(c.id).limit(limit))]


# ---- looks -------------------------------------------------------------------------------------------------

_LOOKS = select(looks).where(looks.c.visit == bindparam("visit")).order_by(looks.c.n)
_HEAD = select(looks.c.n, looks.c.at).where(looks.c.visit == bindparam("visit")).order_by(looks.c.n.desc()).limit(1)
# Both dialects read it alike; the dialects' own INSERT is made anew by each call, and this is the hot one.
_ADD_LOOK = (
    "INSERT INTO visit_looks (visit, n, at, tab, tab_n, mark, events) "
    "VALUES ({0}, {0}, {0}, {0}, {0}, {0}, {0}) ON CONFLICT DO NOTHING"
)
_ADD_LOOK_SQLITE = _ADD_LOOK.format("?")
_ADD_LOOK_POSTGRESQL = _ADD_LOOK.format("%s")


def add_look(
    tx: Tx, visit_id: str, n: int, at_ms: int, tab: str, tab_n: int, events: Iterable[Event], mark: str = ""
) -> bool:
    """Write the visit's look number `n`. False if that number, or this look of the tab, is there already."""
    row = (visit_id, n, at_ms, tab, tab_n, mark, _encode(events).decode())
    if tx.is_postgresql:
        return bool(tx.conn.exec_driver_sql(_ADD_LOOK_POSTGRESQL, row).rowcount == 1)
    bare = tx.conn.connection.driver_connection  # past SQLAlchemy: 8 us instead of 35, at every look
    assert isinstance(bare, sqlite3.Connection)
    return bare.execute(_ADD_LOOK_SQLITE, row).rowcount == 1


def _look(row: Any) -> StoredLook:
    return StoredLook(
        n=row.n, at=row.at, tab=row.tab, tab_n=row.tab_n, events=_events.decode(row.events), mark=row.mark
    )


def looks_of(tx: Tx, visit_id: str) -> list[StoredLook]:
    """Everything stored of a visit, in order."""
    return [_look(row) for row in tx.execute(_LOOKS, {"visit": visit_id})]


def looks_of_many(tx: Tx, ids: list[str]) -> dict[str, list[StoredLook]]:
    """The same for several visits at once."""
    found: dict[str, list[StoredLook]] = {visit_id: [] for visit_id in ids}
    for row in tx.execute(select(looks).where(looks.c.visit.in_(ids)).order_by(looks.c.visit, looks.c.n)):
        found[row.visit].append(_look(row))
    return found


def head(tx: Tx, visit_id: str) -> tuple[int, datetime] | None:
    """Number and instant of the visit's latest look."""
    row = tx.execute(_HEAD, {"visit": visit_id}).one_or_none()
    return None if row is None else (row.n, row.at)


# ---- what was left out -------------------------------------------------------------------------------------


def count_left_out(tx: Tx, counts: Iterable[tuple[str, str, str, int]]) -> None:
    """Add to the counts of (site, day, reason)."""
    for site, day, reason, number in counts:
        new = tx.insert(left_out).values(site=site, day=day, reason=reason, looks=number)
        tx.execute(
            new.on_conflict_do_update(
                index_elements=["site", "day", "reason"], set_={"looks": left_out.c.looks + new.excluded.looks}
            )
        )


def left_out_of(tx: Tx, site: str, since_day: str) -> Iterator[tuple[str, str, int]]:
    """(day, reason, looks) of the site since a day."""
    query = select(left_out).where(left_out.c.site == site, left_out.c.day >= since_day)
    for row in tx.execute(query.order_by(left_out.c.day, left_out.c.reason)):
        yield row.day, row.reason, row.looks
