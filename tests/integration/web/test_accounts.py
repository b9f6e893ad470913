"""Sign-in, roles, invites and tokens, through HTTP as a browser and a program meet them."""

from __future__ import annotations

import httpx
import pytest
from tests.integration.conftest import PASSWORD, SITE, Browser, add_user

from overture.kit.clock import FixedClock
from overture.web.app import App
from overture.web.wiring import House


def code(answer: httpx.Response) -> str:
    body = answer.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "details"}
    found: str = body["error"]["code"]
    return found


async def test_signing_in_and_out(house: House, browser: Browser) -> None:
    await add_user(house, "aino@shop.example")
    assert code(await browser.get("/api/v1/session")) == "sign_in_again"
    answer = await browser.sign_in("  Aino@Shop.example ")
    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert (await browser.get("/api/v1/session")).json()["user"]["email"] == "aino@shop.example"
    assert (await browser.delete("/api/v1/session")).status_code == 204
    assert (await browser.get("/api/v1/session")).status_code == 401


@pytest.mark.parametrize(("email", "password"), [("aino@shop.example", "wrong"), ("nobody@shop.example", PASSWORD)])
async def test_a_wrong_password_and_an_unknown_user_look_the_same(
    house: House, browser: Browser, email: str, password: str
) -> None:
    await add_user(house, "aino@shop.example")
    answer = await browser.sign_in(email, password)
    assert answer.status_code == 401
    assert code(answer) == "wrong_password"


async def test_guessing_is_slowed_down(house: House, browser: Browser) -> None:
    answers = [await browser.sign_in("guessed@shop.example", "no") for _ in range(12)]
    assert {answer.status_code for answer in answers} == {401, 429}
    assert code(answers[-1]) == "too_many_tries"
    assert int(answers[-1].headers["retry-after"]) >= 1


async def test_changes_need_the_csrf_value(house: House, browser: Browser) -> None:
    await add_user(house, "aino@shop.example")
    await browser.sign_in("aino@shop.example")
    del browser.headers["X-CSRF-Token"]
    answer = await browser.patch(f"/api/v1/sites/{SITE}", json={"name": "Stolen"})
    assert answer.status_code == 403
    assert code(answer) == "bad_csrf"


async def test_a_session_ends_after_two_weeks_of_silence(house: House, browser: Browser, clock: FixedClock) -> None:
    await add_user(house, "aino@shop.example")
    await browser.sign_in("aino@shop.example")
    clock.move(days=13)
    assert (await browser.get("/api/v1/session")).status_code == 200
    clock.move(days=13)
    assert (await browser.get("/api/v1/session")).status_code == 200
    clock.move(days=15)
    assert (await browser.get("/api/v1/session")).status_code == 401


async def test_invite_accept_reset_revoke(house: House, browser: Browser, app: App) -> None:
    await add_user(house, "aino@shop.example")
    await browser.sign_in("aino@shop.example")
    new = {"email": "Ville@shop.example", "role": "agent", "teams": [{"site": SITE, "team": "bike-sales"}]}
    invited = (await browser.post("/api/v1/users", json=new)).json()
    assert invited["user"]["state"] == "invited"
    token = invited["invite_url"].rpartition("token=")[2]
    async with Browser(transport=httpx.ASGITransport(app=app), base_url="http://overture.test") as ville:
        short = await ville.post("/api/v1/invites/accept", json={"token": token, "password": "short"})
        assert code(short) == "bad_account"
        accept = {"token": token, "password": PASSWORD, "name": "Ville Virtanen"}
        accepted = await ville.post("/api/v1/invites/accept", json=accept)
        assert accepted.json()["user"]["sites"] == [{"id": SITE, "name": "Nordic Bikes", "teams": ["bike-sales"]}]
        assert code(await ville.post("/api/v1/invites/accept", json=accept)) == "link_expired"

        user = invited["user"]["id"]
        assert code(await ville.get("/api/v1/users")) == "not_allowed"
        reset = (await browser.post(f"/api/v1/users/{user}/reset")).json()["reset_url"].rpartition("token=")[2]
        again = {"token": reset, "password": PASSWORD + "!"}
        assert (await ville.post("/api/v1/password-resets/accept", json=again)).status_code == 200

        assert (await browser.post(f"/api/v1/users/{user}/revoke")).json()["state"] == "revoked"
        assert (await ville.get("/api/v1/session")).status_code == 401
        assert (await ville.sign_in("ville@shop.example", PASSWORD + "!")).status_code == 401


