"""What is held of a visitor: shown on request, erased on request, and erased when its time is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec

from overture.accounts import service as accounts
from overture.accounts.access import require_manager
from overture.accounts.model import SYSTEM, Actor
from overture.store import Tx
from overture.visits import store
from overture.visits.events import RetentionDue, VisitChanged, VisitorErased
from overture.visits.export import logged
from overture.visits.service import the_visitor

Held = Callable[[Tx, str, str], Any]
AT_ONCE = 500

_held: dict[str, Held] = {}


def holds(name: str, held: Held) -> None:
    """Register what a domain above holds of a visitor: `held(tx, site, visitor)` gives it as data for `name`."""
    _held[name] = held


def export_visitor(tx: Tx, actor: Actor, site: str, visitor: str) -> dict[str, Any]:
    """Everything held of a visitor, by domain; for managers."""
    require_manager(actor, site)
    known = the_visitor(tx, site, visitor)
    visits = store.visits_of(tx, visitor, 1_000_000)
    looks = store.looks_of_many(tx, [visit.id for visit in visits])
    accounts.record(tx, actor, "visitor.exported", visitor)
    return {
        "visitor": msgspec.to_builtins(known),
        "visits": [msgspec.to_builtins(logged(visit, looks[visit.id])) for visit in reversed(visits)],
        **{name: msgspec.to_builtins(held(tx, site, visitor)) for name, held in sorted(_held.items())},
    }


def erase_visitor(tx: Tx, actor: Actor, site: str, visitor: str) -> None:
    """Erase everything held of a visitor, in every domain; for managers. Only the fact stays in the audit log."""
    require_manager(actor, site)
    the_visitor(tx, site, visitor)
    tx.emit(VisitorErased(site, visitor))
    tx.emit(VisitChanged(visitor))
    store.delete_visitor(tx, visitor)
    accounts.record(tx, actor, "visitor.erased", visitor)


def apply_retention(tx: Tx) -> int:
    """Erase what sites no longer keep; how many visits went. To be run every hour."""
    erased = 0
    for site in accounts.sites(tx, SYSTEM):
        if site.retention_days is None:
            continue
        before = tx.now - timedelta(days=site.retention_days)
        tx.emit(RetentionDue(site.id, before))
        while old := store.old_visits(tx, site.id, before, AT_ONCE):
            store.delete_visits(tx, old)
            erased += len(old)
        for visitor in store.visitors_without_visits(tx, site.id, before, AT_ONCE):
            tx.emit(VisitorErased(site.id, visitor))
            tx.emit(VisitChanged(visitor))
            store.delete_visitor(tx, visitor)
    return erased
