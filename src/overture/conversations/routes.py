"""HTTP of conversations: the inbox, messages, take, transfer, transcript, canned replies."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

import msgspec
from litestar import MediaType, Response, delete, get, post, put
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from overture.accounts.dependencies import MOST, Cursor, Limit, TheActor, TheStore
from overture.accounts.permissions import (
    ANSWER_CONVERSATIONS,
    CHANGE_CANNED,
    READ_CANNED,
    READ_CONVERSATIONS,
    TRANSFER_CONVERSATIONS,
    WRITE_MESSAGES,
    needs,
)
from overture.conversations import canned, service, views
from overture.conversations.model import CannedReply, CannedReplyDraft, ConversationHead, MessageView
from overture.kit.pagination import Page
from overture.kit.text import Id, Passage

InState = Annotated[Literal["open", "closed", "all"], QueryParameter(name="state", description="which of them")]
Words = Annotated[str, QueryParameter(name="q", max_length=200, description="words in a message or the visitor's name")]
After = Annotated[int, QueryParameter(ge=0, le=MOST, description="the highest seq you have")]
Team = Annotated[str, QueryParameter(max_length=64, description="of this team only")]


class MessageBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a program says. `cid` is the program's own id of it: sent again, it is stored once."""

    cid: Id
    text: Passage


class MessageAnswer(msgspec.Struct, frozen=True):
    """A message as it is kept, by its number."""

    conversation: str
    seq: int
    at: datetime
    cid: str


class TransferBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which team, or which colleague (`to_agent`, their user id), gets it, and a private note for them.

    With `to_agent` the `team` may be left out: the conversation stays on its own if the colleague is on that.
    """

    team: Id = ""
    note: Passage = ""
    to_agent: Id = ""


@get(
    "/api/v1/sites/{site:str}/conversations",
    summary="The inbox of own teams, latest first",
    opt=needs(READ_CONVERSATIONS),
)
async def list_conversations(
    store: TheStore,
    actor: TheActor,
    site: FromPath[str],
    in_state: InState = "open",
    team: Team = "",
    mine: FromQuery[bool] = False,
    q: Words = "",
    cursor: Cursor = None,
    limit: Limit = None,
) -> Page[ConversationHead]:
    return await store.read(
        views.heads, actor, site, state=in_state, team=team, mine=mine, words=q, cursor=cursor, limit=limit
    )


@get(
    "/api/v1/conversations/{conversation:str}/messages",
    summary="Messages after a seq, in order",
    opt=needs(READ_CONVERSATIONS),
)
async def list_messages(
    store: TheStore, actor: TheActor, conversation: FromPath[str], after: After = 0
) -> Page[MessageView]:
    return await store.read(views.messages_after, actor, conversation, after)


@post(
    "/api/v1/sites/{site:str}/conversations/{conversation:str}/messages",
    summary="Write into a conversation as a program",
    opt=needs(WRITE_MESSAGES),
    responses={200: ResponseSpec(MessageAnswer, description="Written under this cid before", generate_examples=False)},
)
async def write_message(
    store: TheStore, actor: TheActor, site: FromPath[str], conversation: FromPath[str], data: JSONBody[MessageBody]
) -> Response[MessageAnswer]:
    """Shown as a bot's, under the token's name. The same `cid` again is answered with what it became the first time."""
    sent, new = await store.run(service.say_as_program, actor, site, conversation, data.cid, data.text)
    answer = MessageAnswer(sent.conversation, sent.seq, sent.at, data.cid)
    return Response(answer, status_code=201 if new else 200)


@get(
    "/api/v1/conversations/{conversation:str}/transcript.txt",
    media_type=MediaType.TEXT,
    summary="What both sides saw, as plain text",
    opt=needs(READ_CONVERSATIONS),
)
async def transcript(store: TheStore, actor: TheActor, conversation: FromPath[str]) -> str:
    return await store.read(views.transcript, actor, conversation)


@post(
    "/api/v1/conversations/{conversation:str}/take",
    status_code=200,
    summary="Take it, from the queue or a colleague",
    opt=needs(ANSWER_CONVERSATIONS),
)
async def take(store: TheStore, actor: TheActor, conversation: FromPath[str]) -> ConversationHead:
    return (await store.run(service.take, actor, conversation)).head


@post(
    "/api/v1/conversations/{conversation:str}/transfer",
    status_code=200,
    summary="Hand it over to another team, or to a colleague",
    opt=needs(TRANSFER_CONVERSATIONS),
)
async def transfer(
    store: TheStore, actor: TheActor, conversation: FromPath[str], data: JSONBody[TransferBody]
) -> ConversationHead:
    return (await store.run(service.transfer, actor, conversation, data.team, data.note, data.to_agent)).head


@get("/api/v1/sites/{site:str}/canned-replies", summary="Ready answers of own teams", opt=needs(READ_CANNED))
async def list_canned(store: TheStore, actor: TheActor, site: FromPath[str]) -> Page[CannedReply]:
    return Page(await store.read(canned.replies, actor, site))


@post("/api/v1/sites/{site:str}/canned-replies", summary="Add a ready answer", opt=needs(CHANGE_CANNED))
async def add_canned(
    store: TheStore, actor: TheActor, site: FromPath[str], data: JSONBody[CannedReplyDraft]
) -> CannedReply:
    return await store.run(canned.add, actor, site, data)


@put(
    "/api/v1/sites/{site:str}/canned-replies/{reply:str}", summary="Write a ready answer anew", opt=needs(CHANGE_CANNED)
)
async def change_canned(
    store: TheStore, actor: TheActor, site: FromPath[str], reply: FromPath[str], data: JSONBody[CannedReplyDraft]
) -> CannedReply:
    return await store.run(canned.change, actor, site, reply, data)


@delete(
    "/api/v1/sites/{site:str}/canned-replies/{reply:str}", summary="Take a ready answer away", opt=needs(CHANGE_CANNED)
)
async def remove_canned(store: TheStore, actor: TheActor, site: FromPath[str], reply: FromPath[str]) -> None:
    await store.run(canned.remove, actor, site, reply)


ROUTES = [
    list_conversations,
    list_messages,
    write_message,
    transcript,
    take,
    transfer,
    list_canned,
    add_canned,
    change_canned,
    remove_canned,
]
