"""The plan as data: frozen structs, whole milliseconds, shares from 0 to 1."""

from __future__ import annotations

from typing import Literal

import msgspec

Aim = Literal["sales", "service"]
Department = Literal["marketing", "sales", "service"]
Show = Literal["badge", "teaser"]
MANAGERS = "managers"  # whom an escalation may call, beside teams and users
Texts = dict[str, str]  # language -> text


class Quiet(msgspec.Struct, frozen=True):
    """The site's manners: decisions in one visit, rest after a "no" and after a chat (ms; 0 is none)."""

    per_visit: int = 1
    after_decline_ms: int = 0
    after_chat_ms: int = 0


class Named(msgspec.Struct, frozen=True):
    """A stage or an audience: a name and the condition it stands for."""

    name: str
    when: str


class Goal(msgspec.Struct, frozen=True):
    """What a team is to reach: `amount` of `measure` per `per`, by a date (ISO) or open-ended."""

    measure: str
    amount: float
    per: str = "month"
    by: str | None = None


class AfterChat(msgspec.Struct, frozen=True):
    """Who acts after a chat, by which channel, within what time (ms), unless agreed otherwise."""

    owner: str
    channel: str | None = None
    within_ms: int | None = None


class Escalate(msgspec.Struct, frozen=True):
    """Who is called to a conversation that is unanswered for so long (ms): `managers`, teams, users' e-mails."""

    after_ms: int
    to: tuple[str, ...]


class Team(msgspec.Struct, frozen=True, kw_only=True):
    """People with one aim and one goal."""

    name: str
    aim: Aim
    department: Department
    goal: Goal
    conversation_goal: str
    results: tuple[str, ...]
    after_chat: AfterChat
    outcomes: tuple[str, ...] = ()
    hours: str = "24/7"
    answer_within_ms: int = 20_000
    chats_per_agent: int = 3
    guidelines: str = ""
    escalate: Escalate | None = None


class Route(msgspec.Struct, frozen=True):
    """Where a visitor who opens the chat goes; the first route that holds. No condition: always."""

    to: str
    when: str | None = None


class AtMost(msgspec.Struct, frozen=True):
    """A trigger's cap for one visitor: `count` in any `per_ms`, or ever if that is None."""

    count: int
    per_ms: int | None = None


class Variant(msgspec.Struct, frozen=True):
    """One wording of a trigger's message, in each of the site's languages."""

    name: str
    text: Texts


class Trigger(msgspec.Struct, frozen=True, kw_only=True):
    """Audience, moment and message for a team."""

    name: str
    team: str
    when: str
    say: tuple[Variant, ...]
    at_most: AtMost
    show: Show = "teaser"
    holdout: float = 0.0
    epoch: int = 1


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A site's direction. Stages, routes and triggers stand in the order in which they count."""

    site: str
    timezone: str
    languages: tuple[str, ...]
    teams: tuple[Team, ...]
    country: str | None = None
    currency: str = "EUR"
    holdout: float = 0.0
    epoch: int = 1
    quiet: Quiet = Quiet()
    stages: tuple[Named, ...] = ()
    audiences: tuple[Named, ...] = ()
    routes: tuple[Route, ...] = ()
    triggers: tuple[Trigger, ...] = ()

    def team(self, name: str) -> Team:
        """The team of that name. KeyError if there is none."""
        for team in self.teams:
            if team.name == name:
                return team
        raise KeyError(name)
