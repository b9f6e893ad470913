"""What conversations refuse."""

from __future__ import annotations

from overture.kit.errors import Conflict, Invalid, TooLarge


class Closed(Conflict):
    """The conversation is over; nothing can be added."""

    code = "conversation_closed"


class NotAnswering(Conflict):
    """Nobody could answer a new conversation now; `details` say why and when somebody will."""

    code = "not_answering"


class EmptyMessage(Invalid):
    """There is nothing in it."""

    code = "empty_message"


class MessageTooLong(TooLarge):
    """More than one message may hold."""

    code = "message_too_long"


class BadCid(Invalid):
    """A client's message id is 1 to 64 printable characters."""

    code = "bad_cid"


class BadCannedReply(Invalid):
    """A field of a canned reply can't be used; `details.field` names it."""

    code = "bad_canned_reply"


class ShortcutTaken(Conflict):
    """Another canned reply of the site has this shortcut."""

    code = "shortcut_taken"
