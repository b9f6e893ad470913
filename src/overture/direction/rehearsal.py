"""A plan tried with so many agents: visits beside each other, moment by moment, sharing one desk.

With unlimited supply each visitor can be taken alone. With a staffing, who is invited depends on everybody
else's chats and invitations, so the moments of all visits are taken in order of time. In memory are the visits
that go on at the same time, and the visitors who come again.

A visit that overlaps an earlier one of the same visitor waits until that is over; its moments find the desk
as it is by then.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Generator, Iterator

import msgspec

from overture.direction.compiled import CompiledPlan
from overture.direction.decide import Decision, Supply, Verdict
from overture.direction.live import PENDING_MS
from overture.direction.log_index import Row
from overture.direction.model import Plan
from overture.direction.moments import Moments
from overture.direction.pacing import TeamLoad
from overture.direction.retrace import Going, Retrace
from overture.direction.staffing import Staffing, hours_of
from overture.visits.facts import UNLIMITED, ChatEvent, EndEvent, TeamNow
from overture.visits.log import LoggedVisit

UNANSWERED_MS = 5 * 60_000  # an invitation is offered, and counted, for so long: as live
REACTIVE_MS = 3_600_000  # chats that come by themselves are measured over the last hour: as live
LOOK_AGAIN_MS = 3_000  # who waits for capacity is looked at again so often: as live
_ROUNDING = 1e-9


class _TeamDesk:
    """One team's desk: recorded chats that go on, and what the plan's invitations can be expected to bring."""

    def __init__(self, plan: Plan, staffing: Staffing, name: str) -> None:
        team = plan.team(name)
        self._shifts = [(shift.agents, hours_of(shift, plan)) for shift in staffing.shifts(name)]
        self._chats_per_agent = team.chats_per_agent
        self._answer_within_ms = team.answer_within_ms
        self._acceptance = staffing.acceptance_share
        self._handle_ms = staffing.handle_ms
        self._chats: list[int] = []  # when each ends
        self._opened: deque[int] = deque()  # chats that came by themselves in the last hour
        self._fresh: deque[int] = deque()  # invitations that may still be accepted
        self._brought: deque[int] = deque()  # invitations whose chat, were it accepted, would go on
        self._known: tuple[int, TeamLoad] | None = None

    def chat(self, now: int, until: int) -> None:
        """A recorded chat begins."""
        heapq.heappush(self._chats, until)
        self._opened.append(now)
        self._known = None

    def invited(self, now: int) -> None:
        """An invitation goes out."""
        self._fresh.append(now)
        self._brought.append(now)
        self._known = None

    def load(self, now: int) -> TeamLoad:
        """What the team has to answer at an instant; instants never go back."""
        if self._known is None or self._known[0] != now:
            self._known = now, self._load(now)
        return self._known[1]

    def _load(self, now: int) -> TeamLoad:
        while self._chats and self._chats[0] <= now:
            heapq.heappop(self._chats)
        for instants, lasts in (
            (self._opened, REACTIVE_MS), (self._fresh, UNANSWERED_MS), (self._brought, self._handle_ms)
        ):  # fmt: skip
            while instants and instants[0] <= now - lasts:
                instants.popleft()
        agents = sum(count for count, hours in self._shifts if hours.is_open(now))
        slots = agents * self._chats_per_agent
        accepted = self._acceptance
        expected = accepted * len(self._brought)
        whole = int(expected + _ROUNDING)  # so many slots can be expected to be taken; the rest is weighed as a risk
        taken = len(self._chats) + whole
        rest = (expected - whole) + accepted * (1 - accepted) * len(self._fresh)
        free, queue = max(0, slots - taken), max(0, taken - slots)
        place = queue + 1
        wait = 0.0 if place <= free else (place - free) * self._handle_ms / 1000 / slots if slots else float("inf")
        return TeamLoad(
            free=float(free), queue=float(queue), wait_seconds=wait, acceptance=accepted,
            reactive_per_hour=float(len(self._opened)), answer_within_ms=self._answer_within_ms,
            expected=rest, there=agents > 0,
        )  # fmt: skip


class Desk:
    """The supply of a backtest with a staffing. Teams that the staffing does not name have no limit."""

    def __init__(self, plan: Plan, staffing: Staffing) -> None:
        named = [team.name for team in plan.teams if team.name in staffing.teams]
        self._teams = {name: _TeamDesk(plan, staffing, name) for name in named}
        self.now = -(1 << 62)

    def move(self, at: int) -> None:
        """Let it be `at` (ms since 1970), unless it is later already."""
        self.now = max(self.now, at)

    def team(self, name: str) -> TeamNow:
        """The team's facts."""
        desk = self._teams.get(name)
        if desk is None:
            return UNLIMITED
        load = desk.load(self.now)
        return TeamNow(load.free, load.queue, load.wait_seconds)

    def may_invite(self, team: str) -> bool:
        """Whether the team can be expected to answer one more in time: the rule of the live site."""
        desk = self._teams.get(team)
        return desk is None or desk.load(self.now).may_invite()

    def chat(self, team: str, until: int) -> None:
        """A recorded chat begins, and goes on to its visit's end."""
        if (desk := self._teams.get(team)) is not None:
            desk.chat(self.now, max(until, self.now))

    def invited(self, team: str) -> None:
        """An invitation goes out."""
        if (desk := self._teams.get(team)) is not None:
            desk.invited(self.now)


class Taken(msgspec.Struct, frozen=True):
    """A visit that was taken to its end, with its decisions; None for a line that turned out to be none."""

    row: Row
    visit: LoggedVisit | None
    decisions: list[Decision]


