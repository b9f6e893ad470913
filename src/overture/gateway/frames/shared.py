"""What both sides of a conversation see, and the frames common to both sockets."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from overture.conversations.model import Author, AuthorKind, ConversationState, MessageView
from overture.desk.model import Availability, Place
from overture.followups.model import Promised as PromiseView

__all__ = [
    "NOTICES",
    "Ack",
    "Author",
    "AuthorKind",
    "Availability",
    "BatchFrame",
    "ConversationState",
    "ErrorFrame",
    "HeadFrame",
    "MarksFrame",
    "MessageFrame",
    "MessageView",
    "Ping",
    "Place",
    "Pong",
    "PromiseView",
    "Seq",
    "TypingFrame",
]

Seq = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
"""A message's place in its conversation, 0 before the first; as much as a column of both databases holds."""

NOTICES: dict[str, tuple[str, ...]] = {
    "agent_joined": ("agent",),  # an agent has the conversation now (assigned, or took it)
    "agent_left": ("agent",),  # the agent went away: the visitor waits for another
    "agent_silent": ("agent",),  # the agent did not answer within the team's limit: somebody else is looked for
    "handed_over": ("agent", "to"),  # `agent` handed it over to a colleague, `to` (a name)
    "escalated": ("team",),  # nobody answered in time: `team` (its name) has it now
    "transferred": ("team", "agent"),  # handed over to `team` (its name) by `agent`
    "visitor_left": (),  # the visitor ended it, or closed the window and did not come back
    "visitor_returned": (),  # the visitor wrote again before it was wrapped up: it goes on
    "closed": ("agent",),  # wrapped up: the conversation is over
    "order": ("id", "value", "currency"),  # the visitor ordered
    # What happens next, or (with the kind of a `booking`) what is booked; `text` is in the visitor's words.
    "promise": ("text", "who", "channel", "due_at", "who_name", "booking"),
    "booking_cancelled": ("text", "booking"),  # a meeting is off
}
"""The codes of system messages, each with the names of its `params`."""


# ---- frames that both sockets send or take ----------------------------------------------------------------


class Ping(msgspec.Struct, tag_field="type", tag="ping", frozen=True):
    """From the server: show a sign of life. Answer with `pong` and the same `n`."""

    n: int


class Pong(msgspec.Struct, tag_field="type", tag="pong", frozen=True, forbid_unknown_fields=True):
    """To the server: the answer to `ping`."""

    n: int


class ErrorFrame(msgspec.Struct, tag_field="type", tag="error", frozen=True, omit_defaults=True):
    """From the server: a frame was refused. `cid` names the one it was about; `fatal` says the socket closes."""

    code: str
    message: str
    details: dict[str, Any] = {}
    cid: str = ""
    fatal: bool = False


class Ack(msgspec.Struct, tag_field="type", tag="ack", frozen=True):
    """From the server: the message with this `cid` is durably stored and has this `seq`."""

    conversation: str
    cid: str
    seq: int
    at: datetime


class MessageFrame(msgspec.Struct, tag_field="type", tag="message", frozen=True):
    """From the server: a message of a conversation that this socket follows (the writer's other tabs too)."""

    conversation: str
    message: MessageView


class TypingFrame(msgspec.Struct, tag_field="type", tag="typing", frozen=True):
    """From the server: the other side is typing, or has stopped. Forget it after 6 s without news."""

    conversation: str
    author: Author
    on: bool


class MarksFrame(msgspec.Struct, tag_field="type", tag="marks", frozen=True):
    """From the server: how far a side has received and read. `side` is whose marks these are."""

    conversation: str
    side: Literal["visitor", "agent"]
    delivered: int
    read: int


class HeadFrame(msgspec.Struct, tag_field="type", tag="head", frozen=True):
    """From the server: the conversation's last `seq`. A client that has less asks with `resume`."""

    conversation: str
    last_seq: int


class BatchFrame(msgspec.Struct, tag_field="type", tag="batch", frozen=True):
    """From the server, after `resume`: all messages after the `seq` asked for, in order, up to `last_seq`.

    If it ends before `last_seq`, ask again from its last.
    """

    conversation: str
    messages: list[MessageView]
    last_seq: int
