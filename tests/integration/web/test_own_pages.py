"""What changes anything comes as JSON, and with cookies from our own pages only; whatever headers hold is answered."""

from __future__ import annotations

import httpx
import pytest
from tests.integration.conftest import PASSWORD, SITE, Browser, add_user

from overture.web.app import App
from overture.web.gate import routes_of
from overture.web.wiring import House

EMAIL = "aino@shop.example"
SIGN_IN = {"email": EMAIL, "password": PASSWORD}
OWN = "http://overture.test"


def told(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"] if answer.status_code >= 400 else ""


async def test_no_route_that_changes_anything_takes_what_forms_send(house: House, browser: Browser, app: App) -> None:
    await add_user(house, EMAIL)
    await browser.sign_in(EMAIL)
    changing = [(method, path) for method, path, _ in routes_of(app._litestar) if method not in ("GET", "HEAD")]
    assert len(changing) > 30
    for method, path in changing:
        place = path.format_map(_Anything())
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json"):
            answer = await browser.request(method, place, content=b"{}", headers={"content-type": kind})
            assert told(answer) == (415, "unsupported_media_type"), (method, path, kind)
        answer = await browser.request(method, place, content=b"{}")
        assert told(answer) == (415, "unsupported_media_type"), (method, path)
        form = {"content-type": "application/x-www-form-urlencoded"}
        assert told(await browser.request(method, place, headers=form)) == (415, "unsupported_media_type")
        foreign = await browser.request(method, place, json={}, headers={"origin": "https://evil.example"})
        assert told(foreign) == (403, "other_origin"), (method, path)
    assert (await browser.get("/api/v1/session")).status_code == 200  # none of them signed out


class _Anything(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return SITE if key.startswith("site") else "x"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, (200, "")),
        ({"origin": OWN}, (200, "")),
        ({"origin": "HTTP://Overture.test:80"}, (200, "")),
        ({"content-type": "application/json; charset=utf-8"}, (200, "")),
        ({"content-type": "Application/JSON"}, (200, "")),
        ({"sec-fetch-site": "same-origin"}, (200, "")),
        ({"sec-fetch-site": "none"}, (200, "")),
        ({"origin": "https://evil.example"}, (403, "other_origin")),
        ({"origin": "https://overture.test"}, (200, "")),  # behind a proxy that speaks TLS
        ({"origin": "http://overture.test:8080"}, (403, "other_origin")),
        ({"origin": "http://sub.overture.test"}, (403, "other_origin")),
        ({"origin": "null"}, (403, "other_origin")),
        ({"origin": "http://["}, (403, "other_origin")),
        ({"origin": "\xe5\xe4\xf6".encode("latin-1")}, (403, "other_origin")),
        ({"sec-fetch-site": "cross-site"}, (403, "other_origin")),
        ({"sec-fetch-site": "same-site"}, (403, "other_origin")),
        ({"origin": OWN, "sec-fetch-site": "same-origin"}, (200, "")),
    ],
)
async def test_signing_in_is_for_our_own_pages(
    house: House, browser: Browser, headers: dict[str, str | bytes], expected: tuple[int, str]
) -> None:
    await add_user(house, EMAIL)
    assert told(await browser.post("/api/v1/session", json=SIGN_IN, headers=headers)) == expected  # type: ignore[arg-type]


async def test_a_program_with_a_token_may_run_anywhere(house: House, browser: Browser) -> None:
    await add_user(house, EMAIL)
    await browser.sign_in(EMAIL)
    made = (await browser.post("/api/v1/tokens", json={"name": "crm", "scope": "orders"})).json()
    async with httpx.AsyncClient(transport=browser._transport, base_url=OWN) as program:
        headers = {"authorization": f"Bearer {made['token']}", "origin": "https://evil.example"}
        order = {"id": "A-1", "value": 12.5, "currency": "EUR"}
        assert (await program.post(f"/api/v1/sites/{SITE}/orders", json=order, headers=headers)).status_code < 300


@pytest.mark.parametrize(
    "name",
    ["cookie", "x-csrf-token", "authorization", "origin", "host", "content-type", "user-agent", "accept-language",
     "x-forwarded-for", "x-forwarded-proto", "sec-fetch-site", "x-overture-simulated", "referer", "accept",
     "if-none-match", "accept-encoding", "content-length", "traceparent"],
)  # fmt: skip
async def test_letters_beyond_ascii_in_a_header_are_no_fault_of_ours(house: House, browser: Browser, name: str) -> None:
    await add_user(house, EMAIL)
    await browser.sign_in(EMAIL)
    for value in ("\xe5\xe4\xf6=\xff".encode("latin-1"), "Bearer ☕".encode(), b"overture_session=\xff\xfe; \x80=\x81"):
        for method, path in (
            ("GET", "/api/v1/session"), ("POST", f"/api/v1/sites/{SITE}/orders"), ("GET", "/metrics"),
            ("GET", "/console/"), ("GET", "/overture.js"), ("GET", "/v1/frame?site=x"), ("POST", "/v1/look"),
            ("DELETE", "/api/v1/session"), ("GET", "/api/openapi.json"),
        ):  # fmt: skip
            body = b"{}" if method == "POST" else None
            answer = await browser.request(method, path, content=body, headers={name: value})  # type: ignore[dict-item]
            assert answer.status_code < 500 or answer.json()["error"]["code"] == "not_built", (name, method, path)


async def test_every_answer_says_that_its_type_is_its_type(house: House, browser: Browser) -> None:
    for path in (
        "/healthz",
        "/metrics",
        "/api/v1/session",
        "/api/v1/nothing",
        "/",
        "/v1/frame?site=x",
        "/api/openapi.json",
    ):
        assert (await browser.get(path)).headers["x-content-type-options"] == "nosniff", path
    for method in ("POST", "OPTIONS", "PUT"):
        assert (await browser.request(method, "/v1/look")).headers["x-content-type-options"] == "nosniff"
