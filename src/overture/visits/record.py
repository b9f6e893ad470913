"""Recording a look: which visit it belongs to, when its events happened, and that it is stored once."""

from __future__ import annotations

from typing import Any

import msgspec

from overture.kit.clock import from_ms
from overture.store import Tx
from overture.visits import clockwork, service, store
from overture.visits.errors import PageFirst
from overture.visits.events import OrderReported, VisitMoved, VisitorIdentified
from overture.visits.facts import (
    CartEvent,
    Event,
    IdentifyEvent,
    NamedEvent,
    OrderEvent,
    PageEvent,
    ScrollEvent,
)
from overture.visits.identity import vouches
from overture.visits.live import LiveVisit, VisitBook, load
from overture.visits.looks import (
    Look,
    SentCart,
    SentEnd,
    SentEvent,
    SentIdentify,
    SentInvitation,
    SentNamed,
    SentOrder,
    SentPage,
    SentScroll,
)

SIGN_EVERY_MS = 60_000  # a heart beat alone is stored this often: enough to know that 30 minutes have passed
TRIES = 5


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """Who looked, when the look was received (ms since 1970), and what the request says of the browser."""

    site: str
    visitor: str
    at_ms: int
    language: str = ""
    device: str = "desktop"
    country: str = ""
    identity_secret: str = ""
    simulated: bool = False


class Recorded(msgspec.Struct, frozen=True):
    """What a look brought to its visit. `events` are stored but not yet in the visit's facts.

    `now_ms` is the look's time in the visit. `resent`: it had come before, and brought nothing. `stored`: it
    is in the database, which proves that nothing was missed; a heart beat alone mostly is not.
    """

    live: LiveVisit
    events: list[Event]
    answers: list[SentInvitation]
    now_ms: int
    resent: bool = False
    stored: bool = True


def record(tx: Tx, book: VisitBook, who: Sighting, look: Look) -> Recorded | None:
    """Store a look. None for a heart beat without a visit. PageFirst if a visit would begin without a page.

    The caller holds nothing of the visit before and applies `events` to its facts after; if it fails later in
    the command it makes the book forget the visitor.
    """
    live = book.get(who.visitor)
    for _ in range(TRIES):
        live = live or load(tx, who.visitor)
        if live is not None and clockwork.is_over(live.seen_ms, _first_instant(who, look)):
            book.forget(who.visitor)
            _finish(tx, live)
            live = None
        sent = look.events
        if live is None:
            if not _has_news(sent):
                return None
            begun = _begin(tx, who, sent)
            if begun is None:
                continue  # another process has begun it
            live, sent = begun
        recorded = _write(tx, live, who, look, sent)
        if recorded is not None:
            book.put(live)
            return recorded
        book.forget(who.visitor)  # another process wrote first
        live = None
    raise RuntimeError("another process wrote first, time and again")


def _first_instant(who: Sighting, look: Look) -> int:
    """When the look's first event happened: events stand in the order sent, whatever the others' `ago` says."""
    return clockwork.happened_at(who.at_ms, look.events[0].ago if look.events else 0.0, 0)


def _finish(tx: Tx, live: LiveVisit) -> None:
    visit = store.visit(tx, live.visit)
    if visit is not None:
        service.finish(tx, visit)


def _has_news(sent: list[SentEvent]) -> bool:
    return any(event.__class__ not in (SentEnd, SentInvitation) for event in sent)


def _begin(tx: Tx, who: Sighting, sent: list[SentEvent]) -> tuple[LiveVisit, list[SentEvent]] | None:
    """A new visit, and its events with a page first: the page the visitor's last visit ended on, if need be."""
    if not isinstance(sent[0], SentPage):
        sent = [_page_first(tx, who, sent), *sent]
    arrival = service.Arrival(
        site=who.site,
        visitor=who.visitor,
        at_ms=clockwork.happened_at(who.at_ms, sent[0].ago, 0),
        language=who.language,
        device=who.device,
        country=who.country,
        simulated=who.simulated,
    )
    live = service.begin(tx, arrival)
    return None if live is None else (live, sent)


def _page_first(tx: Tx, who: Sighting, sent: list[SentEvent]) -> SentPage:
    page = service.last_page(tx, who.visitor)
    if page is not None:
        return SentPage(url=page.url, title=page.title, ago=sent[0].ago)
    raise PageFirst("A visit begins with a page: send a page event first", event=0)


