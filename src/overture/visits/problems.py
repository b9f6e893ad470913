"""What pages said that could not be taken, for the site's developer: noted by process, kept in the database."""

from __future__ import annotations

from datetime import datetime, timedelta

from overture.accounts.access import require
from overture.accounts.model import Actor
from overture.accounts.permissions import CHANGE_SITES, READ_VISITS
from overture.store import Store, Tx
from overture.visits.intake import Problem
from overture.visits.store_problems import SnippetProblem, add_problem, delete_problems, problems_since

KEPT = timedelta(days=30)
STORED_EVERY = timedelta(seconds=10)  # a page that says it wrong says it to every visitor
_MOST_SITES = 1_000

Key = tuple[str, str, str]


class ProblemNotes:
    """What this process has noted and not yet stored: one line a site, call and field. It may be lost."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._noted: dict[Key, SnippetProblem] = {}
        self._stored_at: dict[str, datetime] = {}

    async def note(self, site: str, problems: list[Problem]) -> None:
        """Count them; they are stored at once, but at most every ten seconds for a site."""
        now = self._store.clock.now()
        for problem in problems:
            key = (site, problem.event, problem.field)
            self._noted[key] = noted(problem, now, self._noted.get(key))
        stored_at = self._stored_at.get(site)
        if stored_at is None or now - stored_at >= STORED_EVERY:
            if len(self._stored_at) >= _MOST_SITES:
                self._stored_at.clear()
            self._stored_at[site] = now
            await self.flush()

    async def flush(self) -> None:
        """Store what was noted."""
        waiting, self._noted = self._noted, {}
        if waiting:
            await self._store.run(keep_problems, [(site, problem) for (site, *_), problem in waiting.items()])


def noted(problem: Problem, now: datetime, before: SnippetProblem | None = None) -> SnippetProblem:
    """The problem as it is kept; `before` is what was noted of it and not yet stored."""
    return SnippetProblem(
        event=problem.event,
        field=problem.field,
        message=problem.message,
        example=problem.example,
        first_at=before.first_at if before else now,
        last_at=now,
        times=(before.times if before else 0) + 1,
    )


def keep_problems(tx: Tx, found: list[tuple[str, SnippetProblem]]) -> None:
    """Store what was noted, and let go of what has not come again for a month."""
    for site in sorted({site for site, _ in found}):
        delete_problems(tx, site, tx.now - KEPT)
    for site, problem in sorted(found, key=lambda one: (one[0], one[1].event, one[1].field)):
        add_problem(tx, site, problem)


def problems_of(tx: Tx, actor: Actor, site: str) -> list[SnippetProblem]:
    """The mistakes of a site's pages in the last 30 days, the latest first."""
    require(actor, READ_VISITS, site)
    return problems_since(tx, site, tx.now - KEPT)


def forget_problems(tx: Tx, actor: Actor, site: str) -> None:
    """They are mended: what comes from now on is new."""
    require(actor, CHANGE_SITES, site)
    delete_problems(tx, site)
