"""Use cases of the desk: who is there, who waits, who gets whom.

On PostgreSQL commands lock in one order, ticket, agents, conversation, so that two of them cannot wait in a
ring; agents are locked whenever one of them is chosen, so their slots cannot be counted by two at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import msgspec

from overture.accounts import service as accounts
from overture.accounts.access import require_team
from overture.accounts.model import Actor, User
from overture.desk import store
from overture.desk.choice import choose
from overture.desk.errors import NoFreeSlot, Taken
from overture.desk.events import BoardChanged, PresenceChanged, TicketAssigned, TicketReturned
from overture.desk.model import Member, Presence, ReturnReason, Ticket
from overture.desk.watch import NOTHING_NEW_AFTER, judges, line
from overture.desk.watch import resume as resume  # told to the desk, as everything is
from overture.desk.watch import tick as tick
from overture.direction import service as direction
from overture.kit.errors import NotFound
from overture.store import Tx

MOVED_ON_AFTER = timedelta(seconds=60)
DEFAULT_CAPACITY = 1  # of somebody on no team of any plan, who takes a conversation by hand

# ---- who is there ------------------------------------------------------------------------------------------


def presence(tx: Tx, user_id: str) -> Presence:
    """The agent's switch and signs of life; off if they never were at the desk."""
    known = store.presences(tx, [user_id]).get(user_id)
    return known or Presence(
        user_id=user_id, available=False, changed_at=tx.now, alive_at=None, idle_since=tx.now, simulated=False
    )


def set_available(tx: Tx, actor: Actor, on: bool) -> None:
    """Move the agent's switch. Switched on, they get who waits for them."""
    user = accounts.the_user(tx, actor.id)
    before = presence(tx, user.id)
    _lock_colleagues(tx, [user])
    store.add_presence(tx, before)
    if before.available != on:
        store.change_presence(tx, user.id, available=on, changed_at=tx.now, idle_since=tx.now)
    store.set_alive(tx, [user.id])
    tx.emit(PresenceChanged(user.id, on))
    _announce(tx, [user])
    if on:
        fill_for(tx, user)


def set_simulated(tx: Tx, user_id: str) -> None:
    """Let this user be an agent for simulated visitors, and for nobody else."""
    store.add_presence(tx, presence(tx, user_id))
    store.change_presence(tx, user_id, simulated=True)


def signs_of_life(tx: Tx, user_ids: Iterable[str]) -> None:
    """Agents have answered a ping. Those who had been away get who waits for them."""
    ids = sorted(set(user_ids))
    known = store.presences(tx, ids)
    for user_id in ids:
        if user_id not in known:
            store.add_presence(tx, presence(tx, user_id))
    away = tx.now - NOTHING_NEW_AFTER
    back = [one for one in known.values() if one.available and (one.alive_at is None or one.alive_at < away)]
    returned = [accounts.the_user(tx, one.user_id) for one in back]
    _lock_colleagues(tx, returned, *ids)
    store.set_alive(tx, ids)
    _announce(tx, returned)
    for user in returned:
        fill_for(tx, user)


def capacity_of(tx: Tx, user: User) -> int:
    """How many talks the agent may hold: their own limit, else the lowest of their teams', over all sites."""
    if user.capacity is not None:
        return user.capacity
    limits = []
    for member in user.teams:
        plan = direction.current(tx, member.site)
        limits += [team.chats_per_agent for team in plan.plan.teams if team.name == member.team] if plan else []
    return min(limits, default=DEFAULT_CAPACITY)


def members(
    tx: Tx, site: str, team: str | None = None, *, lock: bool = False, simulated: bool = False
) -> dict[str, Member]:
    """The agents of a team (None: of all the site's) as they are now. `simulated` counts simulated talks instead."""
    return _members(tx, accounts.members(tx, site, team), lock=lock, simulated=simulated)


def _members(tx: Tx, users: list[User], *, lock: bool, simulated: bool) -> dict[str, Member]:
    ids = [user.id for user in users]
    known = store.presences(tx, ids, lock=lock)
    active = store.active(tx, ids, simulated=simulated)
    since = line(tx)
    found = {}
    for user in users:
        one = known.get(user.id)
        found[user.id] = Member(
            id=user.id,
            name=user.name,
            available=one is not None and one.available,
            online=one is not None and one.alive_at is not None and one.alive_at >= since,
            active=active.get(user.id, 0),
            capacity=capacity_of(tx, user),
            since=one.changed_at if one else None,
            idle_since=one.idle_since if one else tx.now,
            simulated=one is not None and one.simulated,
        )
    return found


def _announce(tx: Tx, users: Iterable[User]) -> None:
    for site in sorted({member.site for user in users for member in user.teams}):
        tx.emit(BoardChanged(site))


