"""The desk's statements that every opening runs, as the drivers take them: see store/statement.py.

Columns stand in the tables' order (store.py), which is the order of the structs' fields too.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import lru_cache

import msgspec

from overture.desk.model import DeskClock, Presence, Ticket
from overture.kit.clock import from_ms, to_ms
from overture.store import Tx
from overture.store.statement import Statement

_PRESENCE = ", ".join(Presence.__struct_fields__)
_TICKET = Ticket.__struct_fields__
_ADD = Statement(
    f"INSERT INTO desk_tickets ({', '.join(_TICKET)}) VALUES ({', '.join('?' * len(_TICKET))})"  # noqa: S608 - own names
)
_NTH = Statement(
    "SELECT waiting_since FROM desk_tickets WHERE state = 'waiting' AND site = ? AND team = ? AND simulated = ?"
    " ORDER BY waiting_since LIMIT 1 OFFSET ?"
)
_CLOCK = Statement("SELECT ticked_at, resumed_at, line_at FROM desk_clock")


@lru_cache(maxsize=512)
def _presences(count: int, lock: bool) -> Statement:
    marks = ", ".join("?" * count)
    text = f"SELECT {_PRESENCE} FROM desk_agents WHERE user_id IN ({marks}) ORDER BY user_id"  # noqa: S608 - own names
    return Statement(text, lock=lock)


@lru_cache(maxsize=512)
def _active(count: int) -> Statement:
    marks = ", ".join("?" * count)
    return Statement(
        "SELECT agent, count(*) FROM desk_tickets"  # noqa: S608 - question marks
        f" WHERE agent IN ({marks}) AND state = 'assigned' AND simulated = ? GROUP BY agent"
    )


def presences(tx: Tx, users: Collection[str], *, lock: bool = False) -> dict[str, Presence]:
    """The presence of those who were ever at the desk. Locked in order of id, so that two never wait in a ring."""
    if not users:
        return {}
    found = {}
    for user_id, available, changed, alive, idle, simulated, missed, away_reason in _presences(len(users), lock).run(
        tx, list(users)
    ):
        found[user_id] = Presence(
            user_id=user_id,
            available=bool(available),
            changed_at=from_ms(changed),
            alive_at=None if alive is None else from_ms(alive),
            idle_since=from_ms(idle),
            simulated=bool(simulated),
            missed=missed,
            away_reason=away_reason,
        )
    return found


def active(tx: Tx, users: Collection[str], *, simulated: bool = False) -> dict[str, int]:
    """How many tickets each agent has now."""
    if not users:
        return {}
    return dict(_active(len(users)).run(tx, [*users, simulated]).fetchall())


def add(tx: Tx, ticket: Ticket) -> None:
    values = [getattr(ticket, name) for name in _TICKET]
    _ADD.run(tx, [to_ms(value) if isinstance(value, datetime) else _plain(value) for value in values])


def _plain(value: object) -> object:
    return msgspec.json.encode(value).decode() if isinstance(value, list) else value


def nth_waiting(tx: Tx, site: str, team: str, place: int, *, simulated: bool = False) -> datetime | None:
    """Since when whoever is at this place of the queue (1 is next) waits; None if fewer wait."""
    row = _NTH.run(tx, (site, team, simulated, place - 1)).fetchone()
    return None if row is None else from_ms(row[0])


def desk_clock(tx: Tx) -> DeskClock | None:
    row = _CLOCK.run(tx, ()).fetchone()
    return None if row is None else DeskClock(*map(from_ms, row))
