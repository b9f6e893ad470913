"""Playbooks: plan fragments that have been thought through, to be adopted into a draft."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Any

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq

from overture.direction.check import check
from overture.direction.conditions import compile_condition
from overture.direction.conditions.compile import Surroundings
from overture.direction.errors import NoSuchPlaybook, Problem
from overture.direction.load import load
from overture.direction.model import Aim, Plan, Texts
from overture.direction.words import Speaker
from overture.visits.facts import Event


class Fragment(msgspec.Struct, frozen=True):
    """A trigger as a playbook writes it."""

    name: str
    when: str
    say: dict[str, Texts]
    show: str
    at_most: str
    holdout: str


class Tries(msgspec.Struct, frozen=True):
    """Two short visits: one in which the playbook fires, one in which it stays quiet."""

    fires: list[Event]
    stays_quiet: list[Event]


class Playbook(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"name": "playbook", "tries": "try"}):
    """One playbook. `needs` is what the site must send or adapt; `measure` is how one sees whether it works."""

    name: str
    aim: Aim
    title: str
    about: str
    audience: str
    needs: list[str]
    conversation_goal: str
    next_step: str
    measure: str
    trigger: Fragment
    tries: Tries
    audiences: dict[str, str] = {}

    def meaning(self) -> str:
        """When it invites, in words."""
        audiences = {name: compile_condition(text) for name, text in self.audiences.items()}
        return Speaker().condition(compile_condition(self.trigger.when, Surroundings(audiences=audiences)).node)


class Adoption(msgspec.Struct, frozen=True):
    """The draft with a playbook in it, and what to look at in it."""

    text: str
    problems: list[Problem]


@cache
def playbooks() -> tuple[Playbook, ...]:
    """All that come with the product, sales first."""
    folder = files("overture.direction.playbooks")
    found = [_read(one.read_text("utf-8")) for one in folder.iterdir() if one.name.endswith(".yaml")]
    return tuple(sorted(found, key=lambda one: (one.aim, one.name)))


def playbook(name: str) -> Playbook:
    """The playbook of that name. NoSuchPlaybook if there is none."""
    for one in playbooks():
        if one.name == name:
            return one
    raise NoSuchPlaybook(f"There is no playbook {name[:64]}", playbook=name[:64])


def _read(text: str) -> Playbook:
    return msgspec.convert(YAML(typ="safe", pure=True).load(text), Playbook)


def adopt(text: str, book: Playbook, team: str = "") -> Adoption:
    """Add a playbook to a plan's text, for `team` or the first team with its aim. Comments stay.

    The plan must be readable; what is wrong with the outcome is told, as a check would. Languages that the
    playbook lacks get its English text.
    """
    before = load(text)
    if before.readable is None or not before.readable.teams:
        return Adoption(text, before.problems or check(text).problems)
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = 10_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    document: Any = yaml.load(text)
    _add_audiences(document, book)
    _add_trigger(document, book, team or _team_for(before.readable, book), before.readable.languages)
    out = StringIO()
    yaml.dump(document, out)
    return Adoption(out.getvalue(), check(out.getvalue()).problems)


def _team_for(plan: Plan, book: Playbook) -> str:
    fitting = [team.name for team in plan.teams if team.aim == book.aim]
    return fitting[0] if fitting else plan.teams[0].name


def _add_audiences(document: Any, book: Playbook) -> None:
    if book.audiences:
        audiences = document.get("audiences")
        if audiences is None:
            audiences = document["audiences"] = CommentedMap()
        for name, when in book.audiences.items():
            audiences.setdefault(name, when)


def _add_trigger(document: Any, book: Playbook, team: str, languages: tuple[str, ...]) -> None:
    if document.get("triggers") is None:
        document["triggers"] = CommentedSeq()
    taken = {str(one.get("name")) for one in document["triggers"] if isinstance(one, dict)}
    fragment = book.trigger
    say = CommentedMap()
    for variant, texts in fragment.say.items():
        say[variant] = CommentedMap((language, _nearest(texts, language)) for language in languages)
    trigger = CommentedMap(
        name=_free(fragment.name, taken), team=team, when=fragment.when, say=say, show=fragment.show,
        at_most=fragment.at_most, holdout=fragment.holdout,
    )  # fmt: skip
    document["triggers"].append(trigger)


def _nearest(texts: dict[str, str], language: str) -> str:
    """The text in a language, in `pt` for `pt-BR`, else in English."""
    return texts.get(language) or texts.get(language.partition("-")[0]) or texts["en"]


def _free(name: str, taken: set[str]) -> str:
    """The name, or the first of name-2, name-3, … that is not taken."""
    if name not in taken:
        return name
    number = 2
    while f"{name}-{number}" in taken:
        number += 1
    return f"{name}-{number}"
