"""HTTP of follow-ups: wrap-up, and promises with what may be done to them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from overture.accounts.dependencies import Cursor, Limit, TheActor, TheStore
from overture.accounts.permissions import CHANGE_PROMISES, READ_CONVERSATIONS, READ_PROMISES, WRAP_UP, needs
from overture.followups import promises, service
from overture.followups.model import Channel, Counts, HistoryEntry, NextStep, Promised, PromiseState, Who
from overture.followups.promises import PromiseLine
from overture.kit.text import Id, Line, Passage

InState = Annotated[Literal["open", "done", "all"], QueryParameter(name="state", description="which of them")]


class StepBody(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What happens next. A step of ours (`agent`, `other`) needs `due_at` and becomes a promise.

    Of an agent: `agent_id`, else whoever wraps up, or nobody yet if only a `team` is named. Of somebody else:
    `who_name`, and the `team` that sees to it (the plan's after-chat owner if left out). With `booking`, a kind of
    the team's `booking:` outcomes, it is a meeting that begins at `due_at`; `what` may then be left out.
    """

    what: Passage = ""
    who: Who
    channel: Channel
    due_at: datetime | None = None
    who_name: Line = ""
    agent_id: Id = ""
    team: Id = ""
    booking: Id = ""


class ContactBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the visitor can be reached, if they said it in the talk."""

    name: Line = ""
    email: Line = ""
    phone: Line = ""


class WrapUpBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the conversation ended: one of the team's results, and what happens next (null: nothing)."""

    result: Id
    next_step: StepBody | None = None
    contact: ContactBody | None = None


class WrapUpAnswer(msgspec.Struct, frozen=True):
    """What the visitor was told: null if nothing happens next."""

    promise: Promised | None


class FollowUp(msgspec.Struct, frozen=True):
    """How a conversation ended, and what was promised, as its visitor would read it now."""

    result: str
    agent_name: str
    at: datetime
    next_step: NextStep | None
    promise: Promised | None


class ContactAnswer(msgspec.Struct, frozen=True):
    """Who to answer and where; empty is unknown."""

    name: str
    email: str
    phone: str


class PromiseAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A promise. `text` is what its visitor reads now; `message` what they left, if it answers one.

    With `booking`, the kind of a meeting, `due_at` is when that begins.
    """

    id: str
    what: str
    who: Who
    who_name: str
    agent_id: str
    agent_name: str
    team: str
    channel: Channel
    due_at: datetime
    state: PromiseState
    late: bool
    conversation: str | None
    lead: str | None
    visitor: str | None
    visitor_name: str
    contact: ContactAnswer
    text: str
    message: str
    language: str
    plan_version: int
    simulated: bool
    booking: str
    created_at: datetime
    done_at: datetime | None
    history: list[HistoryEntry]


class PromisesAnswer(msgspec.Struct, frozen=True):
    """A page of promises, with counts of all open ones of the same owner."""

    items: list[PromiseAnswer]
    next: str | None
    counts: Counts


class Noted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A note for the history; cancelling needs one."""

    note: Passage = ""