# ---- tickets -----------------------------------------------------------------------------------------------


def add_ticket(
    tx: Tx, ticket_id: str, site: str, team: str, visitor: str, *, known_agent: str = "", simulated: bool = False
) -> None:
    """Somebody needs an agent of this team; they get one at once if one is free."""
    ticket = Ticket(
        id=ticket_id,
        site=site,
        team=team,
        visitor=visitor,
        state="waiting",
        agent=None,
        known_agent=known_agent or None,
        simulated=simulated,
        opened_at=tx.now,
        waiting_since=tx.now,
        assigned_at=None,
        attended_at=None,
        answered_at=None,
        done_at=None,
        silent=[],
    )
    store.add(tx, ticket)
    fill(tx, site, team)
    tx.emit(BoardChanged(site))


def lock(tx: Tx, ticket_id: str) -> Ticket:
    """The ticket, and nobody else's until this command ends. NotFound if there is none."""
    ticket = store.ticket(tx, ticket_id, lock=True)
    if ticket is None:
        raise NotFound("There is no such conversation on your teams", conversation=ticket_id)
    return ticket


def wait_again(tx: Tx, ticket_id: str, team: str, *, known_agent: str = "", fresh: bool = False) -> None:
    """The ticket waits for (another) team: a transfer, or a visitor who comes back (`fresh`: to the queue's end)."""
    ticket = lock(tx, ticket_id)
    values = {"waiting_since": tx.now} if fresh else {}
    store.change(
        tx,
        ticket_id,
        state="waiting",
        team=team,
        agent=None,
        known_agent=known_agent or None,
        assigned_at=None,
        answered_at=None,
        done_at=None,
        silent=[],
        **values,
    )
    if ticket.agent:
        _slot_freed(tx, ticket.agent)
    fill(tx, ticket.site, team)
    tx.emit(BoardChanged(ticket.site))


def take(tx: Tx, actor: Actor, ticket_id: str) -> None:
    """Take a ticket by hand, from the queue or from a colleague. NoFreeSlot above one's limit.

    Taking one's own again changes nothing.
    """
    ticket = lock(tx, ticket_id)
    require_team(actor, ticket.site, ticket.team)
    if ticket.state == "done":
        raise Taken("This conversation is over", conversation=ticket_id)
    if ticket.agent == actor.id:
        return
    user = accounts.the_user(tx, actor.id)
    store.add_presence(tx, presence(tx, user.id))
    me = _members(tx, [user], lock=True, simulated=False)[user.id]
    if not ticket.simulated and me.active >= me.capacity:
        raise NoFreeSlot(
            f"You hold {me.active} of {me.capacity} conversations: finish one first, or ask for a higher limit",
            active=me.active,
            capacity=me.capacity,
        )
    if ticket.agent:
        _return(tx, ticket, "left")
    _assign(tx, ticket, me)
    tx.emit(BoardChanged(ticket.site))


def attend(tx: Tx, ticket_id: str, agent: str) -> None:
    """The agent has begun to answer (is typing): their time to answer counts from now."""
    ticket = store.ticket(tx, ticket_id)
    if ticket is not None and ticket.agent == agent and ticket.answered_at is None:
        store.change(tx, ticket_id, attended_at=tx.now)


def unanswered_by(tx: Tx, agent: str) -> list[str]:
    """What has come to the agent and still waits for their first answer."""
    return store.unanswered_by(tx, agent)


def answered(tx: Tx, ticket_id: str) -> None:
    """The agent has answered: the ticket is theirs to keep."""
    store.change(tx, ticket_id, answered_at=tx.now, silent=[])


def finish(tx: Tx, ticket_id: str) -> None:
    """The talk is over: its slot is free for who waits."""
    ticket = lock(tx, ticket_id)
    if ticket.state == "done":
        return
    store.change(tx, ticket_id, state="done", done_at=tx.now)
    if ticket.agent:
        _slot_freed(tx, ticket.agent)
    tx.emit(BoardChanged(ticket.site))


def fill(tx: Tx, site: str, team: str) -> int:
    """Give everybody who waits for this team an agent, as far as there are free ones; how many were given."""
    given = 0
    for simulated in (False, True):
        queue = [one for one in store.waiting(tx, site, team, lock=True) if one.simulated == simulated]
        if queue:
            given += _fill(tx, queue, members(tx, site, team, lock=True, simulated=simulated))
    return given


def _fill(tx: Tx, queue: list[Ticket], there: dict[str, Member]) -> int:
    given = 0
    for ticket in queue:
        agent = choose(ticket, there.values())
        if agent is not None and _assign(tx, ticket, agent):
            there[agent.id] = msgspec.structs.replace(agent, active=agent.active + 1)
            given += 1
    return given


