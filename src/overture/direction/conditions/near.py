"""The name that was probably meant."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches

# Each comparison takes some 10 us, and a plan of 1 MB can ask ten thousand times.
_MOST_COMPARED = 100
_MOST_SIFTED = 2_000


def near(word: str, known: Collection[str], cutoff: float) -> str:
    """The known name most like a word, "" if none is. Of very many only those that begin alike are looked at."""
    if len(known) > _MOST_SIFTED:
        return ""
    if len(known) > _MOST_COMPARED:
        known = [one for one in known if one[:2] == word[:2]][:_MOST_COMPARED]
    found = get_close_matches(word, known, n=1, cutoff=cutoff)
    return found[0] if found else ""