def _write(tx: Tx, live: LiveVisit, who: Sighting, look: Look, sent: list[SentEvent]) -> Recorded | None:
    """Place the events in time and store them; None if this process has missed a look."""
    tab = live.tab(look.tab)
    now = max(who.at_ms, live.seen_ms)
    now_ms = now - live.started_ms
    if tab.knows(look.n):
        return Recorded(live, [], [], now_ms, resent=True, stored=False)
    events, answers, left = _translate(live, who, now, sent)
    stored = bool(sent) or live.left or now - live.stored_ms >= SIGN_EVERY_MS
    if stored and not _store(tx, live, look, now, events, "left" if left else ""):
        return None
    if sent:
        _tell(tx, live, who, events, sent, now)
    live.seen_ms = now
    tab.take(look.n, now, left=left)
    return Recorded(live, events, answers, now_ms, stored=stored)


def _store(tx: Tx, live: LiveVisit, look: Look, now: int, events: list[Event], mark: str) -> bool:
    if not store.add_look(tx, live.visit, live.n + 1, now, look.tab, look.n, events, mark):
        return False
    live.n += 1
    live.stored_ms = now
    live.left = mark == "left"
    return True


def prove(tx: Tx, recorded: Recorded, look: Look) -> bool:
    """Store a heart beat after all, since something was decided at it. False if this process missed a look."""
    if recorded.stored:
        return True
    live = recorded.live
    n = -(live.n + 1) if recorded.resent else look.n  # a resent look has its row
    sign = msgspec.structs.replace(look, tab="" if recorded.resent else look.tab, n=n)
    return _store(tx, live, sign, live.started_ms + recorded.now_ms, [], "")


def _translate(
    live: LiveVisit, who: Sighting, now: int, sent: list[SentEvent]
) -> tuple[list[Event], list[SentInvitation], bool]:
    """The sent events as the visit log has them; answers to invitations; whether the tab was left."""
    events: list[Event] = []
    answers: list[SentInvitation] = []
    left = False
    latest = live.seen_ms
    for one in sent:
        latest = clockwork.happened_at(now, one.ago, latest)
        translate = _TRANSLATED.get(one.__class__)
        if translate is not None:
            events.append(translate((latest - live.started_ms) / 1000, one))
        elif isinstance(one, SentInvitation):
            answers.append(one)
        elif isinstance(one, SentEnd):
            left = True
        elif isinstance(one, SentIdentify) and vouches(who.identity_secret, one.id, one.token):
            events.append(IdentifyEvent((latest - live.started_ms) / 1000, _kept(one)))
    return events, answers, left


_TRANSLATED: dict[type, Any] = {
    SentPage: lambda at, one: PageEvent(at, one.url, one.referrer, one.title),
    SentScroll: lambda at, one: ScrollEvent(at, one.depth),
    SentNamed: lambda at, one: NamedEvent(at, one.name, one.props),
    SentCart: lambda at, one: CartEvent(at, one.value, one.items),
    SentOrder: lambda at, one: OrderEvent(at, one.id, one.value, one.currency),
}


def _kept(sent: SentIdentify) -> dict[str, Any]:
    return {name: value for name, value in sent.traits.items() if value is not None}


def _tell(tx: Tx, live: LiveVisit, who: Sighting, events: list[Event], sent: list[SentEvent], now: int) -> None:
    for one in sent:
        if isinstance(one, SentOrder):
            tx.emit(OrderReported(live.site, live.visit, live.visitor, one.id, one.value, one.currency, from_ms(now)))
        elif isinstance(one, SentIdentify):
            _identify(tx, live, who, one)
    if events and live.state.chat_open:
        tx.emit(VisitMoved(live.site, live.visit, live.visitor))


def _identify(tx: Tx, live: LiveVisit, who: Sighting, sent: SentIdentify) -> None:
    traits = _kept(sent)
    known = store.visitor(tx, live.visitor)
    assert known is not None  # the visit's foreign key
    if not vouches(who.identity_secret, sent.id, sent.token):
        store.change_visitor(
            tx, live.visitor, claimed={**known.claimed, **({"id": sent.id} if sent.id else {}), **traits}
        )
        return
    same = known.customer == sent.id
    store.change_visitor(tx, live.visitor, customer=sent.id, traits={**known.traits, **traits} if same else traits)
    tx.emit(VisitorIdentified(live.site, live.visit, live.visitor, sent.id))
