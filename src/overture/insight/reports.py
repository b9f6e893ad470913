"""The reports of the command line, by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from overture.accounts.model import Actor
from overture.followups import promises
from overture.insight import service, tables
from overture.insight.tables import Table
from overture.outcomes import service as outcomes
from overture.outcomes.period import Period
from overture.store import Tx


class Report(msgspec.Struct, frozen=True):
    """A report of a period: as a table, and as data."""

    period: Period
    table: Table
    data: Any


def _overview(tx: Tx, actor: Actor, site: str, asked: Period) -> tuple[Table, Any]:
    found = service.overview_of(tx, actor, site, asked)
    return tables.overview_table(found), found


def _promises(tx: Tx, actor: Actor, site: str, asked: Period) -> tuple[Table, Any]:
    return _listed(tables.promises_table(promises.due_in(tx, actor, site, asked.since, asked.until)))


def _leads(tx: Tx, actor: Actor, site: str, asked: Period) -> tuple[Table, Any]:
    return _listed(tables.leads_table(outcomes.leads_begun(tx, actor, site, asked)))


def _orders(tx: Tx, actor: Actor, site: str, asked: Period) -> tuple[Table, Any]:
    return _listed(tables.orders_table(outcomes.orders_made(tx, actor, site, asked)))


def _listed(table: Table) -> tuple[Table, Any]:
    return table, {"items": tables.as_items(table)}


REPORTS: dict[str, Callable[[Tx, Actor, str, Period], tuple[Table, Any]]] = {
    "overview": _overview,
    "promises": _promises,
    "leads": _leads,
    "orders": _orders,
}


def report(tx: Tx, actor: Actor, site: str, name: str, since: str | None, until: str | None) -> Report:
    """One of `REPORTS` for a period (see `outcomes.period`). BadPeriod; NotAllowed for who may not read it."""
    asked = outcomes.period_of(tx, site, since, until)
    table, data = REPORTS[name](tx, actor, site, asked)
    return Report(asked, table, data)
