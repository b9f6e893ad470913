"""Use cases of invitations: a look is recorded, decided on and answered, all in one command."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import msgspec

from overture.accounts.access import teams_of
from overture.accounts.model import Actor
from overture.accounts.permissions import READ_HELD_BACK
from overture.conversations import service as conversations
from overture.direction import service as direction
from overture.direction.decide import Decision, HeldBack, Supply, Unlimited
from overture.direction.live import route_of
from overture.direction.model import Trigger
from overture.invitations import store, views
from overture.invitations.answer import ATTENDED_MS, HEART_BEAT_MS, LookAnswer, Shown
from overture.invitations.errors import NoSuchInvitation
from overture.invitations.events import Decided, InvitationAnswered
from overture.invitations.model import UNANSWERED, HeldBackCount, HeldBackLine, InvitationState, Made, Reason
from overture.invitations.surroundings import SiteNow, Surroundings
from overture.invitations.views import QUARTER_MS
from overture.invitations.watching import Watching, on_screen, watch_visit
from overture.kit.clock import from_ms, to_ms, usable
from overture.kit.ids import new_id
from overture.kit.pagination import Page, decode_cursor, encode_cursor, page_limit
from overture.store import Tx
from overture.visits import service as visits
from overture.visits.browser import best_language
from overture.visits.events import VisitChanged
from overture.visits.live import LiveVisit, VisitBook
from overture.visits.looks import Look
from overture.visits.record import TRIES, Recorded, Sighting, prove, record

_UNLIMITED = Unlimited()
HELD_BACK_DAYS = 30


class Memory:
    """What a process remembers between looks. All of it may be lost."""

    def __init__(self, *, book: VisitBook | None = None, surroundings: Surroundings | None = None) -> None:
        self.book = book or VisitBook()
        self.surroundings = surroundings or Surroundings()


def look(tx: Tx, memory: Memory, who: Sighting, sent: Look) -> LookAnswer:
    """Take a look in: record it, decide, store the decisions, and answer.

    A resent look changes nothing and gets the answer of the present. PageFirst, or what the database refuses;
    then nothing is stored.
    """
    now = memory.surroundings.of(tx, who.site)
    with memory.book.holding(who.visitor):
        for _ in range(TRIES):
            try:
                answer = _look(tx, memory, who, sent, now)
            except BaseException:
                memory.book.forget(who.visitor)
                raise
            if answer is not None:
                return answer
            memory.book.forget(who.visitor)  # something was decided on what another process knew better
    raise RuntimeError("another process wrote first, time and again")


def _look(tx: Tx, memory: Memory, who: Sighting, sent: Look, now: SiteNow) -> LookAnswer | None:
    recorded = record(tx, memory.book, who, sent)
    if recorded is None:
        return LookAnswer(answering=now.answering(""))
    watching = _watching(tx, recorded.live, now)
    if not _decide(tx, watching, recorded, sent, now):
        return None
    if watching is not None and recorded.answers:
        _take_answers(tx, watching, recorded)
    return _answer(tx, watching, recorded, sent, now)


def _watching(tx: Tx, live: LiveVisit, now: SiteNow) -> Watching | None:
    if now.plan is None:
        return None
    watching = live.above
    if watching is None:
        watching = live.above = watch_visit(tx, live, now.plan)
    assert isinstance(watching, Watching)
    watching.adopt(now.plan)
    return watching


def _decide(tx: Tx, watching: Watching | None, recorded: Recorded, sent: Look, now: SiteNow) -> bool:
    """Decide and store what was decided; False if it was decided on a visit that has moved elsewhere."""
    live = recorded.live
    if watching is None or live.blocked:
        for event in recorded.events:
            live.state.apply(event)
        return True
    supply: Supply = _UNLIMITED if live.simulated else now.supply
    decisions, held = watching.look(recorded.now_ms, recorded.events, supply)
    if not decisions and not held:
        return True
    if not prove(tx, recorded, sent):
        return False
    for decision in decisions:
        _keep(tx, watching, live, decision, sent, now)
    for line in held:
        _log(tx, live, line, now)
    return True


def _keep(tx: Tx, watching: Watching, live: LiveVisit, decision: Decision, sent: Look, now: SiteNow) -> None:
    plan = watching.plan.plan
    trigger = next(one for one in plan.triggers if one.name == decision.trigger)
    invited = decision.arm == "invited"
    language = best_language([*sent.languages, live.state.language], plan.languages)
    found = now.availability.get(decision.team)
    made = Made(
        id=new_id("i"),
        site=live.site,
        visit=live.visit,
        visitor=live.visitor,
        trigger=decision.trigger,
        team=decision.team,
        epoch=decision.epoch,
        plan_version=now.version,
        arm=decision.arm,
        variant=decision.variant,
        at=from_ms(live.started_ms + decision.at_ms),
        at_ms=decision.at_ms,
        state="invited" if invited else "",
        show=trigger.show,
        text=text_of(trigger, decision.variant, language) if invited else "",
        language=language,
        agent=found.agents[0] if invited and found is not None and found.agents else "",
        tab=sent.tab,
        simulated=live.simulated,
    )
    store.add(tx, made)
    watching.decisions.append(made)
    if invited and not live.simulated:
        now.supply.invited(decision.team)
    tx.emit(Decided(live.site, live.visit, live.visitor, made.id, made.trigger, made.team, made.arm, live.simulated))


def text_of(trigger: Trigger, variant: str, language: str) -> str:
    """The variant's words in a language of the plan; a checked plan has them all."""
    for one in trigger.say:
        if one.name == variant:
            return one.text.get(language) or next(iter(one.text.values()), "")
    return ""


