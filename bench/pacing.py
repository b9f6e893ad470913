"""Paced against unpaced: the same days of a chat desk, simulated from the same arrivals, 20 seeds.

The rule is the product's own (`invitations.pacing`), fed with what the product would know: the desk's free slots
and queue, invitations out, measured acceptance, reactive chats of the last hour. So is the choice of the agent
(`desk.choice`). `unpaced` invites everybody whose moment comes, `slot_free` while there is a free slot; `nobody`
shows how those who write by themselves are answered with no invitations at all. Common random numbers: a visitor
comes, would accept, writes and leaves alike in all arms. What came of it, and what is left out, stands in
`docs/reference/pacing.md`.
"""

from __future__ import annotations

import heapq
import math
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import msgspec
import numpy as np

from overture.desk.choice import choose
from overture.desk.model import Member, Ticket
from overture.direction.live import PENDING_MS
from overture.invitations.answer import ATTENDED_MS
from overture.invitations.pacing import TeamLoad, acceptance_rate
from overture.invitations.surroundings import ACCEPTANCE_FRESH_S, FRESH_INVITATION, REACTIVE

SEEDS = 20
_PENDING_S = PENDING_MS / 1000
_LOOK_AGAIN_S = ATTENDED_MS / 1000
_FRESH_S = FRESH_INVITATION.total_seconds()
_REACTIVE_S = REACTIVE.total_seconds()
_DAY = (0.5, 0.8, 1.0, 1.2, 1.3, 1.1, 1.0, 1.2, 1.1, 0.8)  # arrivals by hour of a shop's day, mean 1
_HOUR = 3600.0
_NEWSLETTER = 16  # the quarter in which it is opened: four hours after the desk
_START = datetime(2026, 11, 23, 7, tzinfo=UTC)
_TICKET = Ticket(
    id="c", site="shop", team="sales", visitor="v", state="waiting", agent=None, known_agent=None, simulated=False,
    opened_at=_START, waiting_since=_START, assigned_at=None, attended_at=None, answered_at=None, done_at=None,
    silent=[],
)  # fmt: skip


class Regime(msgspec.Struct, frozen=True, kw_only=True):
    """An operation. Rates are per hour and means over the day, times are seconds.

    `handle[c - 1]` is the mean handle time of a chat whose agent holds `c`; its length is the slots of an agent.
    `delay` is the median time to an acceptance, `known` how many earlier invitations acceptance was measured on.
    `burst` multiplies the invitable visitors in the first quarter of the fifth hour: a newsletter went out.
    `day` is the shape of the day, by hour; its mean is 1.
    """

    moments: float
    reactive: float
    acceptance: float
    agents: int
    delay: float = 12.0
    handle: tuple[float, ...] = (240.0, 280.0, 330.0)
    patience: float = 120.0
    answer_within: float = 20.0
    known: int = 2_000
    burst: float = 1.0
    day: tuple[float, ...] = _DAY

    @property
    def seconds(self) -> float:
        """From opening to closing."""
        return len(self.day) * _HOUR


REGIMES = {
    "ample": Regime(moments=120, reactive=10, acceptance=0.05, agents=4),
    "load": Regime(moments=600, reactive=30, acceptance=0.08, agents=3),
    "overload": Regime(moments=1000, reactive=30, acceptance=0.08, agents=3),
    "reactive_overload": Regime(moments=300, reactive=110, acceptance=0.08, agents=3),
    "slow_acceptance": Regime(moments=600, reactive=30, acceptance=0.08, agents=3, delay=120.0),
    "one_agent": Regime(moments=250, reactive=8, acceptance=0.08, agents=1),
    "newsletter": Regime(moments=200, reactive=20, acceptance=0.08, agents=3, burst=12.0),
    "first_day": Regime(moments=600, reactive=30, acceptance=0.2, agents=4, known=0),
}


