"""Which conversation an order counts as *with chat*: the same visitor, within 7 days after both sides wrote; the
latest conversation takes it. This is association, not effect: what chat causes is told by holdouts alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

WINDOW = timedelta(days=7)


class Talk(msgspec.Struct, frozen=True):
    """A conversation of the visitor, and when both sides had written in it for the first time."""

    conversation: str
    both_wrote_at: datetime


def with_chat(ordered_at: datetime, talks: Iterable[Talk]) -> str | None:
    """The conversation that takes an order made at `ordered_at`, or none.

    Both ends of the window count: an order at the very instant both had written, and one exactly 7 days later.
    """
    eligible = [talk for talk in talks if ordered_at - WINDOW <= talk.both_wrote_at <= ordered_at]
    if not eligible:
        return None
    return max(eligible, key=lambda talk: (talk.both_wrote_at, talk.conversation)).conversation
