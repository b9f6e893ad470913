"""A plan made ready to decide: conditions compiled, triggers indexed by what they ask.

The index never changes what is decided. It leaves out what can't matter: triggers whose condition demands
another page than the present one, and triggers that read no fact an event has changed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from zoneinfo import ZoneInfo

from overture.direction.arms import Arm, site_draw, threshold, trigger_draw, variant_index
from overture.direction.conditions import ALWAYS, START, Condition, Surroundings, compile_condition
from overture.direction.conditions.compile import stage_reader
from overture.direction.conditions.syntax import (
    And,
    Audience,
    Call,
    Compare,
    Constant,
    Fact,
    Items,
    Node,
    Or,
    Within,
)
from overture.direction.hours import Hours
from overture.direction.model import Plan, Trigger
from overture.visits.facts import VisitState

_PATHS_REMEMBERED = 8_192


class CompiledTrigger:
    """A trigger ready to be asked."""

    __slots__ = (
        "asks_team",
        "condition",
        "count",
        "holds",
        "hours",
        "index",
        "model",
        "name",
        "per_ms",
        "share",
        "team",
    )

    def __init__(self, index: int, model: Trigger, condition: Condition, hours: Hours) -> None:
        self.index = index
        self.model = model
        self.name = model.name
        self.team = model.team
        self.condition = condition
        self.holds = condition.holds
        self.asks_team = any(fact.startswith("team.") for fact in condition.facts)
        self.hours = hours
        self.count = model.at_most.count
        self.per_ms = model.at_most.per_ms
        self.share = threshold(model.holdout)


class Crossings:
    """The instants at which comparisons of one time fact change, in ms from the fact's zero."""

    __slots__ = ("at", "due")

    def __init__(self, pairs: Iterable[tuple[int, int]]) -> None:
        due: dict[int, list[int]] = {}
        for ms, index in pairs:
            due.setdefault(ms, []).append(index)
        self.at = sorted(due)
        self.due = {ms: tuple(sorted(indexes)) for ms, indexes in due.items()}

    def after(self, elapsed: int) -> int | None:
        """The first instant later than `elapsed`."""
        place = bisect_right(self.at, elapsed)
        return self.at[place] if place < len(self.at) else None


class Scope:
    """The triggers that can hold on one page, and when they must be asked."""

    __slots__ = ("_by_change", "_plan", "active", "idle", "page", "timed", "visit")

    def __init__(self, plan: CompiledPlan, active: tuple[int, ...]) -> None:
        self._plan = plan
        self._by_change: dict[int, tuple[int, ...]] = {}
        self.active = frozenset(active)
        found: dict[str, list[tuple[int, int]]] = {"page.seconds": [], "visit.seconds": [], "visit.idle_seconds": []}
        for index in active:
            for fact, ms in plan.triggers[index].condition.crossings:
                found[fact].append((ms, index))
        self.page = Crossings(found["page.seconds"])
        self.visit = Crossings(found["visit.seconds"])
        self.idle = Crossings(found["visit.idle_seconds"])
        self.timed = bool(self.page.at or self.visit.at or self.idle.at)

    def asking(self, changed: int) -> tuple[int, ...]:
        """The triggers that read a fact which `changed` says may have changed, in the plan's order."""
        known = self._by_change.get(changed)
        if known is None:
            triggers = self._plan.triggers
            wanted = changed | ALWAYS
            known = tuple(
                index for index in sorted(self.active) if (triggers[index].condition.changes | START) & wanted
            )
            self._by_change[changed] = known
        return known

    def next_crossing(self, state: VisitState) -> int | None:
        """The first instant after the state's present one at which a comparison changes, if no event comes."""
        now = state.now_ms
        first: int | None = None
        # Written out three times: this runs at every moment of every visit of a backtest.
        if (instants := self.page.at) and (place := bisect_right(instants, now - state.page_at)) < len(instants):
            first = state.page_at + instants[place]
        if (instants := self.visit.at) and (place := bisect_right(instants, now)) < len(instants):
            at = instants[place]
            first = at if first is None or at < first else first
        if (instants := self.idle.at) and (place := bisect_right(instants, now - state.last_at)) < len(instants):
            at = state.last_at + instants[place]
            first = at if first is None or at < first else first
        return first

    def due(self, state: VisitState, at: int) -> tuple[int, ...]:
        """The triggers with a crossing at exactly `at`, in the plan's order."""
        page = self.page.due.get(at - state.page_at, ())
        visit = self.visit.due.get(at, ())
        idle = self.idle.due.get(at - state.last_at, ())
        if not visit and not idle:
            return page
        return tuple(sorted({*page, *visit, *idle}))


