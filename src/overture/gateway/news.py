"""News as the bus brings it: read once a process, put into words once for each kind of reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import msgspec

from overture.accounts.events import SessionsEnded, TokenRevoked, UserChanged
from overture.conversations.events import (
    ConversationEscalated,
    ConversationOpened,
    HeadChanged,
    LineChanged,
    MarksMoved,
    MessageSent,
    NoteWritten,
    Typing,
)
from overture.desk.events import BoardChanged, PresenceChanged
from overture.gateway.codec import text_of
from overture.store import Body, Event
from overture.visits.events import VisitMoved, VisitorBlocked

_Known = (
    MessageSent
    | HeadChanged
    | LineChanged
    | ConversationEscalated
    | NoteWritten
    | MarksMoved
    | Typing
    | ConversationOpened
    | PresenceChanged
    | BoardChanged
    | VisitMoved
    | UserChanged
    | SessionsEnded
    | TokenRevoked
    | VisitorBlocked
)
_decoder = msgspec.json.Decoder(_Known)
_shown = frozenset(get_args(_Known))


class News:
    """One event on its way to many sockets; each kind of frame made of it is encoded once."""

    __slots__ = ("event", "texts")

    def __init__(self, event: Event) -> None:
        self.event = event
        self.texts: dict[str, str] = {}

    def text(self, kind: str, make: Callable[[], object]) -> str:
        """The frame of this kind as text; `make` is called for the first reader only."""
        known = self.texts.get(kind)
        if known is None:
            known = self.texts[kind] = text_of(make())
        return known


def read_news(body: bytes) -> News | None:
    """The event in `body`; None for those that no socket shows, and for a newer process's."""
    if isinstance(body, Body):  # it happened in this process
        return News(body.event) if type(body.event) in _shown else None
    try:
        return News(_decoder.decode(body))
    except msgspec.ValidationError:
        return None
