"""HTTP of direction: the plan and its versions, the draft, check, diff, backtest, playbooks, the facts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from litestar import delete, get, post, put
from litestar.params import FromPath, JSONBody
from litestar.response import Stream

from overture.accounts.dependencies import (
    OPEN,
    Cursor,
    Limit,
    Number,
    NumberInPath,
    NumberInQuery,
    TheActor,
    TheStore,
)
from overture.accounts.permissions import CHANGE_PLAN, PUBLIC, READ_PLAN, READ_REFERENCE, needs
from overture.direction import service, trial, trial_routes
from overture.direction.catalogue import PlanKey, plan_keys
from overture.direction.conditions import FACTS
from overture.direction.conditions.catalogue import AUDIENCE_MEANING
from overture.direction.diff import Change
from overture.direction.errors import Problem
from overture.direction.load import load
from overture.direction.model import Aim, Plan, Texts
from overture.direction.openings import next_openings
from overture.direction.playbook import Playbook, playbooks
from overture.direction.schema import plan_schema
from overture.direction.store import Draft, VersionHead
from overture.direction.words import PlanInWords, plan_in_words
from overture.kit.clock import to_ms
from overture.kit.pagination import Page

BASE = "/api/v1/sites/{site:str}/plan"


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A plan's text."""

    text: str


class PublishPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A plan's text, and why it is published."""

    text: str
    note: str = ""


class RollBack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The version to bring back, and why."""

    version: Number
    note: str = ""


class SaveDraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The draft's text, and the revision (and base version) that it was read as."""

    text: str
    revision: Number
    base_version: Number | None = None


