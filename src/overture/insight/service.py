"""Reports across domains, from their published views. Nothing is changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from overture.accounts.access import require_scope, teams_of
from overture.accounts.model import Actor
from overture.conversations import counts as conversation_counts
from overture.desk import service as desk
from overture.desk.model import Member, TeamBoard
from overture.direction import service as direction
from overture.direction.compiled import CompiledPlan
from overture.direction.hours import Hours
from overture.direction.model import Team
from overture.followups import views as followup_views
from overture.insight.model import (
    AgentNow,
    Amount,
    ConversationLine,
    CurrencyLine,
    DayLine,
    FirstResponse,
    LeadLine,
    MissedWhy,
    OrderLine,
    Overview,
    PromiseLine,
    Staffing,
    TeamNow,
    TriggerLine,
)
from overture.invitations import views as invitation_views
from overture.kit.clock import from_ms, to_ms
from overture.numbers.stats.answers import CannotTell
from overture.numbers.stats.quantiles import quantile
from overture.outcomes import service as outcomes
from overture.outcomes import views as outcome_views
from overture.outcomes.period import Period, days
from overture.outcomes.views import OrderSum
from overture.store import Tx

QUARTER_MS = 900_000
WEEK_OF = timedelta(days=28)
HOURS_A_WEEK = 168
UNPLANNED_ANSWER_MS = 60_000  # for a team that is in no plan any more

# ---- overview ----------------------------------------------------------------------------------------------


def overview(tx: Tx, actor: Actor, site: str, since: str | None, until: str | None) -> Overview:
    """Counts of a period (see `outcomes.period`); for managers and for tokens that read. BadPeriod."""
    require_scope(actor, "read", site)
    asked, zone = outcomes.period_of(tx, site, since, until), outcomes.zone_of(tx, site)
    plan = direction.current(tx, site)
    return Overview(
        since=asked.since,
        until=asked.until,
        timezone=zone.key,
        decisions=_decisions(tx, site, plan, asked),
        conversations=_conversations(tx, site, plan, asked),
        promises=_promises(tx, site, asked),
        orders=_orders(tx, site, plan, asked),
        leads=LeadLine(outcome_views.new_leads(tx, site, asked.since, asked.until)),
        by_day=_by_day(tx, site, asked, zone),
    )


def _decisions(tx: Tx, site: str, plan: CompiledPlan | None, asked: Period) -> list[TriggerLine]:
    """In the plan's order of triggers; those of earlier versions after them, by name."""
    order = {trigger.name: n for n, trigger in enumerate(plan.plan.triggers)} if plan else {}
    counted = invitation_views.trigger_counts(tx, site, asked.since, asked.until)
    opened = invitation_views.conversations_by_trigger(tx, site, asked.since, asked.until)
    talked = conversation_counts.replied(tx, [one for talks in opened.values() for one in talks])
    return [
        TriggerLine(
            trigger=line.trigger,
            invited=line.invited,
            held_out=line.held_out,
            held_out_all=line.held_out_all,
            shown=line.shown,
            seen=line.seen,
            accepted=line.accepted,
            declined=line.declined,
            conversations=sum(talk in talked for talk in opened.get(line.trigger, ())),
        )
        for line in sorted(counted, key=lambda line: (order.get(line.trigger, len(order)), line.trigger))
    ]


def _conversations(tx: Tx, site: str, plan: CompiledPlan | None, asked: Period) -> ConversationLine:
    counted = conversation_counts.counts(tx, site, asked.since, asked.until)
    missed = conversation_counts.missed(tx, site, asked.since, asked.until)
    seconds = [ms / 1000 for ms in conversation_counts.first_response_ms(tx, site, asked.since, asked.until)]
    within = {team.name: team.answer_within_ms for team in plan.plan.teams} if plan else {}
    return ConversationLine(
        opened=counted.opened,
        answered=counted.answered,
        closed=counted.closed,
        missed=counted.missed,
        missed_why=why_missed(missed, within),
        first_response_seconds=FirstResponse(_quantile(seconds, 0.5), _quantile(seconds, 0.9), len(seconds)),
    )


def why_missed(missed: Iterable[conversation_counts.Missed], within_ms: dict[str, int]) -> MissedWhy:
    """Sort missed conversations by their cause, with each team's own time to answer."""
    early = silent = unfree = 0
    for one in missed:
        waited = one.ended_at - one.opened_at
        if waited < timedelta(milliseconds=within_ms.get(one.team, UNPLANNED_ANSWER_MS)):
            early += 1
        elif one.had_agent:
            silent += 1
        else:
            unfree += 1
    return MissedWhy(left_early=early, nobody_free=unfree, agent_silent=silent)


