"""Who may be put where: the teams of a site are those of its plan, once it has one."""

from __future__ import annotations

from overture.accounts.events import TeamsGiven
from overture.direction import service
from overture.direction.errors import UnknownTeam
from overture.store import Tx


def on_teams_given(tx: Tx, event: TeamsGiven) -> None:
    """UnknownTeam if the site's plan has no such team. Before the first plan any will do: one adds people first."""
    for team in event.teams:
        check_team(tx, event.site, team, "teams")


def check_team(tx: Tx, site: str, team: str, field: str) -> None:
    """UnknownTeam, naming the body's field, if the site has a plan and that has no such team."""
    plan = service.current(tx, site)
    if plan is None or any(one.name == team for one in plan.plan.teams):
        return
    known = [one.name for one in plan.plan.teams]
    raise UnknownTeam(
        f"The plan of {site} has no team {team[:64]!r}: its teams are {', '.join(known)}", field=field, teams=known
    )
