"""Whether those behind this process's sockets still may be there: asked again every two seconds, whatever news came.

News closes a socket at once (`AgentConnection.show_…`, `VisitorConnection.show_blocked`). This is for news that is
lost, for sessions that expire, and for visitors who are erased, whose ids no news may carry.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

from overture.accounts import service as accounts
from overture.accounts.model import Actor
from overture.gateway import codes
from overture.store import Store, Tx
from overture.visits import service as visits

if TYPE_CHECKING:
    from overture.gateway.agent import AgentConnection
    from overture.gateway.visitor import VisitorConnection

CHECK_EVERY_S: Final = 2.0  # with one round lost, still within five seconds
AT_ONCE: Final = 1_000
_One = TypeVar("_One")


async def check_agents(store: Store, connections: Sequence[AgentConnection]) -> int:
    """Close who has signed out, was revoked, or may do something else now; how many were closed."""
    closed = 0
    for some in _portions(connections):
        versions = await store.read(_versions, [one.actor for one in some])
        for connection in some:
            version = versions.get(connection.actor.proof)
            if version is None:
                connection.close(codes.NOT_SIGNED_IN, "signed out")
            elif version != connection.actor.version:
                connection.close(codes.CHANGED, "the account has changed")
            closed += bool(connection.closing)
    return closed


def _versions(tx: Tx, actors: Sequence[Actor]) -> dict[str, int]:
    return accounts.standing(tx, actors)


async def check_visitors(store: Store, connections: Sequence[VisitorConnection]) -> int:
    """Close who was blocked, and who was known and has been erased; how many were closed."""
    closed = 0
    for some in _portions(connections):
        blocked = await store.read(visits.standing, sorted({one.who.visitor for one in some}))
        for connection in some:
            visitor = connection.who.visitor
            if blocked.get(visitor):
                connection.close(codes.FORBIDDEN, "blocked")
            elif visitor in blocked:
                connection.known = True
            elif connection.known:
                connection.close(codes.CHANGED, "erased: begin anew")
            closed += bool(connection.closing)
    return closed


def _portions(all_of_them: Sequence[_One]) -> Iterator[Sequence[_One]]:
    """As many at a time as one query asks for."""
    for start in range(0, len(all_of_them), AT_ONCE):
        yield all_of_them[start : start + AT_ONCE]
