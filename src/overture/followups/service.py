"""Use cases of follow-ups: how a conversation ends, and messages left when nobody was there.

What becomes of promises is in `promises.py`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from overture.accounts.model import SYSTEM, Actor
from overture.accounts.permissions import WRAP_UP
from overture.conversations import service as conversations
from overture.conversations.events import ConversationsErased
from overture.conversations.model import Conversation
from overture.conversations.words import check_cid, clean
from overture.desk import service as desk
from overture.direction.compiled import CompiledPlan
from overture.direction.model import Plan, Team
from overture.followups import promises, store
from overture.followups.due import message_due
from overture.followups.errors import BadWrapUp, TooManyMessages, WrappedUpAlready
from overture.followups.events import WrappedUp
from overture.followups.model import NextStep, Promise, Promised, WrapUp
from overture.followups.promises import in_words, promised, the_plan
from overture.followups.steps import answer_channel, checked_step, shortened
from overture.kit.clock import from_ms, to_ms
from overture.kit.ids import new_id
from overture.outcomes import service as outcomes
from overture.outcomes.contact import Contact, clean_phone, contact
from overture.outcomes.errors import BadBooking, BadContact
from overture.outcomes.model import Lead
from overture.store import Tx
from overture.visits import service as visits
from overture.visits import views as visit_views
from overture.visits.events import RetentionDue, VisitorErased

HOUR = timedelta(hours=1)
MESSAGES_AN_HOUR = 5  # of one visitor: more is no message but a flood

# ---- wrap-up -----------------------------------------------------------------------------------------------


def wrap_up(
    tx: Tx,
    actor: Actor,
    conversation_id: str,
    result: str,
    step: NextStep | None,
    reached: tuple[str, str, str] | None = None,
) -> Promised | None:
    """Close a conversation with its result and next step; what the visitor was told of it. One that has closed without
    a result gets it.

    `reached` is (name, email, phone) as typed, if the visitor said in the talk where they can be reached. A step with a
    `booking` keeps a meeting of that kind, which the visitor reads, and which its promise moves and cancels.

    The same wrap-up again changes nothing. BadWrapUp names the field; WrappedUpAlready if it ended otherwise.
    """
    conversations.the_conversation(tx, actor, conversation_id, WRAP_UP)
    desk.lock(tx, conversation_id)  # the ticket before the conversation, as everybody does
    talk = conversations.the_conversation(tx, actor, conversation_id, WRAP_UP, lock=True)
    known = store.wrap_up(tx, conversation_id)
    if known is not None:
        return _again(tx, known, result, step)
    compiled = the_plan(tx, talk.site)
    plan, version = compiled.plan, compiled.version
    team = _team(plan, talk.team)
    if result not in team.results:
        raise BadWrapUp(
            f"{result!r} is no result of {team.name}: choose one of {', '.join(team.results)}",
            field="result",
            results=list(team.results),
        )
    step = step and _whose(tx, actor, talk, plan, checked_step(step, tx.now))
    way = _contact(tx, plan, talk, reached)
    promise = _promise_of(talk, step, way, version, tx.now) if step and step.who != "visitor" else None
    lead = _lead(tx, actor, talk, way, version) if result == "lead" else None
    if promise:
        meeting = _book(tx, actor, talk, step) if step and step.booking else ""
        promise = msgspec.structs.replace(promise, lead=lead, booking_id=meeting)
        promises.make(tx, actor, promise)
    _keep_wrap_up(tx, actor, talk, result, step, promise, version)
    is_late = talk.state == "closed" and not talk.result  # nobody said then what came of it
    if not is_late:
        conversations.begin_wrap_up(tx, actor, conversation_id)
    told = promises.tell(tx, plan, step, talk.id, talk.language, promise.id if promise else None) if step else None
    (conversations.set_result if is_late else conversations.close)(tx, actor, conversation_id, result)
    return told


def _again(tx: Tx, known: WrapUp, result: str, step: NextStep | None) -> Promised | None:
    before = known.next_step.what if known.next_step else ""
    after = " ".join(step.what.split()) if step else ""
    if (known.result, before) != (result, after):
        raise WrappedUpAlready(
            f"{known.agent_name} has wrapped this conversation up as {known.result}: change its promise in Follow-ups",
            result=known.result,
        )
    return promised(tx, known.conversation)


def _keep_wrap_up(
    tx: Tx, actor: Actor, talk: Conversation, result: str, step: NextStep | None, promise: Promise | None, version: int
) -> None:
    new = WrapUp(
        conversation=talk.id,
        site=talk.site,
        team=talk.team,
        agent_id=actor.id,
        agent_name=actor.name,
        result=result,
        next_step=step,
        promise=promise.id if promise else None,
        language=talk.language,
        plan_version=version,
        at=tx.now,
    )
    if not store.add_wrap_up(tx, new):
        raise WrappedUpAlready("This conversation has just been wrapped up: reload it", conversation=talk.id)
    tx.emit(
        WrappedUp(
            conversation=talk.id,
            site=talk.site,
            team=talk.team,
            agent=actor.id,
            result=result,
            promise=promise.id if promise else None,
        )
    )


def _whose(tx: Tx, actor: Actor, talk: Conversation, plan: Plan, step: NextStep) -> NextStep:
    """The step with the agent and team that do it. BadWrapUp if nobody of that name could."""
    if step.who == "visitor":
        return msgspec.structs.replace(step, agent_id="", team="")
    if step.team and step.team not in {team.name for team in plan.teams}:
        raise BadWrapUp(f"The plan has no team {step.team!r}", field="team")
    if step.agent_id or (step.who == "agent" and not step.team):
        agent, team, name = promises.agent_for(tx, actor, talk.site, step.agent_id or actor.id, step.team, talk.team)
        return msgspec.structs.replace(step, agent_id=agent, team=team, who_name=name)
    return msgspec.structs.replace(step, team=step.team or _owner(plan, _team(plan, talk.team)))


def _promise_of(talk: Conversation, step: NextStep, way: Contact, version: int, now: datetime) -> Promise:
    assert step.due_at is not None
    return Promise(
        id=new_id("p"),
        site=talk.site,
        team=step.team,
        agent_id=step.agent_id,
        what=step.what,
        who=step.who,
        who_name=step.who_name,
        channel=step.channel,
        due_at=step.due_at,
        first_due_at=step.due_at,
        state="open",
        language=talk.language,
        contact=way,
        plan_version=version,
        created_at=now,
        conversation=talk.id,
        visitor=talk.visitor,
        simulated=talk.simulated,
        booking=step.booking,
    )


def _book(tx: Tx, actor: Actor, talk: Conversation, step: NextStep) -> str:
    """The id of the meeting that the step keeps. BadWrapUp at `booking` for a kind that the team does not take."""
    assert step.due_at is not None
    try:
        return outcomes.book(tx, actor, talk.site, step.booking, talk.team, step.due_at, talk.id).id
    except BadBooking as error:
        field = {"kind": "booking", "starts_at": "due_at"}.get(error.details.get("field", ""), "booking")
        raise BadWrapUp(error.message, **{**error.details, "field": field}) from None


def _contact(tx: Tx, plan: Plan, talk: Conversation, reached: tuple[str, str, str] | None) -> Contact:
    """How the visitor can be reached: as said in the talk (BadContact if that can't be), else as the site told."""
    if reached and any(reached):
        said = contact(*reached, plan.country)
        visits.note_contact(tx, talk.site, talk.visitor, said.name, said.email, said.phone)
        return said
    person = visit_views.person(tx, talk.site, talk.visitor)
    if person is None:
        return Contact()
    try:
        phone = clean_phone(person.phone, plan.country)
    except BadContact:  # nobody could be called there
        phone = ""
    return Contact(person.name[:120], person.email, phone)


def _lead(tx: Tx, actor: Actor, talk: Conversation, way: Contact, version: int) -> str:
    """The lead that a conversation with the result `lead` leaves, with whoever wrapped it up."""
    lead = outcomes.new_lead(
        tx,
        talk.site,
        talk.team,
        "chat",
        way,
        version,
        agent_id=actor.id if actor.kind == "user" else "",
        visitor=talk.visitor,
        visit=talk.visit,
        conversation=talk.id,
        language=talk.language,
    )
    return outcomes.create_lead(tx, actor, lead)[0].id


def follow_up(tx: Tx, actor: Actor, conversation_id: str) -> tuple[WrapUp, Promised | None] | None:
    """How a conversation of the actor's teams ended, and what its visitor was promised; None while it goes on."""
    conversations.the_conversation(tx, actor, conversation_id)
    ended = store.wrap_up(tx, conversation_id)
    return None if ended is None else (ended, promised(tx, conversation_id))


def _team(plan: Plan, name: str) -> Team:
    try:
        return plan.team(name)
    except KeyError:
        raise BadWrapUp(
            f"The plan has no team {name!r} any more: hand the conversation over first", field="team"
        ) from None


# ---- a message left when nobody was there --------------------------------------------------------------------


class MessageLeft(msgspec.Struct, frozen=True, kw_only=True):
    """What a visitor leaves when nobody is there, or instead of waiting. `cid` makes sending it again safe.

    `team` is whom the plan routes them to (the plan's first team if it is empty), `language` theirs. With
    `conversation` they leave it instead of waiting there; what they wrote in it is the message if `text` is empty.
    `call` asks to be called, whatever the team usually does.
    """

    site: str
    visitor: str
    cid: str
    text: str
    email: str = ""
    phone: str = ""
    name: str = ""
    language: str = ""
    team: str = ""
    visit: str = ""
    conversation: str = ""
    call: bool = False


def leave_message(tx: Tx, left: MessageLeft) -> Promised:
    """Take a message with a way to answer: a lead, and a promise of the team's after-chat owner.

    Instead of waiting, it ends the conversation and is told there. Idempotent by `cid`. BadContact names the field
    `email` or `phone` (`email` if both are missing); EmptyMessage, MessageTooLong, BadCid; Closed if the conversation
    is over; TooManyMessages after five in an hour.
    """
    compiled = the_plan(tx, left.site)
    check_cid(left.cid)
    lead = outcomes.lead_by_cid(tx, left.site, left.visitor, left.cid)
    if lead is None:
        _throttle(tx, left)
        if left.conversation:
            lead = _leave_instead_of_waiting(tx, compiled, left)
        else:
            lead, new = _message_lead(tx, compiled, left)
            if new:  # not sent twice at once
                promises.make(tx, SYSTEM, _answer_promise(tx, compiled, lead, call=left.call))
    promise = store.promise_of_lead(tx, lead.id)
    assert promise is not None  # made with the lead
    return in_words(compiled.plan, promise.step, tx.now, left.language)


def _leave_instead_of_waiting(tx: Tx, compiled: CompiledPlan, left: MessageLeft) -> Lead:
    """The waiting conversation ends with the promise, which is told in it."""
    talk = conversations.of_visitor(tx, left.visitor, left.conversation)
    said = left.text.strip() and left.text
    left = msgspec.structs.replace(
        left, team=talk.team, text=said or conversations.words_of_visitor(tx, talk.id), visit=talk.visit or ""
    )
    made: list[Lead] = []

    def tell(_: Conversation) -> None:
        lead, new = _message_lead(tx, compiled, left)
        made.append(lead)
        if new:
            promise = _answer_promise(tx, compiled, lead, call=left.call)
            promises.make(tx, SYSTEM, promise)
            promises.tell(tx, compiled.plan, promise.step, talk.id, left.language or talk.language, promise.id)

    conversations.end_with_message(tx, left.visitor, talk.id, tell)
    return made[0]


def _throttle(tx: Tx, left: MessageLeft) -> None:
    if outcomes.leads_since(tx, left.site, left.visitor, tx.now - HOUR) >= MESSAGES_AN_HOUR:
        raise TooManyMessages(
            "You have left several messages already and will be answered: add to this one in an hour", retry_after=3600
        )


def _message_lead(tx: Tx, compiled: CompiledPlan, left: MessageLeft) -> tuple[Lead, bool]:
    plan = compiled.plan
    way = contact(left.name, left.email, left.phone, plan.country)
    if not way.reachable:
        raise BadContact("Leave an e-mail address or a phone number, so that we can answer", field="email")
    if left.call and not way.phone:
        raise BadContact("Leave the number that we may call", field="phone")
    team = plan.team(left.team) if left.team in {team.name for team in plan.teams} else plan.teams[0]
    visits.note_contact(tx, left.site, left.visitor, way.name, way.email, way.phone)
    lead = outcomes.new_lead(
        tx,
        left.site,
        _owner(plan, team),
        "message",
        way,
        compiled.version,
        visitor=left.visitor,
        visit=left.visit or visit_views.visit_at(tx, left.visitor, tx.now),
        language=left.language,
        message=clean(left.text),
        cid=left.cid,
        conversation=left.conversation or None,
    )
    return outcomes.create_lead(tx, SYSTEM, lead)


def _answer_promise(tx: Tx, compiled: CompiledPlan, lead: Lead, *, call: bool) -> Promise:
    """The promise to answer the lead's message; its time is the owner's next opening and the team's own."""
    team = compiled.plan.team(lead.team)
    due_at = from_ms(message_due(compiled.hours[lead.team], to_ms(tx.now), team.after_chat.within_ms))
    person = visit_views.person(tx, lead.site, lead.visitor or "")
    return Promise(
        id=new_id("p"),
        site=lead.site,
        team=lead.team,
        agent_id="",
        what=shortened(lead.message),
        who="agent",
        who_name="",
        channel="phone" if call else answer_channel(team.after_chat.channel, lead.contact),
        due_at=due_at,
        first_due_at=due_at,
        state="open",
        language=lead.language,
        contact=lead.contact,
        plan_version=compiled.version,
        created_at=tx.now,
        lead=lead.id,
        conversation=lead.conversation,
        visitor=lead.visitor,
        message=lead.message,
        simulated=person is not None and person.simulated,
    )


def _owner(plan: Plan, team: Team) -> str:
    """The team that acts after this team's chats: itself if the plan names none it has, so that a list shows it."""
    names = {each.name for each in plan.teams}
    return team.after_chat.owner if team.after_chat.owner in names else team.name


# ---- erasure -----------------------------------------------------------------------------------------------


def held_of(tx: Tx, site: str, visitor: str) -> list[Promise]:
    """Every promise made to a visitor, for whoever asks what is held of them."""
    return store.promises_to(tx, site, visitor)


def on_visitor_erased(tx: Tx, event: VisitorErased) -> None:
    """What was promised to the visitor goes with them."""
    store.forget_visitor(tx, event.site, event.visitor)


def on_conversations_erased(tx: Tx, event: ConversationsErased) -> None:
    """Wrap-ups keep their result for the counts, and lose what was agreed in words. Promises go with a visitor
    who is erased; a conversation that only grew old leaves them, since what is owed is still owed."""
    if event.by_age:
        store.detach_conversations(tx, event.conversations)
    else:
        store.forget_conversations(tx, event.conversations)


def on_retention_due(tx: Tx, event: RetentionDue) -> None:
    """Promises settled before then go, and leads that nothing happened to and nobody owes anything."""
    store.forget_before(tx, event.site, event.before)
    outcomes.forget_leads(tx, event.site, event.before, owed=store.leads_owed(tx, event.site))


def visitors_alive(tx: Tx, site: str, visitors: list[str], before: datetime) -> list[str]:
    """Those of these visitors who are owed something, or whose promise was settled since then."""
    return store.visitors_alive(tx, site, visitors, before)
