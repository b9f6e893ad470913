"""Reports across domains, from their published views. Nothing is changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from overture.accounts.access import require
from overture.accounts.model import Actor
from overture.accounts.permissions import READ_REPORTS
from overture.conversations import counts as conversation_counts
from overture.direction import service as direction
from overture.direction.compiled import CompiledPlan
from overture.followups import views as followup_views
from overture.insight.model import (
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
    TriggerLine,
)
from overture.invitations import views as invitation_views
from overture.kit.clock import from_ms
from overture.outcomes import service as outcomes
from overture.outcomes import views as outcome_views
from overture.outcomes.period import Period, days
from overture.outcomes.views import OrderSum
from overture.store import Tx

QUARTER_MS = 900_000
UNPLANNED_ANSWER_MS = 60_000  # for a team that is in no plan any more


def overview(tx: Tx, actor: Actor, site: str, since: str | None, until: str | None) -> Overview:
    """Counts of a period (see `outcomes.period`); for managers and for tokens that read. BadPeriod."""
    return overview_of(tx, actor, site, outcomes.period_of(tx, site, since, until))


def overview_of(tx: Tx, actor: Actor, site: str, asked: Period) -> Overview:
    """The same, of a period that is known."""
    require(actor, READ_REPORTS, site)
    zone = outcomes.zone_of(tx, site)
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
    # SciPy takes longer to load than all the rest of a server's start: it waits for the first who asks.
    from overture.numbers.stats.answers import CannotTell
    from overture.numbers.stats.quantiles import quantile

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
