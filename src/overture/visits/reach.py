"""Whether a visitor belongs to a conversation of some teams; answered by the domain that keeps conversations."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from overture.store import Tx

Talked = Callable[[Tx, str, str, Sequence[str] | None], bool]
"""(transaction, site, visitor, teams); None stands for any team."""

_answers: list[Talked] = []


def answered_by(talked: Talked) -> None:
    """Register who knows; the latest one registered answers."""
    _answers[:] = [talked]


def has_talked(tx: Tx, site: str, visitor: str, teams: Sequence[str] | None) -> bool:
    """Whether the visitor has or had a conversation with any of these teams (None: with any). Nobody to ask: no."""
    return any(talked(tx, site, visitor, teams) for talked in _answers)
