"""The page of permissions is the table, and the table is whole."""

from __future__ import annotations

import pytest
from litestar import Litestar, get

from overture.accounts.model import SCOPES as SCOPE_NAMES
from overture.accounts.permissions import (
    PERMISSIONS,
    ROLE_MEANINGS,
    ROLES,
    SCOPE_MEANINGS,
    SCOPES,
    Reach,
)
from overture.gateway.rules import check_frames
from overture.web.gate import WithoutRule, check_rules
from overture.web.permission_page import PAGE, page


def test_the_page_is_what_the_table_the_routes_and_the_frames_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "write it anew: python -m overture.web.permission_page"


def test_each_role_and_scope_is_in_the_table_and_in_words() -> None:
    assert set(ROLES) == set(ROLE_MEANINGS)
    assert tuple(SCOPES) == SCOPE_NAMES
    assert set(SCOPES) == set(SCOPE_MEANINGS)


def test_each_permission_is_held_by_somebody_and_never_for_nothing() -> None:
    tables = [*ROLES.values(), *SCOPES.values()]
    assert {permission for table in tables for permission in table} == set(PERMISSIONS)
    assert all(reach > Reach.NONE for table in tables for reach in table.values())


def test_a_partners_agent_may_nothing_that_an_agent_may_not() -> None:
    agent, partner = ROLES["agent"], ROLES["partner_agent"]
    assert all(agent.get(permission, Reach.NONE) >= reach for permission, reach in partner.items())
    assert any(agent[permission] > partner.get(permission, Reach.NONE) for permission in agent)


def test_a_route_without_a_rule_stops_the_start() -> None:
    @get("/api/v1/nobody-knows")
    async def forgotten() -> str:
        return "?"

    with pytest.raises(WithoutRule, match="/api/v1/nobody-knows: name its permission"):
        check_rules(Litestar([forgotten], openapi_config=None), [])
    with pytest.raises(WithoutRule, match="/elsewhere"):
        check_rules(Litestar([], openapi_config=None), ["/elsewhere"])


def test_every_frame_has_a_rule() -> None:
    check_frames()
