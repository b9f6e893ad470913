"""Use cases of the desk: who is there, who waits, who gets whom.

On PostgreSQL commands lock in one order, ticket, agents, conversation, so that two of them cannot wait in a
ring; agents are locked whenever one of them is chosen, so their slots cannot be counted by two at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial

import msgspec

from overture.accounts import service as accounts
from overture.accounts.access import require
from overture.accounts.model import Actor, User
from overture.accounts.permissions import CHANGE_PRESENCE
from overture.desk import store
from overture.desk.choice import choose
from overture.desk.errors import ColleagueNotFree, NoFreeSlot, NothingCanCome, Taken
from overture.desk.events import BoardChanged, PresenceChanged, TicketAssigned, TicketReturned
from overture.desk.model import Member, Presence, ReturnReason, ServedTeam, Ticket
from overture.desk.watch import NOTHING_NEW_AFTER, judges, line
from overture.desk.watch import resume as resume  # told to the desk, as everything is
from overture.desk.watch import tick as tick
from overture.direction import service as direction
from overture.direction.compiled import CompiledPlan
from overture.kit.clock import from_ms, to_ms
from overture.kit.errors import NotFound
from overture.store import Tx

PASSED_ON_AT_ONCE = 50  # a job that runs every second must not hold up everybody's messages
FILL_AT_ONCE = 20  # tickets read together while there are free slots
MOVED_ON_AFTER = timedelta(seconds=60)
MISSES = 2  # conversations that pass an agent unanswered in a row before nothing more comes: one may happen
DEFAULT_CAPACITY = 1  # of somebody on no team of any plan, who takes a conversation by hand

# ---- who is there ------------------------------------------------------------------------------------------


def presence(tx: Tx, user_id: str) -> Presence:
    """The agent's switch and signs of life; off if they never were at the desk."""
    known = store.presences(tx, [user_id]).get(user_id)
    return known or Presence(
        user_id=user_id, available=False, changed_at=tx.now, alive_at=None, idle_since=tx.now, simulated=False
    )


def set_available(tx: Tx, actor: Actor, on: bool) -> None:
    """Move the agent's switch. Switched on, they get who waits for them. NothingCanCome if that could be nobody."""
    require(actor, CHANGE_PRESENCE, own=True)
    user = accounts.the_user(tx, actor.id)
    teams = served_teams(tx, user)
    if on:
        _refuse_in_vain(tx, user, teams)
    before = presence(tx, user.id)
    _lock_colleagues(tx, [user])
    store.add_presence(tx, before)
    moved = {"changed_at": tx.now, "idle_since": tx.now} if before.available != on else {}
    store.change_presence(tx, user.id, available=on, missed=0, away_reason="", **moved)
    store.set_alive(tx, [user.id])
    tx.emit(PresenceChanged(user.id, on, "", tuple(teams)))
    _announce(tx, [user])
    if on:
        _forgive(tx, user)
        fill_for(tx, user)


def served_teams(tx: Tx, user: User) -> list[ServedTeam]:
    """The teams whose conversations come to the agent while they are available: theirs, as far as a plan has them."""
    found = []
    for member in user.teams:
        plan = direction.current(tx, member.site)
        if plan is not None and member.team in plan.hours:
            hours, now_ms = plan.hours[member.team], to_ms(tx.now)
            is_open = hours.is_open(now_ms)
            opening = None if is_open else hours.next_opening(now_ms)
            next_at = None if opening is None else from_ms(opening)
            found.append(ServedTeam(member.site, member.team, is_open, next_at))
    return found


def _refuse_in_vain(tx: Tx, user: User, teams: list[ServedTeam]) -> None:
    if teams and capacity_of(tx, user) > 0:
        return
    if teams:
        raise NothingCanCome(
            "Your limit is 0 conversations, so none can come: ask a manager to raise it (Settings, Users)",
            reason="no_capacity",
        )
    if not user.teams:
        raise NothingCanCome(
            "You are on no team, so no conversation can come: ask a manager to put you on one (Settings, Users)",
            reason="no_team",
        )
    names = ", ".join(sorted(member.team for member in user.teams))
    if any(direction.current(tx, member.site) for member in user.teams):
        raise NothingCanCome(
            f"The published plan has no team {names}, so no conversation can come to you: ask a manager to put you on "
            "a team of the plan (Settings, Users)",
            reason="not_in_plan",
        )
    raise NothingCanCome("No plan is published, so no conversation can come: publish one (Direction)", reason="no_plan")


def _forgive(tx: Tx, user: User) -> None:
    """The agent is back: what had passed them unanswered and still waits may come to them again."""
    for member in user.teams:
        for ticket in store.waiting(tx, member.site, member.team, lock=True):
            if user.id in ticket.silent:
                store.change(tx, ticket.id, silent=[one for one in ticket.silent if one != user.id])


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


def tell_board(tx: Tx, site: str) -> None:
    """The places in the queue, or what is told about them, have changed."""
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
    _give_queue(tx, site, team, simulated=simulated)
    tx.emit(BoardChanged(site))


