"""Reports as tables, for files and spreadsheets. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from overture.followups.promises import PromiseLine
from overture.insight.model import CurrencyLine, OrderLine, Overview
from overture.outcomes.model import Order
from overture.outcomes.service import LeadView

Row = tuple[Any, ...]
Table = tuple[Row, list[Row]]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would run if it stood first in a cell


def overview_table(report: Overview) -> Table:
    """One number a line: its path as in the definitions, what it is of (trigger, currency, day), the number."""
    return ("number", "of", "value"), [*_numbers(report)]


def _numbers(report: Overview) -> Iterator[Row]:
    for line in report.decisions:
        for name, value in msgspec.structs.asdict(line).items():
            if name != "trigger":
                yield f"decisions.{name}", line.trigger, value
    for section in ("conversations", "promises", "leads"):
        yield from _flat(section, msgspec.to_builtins(getattr(report, section)))
    yield from _amounts("orders", report.orders)
    for other in report.orders.other:
        yield from _amounts("orders.other", other)
    for day in report.by_day:
        for name in ("conversations", "decisions", "orders"):
            yield f"by_day.{name}", day.day.isoformat(), getattr(day, name)


def _amounts(path: str, orders: OrderLine | CurrencyLine) -> Iterator[Row]:
    for name, amount in (("all", orders.all), ("with_chat", orders.with_chat)):
        yield f"{path}.{name}.count", orders.currency, amount.count
        yield f"{path}.{name}.value", orders.currency, amount.value


def _flat(path: str, value: Any) -> Iterator[Row]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _flat(f"{path}.{name}", part)
    else:
        yield path, "", value


def promises_table(lines: Iterable[PromiseLine]) -> Table:
    """A promise a line."""
    columns = ("id", "due_at", "state", "late", "done_at", "team", "agent", "channel", "what", "moved", "conversation",
               "lead", "visitor", "name", "email", "phone", "created_at")  # fmt: skip
    return columns, [
        (
            line.promise.id, line.promise.due_at, line.promise.state, line.late, line.promise.done_at,
            line.promise.team, line.agent_name, line.promise.channel, line.promise.what,
            line.promise.due_at != line.promise.first_due_at, line.promise.conversation, line.promise.lead,
            line.promise.visitor, line.promise.contact.name, line.promise.contact.email, line.promise.contact.phone,
            line.promise.created_at,
        )
        for line in lines
    ]  # fmt: skip


def leads_table(views: Iterable[LeadView]) -> Table:
    """A lead a line."""
    columns = ("id", "created_at", "state", "source", "team", "agent", "name", "email", "phone", "message",
               "conversation", "visitor", "plan_version", "changed_at")  # fmt: skip
    return columns, [
        (
            view.lead.id, view.lead.created_at, view.lead.state, view.lead.source, view.lead.team, view.agent_name,
            view.lead.contact.name, view.lead.contact.email, view.lead.contact.phone, view.lead.message,
            view.lead.conversation, view.lead.visitor, view.lead.plan_version, view.lead.changed_at,
        )
        for view in views
    ]  # fmt: skip


def orders_table(orders: Iterable[Order]) -> Table:
    """An order a line; `conversation` takes it *with chat*."""
    columns = ("id", "at", "value", "currency", "source", "visitor", "visit", "conversation", "plan_version")
    return columns, [
        (
            order.id, order.at, order.value.value, order.value.currency, order.source, order.visitor, order.visit,
            order.conversation, order.plan_version,
        )
        for order in orders
    ]  # fmt: skip


def as_csv(table: Table) -> str:
    """RFC 4180, with a header; text that a spreadsheet would take for a formula is quoted with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table[0])
    for row in table[1]:
        writer.writerow([_cell(name, value) for name, value in zip(table[0], row, strict=True)])
    return out.getvalue()


def as_items(table: Table) -> list[dict[str, Any]]:
    """Each line with its columns' names."""
    return [msgspec.to_builtins(dict(zip(table[0], row, strict=True))) for row in table[1]]


def as_text(table: Table) -> str:
    """Columns side by side, for a terminal; long cells are cut."""
    lines = [[_shown(cell) for cell in row] for row in (table[0], *table[1])]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    padded = ([cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in lines)
    return "\n".join("  ".join(row).rstrip() for row in padded)


def _cell(name: str, value: Any) -> str:
    text = _plain(value)
    if isinstance(value, str) and name != "phone" and text.startswith(_FORMULA):
        return "'" + text
    return text


def _shown(value: Any) -> str:
    text = " ".join(_plain(value).split())
    return text if len(text) <= 40 else text[:39] + "…"


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(msgspec.to_builtins(value))
