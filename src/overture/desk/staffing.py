"""The staffing page: who is at the desk of each team, when it is open, when people come."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from overture.accounts import service as accounts
from overture.accounts.access import teams_of
from overture.accounts.model import Actor
from overture.accounts.permissions import READ_STAFFING
from overture.desk import service, store, views
from overture.desk.model import Member, Staffing, TeamStaffing
from overture.direction import service as direction
from overture.direction.compiled import CompiledPlan
from overture.direction.model import Team
from overture.kit.clock import from_ms, to_ms
from overture.store import Tx

WEEKS = timedelta(days=28)
HOURS = 168


def staffing(tx: Tx, actor: Actor, site: str) -> Staffing:
    """The teams of the site's plan that the actor may see; none before the first plan is published."""
    mine = teams_of(actor, READ_STAFFING, site)
    plan = direction.current(tx, site)
    if plan is None:
        return Staffing([])
    users = accounts.members(tx, site)
    teams = views.by_team(users, site, service.members(tx, site))
    weeks = by_hour_of_week(store.opened_since(tx, site, tx.now - WEEKS), plan.zone)
    shown = [team for team in plan.plan.teams if mine is None or team.name in mine]
    return Staffing([_team(tx, plan, team, teams.get(team.name, []), weeks) for team in shown], plan.plan.timezone)


def _team(tx: Tx, plan: CompiledPlan, team: Team, there: list[Member], weeks: dict[str, list[int]]) -> TeamStaffing:
    hours, now_ms = plan.hours[team.name], to_ms(tx.now)
    is_open = hours.is_open(now_ms)
    change = hours.next_closing(now_ms) if is_open else hours.next_opening(now_ms)
    waiting, _ = store.queue_lengths(tx, plan.plan.site).get(team.name, (0, None))
    shown = [one for one in there if not one.simulated]
    return TeamStaffing(
        name=team.name,
        aim=team.aim,
        hours=team.hours,
        open=is_open,
        next_change_at=None if change is None else from_ms(change),
        next_open_at=None if is_open or change is None else from_ms(change),
        answer_within_ms=team.answer_within_ms,
        chats_per_agent=team.chats_per_agent,
        members=shown,
        waiting=waiting,
        free_slots=sum(one.free for one in shown),
        week=weeks.get(team.name, [0] * HOURS),
    )


def by_hour_of_week(opened: list[tuple[str, datetime]], zone: ZoneInfo) -> dict[str, list[int]]:
    """How many came to each team in each hour of the week, Monday 00 first, as clocks on the wall showed it."""
    weeks: dict[str, list[int]] = {}
    for team, at in opened:
        local = at.astimezone(zone)
        weeks.setdefault(team, [0] * HOURS)[local.weekday() * 24 + local.hour] += 1
    return weeks
