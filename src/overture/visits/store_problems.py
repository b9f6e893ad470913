"""SQL of what pages said that could not be taken: one row a site, call and field."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text, delete, select

from overture.store import Instant, Tx, metadata

snippet_problems = Table(
    "snippet_problems",
    metadata,
    Column("site", ForeignKey("sites.id", name="fk_snippet_problems_site", ondelete="CASCADE"), primary_key=True),
    Column("event", String(16), primary_key=True),
    Column("field", String(16), primary_key=True),
    Column("message", Text, nullable=False),
    Column("example", Text, nullable=False),
    Column("first_at", Instant, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("times", Integer, nullable=False),
)


class SnippetProblem(msgspec.Struct, frozen=True, kw_only=True):
    """A mistake of a site's pages: in which call and field, what it is and the way out, with the latest value."""

    event: str
    field: str
    message: str
    example: str
    first_at: datetime
    last_at: datetime
    times: int


def add_problem(tx: Tx, site: str, problem: SnippetProblem) -> None:
    """Keep it; the same call and field again only count, with the latest words."""
    statement = tx.insert(snippet_problems).values(site=site, **msgspec.structs.asdict(problem))
    new = statement.excluded
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=["site", "event", "field"],
            set_={
                "times": snippet_problems.c.times + new.times,
                "last_at": new.last_at,
                "message": new.message,
                "example": new.example,
            },
        )
    )


def problems_since(tx: Tx, site: str, since: datetime) -> list[SnippetProblem]:
    """Those of a site that came again since then, the latest first."""
    query = select(snippet_problems).where(snippet_problems.c.site == site, snippet_problems.c.last_at >= since)
    return [
        SnippetProblem(
            event=row.event,
            field=row.field,
            message=row.message,
            example=row.example,
            first_at=row.first_at,
            last_at=row.last_at,
            times=row.times,
        )
        for row in tx.execute(query.order_by(snippet_problems.c.last_at.desc(), snippet_problems.c.event))
    ]


def delete_problems(tx: Tx, site: str, before: datetime | None = None) -> None:
    """Forget those of a site; with `before`, those that did not come again since."""
    query = delete(snippet_problems).where(snippet_problems.c.site == site)
    tx.execute(query if before is None else query.where(snippet_problems.c.last_at < before))
