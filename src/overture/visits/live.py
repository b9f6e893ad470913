"""Visits as they are now: a cache in this process, which may be lost at any time.

A `LiveVisit` is folded from what is stored, and kept so that the next look reads nothing. It can't go stale
unnoticed: each stored look carries the next number of its visit, so a process that has missed one fails to
write its own, forgets what it holds, and folds anew.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from datetime import datetime

from overture.kit.clock import to_ms
from overture.store import Tx
from overture.visits import store
from overture.visits.facts import VisitHead, VisitState
from overture.visits.model import StoredLook, Visit, Visitor

REMEMBERED = 50_000  # visits of some 4 KB: 200 MB at the most
SEEN_BEHIND = 32  # how many looks of a tab may be overtaken by later ones and still count as new


class Tab:
    """One tab: its latest look, earlier ones still missing, when it gave its last sign, whether it is left."""

    __slots__ = ("latest", "left", "missing", "seen_ms")

    def __init__(self) -> None:
        self.latest = 0
        self.missing: set[int] = set()
        self.seen_ms = 0
        self.left = False

    def knows(self, n: int) -> bool:
        """Whether look `n` came already (or so long ago that it must have)."""
        return n <= self.latest and n not in self.missing

    def take(self, n: int, at_ms: int, *, left: bool) -> None:
        """Note that look `n` came."""
        if n > self.latest:
            self.missing.update(range(max(self.latest + 1, n - SEEN_BEHIND), n))
            if len(self.missing) > SEEN_BEHIND:
                self.missing = {one for one in self.missing if one >= n - SEEN_BEHIND}
            self.latest = n
            self.left = left
        else:
            self.missing.discard(n)
            self.left = self.left or left
        self.seen_ms = max(self.seen_ms, at_ms)


class LiveVisit:
    """An open visit: its facts, how many looks it has, its tabs, and what of the visitor looks need.

    Instants are ms since 1970. `seen_ms` is the latest sign; `stored_ms` the latest that is in the database;
    `folded_ms` the latest that was there when it was folded. `left`: the latest look in the database left a tab.
    """

    __slots__ = (
        "above", "blocked", "folded_ms", "last_chat_ms", "last_decline_ms", "left", "n", "seen_ms", "simulated", "site",
        "started_ms", "state", "stored_ms", "tabs", "visit", "visitor",
    )  # fmt: skip

    def __init__(self, visit: Visit, visitor: Visitor) -> None:
        self.visit = visit.id
        self.site = visit.site
        self.visitor = visit.visitor
        self.started_ms = to_ms(visit.started_at)
        self.state = VisitState(visit.head)
        self.n = 0
        self.seen_ms = self.stored_ms = self.folded_ms = self.started_ms
        self.tabs: dict[str, Tab] = {}
        self.blocked = visitor.blocked_at is not None
        self.simulated = visit.simulated
        self.left = False
        self.last_chat_ms = _ms(visitor.last_chat_at)
        self.last_decline_ms = _ms(visitor.last_decline_at)
        self.above: object = None  # what a higher domain keeps for as long as this is kept

    def tab(self, name: str) -> Tab:
        """The tab of that name, new if need be."""
        found = self.tabs.get(name)
        if found is None:
            found = self.tabs[name] = Tab()
        return found

    def take(self, looks: Iterable[StoredLook]) -> None:
        """Fold stored looks into the facts."""
        for look in looks:
            at_ms = to_ms(look.at)
            self.n = look.n
            self.left = look.mark == "left"
            self.seen_ms = self.stored_ms = self.folded_ms = max(self.seen_ms, at_ms)
            if look.tab:
                self.tab(look.tab).take(look.tab_n, at_ms, left=look.mark == "left")
            _apply(self.state, look)


def _apply(state: VisitState, look: StoredLook) -> None:
    for event in look.events:
        state.apply(event)
    if look.mark == "chat_ended":
        state.set_chat(False)


def fold_looks(head: VisitHead, looks: Iterable[StoredLook]) -> VisitState:
    """A visit's facts after what is stored of it."""
    state = VisitState(head)
    for look in looks:
        _apply(state, look)
    return state


def _ms(at: datetime | None) -> int | None:
    return None if at is None else to_ms(at)


def load(tx: Tx, visitor_id: str) -> LiveVisit | None:
    """The visitor's open visit, folded from what is stored."""
    visit = store.open_visit(tx, visitor_id)
    if visit is None:
        return None
    visitor = store.visitor(tx, visitor_id)
    assert visitor is not None  # the visit's foreign key
    live = LiveVisit(visit, visitor)
    live.take(store.looks_of(tx, visit.id))
    return live


class VisitBook:
    """The live visits this process remembers, by visitor; the one unused for longest is forgotten first."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._remembered = remembered
        self._visits: OrderedDict[str, LiveVisit] = OrderedDict()
        self._lock = threading.Lock()  # on PostgreSQL commands run in several threads
        self._stripes = [threading.Lock() for _ in range(256)]

    def __len__(self) -> int:
        return len(self._visits)

    def holding(self, visitor_id: str) -> threading.Lock:
        """The lock to hold while a look of this visitor is taken in: two tabs' looks come one after the other."""
        return self._stripes[hash(visitor_id) & 255]

    def get(self, visitor_id: str) -> LiveVisit | None:
        """The visit in memory, if it is."""
        with self._lock:
            live = self._visits.get(visitor_id)
            if live is not None:
                self._visits.move_to_end(visitor_id)
            return live

    def put(self, live: LiveVisit) -> None:
        """Remember a visit."""
        with self._lock:
            self._visits[live.visitor] = live
            if len(self._visits) > self._remembered:
                self._visits.popitem(last=False)

    def forget(self, visitor_id: str) -> None:
        """Forget a visitor's visit: the next look folds it anew."""
        with self._lock:
            self._visits.pop(visitor_id, None)

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._visits.clear()
