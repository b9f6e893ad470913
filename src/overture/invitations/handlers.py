"""What invitations do when something happens below them, in the same transaction; registered where wired."""

from __future__ import annotations

from overture.desk.events import BoardChanged
from overture.direction.events import PlanPublished
from overture.invitations import service, store
from overture.invitations.service import Memory
from overture.store import Store, Tx
from overture.visits import privacy
from overture.visits.events import RetentionDue, VisitChanged, VisitEnded, VisitorErased


def register(to: Store, memory: Memory) -> None:
    """Hear of visits, plans and the desk, and keep this process's memory from growing stale."""
    to.on(VisitEnded, visit_ended)
    to.on(VisitorErased, visitor_erased)
    to.on(RetentionDue, retention_due)
    to.on(VisitChanged, lambda _tx, event: memory.book.forget(event.visitor))
    to.on(BoardChanged, lambda _tx, event: memory.surroundings.forget(event.site))
    to.on(PlanPublished, lambda _tx, event: memory.surroundings.forget(event.site))
    privacy.holds("decisions", lambda tx, _site, visitor: store.of_visitor(tx, visitor))
    privacy.holds("held_back", lambda tx, _site, visitor: store.held_back_of(tx, visitor))


def visit_ended(tx: Tx, event: VisitEnded) -> None:
    """What was not answered was ignored."""
    service.ignore_unanswered(tx, event.visit)


def visitor_erased(tx: Tx, event: VisitorErased) -> None:
    """The visitor's decisions go."""
    store.delete_of_visitor(tx, event.visitor)


def retention_due(tx: Tx, event: RetentionDue) -> None:
    """Decisions from before the site's limit go."""
    store.delete_before(tx, event.site, event.before)
