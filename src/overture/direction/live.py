"""The seam for live visits: one `Watch` per visit, asked at every look.

    plan = compile_plan(load(text).plan)                     # once per published version; share it freely
    watch = Watch(plan, state, past)                         # state: visits.facts.VisitState or fold(...)
    result = watch.look(now_ms, events, supply)              # at every look, with the events it brought
    result.decisions      -> store them; each is already in `past`, so it counts at the next look
    result.held_back      -> refused for capacity alone: log them, they are no decisions
    result.look_again_ms  -> ms until the next crossing that matters; None if none can come

A watch is a cache: it can be thrown away at any time and built again from the visit's head and events,
the visitor's `Past` and the plan. What it keeps beyond them is which triggers hold at present, and which
are pending for want of capacity.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from overture.direction.compiled import CompiledPlan
from overture.direction.decide import Decision, HeldBack, Past, Supply
from overture.visits.facts import Event, VisitState


class LookResult(msgspec.Struct, frozen=True):
    """What a look brought. `look_again_ms` counts from the look; None: the heart beat is enough."""

    decisions: tuple[Decision, ...]
    held_back: tuple[HeldBack, ...]
    look_again_ms: int | None


class Watch:
    """One visit under one plan version.

    `past` is the visitor's history: decisions of earlier visits and of this one, latest decline, end of the
    latest conversation. The watch adds its own decisions to it; declines and chats are the caller's to add.
    """

    def __init__(self, plan: CompiledPlan, state: VisitState, past: Past) -> None: ...

    def look(self, now_ms: int, events: Iterable[Event], supply: Supply) -> LookResult:
        """Take what happened up to `now_ms` (ms since the visit's first event) and decide.

        Events come with their own times, not before the last look's nor after `now_ms`. Crossings since the
        last look are looked at now. While the visitor is in a conversation nothing is decided:
        `state.set_chat(True)` when one begins, `state.set_chat(False)` when it ends.
        """
        raise NotImplementedError

    def adopt(self, plan: CompiledPlan) -> None:
        """Go on under another plan version, from the next look."""
        raise NotImplementedError


def stage_of(plan: CompiledPlan, state: VisitState) -> str:
    """The stage the visit is in at its present moment; "" if none holds."""
    raise NotImplementedError


def route_of(plan: CompiledPlan, state: VisitState) -> str:
    """The team a chat opened by the visitor goes to: the first route that holds, else the first team."""
    raise NotImplementedError
