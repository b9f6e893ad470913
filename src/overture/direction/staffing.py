"""Who would be at the desk in a backtest: agents by team and hour, how many accept, how long a chat takes.

acceptance: 4%            # of invitations; 5% if left out
handle: 6m                # a slot is taken for so long by a chat that an invitation brought; 5m if left out
teams:                    # a team that is not named has no limit
  care: 2                 # while it is open
  bike-sales:
    - {agents: 4, hours: "Mo-Fr 10:00-15:00"}
    - {agents: 2, hours: "Mo-Fr 15:00-21:00; Sa 10:00-16:00"}
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from overture.direction.errors import BadStaffing
from overture.direction.hours import BadHours, Hours
from overture.direction.model import Plan
from overture.kit.durations import parse_duration

MOST_AGENTS = 10_000
_MOST_BYTES = 1 << 20
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,6})?)%")

Agents = Annotated[int, msgspec.Meta(ge=0, le=MOST_AGENTS)]


class Shift(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Agents who are there at some hours (in the syntax of a team's hours); while the team is open if left out."""

    agents: Agents
    hours: str = ""


class Staffing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who would be there, as it is written: agents or shifts by team, the share that accepts, a chat's length."""

    teams: dict[str, Agents | list[Shift]]
    acceptance: str = "5%"
    handle: str = "5m"

    @property
    def acceptance_share(self) -> float:
        """Of all invitations, those that become a chat; 0 to 1. BadStaffing if it is no share."""
        match = _PERCENT.fullmatch(self.acceptance)
        if match is None or float(match.group(1)) > 100:
            raise BadStaffing(f"acceptance is {self.acceptance[:40]!r}: write a share from 0% to 100%, as in 4%")
        return float(match.group(1)) / 100

    @property
    def handle_ms(self) -> int:
        """How long a chat takes a slot. BadStaffing if it is no duration, or none at all."""
        try:
            handle = parse_duration(self.handle)
        except ValueError as error:
            raise BadStaffing(f"handle: {error}") from None
        if not handle:
            raise BadStaffing("handle is 0: say how long a chat takes an agent, as in 5m")
        return handle

    def shifts(self, team: str) -> list[Shift]:
        """The team's shifts."""
        found = self.teams[team]
        return [Shift(found)] if isinstance(found, int) else found

    def check(self, *plans: Plan) -> None:
        """BadStaffing if it can't be used with these plans; each team must be in one of them."""
        known = list(dict.fromkeys(team.name for plan in plans for team in plan.teams))
        for name in self.teams:
            if name not in known:
                raise BadStaffing(f"The plan has no team {name[:40]!r}: its teams are {', '.join(known)}")
            for shift in self.shifts(name):
                hours_of(shift, plans[0])
        _ = self.acceptance_share, self.handle_ms


def hours_of(shift: Shift, plan: Plan) -> Hours:
    """When a shift is there, in the plan's time zone. BadStaffing if its hours can't be read."""
    try:
        return Hours(shift.hours or "24/7", ZoneInfo(plan.timezone), plan.country)
    except BadHours as error:
        raise BadStaffing(f"the hours {shift.hours[:60]!r} of a shift: {error}") from None


def read_staffing(file: Path) -> Staffing:
    """A staffing as written in a YAML or JSON file. BadStaffing says what is wrong with it."""
    if file.stat().st_size > _MOST_BYTES:
        raise BadStaffing(f"{file} is larger than any staffing is")
    try:
        found: Any = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8-sig"))
        return msgspec.convert(found, Staffing)
    except UnicodeDecodeError:
        raise BadStaffing(f"{file} is no text in UTF-8") from None
    except (YAMLError, RecursionError) as error:
        raise BadStaffing(f"{file} is no YAML: {' '.join(str(error).split())[:200]}") from None
    except msgspec.ValidationError as error:
        raise BadStaffing(f"{file}: {error}; it is written like {{teams: {{care: 2}}}}") from None
