"""Promises: what our side owes, with a clock, until it is done, moved, handed on or cancelled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from overture.accounts import service as accounts
from overture.accounts.access import held, own_teams, teams_of, within
from overture.accounts.model import Actor
from overture.accounts.permissions import CHANGE_PROMISES, READ_PROMISES
from overture.conversations import service as conversations
from overture.direction import service as direction
from overture.direction.compiled import CompiledPlan
from overture.direction.errors import NoPlan
from overture.direction.model import Plan
from overture.followups import store
from overture.followups.errors import BadPromise, BadWrapUp, NoSuchPromise, PromiseSettled
from overture.followups.events import PromiseCancelled, PromiseHandedOn, PromiseKept, PromiseMade, PromiseMoved
from overture.followups.model import Counts, HistoryEntry, NextStep, Promise, Promised
from overture.followups.steps import checked_due, checked_note
from overture.followups.wording import cancelled_text, promise_text
from overture.kit.clock import from_ms, to_ms
from overture.kit.pagination import MAX_LIMIT, decode_cursor, encode_cursor, page_limit
from overture.outcomes import service as outcomes
from overture.store import Tx
from overture.visits import views as visit_views

TELL_UNTIL = timedelta(days=7)  # a talk closed longer ago is no place to look for news
STATES: dict[str, list[str]] = {
    "open": ["open"],
    "done": ["done", "cancelled"],
    "all": ["open", "done", "cancelled"],
}


def the_plan(tx: Tx, site: str) -> CompiledPlan:
    """The site's plan in force. NoPlan if none was published."""
    plan = direction.current(tx, site)
    if plan is None:
        raise NoPlan("This site has no plan yet: publish one", site=site)
    return plan


# ---- what the visitor knows --------------------------------------------------------------------------------


def promised(tx: Tx, conversation_id: str, language: str = "") -> Promised | None:
    """The conversation's next step in words for its visitor, as seen now; None if there is none, or none any more.

    `language` overrides the one the conversation was held in.
    """
    ended = store.wrap_up(tx, conversation_id)
    if ended is None:
        return _promised_instead(tx, conversation_id, language)
    if ended.next_step is None:
        return None
    step = ended.next_step
    if ended.promise:
        promise = store.promise_of_conversation(tx, conversation_id)
        if promise is None or promise.state != "open":
            return None
        step = promise.step
    return in_words(the_plan(tx, ended.site).plan, step, tx.now, language or ended.language)


def _promised_instead(tx: Tx, conversation_id: str, language: str) -> Promised | None:
    """What was promised to a visitor who did not want to wait longer: nobody wraps that conversation up."""
    promise = store.promise_of_conversation(tx, conversation_id)
    if promise is None or promise.state != "open":
        return None
    return in_words(the_plan(tx, promise.site).plan, promise.step, tx.now, language or promise.language)


def in_words(plan: Plan, step: NextStep, now: datetime, language: str) -> Promised:
    """The step as the visitor may know it: in their language, else in the site's first."""
    text = promise_text(step, now=now, zone=ZoneInfo(plan.timezone), languages=(language, *plan.languages))
    return Promised(text, step.who, step.channel, step.due_at, step.who_name, step.booking)


def tell(tx: Tx, plan: Plan, step: NextStep, conversation: str, language: str, promise: str | None) -> Promised:
    """Say it in the conversation: a notice `promise`, worded in the visitor's language, and in English for others."""
    told = in_words(plan, step, tx.now, language)
    params = msgspec.to_builtins(told) | ({"promise": promise} if promise else {})
    conversations.add_notice(tx, conversation, "promise", params, in_words(plan, step, tx.now, "en").text)
    return told


def _tell_again(tx: Tx, promise: Promise) -> None:
    """A promise has another time or another doer: the visitor is told, unless the talk is long over."""
    if promise.conversation is None:
        return
    closed_at = conversations.closed_at(tx, promise.conversation)
    if closed_at is None or tx.now - closed_at <= TELL_UNTIL:
        plan = the_plan(tx, promise.site).plan
        tell(tx, plan, promise.step, promise.conversation, promise.language, promise.id)


def _tell_cancelled(tx: Tx, promise: Promise) -> None:
    """The meeting is off: who wrote in the conversation reads so there, however long ago they did."""
    if promise.conversation is None:
        return
    plan = the_plan(tx, promise.site).plan
    zone = ZoneInfo(plan.timezone)
    languages = (promise.language, *plan.languages)
    text = cancelled_text(promise.step, now=tx.now, zone=zone, languages=languages)
    params = {"text": text, "booking": promise.booking, "promise": promise.id}
    conversations.add_notice(tx, promise.conversation, "booking_cancelled", params, text)


# ---- promises ----------------------------------------------------------------------------------------------


class PromiseLine(msgspec.Struct, frozen=True):
    """A promise for the list: with its agent's and visitor's names, its words as seen now, and its history."""

    promise: Promise
    agent_name: str
    visitor_name: str
    text: str
    late: bool
    history: list[HistoryEntry]