class Rehearsal:
    """Takes visits in the order of their start. `read` gives the visit of a row, None if its line is none."""

    def __init__(
        self, plan: CompiledPlan, staffing: Staffing, read: Callable[[Row], LoggedVisit | None], survey: bool = False
    ) -> None:  # fmt: skip
        self.retrace = Retrace(plan, survey)
        self._plan = plan
        self._read = read
        self._desk = Desk(plan.plan, staffing)
        self._walks: list[tuple[int, int, _Walk]] = []  # a heap: when each goes on, its turn
        self._turns = 0
        self._waiting: dict[str, deque[Row]] = {}  # by visitors who have a visit going on

    def take(self, row: Row) -> Iterator[Taken]:
        """Begin a visit. Gives those that come to their end before."""
        yield from self._go_on(row.started)
        visit = self._read(row)
        if visit is None:
            yield Taken(row, None, [])
            return
        if (waiting := self._waiting.get(visit.visitor)) is not None:
            waiting.append(row)  # not the visit: there may be very many
            return
        self._begin(row, visit)

    def close(self) -> Iterator[Taken]:
        """Take all visits that go on to their end."""
        yield from self._go_on(None)

    def _begin(self, row: Row, visit: LoggedVisit) -> None:
        self._waiting.setdefault(visit.visitor, deque())
        walk = _Walk(row, self.retrace.begin(visit), self._plan, self._desk)
        self._turns += 1
        heapq.heappush(self._walks, (walk.next_at(), self._turns, walk))

    def _go_on(self, until: int | None) -> Iterator[Taken]:
        walks = self._walks
        while walks and (until is None or walks[0][0] <= until):
            at, turn, walk = walks[0]
            self._desk.move(at)
            if walk.step():
                heapq.heapreplace(walks, (walk.next_at(), turn, walk))
                continue
            heapq.heappop(walks)
            yield from self._finish(walk)

    def _finish(self, walk: _Walk) -> Iterator[Taken]:
        visit = walk.going.visit
        self.retrace.finish(walk.going, walk.decisions, walk.row.returns, walk.held_back())
        waiting = self._waiting[visit.visitor]
        while waiting:
            row = waiting.popleft()
            if (following := self._read(row)) is not None:
                self._begin(row, following)
                break
            yield Taken(row, None, [])
        else:
            del self._waiting[visit.visitor]
        yield Taken(walk.row, visit, walk.decisions)


class _Walk:
    """One visit on its way through its moments."""

    def __init__(self, row: Row, going: Going, plan: CompiledPlan, desk: Desk) -> None:
        self.row = row
        self.going = going
        self.decisions: list[Decision] = []
        self._moments = Moments(plan, going.state, going.past, going.survey)
        self._desk = desk
        self._held: set[str] = set()
        self._pending: dict[int, int] = {}  # trigger's place -> until when
        self._looked = 0
        self._started = going.visit.started_ms
        self._steps = self._way()
        self._next = next(self._steps)

    def next_at(self) -> int:
        """The instant of the next moment."""
        return self._started + self._next

    def step(self) -> bool:
        """Take the next moment. Whether there is another one after it."""
        following = next(self._steps, None)
        if following is None:
            return False
        self._next = following
        return True

    def held_back(self) -> list[str]:
        """The triggers that were refused for capacity and had no decision to the end."""
        return sorted(self._held - self.going.past.decided)

    def _way(self) -> Generator[int, None, None]:
        """Every moment's time in the visit, each before it is taken: the moments of `replay`, and looks between."""
        moments, state, supply = self._moments, self.going.state, self._desk
        for event in self.going.visit.events:
            at = event.at_ms
            while not self._idle() and (between := self._next_between()) is not None and between <= at:
                yield between
                self._look(between, supply)
            yield at
            if isinstance(event, ChatEvent):
                self._chat(event, at)
                return  # nothing is decided in a conversation, and the visit ends with it
            moments.apply(event)
            if event.__class__ is not EndEvent and not self._idle():
                self._note(moments.after_event(supply))
            self._looked = state.now_ms

    def _idle(self) -> bool:
        """Whether nothing is asked any more; a chat may still come."""
        return self._moments.over and self.going.survey is None

    def _next_between(self) -> int | None:
        """The next crossing or, while something waits for capacity, the next look."""
        crossing = self._moments.next_crossing()
        again = self._looked + LOOK_AGAIN_MS
        if self._pending:
            self._pending = {index: until for index, until in self._pending.items() if again <= until}
        if not self._pending:
            return crossing
        return again if crossing is None else min(crossing, again)

    def _look(self, at: int, supply: Supply) -> None:
        moments = self._moments
        if not self._pending:
            self._note(moments.cross(at, supply))
        else:
            due = sorted({*moments.due_at(at), *self._pending})
            moments.state.at(at)
            self._note(moments.ask(due, supply))
        self._looked = at

    def _note(self, verdict: Verdict) -> None:
        """Keep a moment's decisions, and what was refused for capacity pending, as a live visit does."""
        moments, now = self._moments, self.going.state.now_ms
        for decision in verdict.decisions:
            self.decisions.append(decision)
            if decision.arm == "invited":
                self._desk.invited(decision.team)
        for index in list(self._pending):
            if not moments.holding(index) or moments.plan.triggers[index].name in moments.past.decided:
                del self._pending[index]
        for held in verdict.held_back:
            self._held.add(held.trigger)
            self._pending.setdefault(moments.plan.by_name[held.trigger].index, now + PENDING_MS)

    def _chat(self, event: ChatEvent, at: int) -> None:
        """A recorded chat takes a slot; not one that an invitation brought: this plan's take their place."""
        state = self.going.state
        if not event.trigger:
            state.at(at)
            self._desk.chat(self._moments.plan.route_of(state), self.going.visit.ended_ms)
        self._moments.apply(event)