class Moved(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another time, and why."""

    due_at: datetime
    note: Passage = ""


class HandedOn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose it is now: an agent's, or a team's."""

    agent_id: Id = ""
    team: Id = ""
    note: Passage = ""


def promise_answer(line: PromiseLine) -> PromiseAnswer:
    """The promise for the wire."""
    promise, contact = line.promise, line.promise.contact
    return PromiseAnswer(
        id=promise.id,
        what=promise.what,
        who=promise.who,
        who_name=promise.who_name,
        agent_id=promise.agent_id,
        agent_name=line.agent_name,
        team=promise.team,
        channel=promise.channel,
        due_at=promise.due_at,
        state=promise.state,
        late=line.late,
        conversation=promise.conversation,
        lead=promise.lead,
        visitor=promise.visitor,
        visitor_name=line.visitor_name,
        contact=ContactAnswer(contact.name, contact.email, contact.phone),
        text=line.text,
        message=promise.message,
        language=promise.language,
        plan_version=promise.plan_version,
        simulated=promise.simulated,
        booking=promise.booking,
        created_at=promise.created_at,
        done_at=promise.done_at,
        history=line.history,
    )


@post(
    "/api/v1/conversations/{conversation:str}/wrap-up",
    status_code=200,
    summary="Wrap a conversation up and close it",
    opt=needs(WRAP_UP),
)
async def wrap_up(
    store: TheStore, actor: TheActor, conversation: FromPath[str], data: JSONBody[WrapUpBody]
) -> WrapUpAnswer:
    step = NextStep(**msgspec.structs.asdict(data.next_step)) if data.next_step else None
    way = (data.contact.name, data.contact.email, data.contact.phone) if data.contact else None
    return WrapUpAnswer(await store.run(service.wrap_up, actor, conversation, data.result, step, way))


@get(
    "/api/v1/conversations/{conversation:str}/follow-up",
    summary="How a conversation ended, and what was promised",
    opt=needs(READ_CONVERSATIONS),
)
async def follow_up(store: TheStore, actor: TheActor, conversation: FromPath[str]) -> FollowUp | None:
    ended = await store.read(service.follow_up, actor, conversation)
    return ended and FollowUp(ended[0].result, ended[0].agent_name, ended[0].at, ended[0].next_step, ended[1])


@get("/api/v1/sites/{site:str}/promises", summary="Promises of own teams", opt=needs(READ_PROMISES))
async def list_promises(
    store: TheStore,
    actor: TheActor,
    site: FromPath[str],
    in_state: InState = "open",
    owner: FromQuery[Literal["me", "team", "all"]] = "team",
    cursor: Cursor = None,
    limit: Limit = None,
) -> PromisesAnswer:
    """Open ones by due time, the next due first; `done` (cancelled ones too) and `all`, the latest due first."""
    found = await store.read(promises.promises, actor, site, state=in_state, owner=owner, cursor=cursor, limit=limit)
    return PromisesAnswer([promise_answer(line) for line in found.items], found.next, found.counts)


@post(
    "/api/v1/promises/{promise:str}/done",
    status_code=200,
    summary="The promise has been kept",
    opt=needs(CHANGE_PROMISES),
)
async def done(store: TheStore, actor: TheActor, promise: FromPath[str], data: JSONBody[Noted]) -> PromiseAnswer:
    return promise_answer(await store.run(promises.done, actor, promise, data.note))


@post(
    "/api/v1/promises/{promise:str}/move",
    status_code=200,
    summary="Give a promise another time",
    opt=needs(CHANGE_PROMISES),
)
async def move(store: TheStore, actor: TheActor, promise: FromPath[str], data: JSONBody[Moved]) -> PromiseAnswer:
    return promise_answer(await store.run(promises.move, actor, promise, data.due_at, data.note))


@post(
    "/api/v1/promises/{promise:str}/hand-on",
    status_code=200,
    summary="Give a promise to an agent or a team",
    opt=needs(CHANGE_PROMISES),
)
async def hand_on(store: TheStore, actor: TheActor, promise: FromPath[str], data: JSONBody[HandedOn]) -> PromiseAnswer:
    return promise_answer(await store.run(promises.hand_on, actor, promise, data.agent_id, data.team, data.note))


@post(
    "/api/v1/promises/{promise:str}/cancel", status_code=200, summary="The promise is void", opt=needs(CHANGE_PROMISES)
)
async def cancel(store: TheStore, actor: TheActor, promise: FromPath[str], data: JSONBody[Noted]) -> PromiseAnswer:
    return promise_answer(await store.run(promises.cancel, actor, promise, data.note))


ROUTES = [wrap_up, follow_up, list_promises, done, move, hand_on, cancel]