class CompiledPlan:
    """A plan version in memory. Safe to share between visits; it remembers, but nothing that decides."""

    __slots__ = (
        "_anywhere", "_by_path", "_by_prefix", "_lengths", "_routes", "_scopes", "_scopes_by_path", "around",
        "by_name", "hours", "plan", "site_share", "stage_of", "triggers", "version", "zone",
    )  # fmt: skip

    def __init__(self, plan: Plan, version: int = 0) -> None:
        self.plan = plan
        self.version = version  # 0 if it was never published
        self.zone = ZoneInfo(plan.timezone)
        self.hours = {team.name: Hours(team.hours, self.zone, plan.country) for team in plan.teams}
        self.around = _surroundings(plan, self.zone)
        self.stage_of: Callable[[VisitState], str] = stage_reader(self.around.stages)
        self.triggers = tuple(
            CompiledTrigger(index, model, compile_condition(model.when, self.around), self.hours[model.team])
            for index, model in enumerate(plan.triggers)
        )
        self.by_name = {trigger.name: trigger for trigger in self.triggers}
        self._routes = tuple(
            (route.to, None if route.when is None else compile_condition(route.when, self.around))
            for route in plan.routes
        )
        self.site_share = threshold(plan.holdout)
        self._scopes: dict[tuple[int, ...], Scope] = {}
        self._scopes_by_path: dict[str, Scope] = {}
        self._index_paths()

    def route_of(self, state: VisitState) -> str:
        """The team of the first route that holds, else the plan's first team."""
        for team, condition in self._routes:
            if condition is None or condition.holds(state):
                return team
        return self.plan.teams[0].name

    def arm(self, trigger: CompiledTrigger, visitor: str) -> Arm:
        """The arm a visitor is in for a trigger."""
        plan = self.plan
        if self.site_share and site_draw(plan.site, plan.epoch, visitor) < self.site_share:
            return "held_out_all"
        if trigger.share and trigger_draw(plan.site, trigger.name, trigger.model.epoch, visitor) < trigger.share:
            return "held_out"
        return "invited"

    def variant(self, trigger: CompiledTrigger, visitor: str) -> str:
        """The wording a visitor gets from a trigger, whatever the arm."""
        say = trigger.model.say
        return say[variant_index(self.plan.site, trigger.name, visitor, len(say))].name

    def scope(self, path: str) -> Scope:
        """The triggers that can hold on the page at `path`."""
        scope = self._scopes_by_path.get(path)
        if scope is None:
            if len(self._scopes_by_path) >= _PATHS_REMEMBERED:
                self._scopes_by_path.clear()
            scope = self._scopes_by_path[path] = self._find_scope(path)
        return scope

    def _find_scope(self, path: str) -> Scope:
        active = set(self._anywhere)
        active.update(self._by_path.get(path, ()))
        for length in self._lengths:
            if length > len(path):
                break
            active.update(self._by_prefix.get(path[:length], ()))
        key = tuple(sorted(active))
        scope = self._scopes.get(key)
        if scope is None:
            if len(self._scopes) >= _PATHS_REMEMBERED:
                self._scopes.clear()
            scope = self._scopes[key] = Scope(self, key)
        return scope

    def _index_paths(self) -> None:
        self._anywhere: list[int] = []
        self._by_path: dict[str, list[int]] = {}
        self._by_prefix: dict[str, list[int]] = {}
        for trigger in self.triggers:
            demand = path_demand(trigger.condition.node, self.around)
            if demand is None:
                self._anywhere.append(trigger.index)
                continue
            for whole, text in demand:
                index = self._by_path if whole else self._by_prefix
                index.setdefault(text, []).append(trigger.index)
        self._lengths = sorted({len(prefix) for prefix in self._by_prefix})


def compile_plan(plan: Plan, version: int = 0) -> CompiledPlan:
    """A checked plan, made ready. ValueError if it never passed its check."""
    return CompiledPlan(plan, version)


def _surroundings(plan: Plan, zone: ZoneInfo) -> Surroundings:
    bare = Surroundings(zone)
    stages = tuple((stage.name, compile_condition(stage.when, bare)) for stage in plan.stages)
    staged = Surroundings(zone, {}, stages)
    audiences = {one.name: compile_condition(one.when, staged) for one in plan.audiences}
    return Surroundings(zone, audiences, stages)


def path_demand(node: Node, around: Surroundings) -> set[tuple[bool, str]] | None:
    """The paths a condition can hold on: (whole path or prefix, text) pairs, any of them; None: everywhere."""
    if isinstance(node, Audience):
        return path_demand(around.audiences[node.name].node, around)
    if isinstance(node, And):
        demands = [found for part in node.parts if (found := path_demand(part, around)) is not None]
        # Whole paths are narrower than prefixes, and fewer texts narrower than many.
        return min(demands, key=lambda one: (not all(whole for whole, _ in one), len(one)), default=None)
    if isinstance(node, Or):
        united: set[tuple[bool, str]] = set()
        for part in node.parts:
            found = path_demand(part, around)
            if found is None:
                return None
            united |= found
        return united
    return _atom_demand(node)


def _atom_demand(node: Node) -> set[tuple[bool, str]] | None:
    if isinstance(node, Compare) and node.op == "==":
        for one, other in ((node.left, node.right), (node.right, node.left)):
            if _is_path(one) and isinstance(other, Constant):
                return {(True, str(other.value))}
    if isinstance(node, Within) and _is_path(node.left) and isinstance(node.right, Items):
        texts = [item.value for item in node.right.items if isinstance(item, Constant)]
        if len(texts) == len(node.right.items):
            return {(True, str(text)) for text in texts}
    if isinstance(node, Call) and node.name == "startsWith" and node.target is not None and _is_path(node.target):
        given = node.args[0]
        if isinstance(given, Constant) and given.value:
            return {(False, str(given.value))}
    return None


def _is_path(node: Node) -> bool:
    return isinstance(node, Fact) and node.name == "page.path"
