"""The visitor's socket, `/v1/socket`: what the widget's frame sends and gets."""

from __future__ import annotations

from datetime import datetime

import msgspec

from overture.gateway.frames.shared import (
    Ack,
    Availability,
    BatchFrame,
    ConversationState,
    ErrorFrame,
    HeadFrame,
    MarksFrame,
    MessageFrame,
    MessageView,
    Ping,
    Place,
    Pong,
    PromiseView,
    Seq,
    TypingFrame,
)

# ---- to the server -----------------------------------------------------------------------------------------


class VisitorHello(msgspec.Struct, tag_field="type", tag="hello", frozen=True, forbid_unknown_fields=True):
    """The first frame: who, where, and how much of the conversation this client already has.

    `site` is the site's public key, `key` the visitor's secret from the first-party cookie, `last_seq` the
    highest gapless `seq` held for `conversation` (0: none), `invitation` the one answered with "Reply".
    """

    v: int
    site: str
    key: str
    language: str = ""
    page: str = ""
    invitation: str = ""
    conversation: str = ""
    last_seq: Seq = 0


class VisitorSend(msgspec.Struct, tag_field="type", tag="send", frozen=True, forbid_unknown_fields=True):
    """Say something. The first one opens a conversation. `cid` (1-64 characters) makes sending it again safe."""

    cid: str
    text: str


class VisitorTyping(msgspec.Struct, tag_field="type", tag="typing", frozen=True, forbid_unknown_fields=True):
    """The visitor is typing (send again every 3 s while they are), or has stopped."""

    on: bool


class VisitorMarks(msgspec.Struct, tag_field="type", tag="marks", frozen=True, forbid_unknown_fields=True):
    """How far this visitor has received and read."""

    delivered: Seq
    read: Seq


class Resume(msgspec.Struct, tag_field="type", tag="resume", frozen=True, forbid_unknown_fields=True):
    """Give me everything of this conversation after `last_seq`: answered with `batch`."""

    conversation: str
    last_seq: Seq


class LeaveMessage(msgspec.Struct, tag_field="type", tag="leave_message", frozen=True, forbid_unknown_fields=True):
    """Leave a message with an e-mail address or a phone number, when nobody is there. Answered with `left`.

    With `conversation` it is left instead of waiting there: that ends with the promise, and an empty `text` stands
    for what the visitor has written in it. `call` asks to be called.
    """

    cid: str
    text: str
    email: str = ""
    phone: str = ""
    name: str = ""
    conversation: str = ""
    call: bool = False


class EndConversation(msgspec.Struct, tag_field="type", tag="end", frozen=True, forbid_unknown_fields=True):
    """The visitor ends the conversation."""

    conversation: str


VisitorToServer = (
    VisitorHello | VisitorSend | VisitorTyping | VisitorMarks | Resume | LeaveMessage | EndConversation | Pong
)

# ---- to the visitor ----------------------------------------------------------------------------------------


class VisitorConversation(msgspec.Struct, frozen=True, omit_defaults=True):
    """The visitor's conversation as it stands, with the messages after the `last_seq` they said they have.

    `delivered` and `read` are the agent side's marks; `my_read` the visitor's own.
    """

    id: str
    state: ConversationState
    last_seq: int
    messages: list[MessageView]
    agent_name: str = ""
    team: str = ""
    place: Place | None = None
    delivered: int = 0
    read: int = 0
    my_read: int = 0
    promise: PromiseView | None = None


class VisitorWelcome(msgspec.Struct, tag_field="type", tag="welcome", frozen=True, omit_defaults=True):
    """The answer to `hello`: everything needed to draw the chat.

    `greeting` is the site's (or the invitation's words, when the visitor answers one) in `language`. `now` is the
    server's clock, by which every instant in these frames is meant; `timezone` the site's, in which its promises and
    opening hours are worded.
    """

    v: int
    language: str
    availability: Availability
    name: str
    colour: str
    greeting: str = ""
    invitation_text: str = ""
    conversation: VisitorConversation | None = None
    now: datetime | None = None
    timezone: str = ""


class StateFrame(msgspec.Struct, tag_field="type", tag="state", frozen=True, omit_defaults=True):
    """The conversation's state, its agent, its place in the queue or its promise changed."""

    conversation: str
    state: ConversationState
    agent_name: str = ""
    team: str = ""
    place: Place | None = None
    promise: PromiseView | None = None


class AvailabilityFrame(msgspec.Struct, tag_field="type", tag="availability", frozen=True):
    """Whether a conversation can be held has changed."""

    availability: Availability


class LeftFrame(msgspec.Struct, tag_field="type", tag="left", frozen=True):
    """The message left with `leave_message` is stored, and this is what was promised."""

    cid: str
    promise: PromiseView


ServerToVisitor = (
    VisitorWelcome
    | Ack
    | MessageFrame
    | BatchFrame
    | HeadFrame
    | StateFrame
    | TypingFrame
    | MarksFrame
    | AvailabilityFrame
    | LeftFrame
    | Ping
    | ErrorFrame
)