def _quantile(seconds: list[float], q: float) -> float | None:
    answer = quantile(seconds, q)
    return None if isinstance(answer, CannotTell) else round(answer.value, 3)


def _promises(tx: Tx, site: str, asked: Period) -> PromiseLine:
    counted = followup_views.promise_counts(tx, site, asked.since, asked.until, tx.now)
    return PromiseLine(counted.due, counted.kept, counted.late, counted.open, counted.moved)


def _orders(tx: Tx, site: str, plan: CompiledPlan | None, asked: Period) -> OrderLine:
    sums = {each.value.currency: each for each in outcome_views.order_sums(tx, site, asked.since, asked.until)}
    currency = plan.plan.currency if plan else "EUR"
    own = sums.pop(currency, None)
    others = [CurrencyLine(each.value.currency, _all(each), _with_chat(each)) for each in sums.values()]
    nothing = Amount(0, 0.0)
    return OrderLine(currency, _all(own) if own else nothing, _with_chat(own) if own else nothing, others)


def _all(orders: OrderSum) -> Amount:
    return Amount(orders.count, orders.value.value)


def _with_chat(orders: OrderSum) -> Amount:
    return Amount(orders.with_chat, orders.with_chat_value.value)


def _by_day(tx: Tx, site: str, asked: Period, zone: ZoneInfo) -> list[DayLine]:
    conversations = fold(conversation_counts.opened_by_quarter(tx, site, asked.since, asked.until), zone)
    decisions = fold(invitation_views.decisions_by_quarter(tx, site, asked.since, asked.until), zone)
    orders = fold(outcome_views.orders_by_quarter(tx, site, asked.since, asked.until), zone)
    return [
        DayLine(day, conversations.get(day, 0), decisions.get(day, 0), orders.get(day, 0)) for day in days(asked, zone)
    ]


def fold(by_quarter: dict[int, int], zone: ZoneInfo) -> dict[date, int]:
    """Counts by quarter of an hour since 1970, by day of the zone."""
    found: dict[date, int] = {}
    for quarter, number in by_quarter.items():
        day = from_ms(quarter * QUARTER_MS).astimezone(zone).date()
        found[day] = found.get(day, 0) + number
    return found


# ---- staffing ----------------------------------------------------------------------------------------------


def staffing(tx: Tx, actor: Actor, site: str) -> Staffing:
    """Hours and who is at the desk, of the teams the actor may see."""
    mine = teams_of(actor, site)
    plan = direction.current(tx, site)
    if plan is None:
        return Staffing("UTC", [])
    zone = ZoneInfo(plan.plan.timezone)
    weeks = weeks_of(desk.opened_since(tx, site, tx.now - WEEK_OF), zone)
    board = {line.team: line for line in desk.board(tx, site)}
    return Staffing(
        zone.key,
        [
            _team(tx, site, team, plan.hours[team.name], board[team.name], weeks.get(team.name))
            for team in plan.plan.teams
            if mine is None or team.name in mine
        ],
    )


def _team(tx: Tx, site: str, team: Team, hours: Hours, board: TeamBoard, week: list[int] | None) -> TeamNow:
    now_ms = to_ms(tx.now)
    opening, closing = hours.next_opening(now_ms), hours.next_closing(now_ms)
    is_open = hours.is_open(now_ms)
    there = desk.members(tx, site, team.name).values()
    return TeamNow(
        name=team.name,
        aim=team.aim,
        hours=team.hours,
        open=is_open,
        next_change_at=_instant(closing if is_open else opening),
        next_open_at=_instant(opening),
        answer_within_ms=team.answer_within_ms,
        chats_per_agent=team.chats_per_agent,
        members=[_agent(member) for member in there if not member.simulated],
        waiting=board.waiting,
        free_slots=board.free_slots,
        week=week or [0] * HOURS_A_WEEK,
    )


def _agent(member: Member) -> AgentNow:
    return AgentNow(
        id=member.id,
        name=member.name,
        available=member.available,
        online=member.online,
        active=member.active,
        capacity=member.capacity,
        since=member.since,
    )


def weeks_of(opened: Iterable[tuple[str, datetime]], zone: ZoneInfo) -> dict[str, list[int]]:
    """Conversations by team and hour of the zone's week."""
    weeks: dict[str, list[int]] = {}
    for team, at in opened:
        local = at.astimezone(zone)
        weeks.setdefault(team, [0] * HOURS_A_WEEK)[local.weekday() * 24 + local.hour] += 1
    return weeks


def _instant(ms: int | None) -> datetime | None:
    return None if ms is None else from_ms(ms)
