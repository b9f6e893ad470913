"""What is held of a visitor: shown on request, erased on request, and erased when its time is over."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import msgspec

from overture.accounts import service as accounts
from overture.accounts.access import require
from overture.accounts.model import SYSTEM, Actor
from overture.accounts.permissions import ERASE_VISITORS, EXPORT_VISITORS
from overture.store import Tx, scrub
from overture.visits import store
from overture.visits.events import RetentionDue, VisitChanged, VisitorErased
from overture.visits.export import logged
from overture.visits.model import Visitor
from overture.visits.service import orders_told, the_visitor
from overture.visits.store_problems import delete_problems

Held = Callable[[Tx, str, str], Any]
Alive = Callable[[Tx, str, list[str], datetime], Iterable[str]]
AT_ONCE = 500
MOST = 1_000_000

_held: dict[str, Held] = {}
_alive: list[Alive] = []


def holds(name: str, held: Held) -> None:
    """Register what a domain above holds of a visitor: `held(tx, site, visitor)` gives it as data for `name`."""
    _held[name] = held


def keeps(alive: Alive) -> None:
    """Register what keeps a visitor from being forgotten: `alive(tx, site, visitors, before)` gives those of
    them with something open, or with a sign since `before`."""
    if alive not in _alive:
        _alive.append(alive)


def export_visitor(tx: Tx, actor: Actor, site: str, visitor: str) -> dict[str, Any]:
    """Everything held of a visitor, by domain; for managers."""
    require(actor, EXPORT_VISITORS, site)
    known = the_visitor(tx, site, visitor)
    visits = store.visits_of(tx, visitor, MOST)
    looks = store.looks_of_many(tx, [visit.id for visit in visits])
    accounts.record(tx, actor, "visitor.exported", visitor)
    return {
        "visitor": msgspec.to_builtins(known),
        "visits": [msgspec.to_builtins(logged(visit, looks[visit.id])) for visit in reversed(visits)],
        **{name: msgspec.to_builtins(held(tx, site, visitor)) for name, held in sorted(_held.items())},
    }


def erase_visitor(tx: Tx, actor: Actor, site: str, visitor: str) -> None:
    """Erase everything held of a visitor, in every domain; for managers. Only the fact stays in the audit log,
    under a digest: who asks later whether this very id was erased can still be answered."""
    require(actor, ERASE_VISITORS, site)
    _erase(tx, the_visitor(tx, site, visitor))
    delete_problems(tx, site)  # their examples may be this visitor's; a mistake that lasts comes again
    accounts.record(tx, actor, "visitor.erased", accounts.erased_subject(visitor))


def _erase(tx: Tx, who: Visitor) -> None:
    visits = store.visits_of(tx, who.id, MOST)
    orders = tuple(str(event.id) for visit in visits for event in orders_told(tx, visit) if event.id)
    tx.emit(VisitorErased(who.site, who.id, who.customer or "", orders))
    tx.emit(VisitChanged(who.id))
    store.delete_visitor(tx, who.id)
    accounts.forget_subject(tx, who.id)
    scrub.ask(tx)


def apply_retention(tx: Tx) -> int:
    """Erase what sites no longer keep; how many visits went. To be run every hour.

    Time counts from the last sign of any kind, and nothing that is open goes.
    """
    erased = 0
    for site in accounts.sites(tx, SYSTEM):
        if site.retention_days is not None:
            before = tx.now - timedelta(days=site.retention_days)
            erased += tx.apart(partial(_retain, tx, site.id, before), 0, site=site.id)
    return erased


def _retain(tx: Tx, site: str, before: datetime) -> int:
    tx.emit(RetentionDue(site, before))
    delete_problems(tx, site, before)
    erased = 0
    while old := store.old_visits(tx, site, before, AT_ONCE):
        store.delete_visits(tx, old)
        erased += len(old)
    after, gone = "", 0
    while silent := store.silent_visitors(tx, site, before, after, AT_ONCE):
        after = silent[-1].id
        ids = [who.id for who in silent]
        still = {visitor for alive in _alive for visitor in alive(tx, site, ids, before)}
        for who in silent:
            if who.id not in still:
                _erase(tx, who)
                gone += 1
    if erased or gone:
        scrub.ask(tx)
    return erased