def lock(tx: Tx, ticket_id: str) -> Ticket:
    """The ticket, and nobody else's until this command ends. NotFound if there is none."""
    ticket = store.ticket(tx, ticket_id, lock=True)
    if ticket is None:
        raise NotFound("There is no such conversation on your teams", conversation=ticket_id)
    return ticket


def lock_if_free(tx: Tx, ticket_id: str) -> bool:
    """Lock the ticket for a job that must not wait for it; False if it is over, or another command works on it."""
    ticket = store.free_ticket(tx, ticket_id)
    return ticket is not None and ticket.state != "done"


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
        said_wait=None,
        expected_at=None,
        late_at=None,
        **values,
    )
    if ticket.agent:
        _slot_freed(tx, ticket.agent)
    fill(tx, ticket.site, team)
    tx.emit(BoardChanged(ticket.site))


def take(tx: Tx, actor: Actor, ticket_id: str) -> None:
    """Take a ticket by hand, from the queue or from a colleague. NoFreeSlot above one's limit.

    Taking one's own again changes nothing. Whoever calls this has made sure that the actor may see it.
    """
    ticket = lock(tx, ticket_id)
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


def hand_to(tx: Tx, ticket_id: str, team: str, agent: str, name: str) -> None:
    """Give the (locked) ticket to this colleague, on `team`. The caller has asked `colleague` for room."""
    ticket = lock(tx, ticket_id)
    store.change(
        tx, ticket_id, state="waiting", team=team, agent=None, known_agent=None, assigned_at=None, answered_at=None,
        silent=[], said_wait=None, expected_at=None, late_at=None,
    )  # fmt: skip
    store.assign(tx, ticket_id, agent)
    tx.emit(TicketAssigned(ticket_id, ticket.site, team, agent, name))
    if ticket.agent:
        _slot_freed(tx, ticket.agent)
    tx.emit(BoardChanged(ticket.site))


def colleague(tx: Tx, site: str, agent: str, *, beside: str = "") -> tuple[Member, list[str]]:
    """The colleague, if they are there and have room, with their teams on this site's plan; locked with `beside`.

    ColleagueNotFree says why they could not take a conversation now.
    """
    plan = direction.current(tx, site)
    user = next((one for one in accounts.members(tx, site) if one.id == agent), None)
    named = plan.hours if plan else {}
    teams = [one.team for one in user.teams if one.site == site and one.team in named] if user else []
    if user is None or not teams:
        raise ColleagueNotFree("They are on no team of this site: choose somebody who is", reason="no_team")
    leaving = [accounts.the_user(tx, beside)] if beside else []
    _lock_colleagues(tx, [user, *leaving])
    member = _members(tx, [user], lock=False, simulated=False)[agent]
    if not member.there:
        raise ColleagueNotFree(f"{member.name} is not available now: choose somebody who is", reason="away")
    if not member.free:
        raise ColleagueNotFree(
            f"{member.name} holds {member.active} of {member.capacity} conversations: choose somebody with room",
            reason="full",
        )
    return member, teams


def attend(tx: Tx, ticket_id: str, agent: str) -> None:
    """The agent has begun to answer (is typing): their time to answer counts from now."""
    ticket = store.ticket(tx, ticket_id)
    if ticket is not None and ticket.agent == agent and ticket.answered_at is None:
        store.change(tx, ticket_id, attended_at=tx.now)


def unanswered_by(tx: Tx, agent: str) -> list[str]:
    """What has come to the agent and still waits for their first answer."""
    return store.unanswered_by(tx, agent)


def answered(tx: Tx, ticket_id: str, agent: str) -> None:
    """The agent has answered: the ticket is theirs to keep, and they are back if others had passed them."""
    store.change(tx, ticket_id, answered_at=tx.now, silent=[])
    known = store.presences(tx, [agent]).get(agent)
    if known is not None and known.missed:
        store.change_presence(tx, agent, missed=0)
        _forgive(tx, accounts.the_user(tx, agent))


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
    return sum(_fill(tx, site, team, simulated=simulated) for simulated in (False, True))


def _fill(tx: Tx, site: str, team: str, *, simulated: bool) -> int:
    """The same for real visitors, or for simulated ones."""
    if store.nth_waiting(tx, site, team, 1, simulated=simulated) is None:
        return 0
    return _give_queue(tx, site, team, simulated=simulated)


def _give_queue(tx: Tx, site: str, team: str, *, simulated: bool) -> int:
    """Give from the head of a queue with somebody in it; reads as much of it as there are slots for."""
    there = members(tx, site, team, lock=True, simulated=simulated)
    given, last = 0, None
    while any(one.free and one.simulated == simulated for one in there.values()):
        queue = store.next_waiting(tx, site, team, simulated=simulated, after=last, limit=FILL_AT_ONCE)
        given += _give(tx, queue, there)
        if len(queue) < FILL_AT_ONCE:
            break
        last = queue[-1]
    return given


def _give(tx: Tx, queue: list[Ticket], there: dict[str, Member]) -> int:
    given = 0
    for ticket in queue:
        agent = choose(ticket, there.values())
        if agent is not None and _assign(tx, ticket, agent):
            there[agent.id] = msgspec.structs.replace(agent, active=agent.active + 1)
            given += 1
    return given


