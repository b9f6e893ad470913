"""One visit under the site's plan: what is decided on it, and what of that is on which screen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from overture.direction.compiled import CompiledPlan
from overture.direction.decide import Decision, HeldBack, Past, Supply, Unlimited
from overture.direction.live import LookResult, Watch
from overture.invitations import store
from overture.invitations.model import Made
from overture.invitations.surroundings import FRESH_INVITATION
from overture.kit.clock import to_ms
from overture.store import Tx
from overture.visits.facts import Event
from overture.visits.live import LiveVisit

# A crossing was seen by a tab that looks this long after it: timers are late, networks are slow. What lies
# longer back nobody was there to see, and is looked at now.
TAB_WAS_THERE_MS = 3_000
# Two heart beats and a half without a sign: the tab is hidden or gone, and another may show its invitation.
TAB_IS_SILENT_MS = 50_000
_NOBODY = Unlimited()  # asked for nothing: no moment passes
FRESH_MS = int(FRESH_INVITATION.total_seconds() * 1000)


class Watching:
    """A visit's watch and its decisions. A cache, like the live visit it belongs to."""

    __slots__ = ("decisions", "due_ms", "pending", "plan", "watch")

    def __init__(self, plan: CompiledPlan, watch: Watch, decisions: list[Made]) -> None:
        self.plan = plan
        self.watch = watch
        self.decisions = decisions
        self.due_ms: int | None = None  # the next crossing, in the visit's time
        self.pending = False

    def adopt(self, plan: CompiledPlan) -> None:
        """Go on under another version."""
        if plan is not self.plan:
            self.plan = plan
            self.watch.adopt(plan)
            self.go_on_from(self.watch.state.now_ms)

    def go_on_from(self, looked_ms: int) -> None:
        """Find the next crossing after the instant up to which the visit has been looked at before."""
        self.watch.state.at(looked_ms)
        result = self.watch.look(looked_ms, (), _NOBODY)
        self.due_ms = None if result.look_again_ms is None else looked_ms + result.look_again_ms

    def look(self, now_ms: int, events: Iterable[Event], supply: Supply) -> tuple[list[Decision], list[HeldBack]]:
        """Decide at each event, and at each crossing on the way that a tab was there to see."""
        decisions: list[Decision] = []
        held: list[HeldBack] = []
        asked = False
        for event in events:
            asked = True
            self._cross(event.at_ms, now_ms, supply, decisions, held)
            self._take(self.watch.look(event.at_ms, (event,), supply), event.at_ms, decisions, held)
        self._cross(now_ms, now_ms, supply, decisions, held)
        # With no crossing reached that could matter, the last event's look has said all there is to say.
        reached = self.due_ms is not None and self.due_ms <= now_ms
        if not asked or self.pending or reached:
            self._take(self.watch.look(now_ms, (), supply), now_ms, decisions, held)
        return decisions, held

    def _cross(
        self, until_ms: int, now_ms: int, supply: Supply, decisions: list[Decision], held: list[HeldBack]
    ) -> None:
        while self.due_ms is not None and self.due_ms <= until_ms:
            at = self.due_ms
            if at <= self.watch.state.now_ms or now_ms - at > TAB_WAS_THERE_MS:
                return
            self._take(self.watch.look(at, (), supply), at, decisions, held)

    def _take(self, result: LookResult, at_ms: int, decisions: list[Decision], held: list[HeldBack]) -> None:
        decisions += result.decisions
        held += result.held_back
        self.pending = bool(result.pending)
        self.due_ms = None if result.look_again_ms is None else at_ms + result.look_again_ms

    def the(self, decision: str) -> Made | None:
        """The visit's decision of that id."""
        return next((made for made in self.decisions if made.id == decision), None)

    def replace(self, made: Made) -> None:
        """Put a decision's new state in the place of its old one."""
        self.decisions = [made if one.id == made.id else one for one in self.decisions]


def watch_visit(tx: Tx, live: LiveVisit, plan: CompiledPlan) -> Watching:
    """A watch on the visit, with all that was decided on the visitor before."""
    past = Past(last_decline_ms=live.last_decline_ms, last_chat_ms=live.last_chat_ms)
    decisions: list[Made] = []
    if live.state.visitor_visits > 1 or live.n > 1:
        earlier: dict[str, list[int]] = defaultdict(list)
        for trigger, at, visit in store.past_of(tx, live.visitor):
            earlier[trigger].append(to_ms(at))
            if visit == live.visit:
                past.decided.add(trigger)
        past.decisions = dict(earlier)
        if past.decided:
            decisions = store.of_visit(tx, live.visit)
    looked_ms = max(live.state.now_ms, live.folded_ms - live.started_ms)
    watching = Watching(plan, Watch(plan, live.state, past, looked_ms), decisions)
    if live.state.visit_pages:
        watching.go_on_from(looked_ms)
    return watching


def on_screen(watching: Watching, live: LiveVisit, tab: str, now_ms: int) -> Made | None:
    """The invitation that `tab` shows or is to show now: fresh, unanswered, and no other living tab's."""
    for made in reversed(watching.decisions):
        if not made.unanswered:
            continue
        if made.tab == tab:
            return made
        if now_ms - made.at_ms > FRESH_MS:
            return None
        holder = live.tabs.get(made.tab)
        gone = holder is None or holder.left or live.started_ms + now_ms - holder.seen_ms > TAB_IS_SILENT_MS
        return made if gone else None
    return None
