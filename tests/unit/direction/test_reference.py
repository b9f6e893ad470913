"""The reference describes every key and every fact, and what it shows works as shown."""

from __future__ import annotations

import re
from pathlib import Path

from overture.direction.catalogue import plan_keys
from overture.direction.check import check
from overture.direction.conditions import FACTS, MAX_DEPTH, MAX_LENGTH
from overture.direction.load import (
    AFTER_CHAT_KEYS,
    GOAL_KEYS,
    QUIET_KEYS,
    ROUTE_KEYS,
    TEAM_KEYS,
    TOP_KEYS,
    TRIGGER_KEYS,
)

DOCS = Path(__file__).parents[3] / "docs" / "reference"
PLAN = (DOCS / "plan.md").read_text("utf-8")
CONDITIONS = (DOCS / "conditions.md").read_text("utf-8")


def rows(text: str) -> dict[str, str]:
    """First cell to last cell of every table row."""
    found = {}
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip("|"))]
        if len(cells) == 3:
            found[cells[0]] = cells[-1]
    return found


def test_every_key_is_described_and_marked_if_it_must_be_there():
    described = rows(PLAN)
    for key in plan_keys():
        cell = f"**`{key.path}`**" if key.needed else f"`{key.path}`"
        assert described.get(cell), key.path


def test_the_catalogue_has_every_key_that_is_read():
    read = {*TOP_KEYS, *(f"quiet.{key}" for key in QUIET_KEYS), *(f"teams.NAME.{key}" for key in TEAM_KEYS)}
    read |= {f"teams.NAME.goal.{key}" for key in GOAL_KEYS} | {f"routes.{key}" for key in ROUTE_KEYS}
    read |= {f"teams.NAME.after_chat.{key}" for key in AFTER_CHAT_KEYS} | {f"triggers.{key}" for key in TRIGGER_KEYS}
    assert {key.path for key in plan_keys()} == read


def test_every_fact_is_described_with_its_type():
    described = rows(CONDITIONS)
    kinds = {
        "string": "text", "number": "number", "time": "time", "bool": "true or false", "strings": "map to text",
        "counts": "map to number", "traits": "map to anything",
    }  # fmt: skip
    for fact in FACTS.values():
        assert described.get(f"`{fact.name}`"), fact.name
        assert f"| `{fact.name}` | {kinds[fact.kind]} |" in CONDITIONS
    assert described["`audience.NAME`"]


def test_no_fact_is_described_that_is_not_there():
    for name in re.findall(r"^\| `([a-z]+\.[a-z_]+)` \|", CONDITIONS, re.MULTILINE):
        assert name in FACTS


def test_the_limits_are_those_that_hold():
    assert f"at most {MAX_LENGTH:,} characters and {MAX_DEPTH} levels" in CONDITIONS


def test_the_plans_shown_are_sound():
    shown = re.findall(r"(?:^    .*\n|^\n)+", PLAN, re.MULTILINE)
    plans = [re.sub(r"^    ", "", block, flags=re.MULTILINE) for block in shown if "overture: 1" in block]
    assert len(plans) == 2
    for text in plans:
        assert [str(problem) for problem in check(text, now_ms=1_790_000_000_000).problems] == []
