"""What happens at a moment: the same for the live site, `explain` and the backtest.

`decide` reads and answers; it changes nothing. Whoever asks adds the decisions to the visitor's `Past`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import msgspec

from overture.direction.arms import Arm
from overture.direction.compiled import CompiledPlan, CompiledTrigger
from overture.direction.model import Quiet
from overture.visits.facts import UNLIMITED, TeamNow, VisitState


class Decision(msgspec.Struct, frozen=True):
    """A trigger met its moment, `at_ms` after the visit's first event."""

    trigger: str
    team: str
    at_ms: int
    arm: Arm
    variant: str
    epoch: int


class HeldBack(msgspec.Struct, frozen=True):
    """A trigger that would have had its decision, had its team been able to answer. No decision."""

    trigger: str
    team: str
    at_ms: int


class Verdict(msgspec.Struct, frozen=True):
    """What a moment brought."""

    decisions: tuple[Decision, ...] = ()
    held_back: tuple[HeldBack, ...] = ()


NOTHING = Verdict()


class Past:
    """What one visitor's earlier decisions, declines and chats forbid. Instants are ms since 1970.

    `decided` names the triggers decided in this visit; `decisions` holds the instants by trigger, this
    visit's included.
    """

    __slots__ = ("decided", "decisions", "last_chat_ms", "last_decline_ms")

    def __init__(
        self,
        decisions: dict[str, list[int]] | None = None,
        last_decline_ms: int | None = None,
        last_chat_ms: int | None = None,
        decided: set[str] | None = None,
    ) -> None:
        self.decisions = {} if decisions is None else decisions
        self.last_decline_ms = last_decline_ms
        self.last_chat_ms = last_chat_ms
        self.decided = set() if decided is None else decided

    def add(self, trigger: str, at_ms: int, keep: int | None = None) -> None:
        """Remember a decision of this visit, made at the instant `at_ms`.

        A cap of `keep` decisions needs no more than that many of the latest, so older ones are let go.
        """
        self.decided.add(trigger)
        instants = self.decisions.setdefault(trigger, [])
        instants.append(at_ms)
        if keep is not None and len(instants) > keep:
            instants.remove(min(instants))

    def chatted(self, at_ms: int) -> None:
        """Remember a chat; only the latest matters."""
        if self.last_chat_ms is None or at_ms > self.last_chat_ms:
            self.last_chat_ms = at_ms

    def declined(self, at_ms: int) -> None:
        """Remember a "no"; only the latest matters."""
        if self.last_decline_ms is None or at_ms > self.last_decline_ms:
            self.last_decline_ms = at_ms


class Supply(Protocol):
    """How busy the teams are, and whether one can be expected to answer one more invitation in time."""

    def team(self, name: str) -> TeamNow:
        """The team's facts (`team.free`, `team.queue`, `team.wait_seconds`)."""
        ...

    def may_invite(self, team: str) -> bool:
        """Whether the team can be expected to answer within its `answer_within`."""
        ...


class Unlimited:
    """Everybody is free: the supply of a backtest."""

    def team(self, name: str) -> TeamNow:
        return UNLIMITED

    def may_invite(self, team: str) -> bool:
        return True


def rested(since_ms: int | None, rest_ms: int, now: int) -> bool:
    """Whether `rest_ms` have gone by since an instant, if there was one."""
    return since_ms is None or not rest_ms or now - since_ms >= rest_ms


def quiet_allows(quiet: Quiet, past: Past, now: int) -> bool:
    """Whether the site's manners allow a decision at the instant `now`, the count in the visit apart."""
    return rested(past.last_decline_ms, quiet.after_decline_ms, now) and rested(
        past.last_chat_ms, quiet.after_chat_ms, now
    )


def cap_allows(trigger: CompiledTrigger, past: Past, now: int) -> bool:
    """Whether the trigger's `at_most` allows a decision at the instant `now`."""
    earlier = past.decisions.get(trigger.name)
    if not earlier:
        return True
    per = trigger.per_ms
    counted = len(earlier) if per is None else sum(now - at < per for at in earlier)
    return counted < trigger.count


def decide(
    plan: CompiledPlan, state: VisitState, past: Past, supply: Supply, due: Iterable[int] | None = None
) -> Verdict:
    """The decisions of the moment the state is at, for the triggers that are due (by place; all if None)."""
    quiet = plan.plan.quiet
    now = state.now
    if state.chat_open or not quiet_allows(quiet, past, now):
        return NOTHING
    room = quiet.per_visit - len(past.decided)
    decisions: list[Decision] = []
    held: list[HeldBack] = []
    for index in range(len(plan.triggers)) if due is None else due:
        if len(decisions) >= room:
            break
        trigger = plan.triggers[index]
        if trigger.name in past.decided:
            continue
        state.team = supply.team(trigger.team)
        if not (trigger.holds(state) and cap_allows(trigger, past, now) and trigger.hours.is_open(now)):
            continue
        if supply.may_invite(trigger.team):
            decisions.append(draw_decision(plan, trigger, state))
        else:
            held.append(HeldBack(trigger.name, trigger.team, state.now_ms))
    return Verdict(tuple(decisions), tuple(held)) if decisions or held else NOTHING


def draw_decision(plan: CompiledPlan, trigger: CompiledTrigger, state: VisitState) -> Decision:
    """The trigger's decision at the state's moment, with its arm and wording."""
    return Decision(
        trigger.name,
        trigger.team,
        state.now_ms,
        plan.arm(trigger, state.visitor),
        plan.variant(trigger, state.visitor),
        trigger.model.epoch,
    )
