"""What the house itself says in a conversation: a code and its params, with English for clients that lack it. Pure."""

from __future__ import annotations

from typing import Any

ENGLISH: dict[str, str] = {
    "agent_joined": "{agent} is here",
    "agent_left": "{agent} had to leave. Somebody else will answer",
    "agent_silent": "{agent} has not answered. Somebody else is being looked for",
    "handed_over": "{agent} handed the conversation over to {to}",
    "escalated": "Nobody has answered yet. {team} is asked now",
    "transferred": "{agent} handed the conversation over to {team}",
    "visitor_left": "The visitor left",
    "visitor_returned": "The visitor came back",
    "closed": "{agent} closed the conversation",
}


def fallback(notice: str, params: dict[str, Any]) -> str:
    """The notice in English."""
    return ENGLISH[notice].format(**params)
