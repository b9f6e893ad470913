"""The seam for live visits: one `Watch` per visit, asked at every look.

    plan = compile_plan(load(text, "plan.yaml").plan)        # once per published version; share it freely
    watch = Watch(plan, state, past)                         # state: visits.facts.VisitState or fold(...)
    result = watch.look(now_ms, events, supply)              # at every look, with the events it brought
    result.decisions      -> store them; each is already in `past`, so it counts at the next look
    result.held_back      -> refused for capacity alone: log them, they are no decisions
    result.look_again_ms  -> ms until the next crossing that matters; None: the heart beat is enough

A watch is a cache: it can be thrown away at any time and built again from the visit's head and events,
the visitor's `Past` and the plan. What it keeps beyond them is which triggers hold at present, and which
are pending for want of capacity.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from overture.direction.compiled import CompiledPlan
from overture.direction.conditions import ALWAYS, TIME
from overture.direction.decide import Decision, HeldBack, Past, Supply, Verdict, quiet_allows
from overture.direction.moments import Moments
from overture.visits.facts import EndEvent, Event, VisitState

PENDING_MS = 60_000
_CROSSINGS_WEIGHED = 32  # how far ahead a look looks for the next crossing that matters


class LookResult(msgspec.Struct, frozen=True):
    """What a look brought.

    `look_again_ms` counts from the look; None: no crossing lies ahead that could matter. `pending` names
    the triggers that wait for their team to have room.
    """

    decisions: tuple[Decision, ...]
    held_back: tuple[HeldBack, ...]
    look_again_ms: int | None
    pending: tuple[str, ...] = ()


class Watch:
    """One visit under one plan version.

    `past` is the visitor's history: decisions of earlier visits and of this one, latest decline, end of the
    latest conversation. The watch adds its own decisions to it; declines and chats are the caller's to add
    (`past.declined`, `past.chatted`). `looked_ms` is when the visit was last looked at, if the state was
    rebuilt: crossings after it are looked at on the next look.
    """

    __slots__ = ("_looked_ms", "_moments", "_pending")

    def __init__(self, plan: CompiledPlan, state: VisitState, past: Past, looked_ms: int | None = None) -> None:
        self._moments = Moments(plan, state, past)
        self._looked_ms = state.now_ms if looked_ms is None else looked_ms
        self._pending: dict[int, int] = {}  # trigger's place -> until when

    @property
    def state(self) -> VisitState:
        """The visit's facts."""
        return self._moments.state

    @property
    def past(self) -> Past:
        """The visitor's history."""
        return self._moments.past

    def look(self, now_ms: int, events: Iterable[Event], supply: Supply) -> LookResult:
        """Take what happened up to `now_ms` (ms since the visit's first event) and decide.

        Events come with their own times, not before the last look's nor after `now_ms`. Crossings since the
        last look are looked at now. While the visitor is in a conversation nothing is decided:
        `set_chat(True)` when one begins, `set_chat(False)` when it ends.
        """
        moments = self._moments
        verdicts: list[Verdict] = []
        for event in events:
            moments.apply(event)
            moments.stale(TIME)
            if event.__class__ is not EndEvent:
                verdicts.append(self._waiting(moments.after_event(supply)))
        if now_ms > self.state.now_ms or not verdicts:
            verdicts.append(self._late(now_ms, supply))
        self._looked_ms = self.state.now_ms
        decisions = tuple(decision for verdict in verdicts for decision in verdict.decisions)
        held = tuple(held for verdict in verdicts for held in verdict.held_back)
        return LookResult(decisions, held, self._look_again(), self._pending_names())

    def set_chat(self, is_open: bool) -> None:
        """Say that a conversation began or ended."""
        self._moments.stale(self.state.set_chat(is_open))

    def adopt(self, plan: CompiledPlan) -> None:
        """Go on under another plan version, from the next look."""
        self._moments = Moments(plan, self.state, self.past)
        self._pending.clear()

    def _late(self, now_ms: int, supply: Supply) -> Verdict:
        """The moment of the look itself: what crossed since the last one, and what waits for capacity."""
        moments = self._moments
        since = max(self._looked_ms, moments.state.last_at)
        if now_ms > moments.state.now_ms:
            moments.state.at(now_ms)
        due = set(moments.crossed_since(since))
        due.update(index for index, until in self._pending.items() if now_ms <= until)
        if not due:
            return Verdict()
        verdict = moments.ask(sorted(due), supply)
        return self._waiting(verdict)

    def _waiting(self, verdict: Verdict) -> Verdict:
        """Keep what was refused for capacity pending; of what already was, nothing is logged again."""
        now, moments = self.state.now_ms, self._moments
        news = []
        refused = {held.trigger: held for held in verdict.held_back}
        for index, until in list(self._pending.items()):
            if now > until or not moments.holding(index) or moments.plan.triggers[index].name in self.past.decided:
                del self._pending[index]
        for trigger in moments.plan.triggers if refused else ():
            if trigger.name in refused and trigger.index not in self._pending:
                self._pending[trigger.index] = now + PENDING_MS
                news.append(refused[trigger.name])
        return Verdict(verdict.decisions, tuple(news))

    def _pending_names(self) -> tuple[str, ...]:
        triggers = self._moments.plan.triggers
        return tuple(triggers[index].name for index in sorted(self._pending))

    def _look_again(self) -> int | None:
        """ms until the next crossing at which, as far as can be known now, something may be decided."""
        if self._moments.over:
            return None
        state = self.state
        now, moment = state.now_ms, state.moment
        try:
            for _ in range(_CROSSINGS_WEIGHED):
                at = self._moments.next_crossing()
                if at is None:
                    return None
                due = self._moments.due_at(at)
                state.at(at)
                if self._may_matter(due):
                    return at - now
            return state.now_ms - now
        finally:
            state.now_ms, state.moment = now, moment
            state.stage_memo = None

    def _may_matter(self, due: tuple[int, ...]) -> bool:
        state, past, plan = self.state, self.past, self._moments.plan
        if not quiet_allows(plan.plan.quiet, past, state.now):
            return False
        for index in due:
            trigger = plan.triggers[index]
            if trigger.name not in past.decided and (trigger.condition.changes & ALWAYS or trigger.holds(state)):
                return True
        return False


def stage_of(plan: CompiledPlan, state: VisitState) -> str:
    """The stage the visit is in at its present moment; "" if none holds."""
    return plan.stage_of(state)


def route_of(plan: CompiledPlan, state: VisitState) -> str:
    """The team a chat opened by the visitor goes to: the first route that holds, else the first team."""
    return plan.route_of(state)
