"""Everything that is said of a plan before it may be published: what its text gets wrong, and what it means.

`load` tells what can't be read. Here stand the refusals and warnings that take the whole plan to see. They
are said of what could be read, even if other parts could not, so that all is told at once.
"""

from __future__ import annotations

import re
import time
from datetime import date
from zoneinfo import ZoneInfo

import msgspec

from overture.direction.conditions import Node
from overture.direction.conditions.logic import Proofs
from overture.direction.conditions.maybe import Now, could_hold
from overture.direction.conditions.near import near
from overture.direction.conditions.syntax import Audience, Compare, Constant, Fact, Items, Within, walk
from overture.direction.errors import Problem
from overture.direction.hours import BadHours, Hours, reopens_holidays
from overture.direction.hours_check import doubts
from overture.direction.load import CHANNELS, Loaded, load
from overture.direction.model import MANAGERS, Escalate, Plan, Team
from overture.direction.odd_values import odd_values
from overture.direction.words import percent
from overture.direction.yaml_tree import START, Place
from overture.kit.clock import from_ms

KNOWN_MEASURES = (
    "orders", "revenue", "leads", "won_leads", "bookings", "conversations", "solved", "satisfaction", "csat",
    "promises_kept", "first_response", "repeat_contacts",
)  # fmt: skip
_CHANNEL_HABITS = {
    "call": "phone", "tel": "phone", "telephone": "phone", "sms": "phone", "mail": "email", "e-mail": "email",
    "meeting": "visit", "store": "visit",
}  # fmt: skip
# Longer codes name a script and a region; a language with either is what the visitor's history has room for.
_LONGEST_LANGUAGE = 8
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}")
_COUNTED = ("orders", "leads", "won_leads", "bookings", "conversations", "solved")
_PER_YEAR = {"day": 365, "week": 52, "month": 12, "quarter": 4, "year": 1}
# Below so many conversions a year in the smaller arm no difference of a realistic size can be told.
_CONVERSIONS_TO_TELL = 25
_SMALLEST_HOLDOUT = 0.005
_MOST_MINUTES = 500_000  # asked of all triggers together: one that never fits a team's hours takes up to 10,080
_WEEK_MINUTES = 7 * 24 * 60
_DAY_MS = 86_400_000


class Checked(msgspec.Struct, frozen=True):
    """The plan, if nothing in it is refused; refusals and warnings, in the order of the text."""

    plan: Plan | None
    problems: list[Problem]

    @property
    def errors(self) -> list[Problem]:
        """What keeps the plan from being published."""
        return [problem for problem in self.problems if problem.severity == "error"]


def check(text: str | bytes, file: str = "plan.yaml", now_ms: int | None = None) -> Checked:
    """Check a plan's text. `now_ms` (ms since 1970) is the present, for dates and hours; None: the clock's."""
    loaded = load(text, file)
    if loaded.readable is None:
        return Checked(None, loaded.problems)
    present = time.time_ns() // 1_000_000 if now_ms is None else now_ms
    check = _Check(loaded, loaded.readable, file, present)
    check.run()
    problems = sorted([*loaded.problems, *check.problems], key=lambda one: (one.line, one.column))
    refused = any(problem.severity == "error" for problem in problems)
    return Checked(None if refused else loaded.plan, problems)