@dataclass(slots=True, eq=False)
class Visitor:
    """One who comes at `at`: reactive, or invitable while the trigger's condition `holds` (seconds).

    `answers` is how long after the invitation an answer comes, `accepts` which; None of it is known to the desk.
    `work` is the chat's length in mean handle times.
    """

    at: float
    invitable: bool
    accepts: bool
    answers: float
    holds: float
    work: float
    patience: float
    opened: float = math.nan
    answered: float = math.nan
    invited: float = math.nan
    waits: bool = False

    def in_time(self, within: float) -> bool:
        return self.answered - self.opened <= within  # NaN, never answered: False


def visitors(regime: Regime, seed: int) -> list[Visitor]:
    """Everybody who comes in a day, with all that chance decides about them."""
    random = np.random.default_rng([seed, 20_611])
    reactive = [(at, False) for at in _arrivals(random, regime.day, regime.reactive, 1.0)]
    invitable = [(at, True) for at in _arrivals(random, regime.day, regime.moments, regime.burst)]
    comers = sorted([*reactive, *invitable])
    n = len(comers)
    accepts = random.random(n) < regime.acceptance
    declines = np.where(random.random(n) < 0.15, 30.0 * random.exponential(size=n), np.inf)
    answers = np.where(accepts, regime.delay * np.exp(0.9 * random.standard_normal(n)), declines)
    chance = (accepts, answers, *(mean * random.exponential(size=n) for mean in (120.0, 1.0, regime.patience)))
    drawn = zip(*(one.tolist() for one in chance), strict=True)
    return [Visitor(*comer, *its) for comer, its in zip(comers, drawn, strict=True)]


