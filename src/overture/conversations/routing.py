"""Where a new conversation goes, and whether it can be held there."""

from __future__ import annotations

import msgspec

from overture.conversations.errors import NotAnswering
from overture.conversations.model import Opener
from overture.desk import views as desk_views
from overture.desk.model import Availability
from overture.direction import service as direction
from overture.direction.compiled import CompiledPlan
from overture.kit.clock import to_ms
from overture.store import Tx
from overture.visits.facts import PageEvent, VisitHead, VisitState
from overture.visits.live import load as load_visit


def availability_for(tx: Tx, opener: Opener) -> Availability:
    """Whether a conversation could be held with the team that this visitor would come to."""
    team = team_for(tx, opener)
    return desk_views.availability(tx, opener.site, team) if team else Availability(False, "closed")


def team_for(tx: Tx, opener: Opener) -> str:
    """The team that this visitor would come to; "" while the site has no plan."""
    plan = direction.current(tx, opener.site)
    return route(tx, plan, opener) if plan else ""


def route(tx: Tx, plan: CompiledPlan, opener: Opener) -> str:
    """The invitation's team, else the first route that holds for the visit as it is."""
    if opener.team and any(team.name == opener.team for team in plan.plan.teams):
        return opener.team
    live = load_visit(tx, opener.visitor)
    if live is not None:
        live.state.at(max(live.state.now_ms, to_ms(tx.now) - live.started_ms))
        return plan.route_of(live.state)
    state = VisitState(VisitHead(visit="", visitor=opener.visitor, started_ms=to_ms(tx.now), language=opener.language))
    state.apply(PageEvent(0.0, opener.page))
    return plan.route_of(state)


def the_plan(tx: Tx, site: str) -> CompiledPlan:
    """The site's plan in force; NotAnswering before the first is published."""
    plan = direction.current(tx, site)
    if plan is None:
        raise NotAnswering("This site has no plan yet, so nobody answers: publish one", reason="closed", next_at=None)
    return plan


def not_answering(available: Availability) -> NotAnswering:
    """Why no conversation can be opened, and when one can."""
    return NotAnswering(
        "Nobody can answer now: leave a message instead", **msgspec.to_builtins(available, builtin_types=())
    )
