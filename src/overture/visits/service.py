"""Use cases of visits: what a look records, and what others tell a visit.

Commands that change a visit by other means than a look emit `VisitChanged`, so that caches of it are dropped.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

import msgspec

from overture.accounts import service as accounts
from overture.accounts.access import require
from overture.accounts.model import Actor, Site
from overture.accounts.permissions import BLOCK_VISITORS, NAME_VISITORS, READ_VISITS
from overture.kit.clock import from_ms, to_ms
from overture.kit.ids import new_id
from overture.store import Tx
from overture.visits import store
from overture.visits.clockwork import SILENCE_MS, is_over
from overture.visits.errors import BadName, NoSuchVisit, NoSuchVisitor
from overture.visits.events import VisitChanged, VisitEnded, VisitorBlocked, VisitorNamed, VisitStarted
from overture.visits.facts import ChatEvent, Event, OrderEvent, PageEvent, VisitHead, VisitState
from overture.visits.identity import visitor_id
from overture.visits.live import LiveVisit, fold_looks
from overture.visits.model import Visit, Visitor
from overture.visits.reach import has_talked

SILENCE = timedelta(milliseconds=SILENCE_MS)
LONGEST_NAME = 120
TRIES = 10  # a look in another process may take a number first

# ---- visitors ----------------------------------------------------------------------------------------------


def the_visitor(tx: Tx, site: str, visitor: str) -> Visitor:
    """The visitor, or NoSuchVisitor."""
    found = store.visitor(tx, visitor)
    if found is None or found.site != site:
        raise NoSuchVisitor("The site knows no such visitor: it may have been erased", visitor=visitor[:64])
    return found


def visitor_by_key(tx: Tx, site: Site, key: str, *, language: str = "", device: str = "") -> Visitor:
    """The visitor with this key, new if need be: who opens the chat may not have looked yet. BadVisitorKey."""
    wanted = visitor_id(site.id, key)
    found = store.visitor(tx, wanted)
    if found is None:
        new = Visitor(id=wanted, site=site.id, first_seen_at=tx.now, language=language[:8], device=device)
        if store.add_visitor(tx, new):
            return new
        found = store.visitor(tx, wanted)
        assert found is not None  # just added, or by another process meanwhile
    return found


def set_blocked(tx: Tx, actor: Actor, site: str, visitor: str, blocked: bool) -> Visitor:
    """Offer this visitor nothing any more, or be at their service again; an agent, who has talked with their teams."""
    require(actor, BLOCK_VISITORS, site, talks=lambda teams: has_talked(tx, site, visitor, teams))
    the_visitor(tx, site, visitor)
    store.change_visitor(tx, visitor, blocked_at=tx.now if blocked else None)
    accounts.record(tx, actor, "visitor.blocked" if blocked else "visitor.unblocked", visitor)
    tx.emit(VisitorBlocked(site, visitor, blocked))
    tx.emit(VisitChanged(visitor))
    return the_visitor(tx, site, visitor)


def name_visitor(tx: Tx, actor: Actor, site: str, visitor: str, name: str) -> Visitor:
    """Call the visitor by a name, everywhere; an empty one gives back what the site or they themselves said."""
    require(actor, NAME_VISITORS, site, talks=lambda teams: has_talked(tx, site, visitor, teams))
    name = " ".join(name.split())
    if len(name) > LONGEST_NAME:
        raise BadName(f"A name has at most {LONGEST_NAME} characters", field="name")
    known = the_visitor(tx, site, visitor)
    if name == known.called:
        return known
    store.change_visitor(tx, visitor, called=name)
    accounts.record(tx, actor, "visitor.named" if name else "visitor.unnamed", visitor)
    return _renamed(tx, site, visitor)


def note_contact(tx: Tx, site: str, visitor: str, name: str, email: str, phone: str) -> None:
    """Keep what the visitor said of themselves; what they left out stays. Whom nobody knows is passed over."""
    known = store.visitor(tx, visitor)
    said = {key: value for key, value in (("name", name), ("email", email), ("phone", phone)) if value}
    if known is None or known.site != site or {**known.contact, **said} == known.contact:
        return
    store.change_visitor(tx, visitor, contact={**known.contact, **said})
    _renamed(tx, site, visitor)


def _renamed(tx: Tx, site: str, visitor: str) -> Visitor:
    known = the_visitor(tx, site, visitor)
    tx.emit(VisitorNamed(site, visitor, known.name))
    tx.emit(VisitChanged(visitor))
    return known


def standing(tx: Tx, visitors: list[str]) -> dict[str, bool]:
    """Which of these visitors there are, and whether each is blocked."""
    return store.standing(tx, visitors)


def declined(tx: Tx, visitor: str, at: datetime) -> None:
    """The visitor said no; caps ask for the latest."""
    store.change_visitor(tx, visitor, last_decline_at=at)


def count_order(tx: Tx, visitor: str) -> bool:
    """The visitor has one order more; whoever keeps orders calls this once for each. Whether they are known."""
    return store.count_order(tx, visitor)


# ---- visits ------------------------------------------------------------------------------------------------


def the_visit(tx: Tx, site: str, visit: str) -> Visit:
    """The visit, or NoSuchVisit."""
    found = store.visit(tx, visit)
    if found is None or found.site != site:
        raise NoSuchVisit("The site knows no such visit: it may have been erased", visit=visit[:64])
    return found


class Arrival(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody comes to a site: when (ms since 1970), and what the browser says of itself."""

    site: str
    visitor: str
    at_ms: int
    language: str = ""
    device: str = ""
    country: str = ""
    simulated: bool = False


