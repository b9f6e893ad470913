"""Which triggers are due when: after every event, and where a comparison of a time crosses its number.

A `Visit` walks through moments and keeps which triggers hold. A condition is asked again only if something
it reads may have changed; a trigger that held before and was refused (its team closed, a cap) is due at
every event all the same, since hours and caps move without a moment of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from overture.direction.compiled import CompiledPlan, Scope
from overture.direction.conditions import START, TIME
from overture.direction.decide import NOTHING, Decision, Past, Supply, Verdict, decide, quiet_allows
from overture.visits.facts import EVERYTHING, PAGE, EndEvent, Event, VisitState

_ALL_FACTS = EVERYTHING | TIME | START


class Moments:
    """One visit under one plan: what holds at present, and what a moment decides."""

    __slots__ = ("_holding", "_scope", "_stale", "past", "plan", "state", "survey")

    def __init__(self, plan: CompiledPlan, state: VisitState, past: Past, survey: set[int] | None = None) -> None:
        self.plan = plan
        self.state = state
        self.past = past
        self._scope: Scope = plan.scope(state.page_path)
        self._holding: set[int] = set()
        self._stale = _ALL_FACTS
        self.survey = survey

    @property
    def over(self) -> bool:
        """Whether nothing more can be decided in this visit, unless a conversation ends."""
        return self.state.chat_open or len(self.past.decided) >= self.plan.plan.quiet.per_visit

    def apply(self, event: Event) -> None:
        """Take an event, without deciding."""
        changed = self.state.apply(event)
        self._stale |= changed
        if changed & PAGE:
            self._scope = self.plan.scope(self.state.page_path)

    def after_event(self, supply: Supply) -> Verdict:
        """The moment after an event: all triggers are due."""
        refused = self._refused()
        if refused and self.survey is None:
            return NOTHING
        self._ask(self._scope.asking(self._stale), supply)
        self._stale = 0
        return self._decide(sorted(self._holding), supply) if self._holding and not refused else NOTHING

    def next_crossing(self) -> int | None:
        """The next instant (ms) at which a comparison changes if no event comes before."""
        return self._scope.next_crossing(self.state) if self._scope.timed else None

    def cross(self, at: int, supply: Supply) -> Verdict:
        """The moment of the crossing at `at`: the triggers that cross there are due."""
        due = self._scope.due(self.state, at)
        self.state.at(at)
        return self.ask(due, supply)

    def ask(self, due: Sequence[int], supply: Supply) -> Verdict:
        """A moment, now, at which the given triggers are due."""
        refused = self._refused()
        if refused and self.survey is None:
            self._stale |= TIME
            return NOTHING
        self._ask(due, supply)
        ready = [index for index in due if index in self._holding]
        return self._decide(ready, supply) if ready and not refused else NOTHING

    def crossed_since(self, since: int) -> tuple[int, ...]:
        """The triggers with a crossing after `since` and not after the present, in the plan's order."""
        scope, state = self._scope, self.state
        due: set[int] = set()
        for zero, crossings in ((state.page_at, scope.page), (0, scope.visit), (state.last_at, scope.idle)):
            at = crossings.after(since - zero)
            while at is not None and zero + at <= state.now_ms:
                due.update(crossings.due[at])
                at = crossings.after(at)
        return tuple(sorted(due))

    def stale(self, changed: int) -> None:
        """Say that more may have changed than the events told."""
        self._stale |= changed

    def holding(self, index: int) -> bool:
        """Whether the trigger held when it was last asked."""
        return index in self._holding

    def due_at(self, at: int) -> tuple[int, ...]:
        """The triggers that cross at `at` if no event comes before."""
        return self._scope.due(self.state, at)

    def _refused(self) -> bool:
        if self.over:
            return True
        past = self.past
        if past.last_chat_ms is None and past.last_decline_ms is None:
            return False
        return not quiet_allows(self.plan.plan.quiet, past, self.state.now)

    def _ask(self, asked: Sequence[int], supply: Supply) -> None:
        if self.survey is not None and self.over:
            self._survey(asked, supply, self.survey)
            return
        triggers, state, holding = self.plan.triggers, self.state, self._holding
        if holding and not holding <= self._scope.active:
            holding &= self._scope.active
        for index in asked:
            trigger = triggers[index]
            if trigger.asks_team:
                state.team = supply.team(trigger.team)
            if trigger.holds(state):
                holding.add(index)
            else:
                holding.discard(index)
        if self.survey is not None:
            self._note(holding)

    def _survey(self, asked: Sequence[int], supply: Supply, survey: set[int]) -> None:
        """Ask for the survey alone, and only those that it does not have yet."""
        triggers, state = self.plan.triggers, self.state
        for index in asked:
            if index not in survey:
                trigger = triggers[index]
                if trigger.asks_team:
                    state.team = supply.team(trigger.team)
                if trigger.holds(state) and trigger.hours.is_open(state.now):
                    survey.add(index)

    def _note(self, holding: set[int]) -> None:
        """Remember for the survey what held while its team was open."""
        assert self.survey is not None
        now = self.state.now
        for index in holding - self.survey:
            if self.plan.triggers[index].hours.is_open(now):
                self.survey.add(index)

    def _decide(self, due: Iterable[int], supply: Supply) -> Verdict:
        verdict = decide(self.plan, self.state, self.past, supply, due)
        for decision in verdict.decisions:
            keep = self.plan.by_name[decision.trigger].count
            self.past.add(decision.trigger, self.state.started_ms + decision.at_ms, keep)
        return verdict


def replay(
    plan: CompiledPlan,
    state: VisitState,
    events: Sequence[Event],
    past: Past,
    supply: Supply,
    survey: set[int] | None = None,
) -> list[Decision]:
    """The decisions of a whole recorded visit, every moment in its place. `past` takes them up.

    `survey` collects the triggers that held at a moment while their team was open, whatever the caps, the
    manners and other triggers said. The state is left where nothing more could come.
    """
    moments = Moments(plan, state, past, survey)
    decisions: list[Decision] = []
    for event in events:
        if moments.over if survey is None else state.chat_open:
            break
        at = event.at_ms
        while (crossing := moments.next_crossing()) is not None and crossing <= at:
            decisions += moments.cross(crossing, supply).decisions
        moments.apply(event)
        if event.__class__ is not EndEvent:
            decisions += moments.after_event(supply).decisions
    return decisions
