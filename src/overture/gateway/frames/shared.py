"""What both sides of a conversation see: messages, conversation heads, the frames common to both sockets."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

import msgspec

AuthorKind = Literal["visitor", "agent", "bot", "system"]
ConversationState = Literal["waiting", "active", "wrapping_up", "closed"]


class Author(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who wrote it. `name` is for showing; agents' is their public name, visitors' may be empty."""

    kind: AuthorKind
    id: str = ""
    name: str = ""


class MessageView(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message as both sides see it. Order is `seq` (1, 2, 3 … per conversation), never `at`.

    `text` is plain text. A system message carries a `notice` code and its `params` instead of words to be
    shown as they are: the client words it in its reader's language (`text` is an English fallback).
    `cid` is the id the writer's client gave it.
    """

    seq: int
    author: Author
    text: str
    at: datetime
    cid: str = ""
    notice: str = ""
    params: dict[str, Any] = {}


class PromiseView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A next step as the visitor may know it. `text` is one plain sentence in the visitor's language."""

    text: str
    who: Literal["visitor", "agent", "other"]
    channel: str
    due_at: datetime | None = None
    who_name: str = ""


class Place(msgspec.Struct, frozen=True):
    """Where a waiting visitor stands: `place` 1 is next; `wait_seconds` is what to expect, None if unknown."""

    place: int
    wait_seconds: int | None


class Availability(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whether a conversation can be held now, and if not, why and when it can.

    `reason` is `closed` (outside hours), `nobody` (open, no agent there) or empty.
    """

    answering: bool
    reason: Literal["", "closed", "nobody"] = ""
    next_at: datetime | None = None
    team: str = ""
    agents: list[str] = []


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