def begin(tx: Tx, who: Arrival) -> LiveVisit | None:
    """Start a visit, of a new visitor or of one who comes back. None if another process just did."""
    before = _welcome(tx, who)
    if before is None:
        return None
    ended_ms = None if before.last_ended_at is None else to_ms(before.last_ended_at)
    head = VisitHead(
        visit=new_id("s"),
        visitor=who.visitor,
        started_ms=max(who.at_ms, ended_ms or 0),
        language=who.language,
        device=who.device,
        country=who.country,
        identified=before.identified,
        traits=before.traits,
        visits_before=before.visits,
        chats_before=before.chats,
        orders_before=before.orders,
        last_ended_ms=ended_ms,
    )
    visit = Visit(
        id=head.visit,
        site=who.site,
        visitor=who.visitor,
        started_at=from_ms(head.started_ms),
        ended_at=None,
        head=head,
        last_chat_before=before.last_chat_at,
        simulated=who.simulated,
    )
    store.add_visit(tx, visit)
    tx.emit(VisitStarted(who.site, visit.id, who.visitor))
    return LiveVisit(visit, before)


def _welcome(tx: Tx, who: Arrival) -> Visitor | None:
    """The visitor as they were before this visit, counted in; None if they have a visit already."""
    new = Visitor(
        id=who.visitor,
        site=who.site,
        first_seen_at=from_ms(who.at_ms),
        language=who.language,
        device=who.device,
        country=who.country,
        simulated=who.simulated,
    )
    if store.add_visitor(tx, msgspec.structs.replace(new, visits=1)):
        return new
    before = store.visitor(tx, who.visitor, lock=True)  # waits for a process that begins one just now
    if before is None or store.open_visit(tx, who.visitor) is not None:
        return None
    store.count_visit(tx, who.visitor, who.language, who.device, who.country)
    return before


def finish(tx: Tx, visit: Visit) -> None:
    """End a silent visit at its last sign. Doing it again changes nothing."""
    last = store.head(tx, visit.id)
    at = visit.started_at if last is None else max(last[1], visit.started_at)
    if store.end_visit(tx, visit.id, at):
        store.change_visitor(tx, visit.visitor, last_ended_at=at)
        tx.emit(VisitEnded(visit.site, visit.id, visit.visitor, at))
        tx.emit(VisitChanged(visit.visitor))


def finish_silent(tx: Tx, limit: int = 500) -> int:
    """End visits that gave no sign for 30 minutes; how many. To be run every minute."""
    silent = store.silent_visits(tx, tx.now - SILENCE, limit)
    for visit in silent:
        tx.apart(partial(finish, tx, visit), None, visit=visit.id)
    return len(silent)


