"""One visit after the other through a plan, with what is known of each visitor in between."""

from __future__ import annotations

from collections.abc import Iterable

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


class Going:
    """A visit that is being taken: its facts, and what is known of its visitor."""

    __slots__ = ("earlier", "known", "new", "state", "survey", "visit")

    def __init__(self, visit: LoggedVisit, known: Known | None, survey: bool) -> None:
        self.visit = visit
        self.new = known is None
        self.known = Known(chronicle_of(visit.before)) if known is None else known
        past = self.known.past
        past.decided = set()
        self.earlier = frozenset(past.decisions)  # triggers decided in earlier visits
        self.state = VisitState(self.known.chronicle.head(visit))
        self.survey: set[int] | None = set() if survey else None

    @property
    def past(self) -> Past:
        """The visitor's earlier decisions and chats."""
        return self.known.past


class Retrace:
    """Takes visits in the order of their start and says what the plan decides in each.

    `numbers` counts all visits, `uninvited` those without a chat that came from an invitation. Of a visitor
    nothing is kept if they never come again (`returns` false).
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
        going = self.begin(visit)
        decisions = replay(self.plan, going.state, visit.events, going.past, _NO_LIMIT, going.survey)
        self.finish(going, decisions, returns)
        return decisions

    def begin(self, visit: LoggedVisit) -> Going:
        """A visit about to be taken; `finish` it before the visitor's next one begins."""
        return Going(visit, self._known.pop(visit.visitor, None), self._survey)

    def finish(self, going: Going, decisions: list[Decision], returns: bool, held_back: Iterable[str] = ()) -> None:
        """Count a visit with its decisions, and the triggers held back to its end; remember the visitor."""
        visit, known = going.visit, going.known
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
        if returns:
            self._known[visit.visitor] = known
        invited = any(isinstance(chat, ChatEvent) and chat.trigger for chat in chats)
        for tally in (self.numbers,) if invited else (self.numbers, self.uninvited):
            tally.visit(started, ended, going.new, orders)
            for chat in chats:
                tally.chat(self._clock.hour(started + chat.at_ms))
            tally.disturbed += any(decision.arm == "invited" for decision in decisions)
            for decision in decisions:
                hour = self._clock.hour(started + decision.at_ms)
                tally.decided(decision, decision.trigger not in going.earlier, hour)
            for name in held_back:
                tally.triggers[name].held_back += 1
            if going.survey:
                tally.surveyed([self.plan.triggers[index].name for index in sorted(going.survey)])

    def forget(self, visitor: str) -> None:
        """Let go of a visitor who does not come again."""
        self._known.pop(visitor, None)


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