class PublishDraft(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The revision to publish, and why."""

    revision: Number
    note: str = ""


class Compare(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text, and the version to compare it with; the one in force if left out."""

    text: str
    version: Number | None = None


class TryPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text to try on recorded visits, and one to try beside it; the last 30 days if no time is named.

    `survey` counts, too, where each trigger was eligible, and with which others.
    """

    text: str
    compare: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    survey: bool = False


class AdoptPlaybook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The team that is to answer, and the revision of the draft that was read."""

    revision: Number
    team: str = ""


class PlanView(msgspec.Struct, frozen=True):
    """A plan version: who published it, its text, the same as data, and in words."""

    version: int
    published_at: datetime
    published_by: str
    published_by_name: str
    note: str
    restores: int | None
    text: str
    plan: Plan | None
    words: PlanInWords | None


class CheckView(msgspec.Struct, frozen=True):
    """What a check says; the plan as data, in words, and with the next seven openings of each team if it is sound."""

    sound: bool
    problems: list[Problem]
    plan: Plan | None
    words: PlanInWords | None
    openings: dict[str, list[str]] | None


class FactView(msgspec.Struct, frozen=True):
    """A fact that conditions may ask."""

    name: str
    kind: str
    meaning: str


class LanguageView(msgspec.Struct, frozen=True):
    """What an editor completes: the facts, and the plan's keys with their meaning."""

    facts: list[FactView]
    keys: list[PlanKey]


class PlaybookView(msgspec.Struct, frozen=True):
    """A playbook as it is listed; `meaning` is when it invites, in words."""

    name: str
    aim: Aim
    title: str
    about: str
    audience: str
    needs: list[str]
    meaning: str
    say: dict[str, Texts]
    conversation_goal: str
    next_step: str
    measure: str


def _view(head: VersionHead, text: str) -> PlanView:
    plan = load(text).plan
    fields = {name: getattr(head, name) for name in VersionHead.__struct_fields__ if name != "digest"}
    return PlanView(**fields, text=text, plan=plan, words=None if plan is None else plan_in_words(plan))


@get(BASE, opt=needs(READ_PLAN))
async def current(site: FromPath[str], store: TheStore, actor: TheActor) -> PlanView:
    """The plan in force."""
    return await store.read(lambda tx: _view(*service.version(tx, actor, site)))


@get(BASE + "/versions/{version:int}", opt=needs(READ_PLAN))
async def version(site: FromPath[str], version: NumberInPath, store: TheStore, actor: TheActor) -> PlanView:
    """A plan version."""
    return await store.read(lambda tx: _view(*service.version(tx, actor, site, version)))


@get(BASE + "/history", opt=needs(READ_PLAN))
async def history(
    site: FromPath[str], store: TheStore, actor: TheActor, cursor: Cursor = None, limit: Limit = None
) -> Page[VersionHead]:
    """The plan's versions, newest first."""
    return await store.read(service.history, actor, site, cursor, limit)


@post(BASE + "/check", status_code=200, opt=needs(CHANGE_PLAN))
async def check(site: FromPath[str], data: JSONBody[Text], store: TheStore, actor: TheActor) -> CheckView:
    """Check a text: every problem with its place and way out."""
    checked = await store.read(service.check_by, actor, site, data.text)
    words = None if checked.plan is None else plan_in_words(checked.plan)
    openings = None if checked.plan is None else next_openings(checked.plan, to_ms(store.clock.now()))
    return CheckView(checked.plan is not None, checked.problems, checked.plan, words, openings)


@post(BASE + "/diff", status_code=200, opt=needs(CHANGE_PLAN))
async def diff(site: FromPath[str], data: JSONBody[Compare], store: TheStore, actor: TheActor) -> list[Change]:
    """What a text would change, in meaning."""
    return await store.read(service.diff_with, actor, site, data.text, data.version)


@post(BASE + "/publish", opt=needs(CHANGE_PLAN))
async def publish(site: FromPath[str], data: JSONBody[PublishPlan], store: TheStore, actor: TheActor) -> VersionHead:
    """Put a plan in force, from the next look of every visit."""
    return await store.run(service.publish, actor, site, data.text, data.note)


@post(BASE + "/rollback", opt=needs(CHANGE_PLAN))
async def rollback(site: FromPath[str], data: JSONBody[RollBack], store: TheStore, actor: TheActor) -> VersionHead:
    """Put an earlier version in force again, as a new one."""
    return await store.run(service.rollback, actor, site, data.version, data.note)


@get(BASE + "/draft", opt=needs(CHANGE_PLAN))
async def draft(site: FromPath[str], store: TheStore, actor: TheActor) -> Draft:
    """The draft; where there is none, the plan in force as revision 0."""
    return await store.read(service.draft, actor, site)


@put(BASE + "/draft", opt=needs(CHANGE_PLAN))
async def save_draft(site: FromPath[str], data: JSONBody[SaveDraft], store: TheStore, actor: TheActor) -> Draft:
    """Save the draft. 409 with what is there now if somebody else saved meanwhile."""
    return await store.run(service.save_draft, actor, site, data.text, data.revision, data.base_version)


@delete(BASE + "/draft", opt=needs(CHANGE_PLAN))
async def discard_draft(site: FromPath[str], revision: NumberInQuery, store: TheStore, actor: TheActor) -> None:
    """Let the draft go."""
    await store.run(service.discard_draft, actor, site, revision)


@post(BASE + "/draft/publish", opt=needs(CHANGE_PLAN))
async def publish_draft(
    site: FromPath[str], data: JSONBody[PublishDraft], store: TheStore, actor: TheActor
) -> VersionHead:
    """Publish the draft."""
    return await store.run(service.publish_draft, actor, site, data.revision, data.note)


@post(BASE + "/draft/playbooks/{name:str}", status_code=200, opt=needs(CHANGE_PLAN))
async def adopt_playbook(
    site: FromPath[str], name: FromPath[str], data: JSONBody[AdoptPlaybook], store: TheStore, actor: TheActor
) -> Draft:
    """Take a playbook into the draft."""
    return await store.run(service.adopt_playbook, actor, site, name, data.team, data.revision)


@post(BASE + "/backtest", status_code=200, opt=needs(CHANGE_PLAN))
async def backtest(site: FromPath[str], data: JSONBody[TryPlan], store: TheStore, actor: TheActor) -> trial.Trial:
    """Try a text on recorded visits; with `compare` two side by side."""
    return await trial.try_on_recorded(store, actor, site, data.text, data.compare, data.since, data.until, data.survey)


@post(BASE + "/backtest/decisions", status_code=200, opt=needs(CHANGE_PLAN))
async def backtest_decisions(site: FromPath[str], data: JSONBody[TryPlan], store: TheStore, actor: TheActor) -> Stream:
    """Every decision of a text on recorded visits, as `plan backtest --decisions` writes them."""
    lines = await trial.decisions_on_recorded(store, actor, site, data.text, data.since, data.until)
    return Stream(lines, media_type="application/x-ndjson")


@get("/api/v1/plan/language", opt=needs(READ_REFERENCE))
async def language(actor: TheActor) -> LanguageView:
    """Facts and keys, for an editor to complete."""
    facts = [FactView(one.name, one.kind, one.meaning) for one in FACTS.values()]
    facts.append(FactView("audience.NAME", "bool", AUDIENCE_MEANING))
    return LanguageView(facts, plan_keys())


@get("/api/v1/plan/schema", cache=3600, security=OPEN, opt=needs(PUBLIC))
async def schema() -> dict[str, Any]:
    """The plan's JSON Schema, for editors."""
    return plan_schema()


@get("/api/v1/playbooks", opt=needs(READ_REFERENCE))
async def list_playbooks(actor: TheActor) -> list[PlaybookView]:
    """Plan fragments that are ready to be adopted."""
    return [_playbook(one) for one in playbooks()]


def _playbook(one: Playbook) -> PlaybookView:
    return PlaybookView(
        name=one.name, aim=one.aim, title=one.title, about=one.about, audience=one.audience, needs=one.needs,
        meaning=one.meaning(), say=one.trigger.say, conversation_goal=one.conversation_goal, next_step=one.next_step,
        measure=one.measure,
    )  # fmt: skip


ROUTES = [
    current, version, history, check, diff, publish, rollback, draft, save_draft, discard_draft, publish_draft,
    adopt_playbook, backtest, backtest_decisions, language, schema, list_playbooks, *trial_routes.ROUTES,
]  # fmt: skip
