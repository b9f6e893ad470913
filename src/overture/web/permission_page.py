"""Writes `docs/reference/permissions.md` from the table, the routes and the frames.

Run by `python -m overture.web.permission_page`. A test compares the page with what this writes.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

from litestar import Litestar

from overture.accounts.permissions import (
    PERMISSIONS,
    REACHES,
    ROLE_MEANINGS,
    ROLES,
    SCOPE_MEANINGS,
    SCOPES,
    Permission,
    Reach,
    Rule,
)
from overture.config import Settings
from overture.gateway.frames.agent import AgentToServer
from overture.gateway.frames.visitor import VisitorToServer
from overture.gateway.rules import OF_AGENTS, OF_VISITORS
from overture.web.app import make_litestar
from overture.web.gate import ENDPOINTS, routes_of, rule_of
from overture.web.wiring import House

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "permissions.md"
_WORDS = {
    Reach.NONE: "–",
    Reach.OWN: "own",
    Reach.CONVERSATION: "conversation",
    Reach.NOT_OTHERS: "not others'",
    Reach.TEAM: "team",
    Reach.SITE: "site",
    Reach.HOUSE: "all",
}
_INTRODUCTION = """\
# Permissions

This page is written from `accounts/permissions.py` (`python -m overture.web.permission_page`); a test fails when the
two differ, and another walks every route and every frame as everybody below. What is not in the table is denied.

A role is held by a person, a scope by an API token. Managers and admins are of all sites; agents and partners' agents
are of the sites where they are on a team. A token made for one site (`--site`) is confined to it: where the table says
*all*, it reaches that *site*, and what belongs to no site is not for it. It lists and makes tokens of its own site
only, and adds and changes only agents who work there and nowhere else.

Who lacks a permission is told so (403 `not_allowed`, `details.needs`). What a permission does not reach does not exist
for who asks (404). Nobody signed in: 401. A socket of a token watches the desk and never works at it.
"""


def page() -> str:
    """The whole page."""
    parts = [_INTRODUCTION, _reaches(), _meanings(), _table(), _routes(), _frames()]
    return "\n".join(parts)


def _reaches() -> str:
    lines = [f"- **{_WORDS[reach]}**: {meaning}" for reach, meaning in REACHES.items()]
    return "\n".join(["## How far", "", *lines, ""])


def _meanings() -> str:
    roles = [f"- `{role}`: {meaning}" for role, meaning in ROLE_MEANINGS.items()]
    scopes = [f"- `{scope}`: {meaning}" for scope, meaning in SCOPE_MEANINGS.items()]
    return "\n".join(["## Roles", "", *roles, "", "## Scopes of API tokens", "", *scopes, ""])


def _table() -> str:
    holders = [*ROLES.values(), *SCOPES.values()]
    names = [*(f"{role}" for role in ROLES), *(f"`{scope}`" for scope in SCOPES)]
    lines = ["## The table", "", f"| May | {' | '.join(names)} | Meaning |", "|---|" + "---|" * (len(names) + 1)]
    for permission, meaning in PERMISSIONS.items():
        cells = [_WORDS[table.get(permission, Reach.NONE)] for table in holders]
        lines.append(f"| {permission} | {' | '.join(cells)} | {meaning} |")
    return "\n".join([*lines, ""])


def _routes() -> str:
    """Routes of the framework, then what is answered beside it."""
    with TemporaryDirectory() as folder:
        app = _app(Path(folder))
    found = sorted((path, method, rule_of(path, handler)) for method, path, handler in routes_of(app))
    found += [(path, "GET", rule) for path, rule in ENDPOINTS.items() if path not in {each[0] for each in found}]
    lines = ["## Routes", "", "| Route | Needs |", "|---|---|"]
    lines += [f"| {method} `{path}` | {_rule(rule)} |" for path, method, rule in found]
    return "\n".join([*lines, ""])


def _app(folder: Path) -> Litestar:
    return make_litestar(House(Settings(data=folder)))


def _frames() -> str:
    lines = ["## Frames", "", "| Socket | Frame | Needs |", "|---|---|---|"]
    for socket, frames, rules in (
        ("/v1/desk", AgentToServer, OF_AGENTS),
        ("/v1/socket", VisitorToServer, OF_VISITORS),
    ):
        for frame in get_args(frames):
            lines.append(f"| `{socket}` | `{frame.__struct_config__.tag}` | {_rule(rules[frame])} |")
    return "\n".join([*lines, ""])


def _rule(rule: Rule) -> str:
    return str(rule) if isinstance(rule, Permission) else f"*{rule}*"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
