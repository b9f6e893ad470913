"""Visits as a log: what `visits export` writes, line by line as the visit log's format says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from overture.accounts import service as accounts
from overture.accounts.model import Actor
from overture.kit.clock import from_ms, to_ms
from overture.store import Store, Tx
from overture.visits import store
from overture.visits.log import Before, LoggedVisit, ended, write_line
from overture.visits.model import StoredLook, Visit
from overture.visits.service import may_export

PAGE = 200  # visits read at once: some 2 MB


def logged(visit: Visit, looks: list[StoredLook]) -> LoggedVisit:
    """The visit as a line of the log. One that has not ended gets its `end` at its last sign."""
    head = visit.head
    before = Before(
        visits=head.visits_before,
        chats=head.chats_before,
        orders=head.orders_before,
        ended=None if head.last_ended_ms is None else from_ms(head.last_ended_ms),
        last_chat=visit.last_chat_before,
    )
    line = LoggedVisit(
        visit=visit.id,
        visitor=visit.visitor,
        started=visit.started_at,
        language=head.language,
        device=head.device,
        country=head.country,
        identified=head.identified,
        traits=head.traits,
        before=before,
        events=[event for look in looks for event in look.events],
    )
    last = visit.ended_at or looks[-1].at
    return ended(line, to_ms(last) - to_ms(visit.started_at))


def _page(
    tx: Tx, actor: Actor, site: str, since: datetime | None, until: datetime | None, after: tuple[datetime, str] | None
) -> list[LoggedVisit]:
    may_export(tx, accounts.renewed(tx, actor), site)
    visits = store.visits_between(tx, site, since, until, after, PAGE)
    looks = store.looks_of_many(tx, [visit.id for visit in visits])
    return [logged(visit, looks[visit.id]) for visit in visits]


async def exported(
    database: Store, actor: Actor, site: str, since: datetime | None = None, until: datetime | None = None
) -> AsyncIterator[bytes]:
    """The site's visits that began from `since` to before `until`, a line each, in order of their start.

    Simulated visits are left out. Streams: a page of visits at a time is in memory. Each page asks whether the actor's
    authority lasts: SignInAgain, and the stream breaks off, once it does not.
    """
    await database.read(may_export, actor, site)
    after: tuple[datetime, str] | None = None
    while page := await database.read(_page, actor, site, since, until, after):
        for visit in page:
            yield write_line(visit)
        after = page[-1].started, page[-1].visit


def counted(tx: Tx, site: str, since: datetime | None = None, until: datetime | None = None) -> int:
    """How many visits `exported` writes."""
    return store.count_between(tx, site, since, until)
