"""Who is invited and who is held out, and which wording they get: drawn once, the same for ever.

A draw is a hash of names, so that the same visitor gets the same arm in every process, visit and backtest,
and nothing has to be stored to keep it.
"""

from __future__ import annotations

from fractions import Fraction
from hashlib import blake2b
from typing import Literal

Arm = Literal["invited", "held_out", "held_out_all"]
_WHOLE = 1 << 64


def draw(text: str) -> int:
    """A number from 0 to 2^64 - 1 for `text`: its BLAKE2b of 8 bytes, big-endian."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


def threshold(share: float) -> int:
    """The draw below which somebody belongs to `share` (0 to 1)."""
    whole = Fraction(share) * _WHOLE
    return -(-whole.numerator // whole.denominator)


def site_draw(site: str, epoch: int, visitor: str) -> int:
    """The draw that decides on `held_out_all`."""
    return draw(f"{site}/*/{epoch}/{visitor}")


def trigger_draw(site: str, trigger: str, epoch: int, visitor: str) -> int:
    """The draw that decides on `held_out`."""
    return draw(f"{site}/{trigger}/{epoch}/{visitor}")


def variant_index(site: str, trigger: str, visitor: str, count: int) -> int:
    """Which of `count` wordings, from 0."""
    return (draw(f"{site}/{trigger}/variant/{visitor}") * count) >> 64