class _Check:
    def __init__(self, loaded: Loaded, plan: Plan, file: str, now_ms: int) -> None:
        self.plan = plan
        self.places = loaded.places
        self.conditions = loaded.conditions
        self.file = file
        self.now_ms = now_ms
        self.zone = ZoneInfo(plan.timezone)
        self.problems: list[Problem] = []
        self.audiences: dict[str, Node] = {
            one.name: loaded.conditions[f"audiences/{one.name}"] for one in plan.audiences
        }
        self.proofs = Proofs(self.audiences)
        self.open_at: dict[tuple[str, bool], list[Now]] = {}
        self.minutes_asked = 0
        self.hours = {name: self.hours_of(text) for name, text in loaded.hours.items()}

    def run(self) -> None:
        self.languages()
        self.teams()
        self.routes()
        self.stage_names()
        self.values()
        self.triggers()
        self.overshadowed()
        self.holdouts()
        if self.plan.quiet.per_visit == 0:
            self.warn(
                "never_invites", "quiet/per_visit", "per_visit: 0 lets nobody be invited", "leave it out, or write 1"
            )

    def refuse(self, code: str, path: str, message: str, hint: str) -> None:
        self.say(code, path, message, hint)

    def warn(self, code: str, path: str, message: str, hint: str) -> None:
        self.say(code, path, message, hint, warning=True)

    def say(self, code: str, path: str, message: str, hint: str, warning: bool = False) -> None:
        place: Place = self.places.get(path, START)
        self.problems.append(
            Problem(
                code=code,
                message=message,
                hint=hint,
                file=self.file,
                line=place.line,
                column=place.column,
                severity="warning" if warning else "error",
            )
        )

    def languages(self) -> None:
        for language in self.plan.languages:
            if len(language) > _LONGEST_LANGUAGE:
                message = f"`{language[:40]}` is too long for a language"
                self.refuse(
                    "bad_language", f"languages/{language}", message, "write it with its script or region alone"
                )

    # Teams

    def hours_of(self, text: str) -> Hours | None:
        try:
            return Hours(text, self.zone, self.plan.country)
        except BadHours:
            return None  # told by the loader

    def teams(self) -> None:
        for name, hours in self.hours.items():
            if hours is not None:
                self.opening(name, hours)
        for team in self.plan.teams:
            path = f"teams/{team.name}/"
            self.goal(team, f"{path}goal")
            self.after_chat(team, f"{path}after_chat")
            if team.escalate is not None:
                self.escalate(team, team.escalate, f"{path}escalate")

    def escalate(self, team: Team, rule: Escalate, path: str) -> None:
        if rule.after_ms < team.answer_within_ms:
            message = f"{team.name} escalates before its own `answer_within` has passed"
            self.warn("early_escalation", f"{path}/after", message, "make `after` the longer of the two")
        for name in rule.to:
            if "@" in name:
                if not _EMAIL.fullmatch(name):
                    hint = "write one as in maija@example.com, a team, or managers"
                    self.refuse("bad_value", f"{path}/to", f"`{name[:60]}` is no e-mail address", hint)
            elif name == team.name:
                hint = "name another team, a user's e-mail address, or managers"
                self.refuse("own_team", f"{path}/to", f"{team.name} can't escalate to itself: it has it already", hint)
            elif name != MANAGERS and name not in self.hours:
                close = near(name, [*self.hours, MANAGERS], 0.6)
                hint = f"did you mean {close}?" if close else "write managers, a team, or a user's e-mail address"
                self.refuse("unknown_team", f"{path}/to", f"There is no team `{name[:60]}` to escalate to", hint)

    def after_chat(self, team: Team, path: str) -> None:
        owner, channel = team.after_chat.owner, team.after_chat.channel
        if owner not in self.hours:
            close = near(owner, self.hours, 0.6)
            hint = (
                f"did you mean {close}?" if close else f"name a team, as {team.name}; people are named at the wrap-up"
            )
            message = f"`{owner[:60]}` is no team of this plan: {team.name} itself will act"
            self.warn("unknown_owner", f"{path}/owner", message, hint)
        if channel is not None and channel not in CHANNELS:
            meant = _CHANNEL_HABITS.get(channel.lower())
            hint = f"did you mean {meant}?" if meant else f"write {', '.join(CHANNELS[:-1])} or {CHANNELS[-1]}"
            self.refuse("bad_value", f"{path}/channel", f"`channel` can't be `{channel[:60]}`", hint)

    def opening(self, team: str, hours: Hours) -> None:
        path = f"teams/{team}/hours"
        if hours.next_opening(self.now_ms) is None:
            hint = 'write hours that come, as in "Mo-Fr 09:00-17:00"'
            self.refuse("never_open", path, f"The hours of {team} never open", hint)
        for doubt in doubts(hours, self.zone, self.plan.country, self.now_ms):
            self.say(doubt.code, path, f"{team}: {doubt.message}", doubt.hint, warning=not doubt.refused)
        if "country" not in self.places and ("PH" in hours.text or "SH" in hours.text):
            message = f"The hours of {team} speak of holidays, but the plan names no country"
            self.warn("no_country", path, message, "add country: FI (two letters) to the plan")
        if self.plan.country and reopens_holidays(hours.text, self.zone, self.plan.country, self.now_ms):
            message = f"{team} is open on public holidays: what stands behind `PH off` wins over it"
            self.warn("holidays_open", path, message, "put `PH off` last; only single dates belong behind it")

    def goal(self, team: Team, path: str) -> None:
        goal = team.goal
        named = {*team.outcomes, *(outcome.partition(":")[0] for outcome in team.outcomes)}
        if goal.measure not in KNOWN_MEASURES and goal.measure not in named:
            ends = {outcome.rpartition(":")[2]: outcome for outcome in team.outcomes}
            close = near(goal.measure, [*KNOWN_MEASURES, *named, *ends], 0.7)
            hint = (
                "write it among the team's outcomes if your site or your agents record it, or measure orders, solved …"
            )
            if close:
                hint = f"did you mean {ends.get(close, close)}?"
            message = f"`{goal.measure}` is no measure the reports know, and no outcome of {team.name}"
            self.warn("unknown_measure", f"{path}/measure", message, hint)
        if goal.by is not None and date.fromisoformat(goal.by) < from_ms(self.now_ms).astimezone(self.zone).date():
            self.warn("goal_past", f"{path}/by", f"The goal's day {goal.by} has gone by", "set a day to come")

    # Routes

    def routes(self) -> None:
        seen: list[tuple[Node | None, str]] = []
        for index in range(len(self.plan.routes)):
            path = f"routes:{index}"
            node = self.conditions.get(f"{path}/when")
            why = self.unreachable(node, seen)
            if why:
                self.refuse(
                    "unreachable_route", path, f"This route can't be reached: {why}", "remove it, or move it up"
                )
            seen.append((node, path))
        if self.plan.routes and not any(node is None or self.proofs.always(node) for node, _ in seen):
            message = "No route holds for everybody: the rest comes to the first team"
            self.warn("no_last_route", "routes:0", message, "end with - {to: ...}")

    def unreachable(self, node: Node | None, seen: list[tuple[Node | None, str]]) -> str:
        if node is not None and self.proofs.never(node):
            return "its condition never holds"
        for earlier, path in seen:
            line = self.places[path].line
            if earlier is None or self.proofs.always(earlier):
                return f"the one in line {line} holds for everybody"
            if node is not None and self.proofs.implies(node, earlier):
                return f"wherever it holds, the one in line {line} does"
        return ""

    # Stages

    def stage_names(self) -> None:
        stages = sorted(path.removeprefix("stages/") for path in self.places if path.startswith("stages/"))
        known = {*stages, ""}
        otherwise = (
            f"stages are {', '.join(stages[:10])}" if stages else "the plan has no stages: write some under `stages`"
        )
        for path, node in self.conditions.items():
            if ":" in path:
                continue  # another name of one that comes anyway
            for part in walk(node):
                for name in _asked_stages(part):
                    if name not in known:
                        close = near(name, stages, 0.5)
                        hint = f"did you mean {close}?" if close else otherwise
                        self.warn("unknown_stage", path, f"There is no stage `{name[:60]}`: this never holds", hint)

    # Values that facts never have

    def values(self) -> None:
        for path, node in self.conditions.items():
            if ":" not in path:
                for message, hint in odd_values(node):
                    self.warn("odd_value", path, message, hint)

    # Triggers

    def triggers(self) -> None:
        for trigger in self.plan.triggers:
            path = f"triggers:{trigger.name}"
            node = self.conditions[f"{path}/when"]
            if self.proofs.never(node):
                message = f"The trigger {trigger.name} can never fire: its condition contradicts itself"
                self.warn("never_fires", path, message, "look at the numbers and names in its condition")
                continue
            hours = self.hours.get(trigger.team)
            if hours is None or hours.next_opening(self.now_ms) is None:
                continue
            asked = self.asked_of_the_clock(node)
            if asked and self.never_while_open(node, trigger.team, hours, asked):
                message = f"The trigger {trigger.name} can never fire while {trigger.team} is open"
                self.warn("never_while_open", path, message, "let its hours and the team's hours meet")

    def asked_of_the_clock(self, node: Node) -> set[str]:
        """What of the time of the week a condition asks for, or an audience in it."""
        asked: set[str] = set()
        for part in walk(node):
            if isinstance(part, Fact) and part.name.startswith("now."):
                asked.add(part.name)
            if isinstance(part, Audience) and part.name in self.audiences:
                asked |= self.asked_of_the_clock(self.audiences[part.name])
        return asked

    def never_while_open(self, node: Node, team: str, hours: Hours, asked: set[str]) -> bool:
        """Whether the condition fails at every minute of the coming week that the team is open, whatever else."""
        times = self.times_open(team, hours, "now.minute" in asked)
        for now in times:
            self.minutes_asked += 1
            if self.minutes_asked > _MOST_MINUTES or could_hold(node, self.audiences, now):
                return False
        return bool(times)

    def times_open(self, team: str, hours: Hours, by_minute: bool) -> list[Now]:
        """The minutes, or hours, of the coming week at which a team is open, by the site's clock."""
        known = self.open_at.get((team, by_minute))
        if known is None and not by_minute:
            whole = dict.fromkeys((hour, 0.0, day) for hour, _, day in self.times_open(team, hours, True))
            known = self.open_at[team, False] = list(whole)
        if known is None:
            known = self.open_at[team, True] = []
            opening = hours.next_opening(self.now_ms)
            for minute in range(_WEEK_MINUTES if opening is not None else 0):
                at = ((opening or 0) // 60_000 + minute) * 60_000
                if hours.is_open(at):
                    local = from_ms(at).astimezone(self.zone)
                    known.append((float(local.hour), float(local.minute), float(local.isoweekday())))
        return known

    def overshadowed(self) -> None:
        """Triggers that come after one that holds wherever they do: with one decision a visit they starve."""
        if self.plan.quiet.per_visit > 1:
            return
        earlier: dict[str, list[tuple[str, Node]]] = {}
        for trigger in self.plan.triggers:
            if self.proofs.spent:
                return  # some thousand triggers: nobody reads so many warnings
            node = self.conditions[f"triggers:{trigger.name}/when"]
            if self.proofs.never(node):
                continue  # told already
            team = earlier.setdefault(trigger.team, [])
            for name, other in team:
                if self.proofs.implies(node, other):
                    message = f"Wherever {trigger.name} holds, {name} does and comes first"
                    hint = f"move {trigger.name} up, or narrow {name}"
                    self.warn("overshadowed", f"triggers:{trigger.name}", message, hint)
                    break
            team.append((trigger.name, node))

    def holdouts(self) -> None:
        teams = {team.name: team for team in self.plan.teams}
        self.holdout(self.plan.holdout, self.plan.teams, "holdout", "The site's holdout")
        for trigger in self.plan.triggers:
            if trigger.team in teams:
                what = f"The holdout of {trigger.name}"
                self.holdout(trigger.holdout, (teams[trigger.team],), f"triggers:{trigger.name}/holdout", what)

    def holdout(self, share: float, teams: tuple[Team, ...], path: str, what: str) -> None:
        if share in (0.0, 1.0):
            if share == 1.0:
                self.warn("never_invites", path, f"{what} is 100%: nobody is invited", "lower it")
            return
        goals = [team.goal for team in teams if team.goal.measure in _COUNTED]
        yearly = sum(goal.amount * _PER_YEAR[goal.per] for goal in goals)
        smaller = min(share, 1 - share)
        if smaller < _SMALLEST_HOLDOUT or (goals and yearly * smaller < _CONVERSIONS_TO_TELL):
            hint = "raise it, or leave it out and claim nothing"
            if goals and yearly >= 2 * _CONVERSIONS_TO_TELL:
                enough = _CONVERSIONS_TO_TELL / yearly
                hint = f"at the goal's rate {enough:.0%} would do; or leave it out and claim nothing"
            self.warn("small_holdout", path, f"{what} ({percent(share)}) is too small to ever tell a difference", hint)


def _asked_stages(node: Node) -> list[str]:
    """The stage names that a comparison or list compares the stage with."""
    sides: tuple[Node, ...] = ()
    if isinstance(node, Compare):
        sides = (node.left, node.right)
    elif isinstance(node, Within) and isinstance(node.right, Items):
        sides = (node.left, *node.right.items)
    if not any(isinstance(side, Fact) and side.name == "visit.stage" for side in sides):
        return []
    return [side.value for side in sides if isinstance(side, Constant) and isinstance(side.value, str)]
