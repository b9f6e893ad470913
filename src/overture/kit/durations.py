"""Durations as people write them: `20s`, `5m`, `1h30m`, `7d`. Inside they are whole milliseconds."""

from __future__ import annotations

import re
from datetime import timedelta

_UNITS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_PART = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?)(ms|s|m|h|d|w)")
_LONGEST = 3_660 * _UNITS["d"]


def parse_duration(text: str) -> int:
    """Milliseconds of `text`; ValueError says what a duration looks like."""
    parts = _PART.findall(text)
    if not parts or "".join(n + u for n, u in parts) != text:
        raise ValueError(f"{text!r} is not a duration: write a number and s, m, h, d or w, as in 20s, 5m, 1h30m, 7d")
    total = round(sum(float(number) * _UNITS[unit] for number, unit in parts))
    if total > _LONGEST:
        raise ValueError(f"{text!r} is longer than ten years")
    return total


def format_duration(ms: int) -> str:
    """The shortest text that `parse_duration` reads back as `ms`."""
    if ms == 0:
        return "0s"
    text = ""
    for unit in ("w", "d", "h", "m", "s", "ms"):
        count, ms = divmod(ms, _UNITS[unit])
        if count:
            text += f"{count}{unit}"
    return text


def as_timedelta(ms: int) -> timedelta:
    """The same length as a `timedelta`."""
    return timedelta(milliseconds=ms)
