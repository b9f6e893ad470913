"""From a plan's text to the plan: every key's meaning, and every mistake with its place, all at once.

What can be read is read, even when other parts are wrong, so that the check can go on with the rest; a
plan comes out only if nothing was wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from difflib import get_close_matches
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from overture.direction.conditions import Names
from overture.direction.conditions import Node as ConditionNode
from overture.direction.conditions.near import near
from overture.direction.errors import Problem
from overture.direction.hours import BadHours, Hours, known_country
from overture.direction.messages import Messages
from overture.direction.model import (
    AfterChat,
    Aim,
    AtMost,
    Department,
    Escalate,
    Goal,
    Named,
    Plan,
    Quiet,
    Route,
    Show,
    Team,
    Trigger,
)
from overture.direction.yaml_tree import (
    MAX_BYTES,
    START,
    Mapping,
    Node,
    Place,
    Scalar,
    Sequence,
    Strange,
    place_at,
    read_tree,
)
from overture.kit.durations import parse_duration

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_AT_MOST = re.compile(r"(\d{1,6}) +(?:per +(\S+)|(ever))", re.ASCII)

TOP_KEYS = (
    "overture", "site", "timezone", "country", "currency", "languages", "holdout", "epoch", "quiet", "stages",
    "audiences", "teams", "routes", "triggers",
)  # fmt: skip
QUIET_KEYS = ("per_visit", "after_decline", "after_chat")
TEAM_KEYS = (
    "aim", "department", "goal", "conversation_goal", "outcomes", "hours", "answer_within", "chats_per_agent",
    "results", "after_chat", "guidelines", "escalate",
)  # fmt: skip
GOAL_KEYS = ("measure", "amount", "per", "by")
AFTER_CHAT_KEYS = ("owner", "channel", "within")
ESCALATE_KEYS = ("after", "to")
ROUTE_KEYS = ("when", "to")
TRIGGER_KEYS = ("name", "team", "when", "say", "show", "at_most", "holdout", "epoch")
AIMS: tuple[Aim, ...] = ("sales", "service")
DEPARTMENTS: tuple[Department, ...] = ("marketing", "sales", "service")
SHOWS: tuple[Show, ...] = ("badge", "teaser")
CHANNELS = ("phone", "email", "chat", "visit")  # those of a next step
PERIODS = ("day", "week", "month", "quarter", "year")


class Loaded(msgspec.Struct, frozen=True):
    """What came of a text.

    `plan` is there only if no problem is an error. `readable` is what could be made of the text all the
    same, if anything; `places` says where its parts stand ("triggers/0/when"), `conditions` holds the
    checked conditions by the same names, `hours` the readable opening hours by team, whatever else a team lacks.
    """

    plan: Plan | None
    problems: list[Problem]
    readable: Plan | None
    places: dict[str, Place]
    conditions: dict[str, ConditionNode]
    hours: dict[str, str] = {}


def load(text: str | bytes, file: str = "plan.yaml") -> Loaded:
    """Read a plan. Never raises for what stands in the text."""
    if isinstance(text, bytes):
        raw = text
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            sound = raw[: error.start].decode("utf-8", "replace").removeprefix("\ufeff")
            message = f"The file is not UTF-8 (byte {error.start})"
            return _failed(file, "not_utf8", message, "save it as UTF-8", place_at(sound, len(sound)))
    size = len(text) if len(text) > MAX_BYTES else len(text.encode("utf-8", "replace"))
    if size > MAX_BYTES:
        message = f"The plan has {size // 1024} KiB; {MAX_BYTES // 1024} are allowed"
        return _failed(file, "plan_too_large", message, "leave away what is no plan")
    return _Loader(text.removeprefix("\ufeff"), file).run()


def _failed(file: str, code: str, message: str, hint: str, place: Place = START) -> Loaded:
    problem = Problem(code=code, message=message, hint=hint, file=file, line=place.line, column=place.column)
    return Loaded(None, [problem], None, {}, {})


class _Loader(Messages):
    def __init__(self, text: str, file: str) -> None:
        super().__init__(text, file)
        self.audiences: tuple[str, ...] = ()
        self.team_names: tuple[str, ...] = ()
        self.hours: dict[str, str] = {}

    def run(self) -> Loaded:
        root, faults = read_tree(self.text)
        for fault in faults:
            self.problem(fault.code, fault.place, fault.message, fault.hint)
        readable = None
        if root is not None:
            if isinstance(root, Mapping):
                readable = self.plan(root)
            elif not isinstance(root, Strange):
                self.problem("not_a_plan", root.place, "A plan is a mapping", "begin with: overture: 1")
        elif not faults:
            self.problem("not_a_plan", START, "The file is empty", "begin with: overture: 1")
        self.problems.sort(key=lambda one: (one.line, one.column))
        whole = readable if not self.problems else None
        return Loaded(whole, self.problems, readable, self.places, self.conditions, self.hours)

    def plan(self, root: Mapping) -> Plan | None:
        fields = self.keys(root, "The plan", TOP_KEYS)
        assert fields is not None
        fields.need("overture", self.version, "begin with: overture: 1")
        site = fields.need("site", self.name, "give the site a name, as in site: nordic-bikes")
        zone = fields.need("timezone", self.zone, "as in timezone: Europe/Helsinki")
        country = fields.take("country", self.country, None)
        self.languages = fields.need("languages", self.language_list, "as in languages: [fi, en]") or ()
        self.audiences = self.names_of(fields.found.get("audiences"))
        self.team_names = self.names_of(fields.found.get("teams"))
        stages = self.stages(fields.found.get("stages"))
        audiences = self.audience_list(fields.found.get("audiences"))
        teams = self.teams(fields.found.get("teams"), root.place, ZoneInfo(zone or "UTC"), country)
        routes = self.routes(fields.found.get("routes"))
        triggers = self.triggers(fields.found.get("triggers"))
        return Plan(
            site=site or "site",
            timezone=zone or "UTC",
            country=country,
            currency=fields.take("currency", self.currency, "EUR"),
            languages=self.languages,
            holdout=fields.take("holdout", self.percent, 0.0),
            epoch=fields.take("epoch", self.whole(1, 10**9), 1),
            quiet=self.quiet(fields.found.get("quiet")),
            stages=stages,
            audiences=audiences,
            teams=teams,
            routes=routes,
            triggers=triggers,
        )

    def version(self, node: Node, what: str) -> int | None:
        scalar = self.scalar(node, what)
        if scalar is not None and scalar.text != "1":
            self.problem(
                "bad_version",
                scalar.place,
                f"This version of the plan is not known: {scalar.text[:20]}",
                "write overture: 1",
            )
        return 1

    def zone(self, node: Node, what: str) -> str | None:
        text = self.line(node, what)
        if text is None or text in available_timezones():
            return text
        close = get_close_matches(text, available_timezones(), n=1, cutoff=0.5)
        hint = f"did you mean {close[0]}?" if close else "as in Europe/Helsinki"
        self.problem("unknown_timezone", node.place, f"There is no time zone `{text[:60]}`", hint)
        return None

    def country(self, node: Node, what: str) -> str | None:
        text = self.line(node, what)
        if text is None or known_country(text):
            return text
        hint = f"write {text.upper()}" if known_country(text.upper()) else "write its two letters, as in FI"
        self.problem("unknown_country", node.place, f"No public holidays are known for `{text[:40]}`", hint)
        return None

    def currency(self, node: Node, what: str) -> str | None:
        text = self.line(node, what)
        if text is None or re.fullmatch(r"[A-Z]{3}", text):
            return text
        self.problem("bad_currency", node.place, f"`{text[:40]}` is no currency", "write its three letters, as in EUR")
        return None

    def language_list(self, node: Node, what: str) -> tuple[str, ...] | None:
        if not isinstance(node, Sequence) or not node.items:
            if not isinstance(node, Strange):
                self.problem("wrong_type", node.place, "`languages` must be a list", "write languages: [fi, en]")
            return None
        found: list[str] = []
        for item in node.items:
            text = self.line(item, "language")
            if text is None:
                continue
            if not _LANGUAGE.fullmatch(text):
                self.problem(
                    "bad_language", item.place, f"`{text[:40]}` is no language", "write its code, as in fi or pt-BR"
                )
            elif text.lower() in (one.lower() for one in found):
                self.problem("duplicate_name", item.place, f"The language {text} stands twice", "keep one of them")
            else:
                self.places[f"languages/{text}"] = item.place
                found.append(text)
        return tuple(found)

    def quiet(self, node: Node | None) -> Quiet:
        if node is None or (isinstance(node, Scalar) and node.empty):
            return Quiet()
        self.places["quiet"] = node.place
        fields = self.keys(node, "`quiet`", QUIET_KEYS, path="quiet/")
        if fields is None:
            return Quiet()
        return Quiet(
            fields.take("per_visit", self.whole(0, 1000), 1),
            fields.take("after_decline", self.duration, 0),
            fields.take("after_chat", self.duration, 0),
        )

    @staticmethod
    def names_of(node: Node | None) -> tuple[str, ...]:
        """The names a mapping defines, whatever is wrong with their values."""
        return tuple(node.entries) if isinstance(node, Mapping) else ()

    def list_of(self, node: Node | None, key: str, example: str) -> list[Node]:
        if node is None or isinstance(node, Strange) or (isinstance(node, Scalar) and node.empty):
            return []
        if isinstance(node, Sequence):
            return node.items
        self.problem("wrong_type", node.place, f"`{key}` must be a list: its order counts", example)
        return []

    def stages(self, node: Node | None) -> tuple[Named, ...]:
        example = "put a dash before each: - closing: cart.items > 0"
        stages: list[Named] = []
        seen: set[str] = set()
        names = Names(audiences=None, stage=False, place="stage")
        for item in self.list_of(node, "stages", example):
            if not isinstance(item, Mapping) or len(item.entries) != 1:
                if not isinstance(item, Strange):
                    self.problem("wrong_type", item.place, "A stage is one name with its condition", example)
                continue
            ((key, value),) = item.entries.values()
            name = self.valid_name(key, "stage")
            when = self.condition(value, f"stages/{key.text}", names)
            if key.text in seen:
                self.problem("duplicate_name", key.place, f"The stage {key.text} stands twice", "keep one of them")
            elif name is not None and when is not None:
                seen.add(name)
                stages.append(Named(name, when))
        return tuple(stages)

    def audience_list(self, node: Node | None) -> tuple[Named, ...]:
        if node is None or isinstance(node, Strange) or (isinstance(node, Scalar) and node.empty):
            return ()
        if not isinstance(node, Mapping):
            self.problem(
                "wrong_type", node.place, "`audiences` must be a mapping", "as in hesitating: cart.value >= 200"
            )
            return ()
        names = Names(audiences=None, stage=True, place="audience")
        audiences: list[Named] = []
        for key, value in node.entries.values():
            name = self.valid_name(key, "audience")
            when = self.condition(value, f"audiences/{key.text}", names)
            if name is not None and when is not None:
                audiences.append(Named(name, when))
        return tuple(audiences)

    def teams(self, node: Node | None, top: Place, zone: ZoneInfo, country: str | None) -> tuple[Team, ...]:
        if not isinstance(node, Mapping) or not node.entries:
            if not isinstance(node, Strange):
                place = top if node is None else node.place
                self.problem("missing_teams", place, "The plan has no teams", "write one below: teams:")
            return ()
        teams: list[Team] = []
        for key, value in node.entries.values():
            self.valid_name(key, "team")
            team = self.team(key, value, zone, country)
            if team is not None:
                teams.append(team)
        return tuple(teams)

    def team(self, key: Scalar, node: Node, zone: ZoneInfo, country: str | None) -> Team | None:
        path, owner = f"teams/{key.text}/", f"The team {key.text[:60]}"
        self.places[path] = key.place
        fields = self.keys(node, owner, TEAM_KEYS, key.place, path)
        if fields is None:
            return None
        aim: Aim | None = fields.need("aim", self.choice(AIMS), "write aim: sales or aim: service")
        goal = fields.need("goal", self.goal_of(path), "as in goal: {measure: orders, amount: 120, per: month}")
        single = fields.need("conversation_goal", self.line, "say what one conversation should lead to")
        results = fields.need("results", self.words, "as in results: [bought, lead, not_now]")
        after = fields.need("after_chat", self.after_chat_of(path), "as in after_chat: {owner: sales, within: 5m}")
        hours = self.hours[key.text] = fields.take("hours", self.hours_in(zone, country), "24/7")
        department: Department | None = fields.take("department", self.choice(DEPARTMENTS), None)
        outcomes = fields.take("outcomes", self.words, ())
        answer = fields.take("answer_within", self.duration, 20_000)
        chats = fields.take("chats_per_agent", self.whole(1, 100), 3)
        guidelines = fields.take("guidelines", self.line, "")
        escalate = fields.take("escalate", self.escalate_of(path), None)
        if aim is None or goal is None or single is None or results is None or after is None:
            return None
        return Team(
            name=key.text, aim=aim, department=department or aim, goal=goal, conversation_goal=single, results=results,
            after_chat=after, outcomes=outcomes, hours=hours, answer_within_ms=answer, chats_per_agent=chats,
            guidelines=guidelines, escalate=escalate,
        )  # fmt: skip

    def hours_in(self, zone: ZoneInfo, country: str | None) -> Callable[[Node, str], str | None]:
        def read(node: Node, what: str) -> str | None:
            text = self.line(node, what)
            if text is None:
                return None
            try:
                Hours(text, zone, country)
            except BadHours as error:
                self.problem(
                    "bad_hours", node.place, f"These are no opening hours: {error}", 'as in "Mo-Fr 10:00-21:00; PH off"'
                )
                return None
            return text

        return read

    def goal_of(self, path: str) -> Callable[[Node, str], Goal | None]:
        def read(node: Node, what: str) -> Goal | None:
            fields = self.keys(node, "The goal", GOAL_KEYS, path=f"{path}{what}/")
            if fields is None:
                return None
            example = "as in {measure: orders, amount: 120, per: month}"
            measure = fields.need("measure", self.word, example)
            amount = fields.need("amount", self.amount, example)
            per = fields.take("per", self.choice(PERIODS), "month")
            by = fields.take("by", self.day, None)
            return None if measure is None or amount is None else Goal(measure, amount, per, by)

        return read

    def after_chat_of(self, path: str) -> Callable[[Node, str], AfterChat | None]:
        def read(node: Node, what: str) -> AfterChat | None:
            fields = self.keys(node, "`after_chat`", AFTER_CHAT_KEYS, path=f"{path}{what}/")
            if fields is None:
                return None
            owner = fields.need("owner", self.line, "name the team who acts")
            channel = fields.take("channel", self.line, None)
            within = fields.take("within", self.duration, None)
            return None if owner is None else AfterChat(owner, channel, within)

        return read

    def escalate_of(self, path: str) -> Callable[[Node, str], Escalate | None]:
        def read(node: Node, what: str) -> Escalate | None:
            fields = self.keys(node, "`escalate`", ESCALATE_KEYS, path=f"{path}{what}/")
            if fields is None:
                return None
            example = "as in {after: 60s, to: managers}"
            after = fields.need("after", self.duration, example)
            to = fields.need("to", self.called, example)
            return None if after is None or not to else Escalate(after, to)

        return read

    def called(self, node: Node, what: str) -> tuple[str, ...] | None:
        """One whom an escalation calls, or a list of them."""
        if not isinstance(node, Sequence):
            one = self.line(node, what)
            return None if one is None else (one,)
        if not node.items:
            self.problem("wrong_type", node.place, f"`{what}` is empty", "name at least one, as in to: managers")
            return None
        found = [self.line(item, what) for item in node.items]
        return tuple(one for one in found if one is not None) if None not in found else None

    def team_name(self, node: Node, what: str) -> str | None:
        text = self.line(node, what)
        if text is None or text in self.team_names:
            return text
        close = near(text, self.team_names, 0.5)
        hint = f"did you mean {close}?" if close else f"teams are {', '.join(self.team_names[:10]) or 'none yet'}"
        self.problem("unknown_team", node.place, f"There is no team `{text[:60]}`", hint)
        return None

    def alias(self, path: str, name: str, place: Place) -> None:
        """Let what stands below `path` be found below `name` too: the places of what could be read."""
        self.places[name.removesuffix("/")] = place
        for found in ("when", "holdout", "say", "team", "to"):
            if path + found in self.places:
                self.places[name + found] = self.places[path + found]
            if path + found in self.conditions:
                self.conditions[name + found] = self.conditions[path + found]

    def routes(self, node: Node | None) -> tuple[Route, ...]:
        routes: list[Route] = []
        names = Names(self.audiences, place="route")
        for index, item in enumerate(self.list_of(node, "routes", "put a dash before each: - {to: sales}")):
            path = f"routes/{index}"
            self.places[path] = item.place
            fields = self.keys(item, "The route", ROUTE_KEYS, path=f"{path}/")
            if fields is None:
                continue
            to = fields.need("to", self.team_name, "name the team: {to: sales}")
            when = self.condition(fields.found["when"], f"{path}/when", names) if "when" in fields.found else None
            if to is not None and ("when" not in fields.found or when is not None):
                self.alias(f"{path}/", f"routes:{len(routes)}/", item.place)
                routes.append(Route(to, when))
        return tuple(routes)

    def triggers(self, node: Node | None) -> tuple[Trigger, ...]:
        triggers: list[Trigger] = []
        seen: set[str] = set()
        for index, item in enumerate(self.list_of(node, "triggers", "put a dash before each: - name: welcome")):
            trigger = self.trigger(index, item, seen)
            if trigger is not None:
                self.alias(f"triggers/{index}/", f"triggers:{trigger.name}/", item.place)
                triggers.append(trigger)
        return tuple(triggers)

    def trigger(self, index: int, node: Node, seen: set[str]) -> Trigger | None:
        path = f"triggers/{index}/"
        fields = self.keys(node, "The trigger", TRIGGER_KEYS, path=path)
        if fields is None:
            return None
        named = fields.found.get("name")
        fields.owner = f"The trigger {named.text[:60]}" if isinstance(named, Scalar) and named.text else "The trigger"
        name = fields.need("name", self.name, "as in name: big-basket")
        if name is not None and name in seen:
            self.problem(
                "duplicate_name", fields.found["name"].place, f"The trigger {name} stands twice", "rename one of them"
            )
        seen.add(name or "")
        team = fields.need("team", self.team_name, "name the team that answers")
        names = Names(self.audiences, place="trigger")
        when = fields.need(
            "when", lambda value, _: self.condition(value, f"{path}when", names), "say when; `true` always holds"
        )
        say = fields.need("say", self.say(path), "write what the visitor reads, in every language")
        at_most = fields.need("at_most", self.at_most, "write at_most: 1 per 7d, or at_most: 1 ever")
        show: Show = fields.take("show", self.choice(SHOWS), "teaser")
        holdout = fields.take("holdout", self.percent, 0.0)
        epoch = fields.take("epoch", self.whole(1, 10**9), 1)
        if name is None or team is None or when is None or not say or at_most is None:
            return None
        return Trigger(
            name=name, team=team, when=when, say=say, at_most=at_most, show=show, holdout=holdout, epoch=epoch
        )  # fmt: skip

    def at_most(self, node: Node, what: str) -> AtMost | None:
        scalar = self.scalar(node, what)
        if scalar is None:
            return None
        match = _AT_MOST.fullmatch(scalar.text.strip())
        hint = "write 1 per 7d, or 1 ever"
        if match is None or int(match.group(1)) < 1:
            self.problem("bad_cap", scalar.place, f"`{scalar.text[:40]}` is no cap", hint)
            return None
        if match.group(3):
            return AtMost(int(match.group(1)))
        try:
            return AtMost(int(match.group(1)), parse_duration(match.group(2)))
        except ValueError as error:
            self.problem("bad_cap", scalar.place, f"`{what}`: {error}", hint)
            return None