async def test_managers_do_not_make_admins_and_the_last_admin_stays(house: House, browser: Browser) -> None:
    admin = await add_user(house, "aino@shop.example")
    manager = await add_user(house, "mari@shop.example", "manager")
    await browser.sign_in("mari@shop.example")
    assert code(await browser.post("/api/v1/users", json={"email": "x@shop.example", "role": "admin"})) == "not_allowed"
    assert code(await browser.patch(f"/api/v1/users/{manager}", json={"role": "admin"})) == "not_allowed"
    assert code(await browser.post(f"/api/v1/users/{admin}/reset")) == "not_allowed"
    await browser.sign_in("aino@shop.example")
    assert code(await browser.patch(f"/api/v1/users/{admin}", json={"role": "agent"})) == "bad_account"
    assert code(await browser.post(f"/api/v1/users/{admin}/revoke")) == "bad_account"


async def test_tokens_are_confined_to_scope_and_site(house: House, browser: Browser, app: App) -> None:
    await add_user(house, "aino@shop.example")
    await browser.sign_in("aino@shop.example")
    made = (await browser.post("/api/v1/tokens", json={"name": "shop", "scope": "orders", "site": SITE})).json()
    transport = httpx.ASGITransport(app=app)
    headers = {"Authorization": f"Bearer {made['token']}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://overture.test", headers=headers) as program:
        assert [site["id"] for site in (await program.get("/api/v1/sites")).json()["items"]] == [SITE]
        assert code(await program.get("/api/v1/users")) == "not_allowed"
        assert code(await program.get("/api/v1/audit")) == "not_allowed"
        await browser.delete(f"/api/v1/tokens/{made['info']['id']}")
        assert code(await program.get("/api/v1/sites")) == "bad_token"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"origins": []}, "origins"),
        ({"origins": ["shop.example"]}, "origins"),
        ({"origins": ["https://shop.example:x"]}, "origins"),
        ({"origins": ["https://shop.example/path"]}, "origins"),
        ({"origins": ["https://shop.example/?a=1"]}, "origins"),
        ({"origins": ["https://*"]}, "origins"),
        ({"origins": ["https://*.shop.example"]}, "origins"),
        ({"origins": ["https://shop..example"]}, "origins"),
        ({"look": {"colour": "red"}}, "look.colour"),
        ({"retention_days": 0}, "retention_days"),
        ({"consent": "maybe"}, "consent"),
    ],
)
async def test_a_bad_setting_names_its_field(
    house: House, browser: Browser, change: dict[str, object], field: str
) -> None:
    await add_user(house, "aino@shop.example")
    await browser.sign_in("aino@shop.example")
    answer = await browser.patch(f"/api/v1/sites/{SITE}", json=change)
    assert answer.status_code == 400
    assert answer.json()["error"]["details"]["field"] == field


async def test_origins_are_kept_as_browsers_send_them(house: House, browser: Browser) -> None:
    await add_user(house, "aino@shop.example")
    await browser.sign_in("aino@shop.example")
    change = {
        "origins": ["https://Shop.Example:443", "http://shop.example:8080/", "https://Pyörä.fi", "http://[::1]:80"]
    }
    site = (await browser.patch(f"/api/v1/sites/{SITE}", json=change)).json()
    assert site["origins"] == [
        "https://shop.example",
        "http://shop.example:8080",
        "https://xn--pyr-sla2g.fi",
        "http://[::1]",
    ]


async def test_the_audit_log_tells_who_did_what(house: House, browser: Browser) -> None:
    await add_user(house, "aino@shop.example")
    await browser.sign_in("aino@shop.example")
    await browser.patch(f"/api/v1/sites/{SITE}", json={"name": "Pyörät"})
    page = (await browser.get("/api/v1/audit?limit=1")).json()
    assert page["items"][0]["action"] == "site.changed"
    assert page["items"][0]["details"] == {"name": "Pyörät"}
    older = (await browser.get("/api/v1/audit", params={"cursor": page["next"]})).json()
    assert "site.changed" not in [item["action"] for item in older["items"]]
    assert code(await browser.get("/api/v1/audit?cursor=nonsense")) == "bad_cursor"


@pytest.mark.parametrize(
    ("method", "path", "content", "status", "wanted"),
    [
        ("GET", "/api/v1/none", None, 404, "not_found"),
        ("PUT", "/api/v1/session", None, 405, "method_not_allowed"),
        ("POST", "/api/v1/session", b"{", 400, "invalid"),
        ("POST", "/api/v1/session", b'{"email": 1, "password": "x"}', 400, "bad_request"),
        ("POST", "/api/v1/session", b'{"email": "a", "password": "x", "more": 1}', 400, "bad_request"),
    ],
)
async def test_every_refusal_has_the_one_shape(
    browser: Browser, method: str, path: str, content: bytes | None, status: int, wanted: str
) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await browser.request(method, path, content=content, headers=headers)
    assert answer.status_code == status
    assert code(answer) == wanted
