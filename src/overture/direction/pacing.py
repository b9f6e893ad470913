"""Pacing: whether a team can be expected to answer one more invitation in time. Pure.

Free slots, less unanswered invitations x their acceptance rate, less the chats that come by themselves within
`answer_within`, must leave room for this invitation's own expected chat.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Reason = Literal["nobody_there", "busy", "invitations_out", "chats_expected"]


# Before anything is measured: 5% accept, worth 20 invitations. Vendors report 1-5%; the higher end invites fewer.
PRIOR_ACCEPTED = 1.0
PRIOR_INVITED = 20.0
LEAST = 0.01
_ROUNDING = 1e-9  # twenty invitations at 5% fill one slot, whatever binary fractions make of it


def acceptance_rate(accepted: int, answered: int) -> float:
    """The share of invitations that is accepted, of `answered` that had their time; pulled towards 5%."""
    return max(LEAST, (accepted + PRIOR_ACCEPTED) / (answered + PRIOR_INVITED))


class TeamLoad(msgspec.Struct):
    """What one team has to answer. `reactive_per_hour` are chats that visitors open by themselves.

    `unanswered` grows as invitations are made between two readings of the desk. `expected` are slots that
    invitations will take, where that is known as an expectation only: in a backtest.
    """

    free: float
    queue: float
    wait_seconds: float
    acceptance: float
    reactive_per_hour: float
    answer_within_ms: int
    unanswered: int = 0
    expected: float = 0.0
    there: bool = True

    @property
    def room(self) -> float:
        """Slots left for the chats that invitations bring, this one's included."""
        return self.free - self.queue - self._reactive - self._taken - self.acceptance

    @property
    def _reactive(self) -> float:
        return self.reactive_per_hour * self.answer_within_ms / 3_600_000

    @property
    def _taken(self) -> float:
        return self.unanswered * self.acceptance + self.expected

    def may_invite(self) -> bool:
        """Whether one more may be invited; never without a free slot."""
        return self.free - self.queue >= 1 and self.room >= -_ROUNDING

    def reason(self) -> Reason:
        """Why not, when `may_invite` says no."""
        if not self.there:
            return "nobody_there"
        if self.free - self.queue < 1:
            return "busy"
        return "invitations_out" if self.room + self._taken >= -_ROUNDING else "chats_expected"
