"""By when a message is answered that came when nobody could: the next opening, and the team's own time from there."""

from __future__ import annotations

from overture.direction.hours import Hours

UNLESS_SAID_MS = 3_600_000  # a team that names no time answers within an hour of opening
SOMEBODY_COMES_MS = 3_600_000  # open, and nobody there: somebody has to come to the desk first
NEVER_OPENS_MS = 86_400_000  # a plan whose hours never open is refused; if it is met, a day
STEP_MS = 300_000  # people say "before 10:05", not "before 10:03:17"


def message_due(hours: Hours, now_ms: int, within_ms: int | None) -> int:
    """When the answer to a message left at `now_ms` is due (ms since 1970), up to whole five minutes."""
    within = UNLESS_SAID_MS if within_ms is None else within_ms
    opening = hours.next_opening(now_ms)
    if opening is None:
        return _up(now_ms + NEVER_OPENS_MS)
    if opening > now_ms:
        return _up(opening + within)
    due, closing = now_ms + max(within, SOMEBODY_COMES_MS), hours.next_closing(now_ms)
    if closing is None or due <= closing:
        return _up(due)
    reopening = hours.next_opening(closing)
    return _up(due if reopening is None else max(due, reopening + within))


def _up(ms: int) -> int:
    return -(-ms // STEP_MS) * STEP_MS
