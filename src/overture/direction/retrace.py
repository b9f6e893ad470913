"""One visit after the other through a plan, with what is known of each visitor in between."""

from __future__ import annotations

import msgspec

from overture.direction.compiled import CompiledPlan
from overture.direction.decide import Decision, Past, Unlimited
from overture.direction.moments import replay
from overture.direction.tally import Tally, TriggerTally, WeekClock
from overture.visits.facts import ChatEvent, OrderEvent, VisitState
from overture.visits.log import Chronicle, LoggedVisit, chronicle_of

_NO_LIMIT = Unlimited()


class Known:
    """What is kept of a visitor between visits."""

    __slots__ = ("chronicle", "past")

    def __init__(self, chronicle: Chronicle) -> None:
        self.chronicle = chronicle
        self.past = Past(last_chat_ms=chronicle.last_chat_ms)


class Retrace:
    """Takes visits in the order of their start and says what the plan decides in each.

    `numbers` counts all visits, `uninvited` those without a chat that came from an invitation. Of a visitor
    nothing is kept once `forget` is called, or if they never come again (`returns` false).
    """

    def __init__(self, plan: CompiledPlan, survey: bool = False) -> None:
        self.plan = plan
        self.numbers = new_tally(plan)
        self.uninvited = new_tally(plan)
        self._survey = survey
        self._clock = WeekClock(plan.zone)
        self._known: dict[str, Known] = {}

    def take(self, visit: LoggedVisit, returns: bool = True) -> list[Decision]:
        """The decisions in a visit."""
        who = visit.visitor
        known = self._known.pop(who, None)
        new = known is None
        if known is None:
            known = Known(chronicle_of(visit.before))
        past = known.past
        past.decided = set()
        earlier = frozenset(past.decisions) if past.decisions else frozenset()
        state = VisitState(known.chronicle.head(visit))
        survey: set[int] | None = set() if self._survey else None
        decisions = replay(self.plan, state, visit.events, past, _NO_LIMIT, survey)
        self._close(visit, known, new, decisions, earlier, survey)
        if returns:
            self._known[who] = known
        return decisions

    def _close(
        self,
        visit: LoggedVisit,
        known: Known,
        new: bool,
        decisions: list[Decision],
        earlier: frozenset[str],
        survey: set[int] | None,
    ) -> None:
        started, ended = visit.started_ms, visit.ended_ms
        chats = [event for event in visit.events if event.__class__ is ChatEvent]
        orders = sum(event.__class__ is OrderEvent for event in visit.events)
        chronicle = known.chronicle
        chronicle.visits += 1.0
        chronicle.chats += len(chats)
        chronicle.orders += orders
        chronicle.ended_ms = ended
        for chat in chats:
            known.past.chatted(started + chat.at_ms)
        invited = any(isinstance(chat, ChatEvent) and chat.trigger for chat in chats)
        for tally in (self.numbers,) if invited else (self.numbers, self.uninvited):
            tally.visit(started, ended, new, orders)
            for chat in chats:
                tally.chat(self._clock.hour(started + chat.at_ms))
            tally.disturbed += any(decision.arm == "invited" for decision in decisions)
            for decision in decisions:
                hour = self._clock.hour(started + decision.at_ms)
                tally.decided(decision, decision.trigger not in earlier, hour)
            if survey:
                tally.surveyed([self.plan.triggers[index].name for index in sorted(survey)])


def new_tally(plan: CompiledPlan) -> Tally:
    """A tally that counts nothing yet, with every trigger of the plan in it."""
    return Tally(triggers={trigger.name: TriggerTally() for trigger in plan.triggers})


class DecisionRow(msgspec.Struct, frozen=True):
    """A line of `--decisions`; `at` is in seconds after the visit's first event."""

    visit: str
    visitor: str
    trigger: str
    at: float
    arm: str
    variant: str


def row_of(visit: LoggedVisit, decision: Decision) -> DecisionRow:
    """A decision as it is written to a file."""
    return DecisionRow(
        visit.visit, visit.visitor, decision.trigger, decision.at_ms / 1000, decision.arm, decision.variant
    )