def _arrivals(random: np.random.Generator, day: tuple[float, ...], per_hour: float, burst: float) -> Iterator[float]:
    """A Poisson process whose rate changes with the quarter of an hour."""
    for quarter in range(4 * len(day)):
        expected = per_hour * day[quarter // 4] / 4 * (burst if quarter == _NEWSLETTER else 1.0)
        yield from ((quarter + random.random(random.poisson(expected))) * _HOUR / 4).tolist()


class Agent:
    """An agent with their talks. Each goes on at 1 / handle(c) a second while they hold `c`."""

    def __init__(self, number: int, handle: tuple[float, ...]) -> None:
        self.handle = handle
        self.talks: list[tuple[float, int, Visitor]] = []
        self.done = 0.0  # work that a talk held from the start would have got
        self.at = 0.0
        self.token = 0  # of the latest change: a finish foreseen before it does not come
        self.member = Member(
            id=f"u{number}", name="", available=True, online=True, active=0, capacity=len(handle), since=None,
            idle_since=_START,
        )  # fmt: skip

    def advance(self, now: float) -> float:
        """Work on till now; slot-seconds used."""
        used = (now - self.at) * len(self.talks)
        if self.talks:
            self.done += (now - self.at) / self.handle[len(self.talks) - 1]
        self.at = now
        return used

    def changed(self, **more: Any) -> float | None:
        """The talks changed: in how many seconds the next of them ends."""
        self.token += 1
        self.member = msgspec.structs.replace(self.member, active=len(self.talks), **more)
        if not self.talks:
            return None
        return max(0.0, self.talks[0][0] - self.done) * self.handle[len(self.talks) - 1]


Rule = Callable[[TeamLoad], bool]


def nobody(_load: TeamLoad) -> bool:
    """No invitations at all."""
    return False


RULES: dict[str, Rule] = {
    "nobody": nobody,
    "unpaced": lambda _load: True,
    "slot_free": lambda load: load.free - load.queue >= 1,
    "paced": TeamLoad.may_invite,
    "two_free": lambda load: load.free >= 2 and load.may_invite(),
}
WITH_TWO_FREE = ("reactive_overload", "one_agent")  # whose triggers would do well to say `team.free >= 2`
Kind = Literal["moment", "open", "lapse", "leave", "finish"]


@dataclass(slots=True)
class Day:
    """One day under one rule."""

    regime: Regime
    people: list[Visitor]
    rule: Rule
    now: float = 0.0
    unanswered: int = 0
    busy: float = 0.0
    queue: deque[Visitor] = field(default_factory=deque)
    waiting: int = 0
    agents: list[Agent] = field(default_factory=list)
    recent: deque[float] = field(default_factory=deque)
    heap: list[tuple[float, int, Kind, Any]] = field(default_factory=list)
    pushed: int = 0
    made: deque[Visitor] = field(default_factory=deque)
    counts: tuple[int, int] = (0, 0)
    rate: float = 0.0
    rated_at: float = -math.inf
    known: TeamLoad = field(init=False)

    def run(self) -> Day:
        regime = self.regime
        self.agents = [Agent(number, regime.handle) for number in range(regime.agents)]
        self.known = TeamLoad(
            free=sum(agent.member.free for agent in self.agents), queue=0.0, wait_seconds=0.0, acceptance=0.0,
            reactive_per_hour=0.0, answer_within_ms=round(regime.answer_within * 1000),
        )  # fmt: skip
        self.counts = (round(regime.known * regime.acceptance), regime.known)
        self.heap = [
            (one.at, number, "moment" if one.invitable else "open", one) for number, one in enumerate(self.people)
        ]
        heapq.heapify(self.heap)
        self.pushed = len(self.people)
        steps: dict[Kind, Callable[[Any], None]] = {
            "moment": self._moment, "open": self._open, "lapse": self._lapse, "leave": self._leave,
            "finish": self._finish,
        }  # fmt: skip
        while self.heap:
            self.now, _, kind, subject = heapq.heappop(self.heap)
            steps[kind](subject)
        return self

    def _later(self, seconds: float, kind: Kind, subject: Any) -> None:
        self.pushed += 1
        heapq.heappush(self.heap, (self.now + seconds, self.pushed, kind, subject))

    # ---- invitations

    def _moment(self, visitor: Visitor) -> None:
        """The moment has come, or the visitor looks again while it is pending."""
        if self.rule(self.load()):
            visitor.invited = self.now
            self.made.append(visitor)
            self.unanswered += 1
            self._later(min(visitor.answers, _FRESH_S), "lapse", visitor)
            if visitor.accepts:
                self._later(visitor.answers, "open", visitor)
            return
        if self.now + _LOOK_AGAIN_S - visitor.at <= min(_PENDING_S, visitor.holds):
            self._later(_LOOK_AGAIN_S, "moment", visitor)

    def _lapse(self, _visitor: Visitor) -> None:
        """Answered, or too old to be counted."""
        self.unanswered -= 1

    def load(self) -> TeamLoad:
        """What the product would know of the team now."""
        while self.recent and self.recent[0] <= self.now - _REACTIVE_S:
            self.recent.popleft()
        known = self.known
        known.queue = self.waiting
        known.acceptance = self._acceptance()
        known.reactive_per_hour = len(self.recent)
        known.unanswered = self.unanswered
        return known

    def _acceptance(self) -> float:
        if self.now - self.rated_at >= ACCEPTANCE_FRESH_S:
            accepted, answered = self.counts
            while self.made and self.made[0].invited <= self.now - _FRESH_S:  # later answers count a little early
                accepted, answered = accepted + self.made.popleft().accepts, answered + 1
            self.counts = accepted, answered
            self.rate, self.rated_at = acceptance_rate(accepted, answered), self.now
        return self.rate

    # ---- the desk

    def _open(self, visitor: Visitor) -> None:
        visitor.opened = self.now
        if not visitor.invitable:
            self.recent.append(self.now)
        if not self._assign(visitor):
            visitor.waits = True
            self.waiting += 1
            self.queue.append(visitor)
            self._later(visitor.patience, "leave", visitor)

    def _assign(self, visitor: Visitor) -> bool:
        member = choose(_TICKET, [agent.member for agent in self.agents])
        if member is None:
            return False
        agent = next(one for one in self.agents if one.member is member)
        self.busy += agent.advance(self.now)
        visitor.answered = self.now
        self.pushed += 1
        heapq.heappush(agent.talks, (agent.done + visitor.work, self.pushed, visitor))
        self._expect(agent, agent.changed())
        return True

    def _expect(self, agent: Agent, seconds: float | None) -> None:
        self.known.free = sum(one.member.free for one in self.agents)
        if seconds is not None:
            self._later(seconds, "finish", (agent, agent.token))

    def _finish(self, due: tuple[Agent, int]) -> None:
        agent, token = due
        if token != agent.token:
            return
        self.busy += agent.advance(self.now)
        heapq.heappop(agent.talks)
        self._expect(agent, agent.changed(idle_since=_START + timedelta(seconds=self.now)))
        while self.queue:
            visitor = self.queue.popleft()
            if visitor.waits:
                visitor.waits = False
                self.waiting -= 1
                self._assign(visitor)
                return

    def _leave(self, visitor: Visitor) -> None:
        if visitor.waits:
            visitor.waits = False
            self.waiting -= 1


def simulate(regime: Regime, seed: int, rule: Rule) -> dict[str, float]:
    """One day's figures; a share is NaN where there was nobody."""
    people = [one for one in visitors(regime, seed) if rule is not nobody or not one.invitable]
    day = Day(regime, people, rule).run()
    opened = [one for one in day.people if not math.isnan(one.opened)]
    accepted = [one for one in opened if one.invitable]
    reactive = [one for one in opened if not one.invitable]
    return {
        "accepted_in_time": _share([one.in_time(regime.answer_within) for one in accepted]),
        "reactive_in_time": _share([one.in_time(regime.answer_within) for one in reactive]),
        "invitations": float(sum(not math.isnan(one.invited) for one in day.people)),
        "conversations": float(sum(not math.isnan(one.answered) for one in accepted)),
        "occupancy": day.busy / (regime.agents * len(regime.handle) * regime.seconds),
    }


def _share(hits: list[bool]) -> float:
    return sum(hits) / len(hits) if hits else math.nan


class Arms(dict[str, list[float]]):
    """[mean, least, most] over the seeds, by arm; printed in a line."""

    def __str__(self) -> str:
        return "   ".join(f"{arm} {mean:g} ({least:g}-{most:g})" for arm, (mean, least, most) in self.items())


def run(seeds: int = SEEDS) -> dict[str, Any]:
    """The figures of every regime: each arm's mean, least and most over the seeds.

    `..._ratio` is the share of accepted invitations answered in time, paced to unpaced; `..._seeds_better` in how
    many of the seeds it is higher.
    """
    figures: dict[str, Any] = {"seeds": seeds}
    for name, regime in REGIMES.items():
        rules = {arm: rule for arm, rule in RULES.items() if arm != "two_free" or name in WITH_TWO_FREE}
        days = {arm: [simulate(regime, seed, rule) for seed in range(seeds)] for arm, rule in rules.items()}
        in_time = {arm: [day["accepted_in_time"] for day in days[arm]] for arm in ("paced", "unpaced")}
        figures[f"{name}_in_time_ratio"] = round(_mean(in_time["paced"]) / _mean(in_time["unpaced"]), 3)
        pairs = zip(in_time["paced"], in_time["unpaced"], strict=True)
        figures[f"{name}_seeds_better"] = sum(paced > unpaced for paced, unpaced in pairs)
        for figure in days["paced"][0]:
            arms = [arm for arm in rules if arm != "nobody" or figure in ("reactive_in_time", "occupancy")]
            figures[f"{name}_{figure}"] = Arms({arm: _spread([day[figure] for day in days[arm]]) for arm in arms})
    return figures


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)


def _spread(values: list[float]) -> list[float]:
    digits = 0 if max(values) > 2 else 3  # a count, or a share
    return [round(one, digits) for one in (_mean(values), min(values), max(values))]
