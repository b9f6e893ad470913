"""Heart beats that bring nothing and find nothing due are answered from memory, without a command.

They are most of all looks: everybody who reads a page sends one every 20 s.
"""

from __future__ import annotations

from overture.direction.live import route_of
from overture.invitations.answer import HEART_BEAT_MS, LookAnswer
from overture.invitations.service import Memory
from overture.invitations.watching import Watching
from overture.visits import clockwork
from overture.visits.looks import Look
from overture.visits.record import SIGN_EVERY_MS


def quiet_answer(memory: Memory, site: str, visitor: str, look: Look, at_ms: int) -> LookAnswer | None:
    """The answer to a heart beat, or None if a command must give it. Waits for nobody."""
    if look.events:
        return None
    live = memory.book.get(visitor)
    now = memory.surroundings.known(site)
    if live is None or now is None or not isinstance(live.above, Watching):
        return None
    lock = memory.book.holding(visitor)
    if not lock.acquire(blocking=False):
        return None
    try:
        watching = live.above
        at = max(at_ms, live.seen_ms)
        now_ms = at - live.started_ms
        due = watching.due_ms
        if (
            watching.plan is not now.plan
            or watching.pending
            or watching.decisions
            or live.blocked
            or live.left
            or live.state.chat_open
            or at - live.stored_ms >= SIGN_EVERY_MS
            or clockwork.is_over(live.seen_ms, at)
            or (due is not None and due <= now_ms)
        ):
            return None
        live.seen_ms = at
        live.tab(look.tab).take(look.n, at, left=False)
        again = HEART_BEAT_MS if due is None else min(HEART_BEAT_MS, due - now_ms)
        return LookAnswer(look_again_in_ms=again, answering=now.answering(route_of(watching.plan, live.state)))
    finally:
        lock.release()
