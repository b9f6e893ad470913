"""Who is called to a conversation that nobody answers, as its team's plan says; once a wait."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import NamedTuple

from overture.accounts import service as accounts
from overture.accounts.model import User
from overture.conversations import service, store
from overture.conversations.events import ConversationEscalated, HeadChanged
from overture.conversations.model import Conversation
from overture.desk import service as desk
from overture.desk import views as desk_views
from overture.direction import service as direction
from overture.direction.model import MANAGERS, Escalate, Plan
from overture.store import Tx

AT_ONCE = 100  # of one team in one round; the next comes in a second


class _Called(NamedTuple):
    """Who is called, and the team that gets it offered, if one; `first` of its agents, if a user was named."""

    users: list[str]
    team: str = ""
    first: str = ""


def escalate_the_unanswered(tx: Tx) -> int:
    """Call those whom the plan names to what has been unanswered for as long as it says; how many conversations."""
    called = 0
    for site, team in store.unanswered_teams(tx):
        plan = direction.current(tx, site)
        rule = next((one.escalate for one in plan.plan.teams if one.name == team), None) if plan else None
        if plan is None or rule is None:
            continue
        before = tx.now - timedelta(milliseconds=rule.after_ms)
        for conversation in store.unanswered_before(tx, site, team, before, AT_ONCE):
            escalate = partial(_escalate, tx, plan.plan, conversation, rule)
            called += tx.apart(escalate, False, conversation=conversation)
    return called


def _escalate(tx: Tx, plan: Plan, conversation: str, rule: Escalate) -> bool:
    if not desk.lock_if_free(tx, conversation):
        return False  # somebody is just doing something about it
    talk = store.conversation(tx, conversation, lock=True)
    if talk is None or talk.unanswered_since is None or talk.escalated_at is not None:
        return False
    called = _called(tx, plan, talk, rule)
    talk = store.save(tx, talk, escalated_at=tx.now, escalated_to=" ".join(called.users))
    if called.team:
        talk = service.offer_to(tx, talk, called.team, called.first)
    tx.emit(HeadChanged(talk.head))
    tx.emit(ConversationEscalated(talk.head, talk.unanswered_since or tx.now, tuple(called.users)))
    return True


def _called(tx: Tx, plan: Plan, talk: Conversation, rule: Escalate) -> _Called:
    """Those who can see it, or will when their team gets it. With nobody left, the managers."""
    users: list[str] = []
    team = first = ""
    members = {user.id: user for user in accounts.members(tx, talk.site)}
    managers = [user.id for user in accounts.managers(tx)]
    for name in rule.to:
        named = [user for user in members.values() if user.email == name.lower()]
        if name == MANAGERS:
            users += managers
        elif "@" not in name:
            team = team or (name if _can_answer(tx, talk, name) else "")
            users += [user.id for user in members.values() if name == team and name in _teams(plan, user)]
        elif (manager := accounts.manager_of_email(tx, name)) is not None:
            users.append(manager)
        elif named and talk.team in _teams(plan, named[0]):
            users.append(named[0].id)
        elif named and not team:
            team = next((one for one in _teams(plan, named[0]) if _can_answer(tx, talk, one)), "")
            first = named[0].id if team else ""
            users += [first] if first else []
    return _Called(list(dict.fromkeys(users or managers)), team, first)


def _teams(plan: Plan, user: User) -> list[str]:
    named = {team.name for team in plan.teams}
    return [one.team for one in user.teams if one.site == plan.site and one.team in named]


def _can_answer(tx: Tx, talk: Conversation, team: str) -> bool:
    return team != talk.team and desk_views.availability(tx, talk.site, team).answering