def record_chat(tx: Tx, visitor: str, trigger: str = "") -> str | None:
    """A conversation of the visitor began, as an answer to `trigger`'s invitation or by itself.

    Call it in the command that opens the conversation. If the visit is over, a new one begins on its last page.
    The visit's id, or None for who opened the chat without ever having looked.
    """
    visit = _open_visit(tx, visitor) or _come_back(tx, visitor)
    store.count_chat(tx, visitor, tx.now)
    tx.emit(VisitChanged(visitor))
    if visit is None:
        return None
    for _ in range(TRIES):
        n, sign = store.head(tx, visit.id) or (0, visit.started_at)
        at = max(tx.now, sign)
        event = ChatEvent((to_ms(at) - to_ms(visit.started_at)) / 1000, trigger or None)
        if store.add_look(tx, visit.id, n + 1, to_ms(at), "", n + 1, [event]):
            return visit.id
    raise RuntimeError("a look came first, time and again")


def record_chat_ended(tx: Tx, visitor: str) -> str | None:
    """The visitor's conversation was closed: from now on the rest after a chat counts. No sign of the visitor."""
    store.change_visitor(tx, visitor, last_chat_at=tx.now)
    tx.emit(VisitChanged(visitor))
    visit = _open_visit(tx, visitor)
    if visit is None:
        return None
    for _ in range(TRIES):
        n, sign = store.head(tx, visit.id) or (0, visit.started_at)
        if store.add_look(tx, visit.id, n + 1, to_ms(sign), "", n + 1, [], "chat_ended"):
            return visit.id
    raise RuntimeError("a look came first, time and again")


def _open_visit(tx: Tx, visitor: str) -> Visit | None:
    """The visitor's visit that goes on; one that is over is ended first."""
    visit = store.open_visit(tx, visitor)
    if visit is None:
        return None
    _, sign = store.head(tx, visit.id) or (0, visit.started_at)
    if not is_over(to_ms(sign), to_ms(tx.now)):
        return visit
    finish(tx, visit)
    return None


def _come_back(tx: Tx, visitor: str) -> Visit | None:
    """A new visit of somebody whose page stayed open: it begins on the page that the last one ended on."""
    known, page = store.visitor(tx, visitor), last_page(tx, visitor)
    if known is None or page is None:
        return None
    arrival = Arrival(
        site=known.site,
        visitor=visitor,
        at_ms=to_ms(tx.now),
        language=known.language,
        device=known.device,
        country=known.country,
        simulated=known.simulated,
    )
    live = begin(tx, arrival)
    if live is not None:
        store.add_look(tx, live.visit, 1, live.started_ms, "", 1, [page])
    return store.open_visit(tx, visitor)


def last_page(tx: Tx, visitor: str) -> PageEvent | None:
    """The page, as a visit's first event, that the visitor's latest visit was on; None before any visit."""
    earlier = store.visits_of(tx, visitor, 1)
    if not earlier:
        return None
    state = state_of(tx, earlier[0])
    return PageEvent(0.0, state.page_url, None, state.page_title or None)


def events_of(tx: Tx, visit: Visit) -> list[Event]:
    """The visit's events so far, in order."""
    return [event for look in store.looks_of(tx, visit.id) for event in look.events]


def orders_told(tx: Tx, visit: Visit) -> list[OrderEvent]:
    """The orders that the page told of in this visit."""
    return [event for event in events_of(tx, visit) if isinstance(event, OrderEvent)]


def state_of(tx: Tx, visit: Visit) -> VisitState:
    """The visit's facts after its latest event."""
    return fold_looks(visit.head, store.looks_of(tx, visit.id))


def visits_of(tx: Tx, site: str, visitor: str, limit: int = 50) -> list[Visit]:
    """A visitor's visits, the latest first."""
    the_visitor(tx, site, visitor)
    return store.visits_of(tx, visitor, limit)


def left_out(tx: Tx, actor: Actor, site: str, days: int = 30) -> Iterable[tuple[str, str, int]]:
    """(day, reason, looks) of what was not taken for a visit: bots, for one."""
    require(actor, READ_VISITS, site)
    return list(store.left_out_of(tx, site, (tx.now - timedelta(days=days)).date().isoformat()))


def may_export(tx: Tx, actor: Actor, site: str) -> None:
    """NotAllowed for who may not take visits out of the house."""
    require(actor, READ_VISITS, site)
    accounts.the_site(tx, site)
