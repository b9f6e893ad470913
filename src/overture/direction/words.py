"""The meaning of a plan in plain sentences.

Sentences come from a catalogue by key, so that another language is another catalogue; what stands in them
are the plan's own names and numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from overture.direction.conditions import FACTS, Node, Surroundings, compile_condition
from overture.direction.conditions.compile import time_comparison
from overture.direction.conditions.render import number_text, render
from overture.direction.conditions.resolve import number_of
from overture.direction.conditions.syntax import (
    And,
    Audience,
    Call,
    Compare,
    Constant,
    Entry,
    Fact,
    Items,
    Not,
    Or,
    Within,
)
from overture.direction.model import AtMost, Plan, Team, Trigger
from overture.kit.durations import format_duration

Catalogue = Mapping[str, str]

ENGLISH: Catalogue = {
    "and_join": " and ", "or_join": " or ", "list_join": ", ",
    "bracket": "({inner})", "not": "not: {inner}", "always": "always", "never": "never",
    "audience": "{name}", "stage_is": "the visit is in the stage {value}",
    "stage_not": "the visit is not in the stage {value}",
    "no_stage": "the visit is in no stage", "any_stage": "the visit is in some stage",
    "at_least": "{fact} is {value} or more", "more": "{fact} is more than {value}",
    "at_most": "{fact} is {value} or less", "less": "{fact} is less than {value}",
    "is": "{fact} is {value}", "is_not": "{fact} is not {value}",
    "time_at_least": "{fact} for {value} or longer", "time_more": "{fact} for longer than {value}",
    "time_at_most": "{fact} for {value} or shorter", "time_less": "{fact} for less than {value}",
    "starts": "{fact} starts with {value}", "ends": "{fact} ends with {value}", "has": "{fact} contains {value}",
    "matches": "{fact} matches {value}", "one_of": "{fact} is one of {value}",
    "present": "{fact} is there", "absent": "{fact} is not there",
    "happened": "{name} has happened on {where}",
    "happened_times": "{name} has happened {value} times or more on {where}",
    "not_happened": "{name} has not happened on {where}", "this_page": "this page", "this_visit": "this visit",
    "trait": "the customer is {name}", "identified": "the site knows the visitor",
    "chat_open": "the visitor is chatting",
    "trigger": "{name}: when {condition}, {team} invites with a {show}, {cap}{holdout}.",
    "cap_ever": "at most {count} ever", "cap_once": "once ever", "cap_per": "at most {count} in {per}",
    "holdout": "; {share} of visitors are held out to measure what it causes",
    "site_holdout": "{share} of visitors get no invitation at all, so that the effect of all invitations can be told.",
    "quiet": "Nobody is invited more than {count} in one visit{decline}{chat}.",
    "quiet_decline": ", nor for {rest} after saying no", "quiet_chat": ", nor for {rest} after a chat",
    "once": "once", "times": "{count} times",
    "route": "Who opens the chat when {condition} comes to {team}.", "route_rest": "Everybody else comes to {team}.",
    "route_all": "Who opens the chat comes to {team}.",
    "stage": "{name}: {condition}.", "audience_line": "{name}: visitors for whom {condition}.",
    "team": "{name} ({aim}) is to reach {amount} {measure} a {per}{by}. One conversation should lead to: {goal}. "
            "Open {hours}; answers within {answer}; afterwards {owner} acts{channel}{within}.",
    "by": " by {day}", "channel": " by {channel}", "within": " within {within}",
}  # fmt: skip

_FACT_WORDS: Catalogue = {
    "page.url": "the page's address", "page.path": "the page's path", "page.title": "the page's title",
    "page.seconds": "they have been on this page", "page.scroll": "how far the page is scrolled",
    "page.nth": "the number of times this page was opened", "visit.seconds": "the visit has lasted",
    "visit.idle_seconds": "nothing has happened", "visit.pages": "the number of pages opened",
    "visit.entry_path": "the first page's path", "visit.referrer": "the site they came from",
    "visit.source": "the source", "visit.medium": "the medium", "visit.campaign": "the campaign",
    "visitor.visits": "the number of visits", "visitor.chats": "the number of earlier chats",
    "visitor.orders": "the number of earlier orders", "visitor.days_since_last": "the days since the last visit",
    "visitor.language": "the language", "visitor.country": "the country", "visitor.device": "the device",
    "cart.value": "the basket's value", "cart.items": "the number of things in the basket",
    "team.free": "the team's free slots", "team.queue": "the number of people waiting",
    "team.wait_seconds": "the expected wait", "now.hour": "the hour", "now.minute": "the minute",
    "now.weekday": "the weekday (Monday is 1)",
}  # fmt: skip


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

    def meaning(text: str) -> str:
        return say.condition(compile_condition(text, around).node)

    return PlanInWords(
        teams=[say.team(team) for team in plan.teams],
        routes=_routes(plan, say, meaning),
        stages=[say("stage", name=stage.name, condition=meaning(stage.when)) for stage in plan.stages],
        audiences=[say("audience_line", name=one.name, condition=meaning(one.when)) for one in plan.audiences],
        manners=_manners(plan, say),
        triggers=[say.trigger(trigger, meaning(trigger.when)) for trigger in plan.triggers],
    )


def _surroundings(plan: Plan) -> Surroundings:
    bare = Surroundings()
    return Surroundings(audiences={one.name: compile_condition(one.when, bare) for one in plan.audiences})


def _routes(plan: Plan, say: Speaker, meaning: Callable[[str], str]) -> list[str]:
    if not plan.routes:
        return [say("route_all", team=plan.teams[0].name)]
    lines = []
    for index, route in enumerate(plan.routes):
        if route.when is None:
            lines.append(say("route_rest" if index else "route_all", team=route.to))
        else:
            lines.append(say("route", condition=meaning(route.when), team=route.to))
    return lines


def _manners(plan: Plan, say: Speaker) -> list[str]:
    quiet = plan.quiet
    rest = {
        "decline": say("quiet_decline", rest=say.duration(quiet.after_decline_ms)) if quiet.after_decline_ms else "",
        "chat": say("quiet_chat", rest=say.duration(quiet.after_chat_ms)) if quiet.after_chat_ms else "",
    }
    lines = [say("quiet", count=say.times(quiet.per_visit), **rest)]
    if plan.holdout:
        lines.append(say("site_holdout", share=percent(plan.holdout)))
    return lines


def percent(share: float) -> str:
    """A share as a percentage."""
    return f"{number_text(round(share * 100, 9))}%"


class Speaker:
    """Says things in one language."""

    def __init__(self, catalogue: Catalogue = ENGLISH, facts: Catalogue = _FACT_WORDS) -> None:
        self._catalogue = catalogue
        self._facts = facts

    def __call__(self, key: str, **values: str) -> str:
        return self._catalogue[key].format(**values)

    def times(self, count: int) -> str:
        """How often."""
        return self("once") if count == 1 else self("times", count=str(count))

    def duration(self, ms: int) -> str:
        """A duration as in the plan."""
        return format_duration(ms)

    def cap(self, at_most: AtMost) -> str:
        """A trigger's cap."""
        if at_most.per_ms is None:
            return self("cap_once") if at_most.count == 1 else self("cap_ever", count=self.times(at_most.count))
        return self("cap_per", count=self.times(at_most.count), per=self.duration(at_most.per_ms))

    def trigger(self, trigger: Trigger, condition: str) -> str:
        """What a trigger does."""
        holdout = self("holdout", share=percent(trigger.holdout)) if trigger.holdout else ""
        return self(
            "trigger", name=trigger.name, condition=condition, team=trigger.team, show=trigger.show,
            cap=self.cap(trigger.at_most), holdout=holdout,
        )  # fmt: skip

    def team(self, team: Team) -> str:
        """What a team is for."""
        after = team.after_chat
        return self(
            "team", name=team.name, aim=team.aim, amount=number_text(team.goal.amount),
            measure=team.goal.measure.replace("_", " "), per=team.goal.per,
            by=self("by", day=team.goal.by) if team.goal.by else "", goal=team.conversation_goal, hours=team.hours,
            answer=self.duration(team.answer_within_ms), owner=after.owner,
            channel=self("channel", channel=after.channel) if after.channel else "",
            within=self("within", within=self.duration(after.within_ms)) if after.within_ms else "",
        )  # fmt: skip

    def condition(self, node: Node) -> str:
        """What a condition asks."""
        if isinstance(node, And | Or):
            join = self("and_join" if isinstance(node, And) else "or_join")
            return join.join(self._inside(part, node) for part in node.parts)
        if isinstance(node, Not):
            return self._negated(node.operand)
        if isinstance(node, Constant):
            return self("always" if node.value is True else "never")
        if isinstance(node, Audience):
            return self("audience", name=node.name.replace("-", " "))
        if isinstance(node, Compare):
            return self._comparison(node)
        if isinstance(node, Within) and isinstance(node.right, Items):
            values = self("list_join").join(self._value(item) for item in node.right.items)
            return self("one_of", fact=self._value(node.left), value=values)
        if isinstance(node, Call) and node.target is not None:
            key = {"startsWith": "starts", "endsWith": "ends", "contains": "has", "matches": "matches"}[node.name]
            return self(key, fact=self._value(node.target), value=self._value(node.args[0]))
        if isinstance(node, Entry):
            return self("trait", name=node.key)
        assert isinstance(node, Fact)
        return self("identified" if node.name == "visitor.identified" else "chat_open")

    def _inside(self, part: Node, whole: Node) -> str:
        text = self.condition(part)
        return self("bracket", inner=text) if isinstance(part, Or) and isinstance(whole, And) else text

    def _negated(self, operand: Node) -> str:
        return self("not", inner=self.condition(operand))

    def _comparison(self, node: Compare) -> str:
        timed = time_comparison(node)
        if timed is not None:
            fact, op, seconds = timed
            key = {">=": "time_at_least", ">": "time_more", "<=": "time_at_most", "<": "time_less"}[op]
            return self(key, fact=self._facts[fact], value=self.duration(round(seconds * 1000)))
        left, op, right = node.left, node.op, node.right
        if isinstance(left, Constant) and not isinstance(right, Constant):
            left, right = right, left
            op = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(op, op)
        special = self._stage(left, op, right) or self._entry(left, op, right)
        if special is not None:
            return special
        key = {"==": "is", "!=": "is_not", ">=": "at_least", ">": "more", "<=": "at_most", "<": "less"}[op]
        return self(key, fact=self._value(left), value=self._value(right))

    def _stage(self, left: Node, op: str, right: Node) -> str | None:
        if not (isinstance(left, Fact) and left.name == "visit.stage" and isinstance(right, Constant)):
            return None
        if right.value == "":
            return self("no_stage" if op == "==" else "any_stage")
        return self("stage_is" if op == "==" else "stage_not", value=str(right.value))

    def _entry(self, left: Node, op: str, right: Node) -> str | None:
        """Query parts that are there or not, and events that happened or not."""
        if not isinstance(left, Entry):
            return None
        if isinstance(right, Constant) and right.value == "" and op in ("==", "!="):
            return self("present" if op == "!=" else "absent", fact=self._value(left))
        number = number_of(right)
        if FACTS[left.map].kind != "counts" or number is None:
            return None
        where = self("this_page" if left.map == "page.count" else "this_visit")
        name = left.key.replace("_", " ")
        if (op, number) in ((">", 0), (">=", 1), ("!=", 0)):
            return self("happened", name=name, where=where)
        if (op, number) in (("==", 0), ("<", 1), ("<=", 0)):
            return self("not_happened", name=name, where=where)
        return self("happened_times", name=name, where=where, value=number_text(number)) if op == ">=" else None

    def _value(self, node: Node) -> str:
        if isinstance(node, Constant):
            value = node.value
            return f"“{value}”" if isinstance(value, str) else render(node)
        if isinstance(node, Fact):
            return self._facts.get(node.name, node.name)
        if isinstance(node, Entry):
            return f"“{node.key}” ({node.map})"
        return render(node)
