"""The next openings of a plan's teams in words, so that whoever writes hours sees what they mean."""

from __future__ import annotations

from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from overture.direction.hours import Hours
from overture.direction.model import Plan

SHOWN = 7


def next_openings(plan: Plan, now_ms: int) -> dict[str, list[str]]:
    """By team, from and to when it is open next: "Mo 2 Nov 2026 10:00-21:00"; what is always open has none to tell."""
    zone = ZoneInfo(plan.timezone)
    found = {}
    for team in plan.teams:
        spans = islice(Hours(team.hours, zone, plan.country).openings(now_ms), SHOWN)
        found[team.name] = [_words(start, end, zone) for start, end in spans] or ["always"]
    return found


def _words(start_ms: int, end_ms: int, zone: ZoneInfo) -> str:
    start, end = (datetime.fromtimestamp(at / 1000, zone) for at in (start_ms, end_ms))
    until = f"{end:%H:%M}"
    if end.date() != start.date():
        midnight = until == "00:00" and (end.date() - start.date()).days == 1
        until = "24:00" if midnight else f"{_day(end)} {until}"
    return f"{_day(start)} {start:%H:%M}-{until}"


def _day(at: datetime) -> str:
    days, months = "Mo Tu We Th Fr Sa Su", "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"
    return f"{days.split()[at.weekday()]} {at.day} {months.split()[at.month - 1]} {at.year}"
