"""What changed between two plans, said in meaning: "big-basket now waits 60 s instead of 45 s"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import msgspec

from overture.direction.conditions import Node, Surroundings, compile_condition
from overture.direction.conditions.compile import time_comparison
from overture.direction.conditions.render import number_text, render
from overture.direction.conditions.syntax import And, Audience, Compare, walk
from overture.direction.model import AfterChat, Escalate, Goal, Named, Plan, Route, Team, Trigger
from overture.direction.words import Speaker, percent

_IS = {"hours": "are", "results": "are", "outcomes": "are", "guidelines": "are"}

Kind = Literal["added", "removed", "changed", "moved"]


class Change(msgspec.Struct, frozen=True):
    """One change: what kind, of what ("trigger big-basket"), and the sentence that tells it."""

    kind: Kind
    subject: str
    text: str


def diff(old: Plan, new: Plan) -> list[Change]:
    """The changes from one checked plan to another; none if they mean the same."""
    return _Diff(old, new).run()


class _Diff:
    def __init__(self, old: Plan, new: Plan) -> None:
        self.old = old
        self.new = new
        self.changes: list[Change] = []
        self.say = Speaker()
        self.names = Surroundings(
            audiences={one.name: compile_condition(one.when) for plan in (old, new) for one in plan.audiences}
        )

    def run(self) -> list[Change]:
        self.plan()
        self.teams()
        self.named("stage", self.old.stages, self.new.stages)
        self.named("audience", self.old.audiences, self.new.audiences)
        self.routes()
        self.triggers()
        return self.changes

    def tell(self, kind: Kind, subject: str, text: str) -> None:
        self.changes.append(Change(kind, subject, text))

    def instead(self, subject: str, what: str, new: str, old: str) -> None:
        self.tell("changed", subject, f"{what} {new} instead of {old}")

    def plan(self) -> None:
        old, new = self.old, self.new
        for name, what in (
            ("site", "The site is"), ("timezone", "The time zone is"), ("country", "Public holidays are those of"),
            ("currency", "The currency is"),
        ):  # fmt: skip
            if getattr(old, name) != getattr(new, name):
                self.instead(f"plan {name}", what, str(getattr(new, name)), str(getattr(old, name)))
        if old.languages != new.languages:
            self.instead("plan languages", "The languages are", ", ".join(new.languages), ", ".join(old.languages))
        if old.holdout != new.holdout:
            self.instead(
                "plan holdout", "Held out from all invitations are", percent(new.holdout), percent(old.holdout)
            )
        if old.epoch != new.epoch:
            self.tell(
                "changed", "plan epoch", f"Who is held out from all invitations is drawn anew (epoch {new.epoch})"
            )
        self.quiet()

    def quiet(self) -> None:
        old, new = self.old.quiet, self.new.quiet
        if old.per_visit != new.per_visit:
            text = self.say.times
            self.instead(
                "quiet", "A visitor is invited at most", text(new.per_visit), f"{text(old.per_visit)} in a visit"
            )
        for name, when in (("after_decline_ms", 'a "no"'), ("after_chat_ms", "a chat")):
            was, now = getattr(old, name), getattr(new, name)
            if was != now:
                before = self.say.duration(was) if was else "none"
                after = f"quiet for {self.say.duration(now)}" if now else "no quiet"
                self.instead("quiet", f"After {when} there is", after, before)

    def teams(self) -> None:
        old, new = {one.name: one for one in self.old.teams}, {one.name: one for one in self.new.teams}
        for name, team in new.items():
            if name not in old:
                self.tell("added", f"team {name}", f"The team {name} is new: {self.say.team(team, self.new.currency)}")
            elif old[name] != team:
                self.team(old[name], team)
        for name in _gone(old, new):
            self.tell("removed", f"team {name}", f"The team {name} is gone")

    def team(self, old: Team, new: Team) -> None:
        subject = f"team {new.name}"
        for name in Team.__struct_fields__:
            was, now = getattr(old, name), getattr(new, name)
            if was != now:
                what = f"{new.name}: {name.removesuffix('_ms').replace('_', ' ')} {_IS.get(name, 'is')}"
                self.instead(subject, what, self.shown(name, now), self.shown(name, was))

    def named(self, kind: str, old_list: Sequence[Named], new_list: Sequence[Named]) -> None:
        old, new = {one.name: one.when for one in old_list}, {one.name: one.when for one in new_list}
        for name, when in new.items():
            if name not in old:
                self.tell("added", f"{kind} {name}", f"The {kind} {name} is new: {self.meaning(when)}")
            else:
                self.condition(f"{kind} {name}", f"The {kind} {name}{self.used_by(kind, name)}", old[name], when)
        for name in _gone(old, new):
            self.tell("removed", f"{kind} {name}", f"The {kind} {name} is gone")
        if kind == "stage":
            self.order(kind, list(old), list(new))

    def used_by(self, kind: str, name: str) -> str:
        """Which triggers an audience is behind, so that the reader sees what changes for visitors."""
        if kind != "audience":
            return ""
        users = [
            trigger.name
            for trigger in self.new.triggers
            if any(isinstance(part, Audience) and part.name == name for part in walk(self.node(trigger.when)))
        ]
        return f" ({', '.join(users)})" if users else ""

    def routes(self) -> None:
        old, new = self.old.routes, self.new.routes
        before, after = [self.route(one) for one in old], [self.route(one) for one in new]
        if before == after:
            return
        for text in after:
            if text not in before:
                self.tell("added", "routes", f"New route: {text}")
        for text in before:
            if text not in after:
                self.tell("removed", "routes", f"Route gone: {text}")
        if sorted(before) == sorted(after):
            self.tell("moved", "routes", "The routes come in another order: " + "; ".join(after))

    def route(self, route: Route) -> str:
        when = "everybody else" if route.when is None else f"when {self.meaning(route.when)}"
        return f"{when} to {route.to}"

    def triggers(self) -> None:
        old, new = {one.name: one for one in self.old.triggers}, {one.name: one for one in self.new.triggers}
        for name, trigger in new.items():
            if name not in old:
                text = self.say.trigger(trigger, self.node(trigger.when))
                self.tell("added", f"trigger {name}", f"New trigger {text}")
            else:
                self.trigger(old[name], trigger)
        for name in _gone(old, new):
            self.tell("removed", f"trigger {name}", f"The trigger {name} is gone")
        self.order("trigger", list(old), list(new))

    def trigger(self, old: Trigger, new: Trigger) -> None:
        name, subject = new.name, f"trigger {new.name}"
        self.condition(subject, name, old.when, new.when)
        if old.team != new.team:
            self.instead(subject, f"{name} now invites for", new.team, old.team)
        if old.at_most != new.at_most:
            self.instead(subject, f"{name} now comes", self.say.cap(new.at_most), self.say.cap(old.at_most))
        if old.show != new.show:
            self.instead(subject, f"{name} now shows a", new.show, old.show)
        if old.holdout != new.holdout:
            self.instead(subject, f"{name} now holds out", percent(new.holdout), percent(old.holdout))
        if old.epoch != new.epoch:
            self.tell("changed", subject, f"{name}: the arms are drawn anew (epoch {new.epoch})")
        self.messages(old, new)

    def messages(self, old: Trigger, new: Trigger) -> None:
        subject = f"trigger {new.name}"
        was, now = {one.name: one.text for one in old.say}, {one.name: one.text for one in new.say}
        for name, texts in now.items():
            if name not in was:
                said = "; ".join(f"{language}: {text}" for language, text in texts.items())
                self.tell("added", subject, f"{new.name} has a new wording {name}: {said}")
                continue
            for language, text in texts.items():
                if was[name].get(language) != text:
                    text_before = was[name].get(language, "nothing")
                    what = f"{new.name} ({name}, {language}) now says"
                    self.instead(subject, what, f"“{text}”", f"“{text_before}”")
        for name in _gone(was, now):
            self.tell("removed", subject, f"{new.name} no longer has the wording {name}")
        if list(was) != list(now) and set(was) == set(now):
            self.tell("moved", subject, f"{new.name}: the wordings come in another order, so they are drawn anew")

    def order(self, kind: str, old: list[str], new: list[str]) -> None:
        kept_old, kept_new = [one for one in old if one in new], [one for one in new if one in old]
        if kept_old != kept_new:
            self.tell("moved", f"{kind}s", f"The {kind}s come in another order: {', '.join(new)}")

    def condition(self, subject: str, name: str, old: str, new: str) -> None:
        """How a condition changed: clause by clause where that says it, else as a whole."""
        was, now = self.node(old), self.node(new)
        if render(was) == render(now):
            return
        before, after = _clauses(was), _clauses(now)
        gone = [clause for text, clause in before.items() if text not in after]
        come = [clause for text, clause in after.items() if text not in before]
        if len(gone) == len(come) == 1 and (waits := _waits(gone[0], come[0])) is not None:
            self.instead(subject, f"{name} now waits", *waits)
            return
        if len(gone) + len(come) > 3:
            self.instead(subject, f"{name} now holds when", self.say.condition(now), f"when {self.say.condition(was)}")
            return
        parts = [f"also asks that {self.say.condition(clause)}" for clause in come]
        parts += [f"no longer asks that {self.say.condition(clause)}" for clause in gone]
        self.tell(
            "changed", subject, f"{name} now {' and '.join(parts)}" if parts else f"{name} is written differently"
        )

    def shown(self, name: str, value: Any) -> str:
        """A team's value as its owner would say it."""
        if value is None or value in ((), ""):
            return "none"
        if isinstance(value, Goal):
            by = f" by {value.by}" if value.by else ""
            return f"{self.say.goal(value, self.new.currency)} per {value.per}{by}"
        if name.endswith("_ms"):
            return self.say.duration(value)
        if isinstance(value, tuple):
            return ", ".join(value)
        if isinstance(value, AfterChat):
            return f"{value.owner} acts" + "".join(
                f" {what} {text}"
                for what, text in (
                    ("by", value.channel),
                    ("within", value.within_ms and self.say.duration(value.within_ms)),
                )
                if text
            )
        if isinstance(value, Escalate):
            return f"{', '.join(value.to)} after {self.say.duration(value.after_ms)}"
        return str(value)

    def node(self, text: str) -> Node:
        return compile_condition(text, self.names).node

    def meaning(self, text: str) -> str:
        return self.say.condition(self.node(text))


def _gone(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """The names that are no longer there, in the order they stood."""
    return [name for name in old if name not in new]


def _clauses(node: Node) -> dict[str, Node]:
    parts: Iterable[Node] = node.parts if isinstance(node, And) else (node,)
    return {render(part): part for part in parts}


def _waits(old: Node, new: Node) -> tuple[str, str] | None:
    """The times, if all that changed is how long a fact must last."""
    if not (isinstance(old, Compare) and isinstance(new, Compare)):
        return None
    was, now = time_comparison(old), time_comparison(new)
    if was is None or now is None or was[:2] != now[:2] or was[1] not in (">", ">="):
        return None
    return f"{number_text(now[2])} s", f"{number_text(was[2])} s"
