"""What the desk may be told of, read only: who answers, how long one waits, the live board."""

from __future__ import annotations

from datetime import datetime

from overture.accounts import service as accounts
from overture.accounts.access import teams_of
from overture.accounts.model import Actor, User
from overture.accounts.permissions import READ_STAFFING
from overture.desk import service as desk
from overture.desk import store
from overture.desk.choice import expected_wait
from overture.desk.model import Availability, Member, TeamBoard
from overture.desk.waits import places as places
from overture.direction import service as direction
from overture.direction.compiled import CompiledPlan
from overture.kit.clock import from_ms, to_ms
from overture.store import Tx
from overture.visits.facts import TeamNow

QUEUE_LIMIT = 1_000  # visitors who wait for one team: whoever comes then is offered to leave a message


def availability(tx: Tx, site: str, team: str, *, going_on: bool = False) -> Availability:
    """Whether a conversation with this team can be held now, and if not, when; a full queue ends none that goes on."""
    plan = direction.current(tx, site)
    if plan is None or team not in plan.hours:
        return Availability(False, "closed", None, team)
    names = [one.name for one in desk.members(tx, site, team).values() if _answers(one)]
    full = not going_on and store.nth_waiting(tx, site, team, QUEUE_LIMIT) is not None
    return _availability(tx, plan, team, names, full=full)


def availabilities(tx: Tx, site: str) -> dict[str, Availability]:
    """The same for every team of the site's plan."""
    plan = direction.current(tx, site)
    if plan is None:
        return {}
    teams = by_team(accounts.members(tx, site), site, desk.members(tx, site))
    waiting = store.queue_lengths(tx, site)
    found = {}
    for team in plan.plan.teams:
        names = [one.name for one in teams.get(team.name, ()) if _answers(one)]
        full = team.name in waiting and waiting[team.name][0] >= QUEUE_LIMIT
        found[team.name] = _availability(tx, plan, team.name, names, full=full)
    return found


def _answers(member: Member) -> bool:
    return member.there and member.capacity > 0 and not member.simulated


def _availability(tx: Tx, plan: CompiledPlan, team: str, names: list[str], *, full: bool) -> Availability:
    hours = plan.hours[team]
    now_ms = to_ms(tx.now)
    within = desk.answer_within_ms(plan, team) / 1_000
    if not hours.is_open(now_ms):
        opening = hours.next_opening(now_ms)
        return Availability(False, "closed", None if opening is None else from_ms(opening), team, answer_within=within)
    if not names:
        return Availability(False, "nobody", None, team, answer_within=within)
    if full:
        return Availability(False, "full", None, team, names, within)
    return Availability(True, "", None, team, names, within)


def by_team(users: list[User], site: str, there: dict[str, Member]) -> dict[str, list[Member]]:
    """The site's agents under each team they are on."""
    teams: dict[str, list[Member]] = {}
    for user in users:
        for member in user.teams:
            if member.site == site:
                teams.setdefault(member.team, []).append(there[user.id])
    return teams


def teams_now(tx: Tx, site: str) -> dict[str, TeamNow]:
    """How busy each team is, as conditions ask: free slots, people waiting, seconds the next one would wait."""
    plan = direction.current(tx, site)
    if plan is None:
        return {}
    teams = by_team(accounts.members(tx, site), site, desk.members(tx, site))
    waiting = store.queue_lengths(tx, site)
    found = {}
    for team in plan.plan.teams:
        slots, free = desk.slots_of(teams.get(team.name, ()))
        queue = waiting[team.name][0] if team.name in waiting else 0
        wait = expected_wait(queue + 1, store.handle_seconds(tx, site, team.name), slots, free)
        found[team.name] = TeamNow(float(free), float(queue), float("inf") if wait is None else float(wait))
    return found


def board(tx: Tx, site: str, actor: Actor | None = None) -> list[TeamBoard]:
    """The live board: every team of the site, or those the actor may see."""
    plan = direction.current(tx, site)
    if plan is None:
        return []
    mine = None if actor is None else teams_of(actor, READ_STAFFING, site)
    teams = by_team(accounts.members(tx, site), site, desk.members(tx, site))
    active = store.active_in_teams(tx, site)
    queues = store.queue_lengths(tx, site)
    found = []
    for team in plan.plan.teams:
        if mine is not None and team.name not in mine:
            continue
        waiting, since = queues.get(team.name, (0, None))
        here = [one for one in teams.get(team.name, ()) if one.there and not one.simulated]
        found.append(
            TeamBoard(
                team=team.name,
                open=plan.hours[team.name].is_open(to_ms(tx.now)),
                waiting=waiting,
                longest_wait_since=since,
                active=active.get(team.name, 0),
                agents=len(here),
                free_slots=sum(one.free for one in here),
                free_by_agent={one.id: one.free for one in here if one.free},
                answer_within=team.answer_within_ms / 1_000,
            )
        )
    return found


def opened_since(tx: Tx, site: str, since: datetime) -> list[tuple[str, datetime]]:
    """(team, instant) of each conversation that came to the desk since then, simulated ones left out."""
    return store.opened_since(tx, site, since)
