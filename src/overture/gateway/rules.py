"""The rule of every frame that a client may send; one without a rule stops the start."""

from __future__ import annotations

from typing import Final, get_args

from overture.accounts.permissions import (
    ANSWER_CONVERSATIONS,
    CHANGE_PRESENCE,
    READ_CONVERSATIONS,
    VISITOR,
    WRITE_NOTES,
    Permission,
    Rule,
)
from overture.gateway.frames.agent import (
    AgentAvailable,
    AgentHello,
    AgentMarks,
    AgentNote,
    AgentSend,
    AgentToServer,
    AgentTyping,
    LeaveConversation,
    OpenConversation,
)
from overture.gateway.frames.shared import Pong
from overture.gateway.frames.visitor import (
    EndConversation,
    LeaveMessage,
    Resume,
    VisitorHello,
    VisitorMarks,
    VisitorSend,
    VisitorToServer,
    VisitorTyping,
)

OF_AGENTS: Final[dict[type, Permission]] = {
    AgentHello: READ_CONVERSATIONS,
    AgentAvailable: CHANGE_PRESENCE,
    OpenConversation: READ_CONVERSATIONS,
    LeaveConversation: READ_CONVERSATIONS,
    AgentSend: ANSWER_CONVERSATIONS,
    AgentNote: WRITE_NOTES,
    AgentTyping: ANSWER_CONVERSATIONS,
    AgentMarks: ANSWER_CONVERSATIONS,
    Resume: READ_CONVERSATIONS,
    Pong: READ_CONVERSATIONS,
}
"""Frames to `/v1/desk`."""

OF_VISITORS: Final[dict[type, Rule]] = {
    VisitorHello: VISITOR,
    VisitorSend: VISITOR,
    VisitorTyping: VISITOR,
    VisitorMarks: VISITOR,
    Resume: VISITOR,
    LeaveMessage: VISITOR,
    EndConversation: VISITOR,
    Pong: VISITOR,
}
"""Frames to `/v1/socket`: each reaches the conversation of the visitor whose key said hello, and no other."""


class WithoutRule(RuntimeError):
    """A frame names no permission: nobody could say who may send it."""


def check_frames() -> None:
    """WithoutRule for the first frame that has none."""
    for frames, rules in ((AgentToServer, OF_AGENTS), (VisitorToServer, OF_VISITORS)):
        for frame in get_args(frames):
            if frame not in rules:
                raise WithoutRule(f"{frame.__name__}: name its permission in gateway/rules.py")
