"""What a plan would have done on recorded visits, counted."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec

from overture.direction.decide import Decision

HOURS_OF_WEEK = 168  # Monday 00 is 0
_QUARTERS_REMEMBERED = 3_000  # a month


class TriggerTally(msgspec.Struct):
    """One trigger's numbers, in visits: `eligible` where it held while its team was open, then by arm.

    `visitors` are those whose first decision of this trigger it was; `by_hour` counts invitations by hour of
    the week, Monday 00 first; `with_others` in how many visits another trigger was eligible as well.
    `held_back` are those refused to the end because its team had no room; only where a staffing was given.
    """

    eligible: int = 0
    invited: int = 0
    held_out: int = 0
    held_out_all: int = 0
    held_back: int = 0
    visitors: int = 0
    by_hour: list[int] = msgspec.field(default_factory=lambda: [0] * HOURS_OF_WEEK)
    with_others: dict[str, int] = {}

    @property
    def decisions(self) -> int:
        """Decisions of any arm."""
        return self.invited + self.held_out + self.held_out_all


class Tally(msgspec.Struct):
    """All numbers of a backtest, or of a part of it; parts add up with `add`."""

    visits: int = 0
    visitors: int = 0
    disturbed: int = 0
    chats: int = 0
    orders: int = 0
    first_ms: int | None = None
    last_ms: int | None = None
    chats_by_hour: list[int] = msgspec.field(default_factory=lambda: [0] * HOURS_OF_WEEK)
    triggers: dict[str, TriggerTally] = {}

    @property
    def disturbed_share(self) -> float:
        """Share of visits with at least one invitation."""
        return self.disturbed / self.visits if self.visits else 0.0

    @property
    def weeks(self) -> float:
        """How long the log runs, in weeks; at least a day, so that rates stay finite."""
        if self.first_ms is None or self.last_ms is None:
            return 1 / 7
        return max((self.last_ms - self.first_ms) / 604_800_000, 1 / 7)

    def add(self, other: Tally) -> None:
        """Take up another part's numbers."""
        self.visits += other.visits
        self.visitors += other.visitors
        self.disturbed += other.disturbed
        self.chats += other.chats
        self.orders += other.orders
        self.first_ms = _least(self.first_ms, other.first_ms)
        self.last_ms = None if self.first_ms is None else max(self.last_ms or 0, other.last_ms or 0)
        self.chats_by_hour = _sum(self.chats_by_hour, other.chats_by_hour)
        for name, numbers in other.triggers.items():
            _add_trigger(self.triggers.setdefault(name, TriggerTally()), numbers)

    def visit(self, started_ms: int, ended_ms: int, new_visitor: bool, orders: int) -> None:
        """Count a visit."""
        self.visits += 1
        self.visitors += new_visitor
        self.orders += orders
        if self.first_ms is None or started_ms < self.first_ms:
            self.first_ms = started_ms
        if self.last_ms is None or ended_ms > self.last_ms:
            self.last_ms = ended_ms

    def chat(self, hour: int) -> None:
        """Count a recorded conversation that began in an hour of the week."""
        self.chats += 1
        self.chats_by_hour[hour] += 1

    def decided(self, decision: Decision, first: bool, hour: int) -> None:
        """Count a decision; `first` if the visitor had none of this trigger before."""
        numbers = self.triggers[decision.trigger]
        numbers.visitors += first
        if decision.arm == "invited":
            numbers.invited += 1
            numbers.by_hour[hour] += 1
        elif decision.arm == "held_out":
            numbers.held_out += 1
        else:
            numbers.held_out_all += 1

    def surveyed(self, names: list[str]) -> None:
        """Count the triggers that were eligible in one visit."""
        for name in names:
            numbers = self.triggers[name]
            numbers.eligible += 1
            for other in names:
                if other is not name:
                    numbers.with_others[other] = numbers.with_others.get(other, 0) + 1

    def conversations_by_hour(self, acceptance: float) -> list[float]:
        """Conversations to expect by hour of the week: recorded ones and accepted invitations, a week."""
        weeks = self.weeks
        invited = [0] * HOURS_OF_WEEK
        for numbers in self.triggers.values():
            invited = _sum(invited, numbers.by_hour)
        return [(chats + acceptance * asked) / weeks for chats, asked in zip(self.chats_by_hour, invited, strict=True)]


class WeekClock:
    """Hours of the week in a zone; each quarter of an hour is worked out once, as long as time runs forward."""

    __slots__ = ("_known", "_zone")

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._known: dict[int, int] = {}

    def hour(self, at_ms: int) -> int:
        """0 to 167, Monday 00 is 0."""
        quarter = at_ms // 900_000  # some zones are a quarter of an hour off
        known = self._known.get(quarter)
        if known is None:
            if len(self._known) >= _QUARTERS_REMEMBERED:
                self._known.clear()
            local = datetime.fromtimestamp(quarter * 900, UTC).astimezone(self._zone)
            known = self._known[quarter] = local.weekday() * 24 + local.hour
        return known


def _least(one: int | None, other: int | None) -> int | None:
    if one is None or other is None:
        return other if one is None else one
    return min(one, other)


def _sum(one: list[int], other: list[int]) -> list[int]:
    return [a + b for a, b in zip(one, other, strict=True)]


def _add_trigger(numbers: TriggerTally, more: TriggerTally) -> None:
    numbers.eligible += more.eligible
    numbers.invited += more.invited
    numbers.held_out += more.held_out
    numbers.held_out_all += more.held_out_all
    numbers.held_back += more.held_back
    numbers.visitors += more.visitors
    numbers.by_hour = _sum(numbers.by_hour, more.by_hour)
    for name, count in more.with_others.items():
        numbers.with_others[name] = numbers.with_others.get(name, 0) + count
