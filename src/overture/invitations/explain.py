"""Why a trigger fired in a visit or did not, now or at a moment of the past."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

import msgspec

from overture.accounts.access import held, require_place
from overture.accounts.model import Actor
from overture.accounts.permissions import EXPLAIN_VISITS
from overture.direction import service as direction
from overture.direction.compiled import CompiledPlan
from overture.direction.decide import Past, Supply, Unlimited
from overture.direction.errors import NoPlan
from overture.direction.explain import Explanation, explain, explain_all
from overture.invitations import store
from overture.invitations.model import InvitationState, Made
from overture.invitations.surroundings import Surroundings
from overture.invitations.visitors import reached_visitor
from overture.kit.clock import to_ms
from overture.store import Tx
from overture.visits import service as visits
from overture.visits import store as visit_rows
from overture.visits.facts import VisitState
from overture.visits.live import fold_looks
from overture.visits.model import StoredLook, Visit, Visitor


class Decided(msgspec.Struct, frozen=True):
    """A decision of the visit."""

    trigger: str
    arm: str
    variant: str
    at_ms: int
    state: InvitationState
    plan_version: int


class VisitExplanation(msgspec.Struct, frozen=True, kw_only=True):
    """Every trigger at one moment of a visit, `at_ms` after its first event, and what was decided up to then."""

    visit: str
    visitor: str
    started_at: datetime
    ended_at: datetime | None
    at_ms: int
    plan_version: int
    decisions: list[Decided]
    triggers: list[Explanation]


def explain_visit(
    tx: Tx, actor: Actor, site: str, visit: str, at: float | None = None, trigger: str = "", version: int | None = None
) -> VisitExplanation:
    """Explain a visit `at` seconds after its first event (None: now, or its end), under a plan version (None: the
    one in force). Decisions of that very moment are left out of what counts against it.

    NoSuchVisit, NoSuchTrigger, NoSuchVersion, NoPlan.
    """
    require_place(actor, site)
    held(actor, EXPLAIN_VISITS)
    found = visits.the_visit(tx, site, visit)
    known = reached_visitor(tx, actor, EXPLAIN_VISITS, site, found.visitor)
    plan = _plan(tx, site, version)
    at_ms = _moment(tx, found) if at is None else max(0, round(at * 1000))
    state = _state(found, visit_rows.looks_of(tx, visit), at_ms)
    past = _past(tx, found, known, at_ms + 1 if at is None else at_ms)
    supply: Supply = Unlimited()
    if found.ended_at is None and not found.simulated and version is None:
        supply = Surroundings().of(tx, site).supply
    explained = [explain(plan, state, past, supply, trigger)] if trigger else explain_all(plan, state, past, supply)
    return VisitExplanation(
        visit=visit,
        visitor=found.visitor,
        started_at=found.started_at,
        ended_at=found.ended_at,
        at_ms=at_ms,
        plan_version=plan.version,
        decisions=[_decided(made) for made in store.of_visit(tx, visit) if made.at_ms <= at_ms],
        triggers=explained,
    )


def _plan(tx: Tx, site: str, version: int | None) -> CompiledPlan:
    plan = direction.current(tx, site) if version is None else direction.compiled_version(tx, site, version)
    if plan is None:
        raise NoPlan(f"The site {site} has no plan yet: publish one", site=site)
    return plan


def _moment(tx: Tx, visit: Visit) -> int:
    return max(0, to_ms(visit.ended_at or tx.now) - to_ms(visit.started_at))


def _state(visit: Visit, looks: list[StoredLook], at_ms: int) -> VisitState:
    started = to_ms(visit.started_at)
    until = [
        msgspec.structs.replace(look, events=[event for event in look.events if event.at_ms <= at_ms])
        for look in looks
        if look.mark != "chat_ended" or to_ms(look.at) - started <= at_ms
    ]
    state = fold_looks(visit.head, until)
    state.at(max(at_ms, state.now_ms))
    return state


def _past(tx: Tx, visit: Visit, known: Visitor, before_ms: int) -> Past:
    """What lay behind the visitor before a moment of the visit."""
    before = to_ms(visit.started_at) + before_ms
    decisions: dict[str, list[int]] = defaultdict(list)
    decided: set[str] = set()
    for trigger, at, where in store.past_of(tx, visit.visitor):
        if to_ms(at) < before:
            decisions[trigger].append(to_ms(at))
            if where == visit.id:
                decided.add(trigger)
    return Past(
        dict(decisions),
        last_decline_ms=_if_before(known.last_decline_at, before),
        last_chat_ms=_if_before(known.last_chat_at, before) or _if_before(visit.last_chat_before, before),
        decided=decided,
    )


def _if_before(at: datetime | None, before: int) -> int | None:
    return to_ms(at) if at is not None and to_ms(at) < before else None


def _decided(made: Made) -> Decided:
    return Decided(made.trigger, made.arm, made.variant, made.at_ms, made.state, made.plan_version)