def fill_for(tx: Tx, user: User) -> None:
    """Somebody of this agent's teams may have waited for them: whoever waits longest comes first."""
    queues = [(member.site, member.team, store.waiting(tx, member.site, member.team)) for member in user.teams]
    for site, team, _ in sorted((one for one in queues if one[2]), key=lambda one: one[2][0].waiting_since):
        fill(tx, site, team)


def _assign(tx: Tx, ticket: Ticket, agent: Member) -> bool:
    if not store.assign(tx, ticket.id, agent.id):
        return False
    tx.emit(TicketAssigned(ticket.id, ticket.site, ticket.team, agent.id, agent.name))
    return True


def _return(tx: Tx, ticket: Ticket, reason: ReturnReason) -> None:
    assert ticket.agent is not None
    silent = [*ticket.silent, ticket.agent] if reason == "silent" else ticket.silent
    store.change(tx, ticket.id, state="waiting", agent=None, assigned_at=None, answered_at=None, silent=silent)
    tx.emit(TicketReturned(ticket.id, ticket.site, ticket.team, ticket.agent, reason))


def _slot_freed(tx: Tx, agent: str) -> None:
    user = accounts.the_user(tx, agent)
    _lock_colleagues(tx, [user])
    store.change_presence(tx, agent, idle_since=tx.now)
    fill_for(tx, user)


def _lock_colleagues(tx: Tx, users: list[User], *others: str) -> None:
    """Lock these agents, those beside them and `others`, in order of id: before some change and queues are filled.

    One that held its own agent first and the others after would wait in a ring with its like. SQLite has one writer.
    """
    if tx.is_postgresql:
        teams = {(member.site, member.team) for user in users for member in user.teams}
        beside = {one.id for site, team in teams for one in accounts.members(tx, site, team)}
        store.presences(tx, sorted(beside | {user.id for user in users} | set(others)), lock=True)


# ---- what is due -------------------------------------------------------------------------------------------


def move_on_from_the_gone(tx: Tx) -> int:
    """Give up on agents without a sign of life for 60 s: their visitors wait for others and are told."""
    if not judges(tx):
        return 0
    moved: list[Ticket] = []
    for agent in store.gone_with_tickets(tx, tx.now - MOVED_ON_AFTER):
        for ticket_id in store.held_by(tx, agent):
            ticket = lock(tx, ticket_id)
            if ticket.agent == agent and ticket.state == "assigned":
                _return(tx, ticket, "away")
                moved.append(ticket)
    _fill_all(tx, {(ticket.site, ticket.team) for ticket in moved})
    return len(moved)


def reassign_the_unanswered(tx: Tx) -> int:
    """Move tickets whose agent has not answered within the team's limit to somebody who can.

    With nobody else free the ticket stays where it is: an agent who is slow is better than none.
    """
    moved = 0
    for ticket in store.unanswered(tx):
        since = max(filter(None, (ticket.assigned_at, ticket.attended_at)))
        if tx.now - since >= _answer_within(tx, ticket.site, ticket.team):
            moved += _reassign(tx, ticket.id)
    return moved


def _reassign(tx: Tx, ticket_id: str) -> bool:
    ticket = lock(tx, ticket_id)
    if ticket.state != "assigned" or ticket.answered_at is not None or ticket.agent is None:
        return False
    there = members(tx, ticket.site, ticket.team, lock=True, simulated=ticket.simulated)
    passed = {*ticket.silent, ticket.agent}
    other = choose(ticket, [one for one in there.values() if one.id not in passed])
    if other is None:
        return False
    _return(tx, ticket, "silent")
    _assign(tx, ticket, other)
    tx.emit(BoardChanged(ticket.site))
    return True


def fill_queues(tx: Tx) -> int:
    """Look at every queue: what a lost moment left waiting beside a free agent is given now."""
    return _fill_all(tx, store.queues(tx))


def _fill_all(tx: Tx, queues: Iterable[tuple[str, str]]) -> int:
    given = 0
    for site, team in sorted(queues):
        done = fill(tx, site, team)
        given += done
        if done:
            tx.emit(BoardChanged(site))
    return given


def _answer_within(tx: Tx, site: str, team: str) -> timedelta:
    plan = direction.current(tx, site)
    found = [one.answer_within_ms for one in plan.plan.teams if one.name == team] if plan else []
    return timedelta(milliseconds=found[0] if found else 60_000)


def forget(tx: Tx, ticket_ids: list[str]) -> None:
    """Delete the tickets of erased conversations."""
    store.forget(tx, ticket_ids)
