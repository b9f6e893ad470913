"""What stands beside a conversation in the console: who it is, what they did, the goal, the guidelines."""

from __future__ import annotations

from datetime import datetime

import msgspec

from overture.accounts import service as accounts
from overture.accounts.access import teams_of, within
from overture.accounts.model import Actor
from overture.accounts.permissions import READ_CONVERSATIONS, READ_PROMISES
from overture.conversations import service as conversations
from overture.conversations import views
from overture.conversations.model import Conversation, ConversationHead
from overture.desk import service as desk
from overture.direction import service as direction
from overture.direction.model import AfterChat, Plan
from overture.followups import promises
from overture.followups.model import Promised, WrapUp
from overture.followups.store import wrap_up as wrap_up_of
from overture.followups.views import OpenPromise, open_promises
from overture.invitations import store as invitations
from overture.invitations.visitors import VisitorDetail, visitor_detail
from overture.kit.errors import NotFound
from overture.outcomes.service import booking_kinds
from overture.outcomes.views import orders_of
from overture.store import Tx
from overture.visits.model import PageSeen


class TeamContext(msgspec.Struct, frozen=True):
    """What the conversation's team works to: its aim, the results a talk may have, what follows, what can be booked."""

    name: str
    aim: str
    results: list[str]
    after_chat: AfterChat | None
    bookings: list[str] = []


class OrderLine(msgspec.Struct, frozen=True):
    """An order of the visitor; `with_chat` if it counts as made with a conversation."""

    id: str
    value: float
    currency: str
    at: datetime
    with_chat: bool


class Colleague(msgspec.Struct, frozen=True):
    """Somebody of the site who is there now: how many conversations they hold, of how many they may."""

    id: str
    name: str
    teams: list[str]
    active: int
    capacity: int


class EarlierTalk(msgspec.Struct, frozen=True):
    """Another conversation of the visitor."""

    conversation: str
    at: datetime
    team: str
    result: str


class InvitationShown(msgspec.Struct, frozen=True):
    """The invitation that the conversation answers."""

    trigger: str
    text: str
    at: datetime


class ConversationContext(msgspec.Struct, frozen=True, kw_only=True):
    """Everything beside the talk. `goal` is the team's goal for one conversation; `teams` may take it over, and so
    may the `colleagues` who are there and have room.

    `timezone` and `currency` are the site's.

    `visitor` is none once they have been erased.
    """

    visitor: VisitorDetail | None
    goal: str
    guidelines: str
    team: TeamContext
    pages: list[PageSeen]
    orders: list[OrderLine]
    earlier: list[EarlierTalk]
    promises: list[OpenPromise]
    invitation: InvitationShown | None
    teams: list[str]
    colleagues: list[Colleague]
    timezone: str
    currency: str


class ConversationDetail(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation with how it ended: its line of the inbox, wrap-up and promise."""

    head: ConversationHead
    page: str
    plan_version: int
    invitation: str | None
    visit: str | None
    first_answer_at: datetime | None
    closed_at: datetime | None
    wrap_up: WrapUp | None
    promise: Promised | None


def context_of(tx: Tx, actor: Actor, conversation: str) -> ConversationContext:
    """What an agent of the conversation's team is shown beside it."""
    talk = conversations.the_conversation(tx, actor, conversation)
    compiled = direction.current(tx, talk.site)
    plan = compiled.plan if compiled else None
    team = next((one for one in plan.teams if one.name == talk.team), None) if plan else None
    visitor = _visitor(tx, actor, talk)
    return ConversationContext(
        visitor=visitor,
        goal=team.conversation_goal if team else "",
        guidelines=team.guidelines if team else "",
        team=_team(plan, talk.team),
        pages=visitor.pages if visitor else [],
        orders=[
            OrderLine(order.id, order.value.value, order.value.currency, order.at, order.conversation is not None)
            for order in orders_of(tx, talk.site, talk.visitor)
        ],
        earlier=_earlier(tx, actor, talk),
        promises=_promises(tx, actor, talk),
        invitation=_invitation(tx, talk),
        teams=_other_teams(plan, talk.team),
        colleagues=_colleagues(tx, actor, plan, talk.site),
        timezone=plan.timezone if plan else "UTC",
        currency=plan.currency if plan else "",
    )


def _team(plan: Plan | None, name: str) -> TeamContext:
    team = next((one for one in plan.teams if one.name == name), None) if plan else None
    if plan is None or team is None:
        return TeamContext(name, "", [], None)
    return TeamContext(name, team.aim, list(team.results), team.after_chat, booking_kinds(plan, name))


def detail_of(tx: Tx, actor: Actor, conversation: str) -> ConversationDetail:
    """The conversation and how it ended."""
    talk = conversations.the_conversation(tx, actor, conversation)
    return ConversationDetail(
        head=talk.head,
        page=talk.page,
        plan_version=talk.plan_version,
        invitation=talk.invitation,
        visit=talk.visit,
        first_answer_at=talk.first_answer_at,
        closed_at=talk.closed_at,
        wrap_up=wrap_up_of(tx, conversation),
        promise=promises.promised(tx, conversation),
    )


def _visitor(tx: Tx, actor: Actor, talk: Conversation) -> VisitorDetail | None:
    try:
        return visitor_detail(tx, actor, talk.site, talk.visitor)
    except NotFound:
        return None


def _earlier(tx: Tx, actor: Actor, talk: Conversation) -> list[EarlierTalk]:
    found, teams = [], teams_of(actor, READ_CONVERSATIONS, talk.site)
    for one in views.earlier(tx, talk.visitor, talk.id):
        if teams is not None and one.team not in teams:
            continue
        ended = wrap_up_of(tx, one.id)
        found.append(EarlierTalk(one.id, one.opened_at, one.team, ended.result if ended else ""))
    return found


def _promises(tx: Tx, actor: Actor, talk: Conversation) -> list[OpenPromise]:
    """What is owed to the visitor, of the teams whose promises the actor reads."""
    owed = open_promises(tx, talk.site, talk.visitor, talk.language)
    return [one for one in owed if within(actor, READ_PROMISES, talk.site, one.team)]


def _invitation(tx: Tx, talk: Conversation) -> InvitationShown | None:
    made = invitations.one(tx, talk.invitation) if talk.invitation else None
    return None if made is None else InvitationShown(made.trigger, made.text, made.at)


def _colleagues(tx: Tx, actor: Actor, plan: Plan | None, site: str) -> list[Colleague]:
    """Who is there on a team of the plan; a partner's people see their own teams only."""
    own = {one.team for one in actor.teams if one.site == site}
    mine = own if actor.role == "partner_agent" else None
    named = {team.name for team in plan.teams if mine is None or team.name in mine} if plan else set()
    there = desk.members(tx, site)
    found = []
    for user in accounts.members(tx, site):
        teams = [one.team for one in user.teams if one.site == site and one.team in named]
        member = there[user.id]
        if teams and member.there and not member.simulated and user.id != actor.id:
            found.append(Colleague(user.id, user.name, teams, member.active, member.capacity))
    return found


def _other_teams(plan: Plan | None, team: str) -> list[str]:
    return [one.name for one in plan.teams if one.name != team] if plan else []
