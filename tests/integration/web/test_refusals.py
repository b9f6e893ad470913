"""A request that can't be read is told in a person's words: what is wrong, where, and what would be right."""

from __future__ import annotations

from typing import Any

import pytest
from tests.integration.conftest import SITE, Browser, add_user

from overture.web.wiring import House

AN_AGENT = {"email": "a@example.com", "role": "agent"}


@pytest.mark.parametrize(
    ("method", "path", "body", "field", "message"),
    [
        ("GET", "/conversations?state=zz", None, "state", "state must be one of all, closed, open, not 'zz'"),
        ("GET", "/conversations?limit=0", None, "limit", "limit must be at least 1"),
        ("GET", "/orders?limit=201", None, "limit", "limit must be at most 200"),
        ("GET", "/leads?limit=x", None, "limit", "limit must be a whole number, not a text"),
        ("GET", "/visitors/live?limit=1000000000000000000000000000000", None, "limit", "limit must be at most 500"),
        ("GET", "/visits/v/explain?at=nan", None, "at", "at must be at least 0"),
        ("GET", "/visits/v/explain?at=1e300", None, "at", "at must be at most 1000000000"),
        ("POST", "/users", AN_AGENT | {"role": "boss"}, "role",
         "role must be one of admin, agent, manager, partner_agent, not 'boss'"),
        ("POST", "/users", {"role": "agent"}, "email", "email is missing"),
        ("POST", "/users", AN_AGENT | {"mail": ""}, "mail",
         "There is no field mail: there are email, role, name, teams, language"),
        ("POST", "/users", AN_AGENT | {"email": 5}, "email", "email must be a text, not a whole number"),
        ("POST", "/users", AN_AGENT | {"name": "x" * 2_000}, "name", "name must have at most 1000 characters"),
        ("POST", "/users", AN_AGENT | {"teams": [{"site": "s"}]}, "teams[0].team", "teams[0].team is missing"),
        ("POST", "/users", [], "", "The body must be an object, not a list"),
    ],
)  # fmt: skip
async def test_what_is_wrong(
    house: House, browser: Browser, method: str, path: str, body: Any, field: str, message: str
) -> None:
    await add_user(house, "meri@example.com", "admin")
    await browser.sign_in("meri@example.com")
    base = "/api/v1" if path == "/users" else f"/api/v1/sites/{SITE}"
    answer = await browser.request(method, base + path, json=body)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "bad_request")
    assert (error["details"]["field"], error["message"]) == (field, message)


async def test_nul_is_refused_at_its_place(house: House, browser: Browser) -> None:
    await add_user(house, "meri@example.com", "admin")
    await browser.sign_in("meri@example.com")
    look = {"greeting": {"fi": "Moi\0"}}
    answer = await browser.patch(f"/api/v1/sites/{SITE}", json={"look": look})
    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "nul_in_text"
    assert answer.json()["error"]["details"] == {"field": "look.greeting.fi"}
    address = await browser.get(f"/api/v1/sites/{SITE}/conversations?q=a%00")
    assert (address.status_code, address.json()["error"]["code"]) == (400, "nul_in_text")


async def test_half_a_character_is_made_whole(house: House, browser: Browser) -> None:
    await add_user(house, "meri@example.com", "admin")
    await browser.sign_in("meri@example.com")
    look = r'{"look": {"greeting": {"fi": "puolikas \ud83d emoji, kokonainen \ud83d\ude00"}}}'
    headers = {"content-type": "application/json"}
    answer = await browser.patch(f"/api/v1/sites/{SITE}", content=look, headers=headers)
    assert answer.status_code == 200, answer.text
    assert answer.json()["look"]["greeting"]["fi"] == "puolikas \ufffd emoji, kokonainen \U0001f600"