def _log(tx: Tx, live: LiveVisit, held: HeldBack, now: SiteNow) -> None:
    load = now.supply.loads[held.team]
    store.add_held_back(
        tx,
        HeldBackLine(
            id=new_id("h"),
            site=live.site,
            visit=live.visit,
            visitor=live.visitor,
            trigger=held.trigger,
            team=held.team,
            at=from_ms(live.started_ms + held.at_ms),
            at_ms=held.at_ms,
            plan_version=now.version,
            reason=load.reason(),
            free=load.free,
            unanswered=load.unanswered,
            simulated=live.simulated,
        ),
    )


# ---- the answer --------------------------------------------------------------------------------------------


def _answer(tx: Tx, watching: Watching | None, recorded: Recorded, sent: Look, now: SiteNow) -> LookAnswer:
    live = recorded.live
    chat = conversations.chat_now(tx, live.visitor) if live.state.chat_open else None
    if watching is None:
        return LookAnswer(answering=now.answering(""), chat=chat)
    answer = LookAnswer(answering=now.answering(route_of(watching.plan, live.state)), chat=chat)
    answer.look_again_in_ms = _next_look(watching, live, recorded.now_ms)
    if watching.decisions:
        _screen(tx, answer, watching, live, sent.tab, recorded.now_ms)
    return answer


def _next_look(watching: Watching, live: LiveVisit, now_ms: int) -> int:
    if live.blocked or live.state.chat_open:
        return HEART_BEAT_MS
    due = HEART_BEAT_MS if watching.due_ms is None else max(1, watching.due_ms - now_ms)
    return min(due, ATTENDED_MS if watching.pending else HEART_BEAT_MS)


def _screen(tx: Tx, answer: LookAnswer, watching: Watching, live: LiveVisit, tab: str, now_ms: int) -> None:
    """What this tab is to show, and to take off: every other invitation of the visit."""
    shown = None if live.state.chat_open or live.blocked else on_screen(watching, live, tab, now_ms)
    if shown is not None:
        if shown.tab != tab:
            shown = _change(tx, watching, shown, tab=tab)
        answer.invitation = Shown(shown.id, shown.text, shown.show, shown.agent)
    answer.withdraw = [made.id for made in watching.decisions if made.state and (shown is None or made.id != shown.id)]


def _change(tx: Tx, watching: Watching, made: Made, **values: Any) -> Made:
    if not store.change(tx, made, (*UNANSWERED, "ignored"), **values):
        return made
    changed = msgspec.structs.replace(made, **values)
    watching.replace(changed)
    return changed


# ---- what became of it -------------------------------------------------------------------------------------


def _take_answers(tx: Tx, watching: Watching, recorded: Recorded) -> None:
    at = from_ms(recorded.live.started_ms + recorded.now_ms)
    for sent in recorded.answers:
        made = watching.the(sent.id)
        if made is None or not made.unanswered:
            continue  # of an earlier visit, or answered in another tab: too late to change anything
        if sent.what == "shown" and made.state == "invited":
            _change(tx, watching, made, state="shown", shown_at=at)
        elif sent.what == "seen" and made.state != "seen":
            _change(tx, watching, made, state="seen", seen_at=at, shown_at=made.shown_at or at)
        elif sent.what == "accepted":
            accepted = _change(tx, watching, made, state="accepted", answered_at=at, shown_at=made.shown_at or at)
            _tell(tx, accepted, "accepted")
        elif sent.what == "declined":
            _decline(tx, watching, recorded.live, made, at)