class PromiseList(msgspec.Struct, frozen=True):
    """One page of promises, and how many are open, late and due today."""

    items: list[PromiseLine]
    next: str | None
    counts: Counts


def promises(
    tx: Tx,
    actor: Actor,
    site: str,
    *,
    state: Literal["open", "done", "all"] = "open",
    owner: str = "team",
    cursor: str | None = None,
    limit: int | None = None,
) -> PromiseList:
    """Promises of the actor's teams. `owner` is `me`, `team` (own teams') or `all` (every team one may see).

    Open ones come by due time, the next due first; settled ones and all, the latest due first.
    """
    if state not in STATES:
        raise BadPromise("State is open, done or all", field="state")
    if owner not in ("me", "team", "all"):
        raise BadPromise("Owner is me, team or all", field="owner")
    agent = actor.id if owner == "me" else None
    teams = _teams_asked(actor, site, owner)
    size = page_limit(limit)
    found = store.promises_of(
        tx, site, teams, agent, STATES[state], _after(cursor), size + 1, latest_first=state != "open"
    )
    more, found = found[size:], found[:size]
    counts = store.counts(tx, site, teams, agent, tx.now, _day_ends(tx, site))
    next_cursor = encode_cursor(to_ms(found[-1].due_at), found[-1].id) if more else None
    return PromiseList(_lines(tx, site, found), next_cursor, counts)


def due_in(tx: Tx, actor: Actor, site: str, since: datetime, until: datetime) -> Iterator[PromiseLine]:
    """Every promise of the actor's teams due in [since, until), whatever became of it, by its time."""
    teams, after = teams_of(actor, READ_PROMISES, site), None
    period = (since, until)
    while found := store.promises_of(tx, site, teams, None, STATES["all"], after, MAX_LIMIT, period=period):
        yield from _lines(tx, site, found)
        after = found[-1].due_at, found[-1].id


def done(tx: Tx, actor: Actor, promise_id: str, note: str) -> PromiseLine:
    """The promise has been kept. Done again by a second click changes nothing."""
    promise = _to_change(tx, actor, promise_id)
    if promise.state == "done":
        return _line(tx, promise)
    kept = _save(tx, actor, _open(promise), "done", checked_note(note), state="done", done_at=tx.now)
    tx.emit(PromiseKept(**_names(kept), late=kept.late(tx.now)))
    if kept.lead:
        outcomes.contacted(tx, actor, kept.lead, note)
    return _line(tx, kept)


def move(tx: Tx, actor: Actor, promise_id: str, due_at: datetime, note: str) -> PromiseLine:
    """Another time. BadPromise at `due_at` for one that has passed or is more than a year away."""
    promise = _open(_to_change(tx, actor, promise_id))
    due_at = checked_due(due_at, tx.now)
    if due_at == promise.due_at:
        return _line(tx, promise)
    details = {"before": promise.due_at, "after": due_at}
    moved = _save(tx, actor, promise, "moved", checked_note(note), details, due_at=due_at)
    if moved.booking_id:
        outcomes.move_booking(tx, moved.booking_id, due_at)
    _tell_again(tx, moved)
    if moved.lead:
        outcomes.add_to_ledger(tx, actor, moved.lead, "promise_moved", note=note, due_at=due_at)
    tx.emit(PromiseMoved(**_names(moved), due_at=due_at))
    return _line(tx, moved)


def hand_on(tx: Tx, actor: Actor, promise_id: str, agent_id: str, team: str, note: str) -> PromiseLine:
    """Give it to an agent (on `team`, or on the promise's own), or to a whole team."""
    promise = _open(_to_change(tx, actor, promise_id))
    if not agent_id and not team:
        raise BadPromise("Say to whom: an agent or a team", field="agent_id")
    plan = the_plan(tx, promise.site).plan
    if team and team not in {each.name for each in plan.teams}:
        raise BadPromise(f"The plan has no team {team!r}", field="team")
    name = ""
    if agent_id:
        try:
            _, team, name = agent_for(tx, actor, promise.site, agent_id, team, promise.team)
        except BadWrapUp as error:
            raise BadPromise(error.message, **error.details) from None
    details = {"from_agent": promise.agent_id, "from_team": promise.team, "agent": agent_id, "team": team}
    handed = _save(
        tx, actor, promise, "handed_on", checked_note(note), details, agent_id=agent_id, team=team, who_name=name
    )
    if handed.who_name != promise.who_name:
        _tell_again(tx, handed)
    if handed.lead:
        outcomes.hand_lead_to(tx, actor, handed.lead, team, agent_id, note)
    tx.emit(PromiseHandedOn(**_names(handed), from_team=promise.team, agent=agent_id))
    return _line(tx, handed)


