"""The meaning of a plan in plain sentences.

Sentences come from a catalogue by key, so that another language is another catalogue; what stands in them
are the plan's own names and numbers.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from overture.direction.conditions import Node, Surroundings, compile_condition
from overture.direction.conditions.render import number_text
from overture.direction.conditions.syntax import Constant
from overture.direction.english import ENGLISH
from overture.direction.model import MANAGERS, AtMost, Goal, Plan, Team, Trigger
from overture.direction.phrases import Catalogue, Phrases

# Measures that say how well and not how many: of these a goal is a level, to be held all the time.
_LEVELS = ("satisfaction", "csat", "promises_kept", "first_response", "repeat_contacts")


class PlanInWords(msgspec.Struct, frozen=True):
    """A plan's meaning, sentence by sentence."""

    teams: list[str]
    routes: list[str]
    stages: list[str]
    audiences: list[str]
    manners: list[str]
    triggers: list[str]


def plan_in_words(plan: Plan, catalogue: Catalogue = ENGLISH) -> PlanInWords:
    """What a checked plan means."""
    say = Speaker(catalogue)
    around = _surroundings(plan)

    def node(text: str) -> Node:
        return compile_condition(text, around).node

    return PlanInWords(
        teams=[say.team(team, plan.currency) for team in plan.teams],
        routes=_routes(plan, say, node),
        stages=[say.stage(stage.name, node(stage.when), bool(place)) for place, stage in enumerate(plan.stages)],
        audiences=[say.audience(one.name, node(one.when)) for one in plan.audiences],
        manners=_manners(plan, say),
        triggers=[say.trigger(trigger, node(trigger.when)) for trigger in plan.triggers],
    )


def _surroundings(plan: Plan) -> Surroundings:
    bare = Surroundings()
    return Surroundings(audiences={one.name: compile_condition(one.when, bare) for one in plan.audiences})


def _routes(plan: Plan, say: Speaker, node: Callable[[str], Node]) -> list[str]:
    if not plan.routes:
        return [say("route_all", team=plan.teams[0].name)]
    lines = []
    for index, route in enumerate(plan.routes):
        when = None if route.when is None else node(route.when)
        if when is None or _always(when):
            lines.append(say("route_rest" if index else "route_all", team=route.to))
        else:
            lines.append(say("route", condition=say.condition(when), team=route.to))
    return lines


def _manners(plan: Plan, say: Speaker) -> list[str]:
    quiet = plan.quiet
    if not quiet.per_visit:
        return [say("quiet_all")]
    rest = {
        "decline": say("quiet_decline", rest=say.duration(quiet.after_decline_ms)) if quiet.after_decline_ms else "",
        "chat": say("quiet_chat", rest=say.duration(quiet.after_chat_ms)) if quiet.after_chat_ms else "",
    }
    lines = [say("quiet", count=say.times(quiet.per_visit), **rest)]
    if plan.holdout:
        lines.append(say("site_holdout", share=percent(plan.holdout)))
    return lines


def _always(node: Node) -> bool:
    return isinstance(node, Constant) and node.value is True


def percent(share: float) -> str:
    """A share as a percentage."""
    return f"{number_text(round(share * 100, 9))}%"


class Speaker(Phrases):
    """Says in one language what the parts of a plan do."""

    def cap(self, at_most: AtMost) -> str:
        """A trigger's cap."""
        if at_most.per_ms is None:
            return self("cap_once") if at_most.count == 1 else self("cap_ever", count=self.times(at_most.count))
        return self("cap_per", count=self.times(at_most.count), per=self.duration(at_most.per_ms))

    def trigger(self, trigger: Trigger, when: Node) -> str:
        """What a trigger does."""
        holdout = self("holdout", share=percent(trigger.holdout)) if trigger.holdout else ""
        values = {
            "name": trigger.name, "team": trigger.team, "show": trigger.show, "cap": self.cap(trigger.at_most),
            "holdout": holdout,
        }  # fmt: skip
        if _always(when):
            return self("trigger_always", **values)
        return self("trigger", condition=self.condition(when), **values)

    def stage(self, name: str, when: Node, others_before: bool) -> str:
        """Which visits are in a stage."""
        if _always(when):
            return self("stage_rest" if others_before else "stage_all", name=name)
        return self("stage", name=name, condition=self.condition(when))

    def audience(self, name: str, when: Node) -> str:
        """Who belongs to an audience."""
        if _always(when):
            return self("audience_all", name=name)
        return self("audience_line", name=name, condition=self.condition(when))

    def team(self, team: Team, currency: str) -> str:
        """What a team is for."""
        after = team.after_chat
        return self(
            "team", name=team.name, aim=team.aim, measure=self.goal(team.goal, currency), per=self._per(team.goal),
            by=self("by", day=team.goal.by) if team.goal.by else "", goal=team.conversation_goal.rstrip(". "),
            hours=self.hours(team.hours), answer=self.duration(team.answer_within_ms), owner=after.owner,
            channel=self._channel(after.channel),
            within=self("within", within=self.duration(after.within_ms)) if after.within_ms else "",
            escalate=self._escalate(team),
        )  # fmt: skip

    def _escalate(self, team: Team) -> str:
        rule = team.escalate
        if rule is None:
            return ""
        to = [self("managers") if name == MANAGERS else name for name in rule.to]
        return self("escalate", to=self("list_join").join(to), after=self.duration(rule.after_ms))

    def goal(self, goal: Goal, currency: str) -> str:
        """What a goal counts, and how much of it."""
        share = goal.amount < 1 or (goal.amount == 1 and goal.measure in _LEVELS)
        whole = goal.amount == int(goal.amount)
        amount = percent(goal.amount) if share else f"{int(goal.amount):,}" if whole else number_text(goal.amount)
        values = {"amount": amount, "currency": currency, "seconds": self.many("second", goal.amount)}
        one = ":one" if goal.amount == 1 and not share else ""
        for key in (f"measure:{goal.measure}{one}", f"measure:{goal.measure}"):
            if key in self._catalogue:
                return self(key, **values)
        kind, _, what = goal.measure.replace("_", " ").partition(":")
        if share:
            return self("measure:share", name=f"{what} {kind}".strip(), amount=amount)
        if what:
            return self(f"measure:kind{one}", kind=kind, what=what, amount=amount)
        return self("measure", name=kind, amount=amount)

    def hours(self, hours: str) -> str:
        """When a team is open."""
        if hours.strip() in ("24/7", "open"):
            return self("open_always")
        parts = [part.strip() for part in hours.split(";") if part.strip()]
        named = [self("closed_on_holidays") if part in ("PH off", "PH closed") else part for part in parts]
        spoken = [part.replace("PH ", f"{self('holidays')} ") if part.startswith("PH ") else part for part in named]
        return self("open", hours=self("list_join").join(spoken))

    def _per(self, goal: Goal) -> str:
        level = goal.measure in _LEVELS or goal.amount < 1
        return self("per:level" if level else "per:count", per=goal.per)

    def _channel(self, channel: str | None) -> str:
        if not channel:
            return ""
        key = f"channel:{channel}"
        return self(key) if key in self._catalogue else self("channel", channel=channel)
