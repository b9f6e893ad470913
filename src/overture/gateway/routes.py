"""HTTP of what needs every domain: a conversation with its end, and what stands beside it."""

from __future__ import annotations

from litestar import get
from litestar.params import FromPath

from overture.accounts.dependencies import TheActor, TheStore
from overture.accounts.permissions import READ_CONVERSATIONS, needs
from overture.gateway.context import ConversationContext, ConversationDetail, context_of, detail_of


@get(
    "/api/v1/conversations/{conversation:str}",
    summary="A conversation, its wrap-up and promise",
    opt=needs(READ_CONVERSATIONS),
)
async def conversation_detail(store: TheStore, actor: TheActor, conversation: FromPath[str]) -> ConversationDetail:
    return await store.read(detail_of, actor, conversation)


@get(
    "/api/v1/conversations/{conversation:str}/context",
    summary="Who it is, what they did, goal and guidelines",
    opt=needs(READ_CONVERSATIONS),
)
async def conversation_context(store: TheStore, actor: TheActor, conversation: FromPath[str]) -> ConversationContext:
    return await store.read(context_of, actor, conversation)


ROUTES = [conversation_detail, conversation_context]
