"""What waiting visitors are told: their place, and a wait that is kept true as time passes."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import NamedTuple

from overture.desk import service as desk
from overture.desk import store
from overture.desk.choice import Told, expected_wait, told_wait
from overture.desk.model import Place, WaitingTicket
from overture.direction import service as direction
from overture.store import Tx


class _Waiting(NamedTuple):
    ticket: WaitingTicket
    before: Told
    now: Told


def _queue(tx: Tx, site: str, team: str, *, lock: bool = False) -> list[_Waiting]:
    """Who waits, in order, with what they were told and what they are to be told now."""
    queue = store.told(tx, site, team, lock=lock)
    if not queue:
        return []
    slots, free = desk.slots_of(desk.members(tx, site, team).values())
    handled = store.handle_seconds(tx, site, team)
    found = []
    for place, ticket in enumerate(queue, 1):
        before = Told(ticket.said_wait, ticket.expected_at, ticket.late_at)
        found.append(_Waiting(ticket, before, told_wait(before, expected_wait(place, handled, slots, free), tx.now)))
    return found


def places(tx: Tx, site: str, team: str) -> dict[str, Place]:
    """The place in the queue and the expected wait of everybody who waits for this team, by ticket."""
    queue = _queue(tx, site, team)
    if not queue:
        return {}
    limit = timedelta(milliseconds=desk.answer_within_ms(direction.current(tx, site), team))
    return {
        ticket.id: Place(place, now.wait, now.until, ticket.waiting_since + limit, now.late_at)
        for place, (ticket, _, now) in enumerate(queue, 1)
    }


def tell_waits(tx: Tx) -> int:
    """Keep what each waiting visitor is told, so that it holds from there on; how many are told something else."""
    return sum(
        tx.apart(partial(_tell_waits_of, tx, site, team), 0, site=site, team=team)
        for site, team in sorted(store.queues(tx))
    )


def _tell_waits_of(tx: Tx, site: str, team: str) -> int:
    told = [
        {"key": ticket.id, "said_wait": now.wait, "expected_at": now.until, "late_at": now.late_at}
        for ticket, before, now in _queue(tx, site, team, lock=True)
        if now != before
    ]
    if told:
        store.save_told(tx, told)
        desk.tell_board(tx, site)
    return len(told)