def fill_for(tx: Tx, user: User) -> None:
    """Somebody of this agent's teams may have waited for them: whoever waits longest comes first."""
    queues = []
    for member in user.teams:
        for simulated in (False, True):
            since = store.nth_waiting(tx, member.site, member.team, 1, simulated=simulated)
            if since is not None:
                queues.append((since, member.site, member.team, simulated))
    for _, site, team, simulated in sorted(queues):
        _fill(tx, site, team, simulated=simulated)


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
            moved += tx.apart(partial(_take_from_the_gone, tx, agent, ticket_id), [], ticket=ticket_id)
    _fill_all(tx, {(ticket.site, ticket.team) for ticket in moved})
    return len(moved)


def _take_from_the_gone(tx: Tx, agent: str, ticket_id: str) -> list[Ticket]:
    ticket = lock(tx, ticket_id)
    if ticket.agent != agent or ticket.state != "assigned":
        return []
    _return(tx, ticket, "away")
    return [ticket]


def reassign_the_unanswered(tx: Tx) -> int:
    """Take tickets from agents who have not answered within the team's limit; the visitors are told.

    They go to somebody else who is free, or wait where they stood. The silent agent may take them by hand.
    """
    moved = 0
    for ticket in store.unanswered(tx):
        if tx.now - _asked_at(ticket) >= _answer_within(tx, ticket.site, ticket.team):
            moved += tx.apart(partial(_pass_on, tx, ticket.id), False, ticket=ticket.id)
        if moved >= PASSED_ON_AT_ONCE:
            break
    return moved


def _asked_at(ticket: Ticket) -> datetime:
    return max(filter(None, (ticket.assigned_at, ticket.attended_at)))


def _pass_on(tx: Tx, ticket_id: str) -> bool:
    ticket = store.free_ticket(tx, ticket_id)
    if ticket is None or ticket.state != "assigned" or ticket.answered_at is not None or ticket.agent is None:
        return False
    if tx.now - _asked_at(ticket) < _answer_within(tx, ticket.site, ticket.team):
        return False  # they have begun to write just now
    users = accounts.members(tx, ticket.site, ticket.team)
    store.presences(tx, sorted({ticket.agent, *(user.id for user in users)}), lock=True)
    there = _members(tx, users, lock=False, simulated=ticket.simulated)
    passed = msgspec.structs.replace(ticket, silent=[*ticket.silent, ticket.agent])
    other = choose(passed, there.values())
    if other is None and ticket.simulated:
        return False  # nobody waits for it, and a simulated agent never looks into the inbox
    _return(tx, ticket, "silent")
    if not ticket.simulated:
        _missed(tx, ticket)
    if other is not None:
        _assign(tx, passed, other)
    tx.emit(BoardChanged(ticket.site))
    return True


def _missed(tx: Tx, ticket: Ticket) -> None:
    """One more has passed its agent unanswered: after several in a row nothing more comes until they switch it on.

    Who was answering others meanwhile had too much at once, and is not silent.
    """
    agent = ticket.agent
    assert agent is not None
    known = presence(tx, agent)
    if ticket.assigned_at is not None and store.worked_since(tx, agent, ticket.assigned_at):
        return
    if known.missed + 1 < MISSES or not known.available:
        store.change_presence(tx, agent, missed=known.missed + 1)
        return
    store.change_presence(tx, agent, missed=known.missed + 1, available=False, away_reason="silent", changed_at=tx.now)
    user = accounts.the_user(tx, agent)
    tx.emit(PresenceChanged(agent, False, "silent", tuple(served_teams(tx, user))))
    _announce(tx, [user])


def slots_of(there: Iterable[Member]) -> tuple[int, int]:
    """How many conversations these agents can hold, and how many more than now, simulated ones left out."""
    mine = [one for one in there if one.there and not one.simulated]
    return sum(one.capacity for one in mine), sum(one.free for one in mine)


def fill_queues(tx: Tx) -> int:
    """Look at every queue: what a lost moment left waiting beside a free agent is given now."""
    return _fill_all(tx, store.queues(tx))


def _fill_all(tx: Tx, queues: Iterable[tuple[str, str]]) -> int:
    given = 0
    for site, team in sorted(queues):
        done = tx.apart(partial(fill, tx, site, team), 0, site=site, team=team)
        given += done
        if done:
            tx.emit(BoardChanged(site))
    return given


def _answer_within(tx: Tx, site: str, team: str) -> timedelta:
    plan = direction.current(tx, site)
    return timedelta(milliseconds=answer_within_ms(plan, team))


def answer_within_ms(plan: CompiledPlan | None, team: str) -> int:
    """Within how many milliseconds the team answers; a minute for one that the plan has no more."""
    found = [one.answer_within_ms for one in plan.plan.teams if one.name == team] if plan else []
    return found[0] if found else 60_000


def forget(tx: Tx, ticket_ids: list[str]) -> None:
    """Delete the tickets of erased conversations."""
    store.forget(tx, ticket_ids)