def _decline(tx: Tx, watching: Watching, live: LiveVisit, made: Made, at: Any) -> None:
    declined = _change(tx, watching, made, state="declined", answered_at=at, shown_at=made.shown_at or at)
    if declined.state != "declined":
        return
    visits.declined(tx, live.visitor, at)
    live.last_decline_ms = to_ms(at)
    watching.watch.past.declined(to_ms(at))
    _tell(tx, declined, "declined")


def _tell(tx: Tx, made: Made, what: Any, conversation: str = "") -> None:
    tx.emit(InvitationAnswered(made.site, made.visit, made.visitor, made.id, made.trigger, what, conversation))


def accept(tx: Tx, site: str, visitor: str, invitation: str, conversation: str) -> Made:
    """The conversation that came of the invitation; for the command that opens it.

    The page may have told of the answer before. Doing it again changes nothing; after the visit's end, when it
    counted as ignored, it is accepted after all. NoSuchInvitation if it is not this visitor's, or was declined.
    """
    made = store.one(tx, invitation)
    if made is None or made.site != site or made.visitor != visitor or made.state in ("", "declined"):
        raise NoSuchInvitation("This invitation is not there to accept: open the chat without it", id=invitation[:64])
    if made.conversation is not None:
        return made
    accepted = msgspec.structs.replace(
        made,
        state="accepted",
        conversation=conversation,
        answered_at=made.answered_at if made.state == "accepted" else tx.now,
        shown_at=made.shown_at or tx.now,
    )
    store.change(
        tx,
        made,
        (*UNANSWERED, "ignored", "accepted"),
        state="accepted",
        conversation=conversation,
        answered_at=accepted.answered_at,
        shown_at=accepted.shown_at,
    )
    if made.state != "accepted":
        _tell(tx, accepted, "accepted", conversation)
    tx.emit(VisitChanged(visitor))
    return accepted


def the_invitation(tx: Tx, site: str, invitation: str) -> Made:
    """The invitation, or NoSuchInvitation."""
    made = store.one(tx, invitation)
    if made is None or made.site != site or not made.state:
        raise NoSuchInvitation("There is no such invitation", id=invitation[:64])
    return made


def ignore_unanswered(tx: Tx, visit: str) -> None:
    """The visit has ended: what was not answered was ignored."""
    for made in store.of_visit(tx, visit):
        state: InvitationState = "ignored"
        if made.unanswered and store.change(tx, made, UNANSWERED, state=state, answered_at=tx.now):
            _tell(tx, made, "ignored")


def held_back(
    tx: Tx, actor: Actor, site: str, cursor: str | None = None, limit: int | None = None
) -> Page[HeldBackLine]:
    """What was held back for want of capacity, the latest first; an agent sees their own teams'."""
    teams = teams_of(actor, READ_HELD_BACK, site)
    before = str(decode_cursor(cursor, tuple[str])[0]) if cursor else None
    items = store.held_back_before(tx, site, before, page_limit(limit), teams)
    return Page(items, encode_cursor(items[-1].id) if len(items) == page_limit(limit) else None)


def held_back_counts(
    tx: Tx, actor: Actor, site: str, since: datetime | None = None, until: datetime | None = None
) -> list[HeldBackCount]:
    """How often what was held back, by day of the site; the last 30 days if no time is named."""
    teams = teams_of(actor, READ_HELD_BACK, site)
    now = tx.now + timedelta(milliseconds=1)  # what is held back at this very moment counts
    last = usable(until, "until") if until else now
    first = usable(since, "since") if since else last - timedelta(days=HELD_BACK_DAYS)
    plan = direction.current(tx, site)
    zone = UTC if plan is None else plan.zone
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for quarter, team, trigger, reason, count in views.held_back_by_quarter(tx, site, first, last, teams):
        day = from_ms(quarter * QUARTER_MS).astimezone(zone).date().isoformat()
        counts[day, team, trigger, reason] += count
    return [
        HeldBackCount(day=day, team=team, trigger=trigger, reason=cast(Reason, reason), count=count)
        for (day, team, trigger, reason), count in counts.items()
    ]