def cancel(tx: Tx, actor: Actor, promise_id: str, note: str) -> PromiseLine:
    """The promise is void: say why in the note. A lead stays, with the note in its ledger.

    A meeting that it kept is cancelled too, and the visitor is told.
    """
    promise = _to_change(tx, actor, promise_id)
    if promise.state == "cancelled":
        return _line(tx, promise)
    note = checked_note(note)
    if not note:
        raise BadPromise("Say why it is cancelled: somebody was promised this", field="note")
    void = _save(tx, actor, _open(promise), "cancelled", note, state="cancelled", done_at=tx.now)
    if void.booking_id:
        outcomes.cancel_booking(tx, void.booking_id)
        _tell_cancelled(tx, void)
    if void.lead:
        outcomes.add_to_ledger(tx, actor, void.lead, "promise_cancelled", note=note)
    tx.emit(PromiseCancelled(**_names(void)))
    return _line(tx, void)


def make(tx: Tx, actor: Actor, promise: Promise) -> None:
    """Take a promise on: with its history, told to whoever lists its team's."""
    store.add_promise(tx, promise)
    store.add_history(tx, promise.id, HistoryEntry(at=tx.now, by=actor.name, what="made"))
    tx.emit(PromiseMade(**_names(promise), due_at=promise.due_at, agent=promise.agent_id))


def _save(
    tx: Tx, actor: Actor, promise: Promise, what: str, note: str, details: dict[str, Any] | None = None, **changes: Any
) -> Promise:
    changed = msgspec.structs.replace(promise, **changes)
    store.save_promise(tx, changed)
    entry = HistoryEntry(at=tx.now, by=actor.name, what=what, note=note, details=details or {})
    store.add_history(tx, promise.id, entry)
    return changed


def _to_change(tx: Tx, actor: Actor, promise_id: str) -> Promise:
    held(actor, CHANGE_PROMISES)
    promise = store.promise(tx, promise_id, to_change=True)
    if promise is None or not within(actor, CHANGE_PROMISES, promise.site, promise.team):
        raise NoSuchPromise("There is no such promise on your teams", promise=promise_id)
    return promise


def _open(promise: Promise) -> Promise:
    if promise.state != "open":
        raise PromiseSettled(f"This promise is {promise.state} already: reload the list", state=promise.state)
    return promise


def _names(promise: Promise) -> dict[str, Any]:
    return {
        "promise": promise.id,
        "site": promise.site,
        "team": promise.team,
        "conversation": promise.conversation,
        "lead": promise.lead,
    }


def _line(tx: Tx, promise: Promise) -> PromiseLine:
    return _lines(tx, promise.site, [promise])[0]


def _lines(tx: Tx, site: str, found: list[Promise]) -> list[PromiseLine]:
    if not found:
        return []
    plan = the_plan(tx, site).plan
    agents = {user.id: user.name for user in accounts.members(tx, site)}
    visitors = visit_views.people(tx, [promise.visitor for promise in found if promise.visitor])
    histories = store.history(tx, [promise.id for promise in found])
    return [
        PromiseLine(
            promise=promise,
            agent_name=agents.get(promise.agent_id) or (promise.who_name if promise.agent_id else ""),
            visitor_name=promise.contact.name or visitors.get(promise.visitor or "", ""),
            text=in_words(plan, promise.step, tx.now, promise.language).text,
            late=promise.late(tx.now),
            history=histories[promise.id],
        )
        for promise in found
    ]


def _teams_asked(actor: Actor, site: str, owner: str) -> list[str] | None:
    mine = teams_of(actor, READ_PROMISES, site)
    own = own_teams(actor, site)
    return own if mine is None and owner == "team" and own else mine


def _day_ends(tx: Tx, site: str) -> datetime:
    """The end of today in the site's time zone (UTC without a plan: then nothing is promised yet)."""
    plan = direction.current(tx, site)
    zone = ZoneInfo(plan.plan.timezone if plan else "UTC")
    tomorrow = tx.now.astimezone(zone).date() + timedelta(days=1)
    return from_ms(to_ms(datetime.combine(tomorrow, time(), zone)))


def _after(cursor: str | None) -> tuple[datetime, str] | None:
    if not cursor:
        return None
    at, last = decode_cursor(cursor, tuple[int, str])
    return from_ms(int(at)), str(last)


def agent_for(tx: Tx, actor: Actor, site: str, agent: str, team: str, usual: str) -> tuple[str, str, str]:
    """(id, team, name) of the agent who is to do it, on `team` or else on `usual` if they are on it."""
    for member in accounts.members(tx, site):
        if member.id == agent:
            theirs = [each.team for each in member.teams if each.site == site]
            if team and team not in theirs:
                raise BadWrapUp(f"{member.name} is not on {team}", field="agent_id")
            return agent, team or (usual if usual in theirs else theirs[0]), member.name
    if agent == actor.id and actor.kind == "user":  # a manager who is on no team
        return agent, team or usual, actor.name
    raise BadWrapUp("There is no such agent on this site's teams", field="agent_id")
