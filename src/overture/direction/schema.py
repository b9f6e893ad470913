"""The plan's JSON Schema, for editors. Conditions, hours and names between parts only `plan check` can judge."""

from __future__ import annotations

from typing import Any

from overture.direction.catalogue import plan_keys
from overture.direction.load import AIMS, CHANNELS, DEPARTMENTS, PERIODS, SHOWS

NAME = "^[a-z0-9-]{1,64}$"
_WORD = {"type": "string", "pattern": "^[a-z0-9_-]+(:[a-z0-9_-]+)?$"}
_PERCENT = {"type": "string", "pattern": r"^(100(\.0+)?|\d{1,2}(\.\d{1,9})?)%$"}
_DURATION = {"type": "string", "pattern": r"^(\d{1,9}(\.\d{1,3})?(ms|s|m|h|d|w))+$"}
_CONDITION = {"type": ["string", "boolean"]}
_TEXT = {"type": "string", "minLength": 1}
_COUNT = {"type": "integer", "minimum": 1}


def plan_schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of the plan file."""
    root = _object(
        {
            "overture": {"const": 1}, "site": _name(), "timezone": _TEXT,
            "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
            "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
            "languages": {"type": "array", "items": _TEXT, "minItems": 1, "uniqueItems": True},
            "holdout": _PERCENT, "epoch": _COUNT,
            "quiet": _object(
                {"per_visit": {"type": "integer", "minimum": 0}, "after_decline": _DURATION, "after_chat": _DURATION},
                "quiet",
            ),
            "stages": {"type": "array", "items": _named(_CONDITION) | {"minProperties": 1, "maxProperties": 1}},
            "audiences": _named(_CONDITION), "teams": _named(_team()) | {"minProperties": 1},
            "routes": {"type": "array", "items": _object({"when": _CONDITION, "to": _name()}, "routes")},
            "triggers": {"type": "array", "items": _trigger()},
        },
        "",
    )  # fmt: skip
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Overture plan",
        "description": "A site's direction: teams, stages, audiences, routes and triggers.",
        **root,
    }


def _object(properties: dict[str, Any], path: str) -> dict[str, Any]:
    """A mapping with these keys only, described and required as the catalogue says."""
    prefix = f"{path}." if path else ""
    keys = {one.path.removeprefix(prefix): one for one in plan_keys() if one.path.startswith(prefix)}
    described = {name: {**schema, "description": keys[name].meaning} for name, schema in properties.items()}
    return {
        "type": "object",
        "properties": described,
        "required": [name for name in properties if keys[name].needed],
        "additionalProperties": False,
    }


def _named(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "propertyNames": {"pattern": NAME}, "additionalProperties": schema}


def _name() -> dict[str, Any]:
    return {"type": "string", "pattern": NAME}


def _words() -> dict[str, Any]:
    return {"type": "array", "items": _WORD, "minItems": 1}


def _team() -> dict[str, Any]:
    goal = _object(
        {
            "measure": _WORD, "amount": {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, _PERCENT]},
            "per": {"enum": list(PERIODS)}, "by": {"type": "string", "format": "date"},
        },
        "teams.NAME.goal",
    )  # fmt: skip
    escalate = _object(
        {"after": _DURATION, "to": {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}},
        "teams.NAME.escalate",
    )
    after = _object({"owner": _TEXT, "channel": {"enum": list(CHANNELS)}, "within": _DURATION}, "teams.NAME.after_chat")
    return _object(
        {
            "aim": {"enum": list(AIMS)}, "department": {"enum": list(DEPARTMENTS)}, "goal": goal,
            "conversation_goal": _TEXT, "outcomes": _words(), "hours": _TEXT, "answer_within": _DURATION,
            "chats_per_agent": {"type": "integer", "minimum": 1, "maximum": 100}, "results": _words(),
            "after_chat": after, "guidelines": _TEXT, "escalate": escalate,
        },
        "teams.NAME",
    )  # fmt: skip


def _trigger() -> dict[str, Any]:
    texts = {"type": "object", "additionalProperties": {"type": "string", "minLength": 1, "maxLength": 500}}
    say = {"type": "object", "minProperties": 1, "additionalProperties": {"anyOf": [texts, _TEXT]}}
    return _object(
        {
            "name": _name(), "team": _name(), "when": _CONDITION, "say": say, "show": {"enum": list(SHOWS)},
            "at_most": {"type": "string", "pattern": r"^[1-9]\d{0,5} +(per +\S+|ever)$"}, "holdout": _PERCENT,
            "epoch": _COUNT,
        },
        "triggers",
    )  # fmt: skip
