"""What conversations do when something happens below them, in the same transaction; registered where wired."""

from __future__ import annotations

from overture.conversations import service, store, views
from overture.conversations.events import ConversationsErased, HeadChanged
from overture.desk import service as desk
from overture.desk.events import TicketAssigned, TicketReturned
from overture.store import Store, Tx
from overture.visits import privacy, reach
from overture.visits.events import RetentionDue, VisitorBlocked, VisitorErased, VisitorNamed

ERASED_AT_ONCE = 500


def register(to: Store) -> None:
    """Hear of the desk, of blocking and of erasure."""
    to.on(TicketAssigned, assigned)
    to.on(TicketReturned, returned)
    to.on(VisitorBlocked, visitor_blocked)
    to.on(VisitorNamed, visitor_named)
    to.on(VisitorErased, visitor_erased)
    to.on(RetentionDue, retention_due)
    privacy.holds("conversations", views.held_of)
    privacy.keeps(store.visitors_alive)
    reach.answered_by(store.has_talked)


def assigned(tx: Tx, event: TicketAssigned) -> None:
    """An agent has the conversation: both sides are told."""
    talk = store.conversation(tx, event.ticket, lock=True)
    if talk is None or talk.state == "closed":
        return
    talk = store.save(
        tx,
        talk,
        state="active",
        agent_id=event.agent,
        agent_name=event.agent_name,
        answered_at=None,
        waiting_since=None,
    )
    talk = service.notice(tx, talk, "agent_joined", {"agent": event.agent_name})
    tx.emit(HeadChanged(talk.head, assigned=True))


def returned(tx: Tx, event: TicketReturned) -> None:
    """The agent is lost: the visitor waits again, and is told."""
    talk = store.conversation(tx, event.ticket, lock=True)
    if talk is None or talk.state != "active":
        return
    name = talk.agent_name
    talk = store.save(tx, talk, state="waiting", agent_id="", agent_name="", answered_at=None, waiting_since=tx.now)
    talk = service.notice(tx, talk, "agent_silent" if event.reason == "silent" else "agent_left", {"agent": name})
    tx.emit(HeadChanged(talk.head))


def visitor_blocked(tx: Tx, event: VisitorBlocked) -> None:
    """Who is blocked talks no more; the agent may wrap up."""
    if event.blocked:
        service.end_by_house(tx, event.visitor)


def visitor_named(tx: Tx, event: VisitorNamed) -> None:
    """Every conversation of theirs carries the new name; the inboxes that show one are told."""
    for talk in store.of_visitor(tx, event.visitor):
        if talk.visitor_name != event.name:
            locked = store.conversation(tx, talk.id, lock=True)
            if locked is not None:
                tx.emit(HeadChanged(store.save(tx, locked, visitor_name=event.name).head))


def visitor_erased(tx: Tx, event: VisitorErased) -> None:
    """Everything the visitor said, and was told, goes."""
    _erase(tx, event.site, [talk.id for talk in store.of_visitor(tx, event.visitor)], by_age=False)


def retention_due(tx: Tx, event: RetentionDue) -> None:
    """Conversations closed before the site's limit go."""
    while ids := store.closed_before(tx, event.site, event.before, ERASED_AT_ONCE):
        _erase(tx, event.site, ids, by_age=True)


def _erase(tx: Tx, site: str, ids: list[str], *, by_age: bool) -> None:
    if not ids:
        return
    store.erase(tx, ids)
    desk.forget(tx, ids)
    tx.emit(ConversationsErased(site, ids, by_age))
