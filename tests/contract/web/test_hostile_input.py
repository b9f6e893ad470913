"""Whatever is sent to the API or told by a page, both databases answer alike: no fault of ours, no "come again"."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import msgspec
import pytest

from overture.accounts import service as accounts
from overture.accounts.model import SYSTEM
from overture.config import Settings
from overture.direction import service as direction
from overture.kit.clock import FixedClock, to_ms
from overture.store import Tx
from overture.visits import service as visits
from overture.visits import store as visit_rows
from overture.web.app import App, make_litestar
from overture.web.openapi import description
from overture.web.wiring import House

SITE = "nordic-bikes"
PLAN = (Path(__file__).parents[1] / "operation.yaml").read_text(encoding="utf-8")


def _cursor(*key: Any) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).decode().rstrip("=")


CURSORS = [_cursor(10**30), _cursor(10**30, "x"), _cursor(2**62, "x"), _cursor(-(2**62), "x"), _cursor("a\0b")]
CURSORS += [_cursor("a\0b", "x"), _cursor("0001-01-01T00:00:00+00:00", "x"), _cursor("x", "y"), _cursor(1, "x", 1)]
IN_ADDRESS = [
    "%00",
    "-1",
    "0",
    str(2**31),
    str(10**30),
    "1e400",
    "nan",
    "inf",
    "-inf",
    "1e300",
    "%ED%A0%80",
    "x" * 3_000,
]
IN_ADDRESS += [
    "0001-01-01",
    "9999-12-31",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59-14:00",
    "2026-11-01T09:00:00",
    quote("\u202e'\"\\%_"),
]
IN_BODY = [
    b'"a\\u0000b"',
    b"1" + b"0" * 30,
    b"1e400",
    b"-1",
    b"NaN",
    b'"\\ud800"',
    b'"' + b"x" * 100_000 + b'"',
    b"null",
]
IN_BODY += [
    b'"2026-11-01T09:00:00"',
    b'"0001-01-01T00:00:00Z"',
    b'"9999-12-31T23:59:59-14:00"',
    b"[" * 2_000 + b"]" * 2_000,
    b'{"a":{"a":1}}',
]


@pytest.fixture
async def house(tmp_path: Path, database_url: str, clock: FixedClock) -> AsyncIterator[House]:
    house = House(Settings(data=tmp_path / "data", database_url=database_url), clock=clock)
    await house.start()
    await house.store.run(accounts.add_site, SYSTEM, SITE, "Nordic Bikes", ["https://shop.example"])
    await house.store.run(direction.publish, SYSTEM, SITE, PLAN)
    yield house
    await house.stop()


@pytest.fixture
async def program(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """A program that may do everything."""
    token, _ = await house.store.run(accounts.add_token, SYSTEM, "hostile", "admin")
    transport = httpx.ASGITransport(app=App(house), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    async with httpx.AsyncClient(transport=transport, base_url="http://overture.test", headers=headers) as client:
        yield client


@pytest.fixture
async def names(house: House) -> dict[str, str]:
    """What is there, by the name of the path's parameter."""

    def command(tx: Tx) -> dict[str, str]:
        visit = visits.begin(tx, visits.Arrival(site=SITE, visitor="v_one", at_ms=to_ms(tx.now)))
        user = accounts.add_user(tx, SYSTEM, "aino@example.com", "Aino", "agent", [])
        assert visit is not None
        return {"site": SITE, "visitor": "v_one", "visit": visit.visit, "user": user.id, "version": "1"}

    found: dict[str, str] = await house.store.run(command)
    return found


def operations(house: House) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every operation of the API: method, path, description."""
    for path, item in description(make_litestar(house))["paths"].items():
        for method, operation in item.items():
            if path.startswith("/api/v1/") and "responses" in operation:
                yield method.upper(), path, operation


def addresses(path: str, operation: dict[str, Any], names: dict[str, str]) -> Iterator[str]:
    """The operation's address with each of its parameters hostile in turn."""
    parameters = operation.get("parameters", [])
    good = {one["name"]: names.get(one["name"], "x") for one in parameters if one["in"] == "path"}
    for one in parameters:
        values = [*IN_ADDRESS, *CURSORS] if one["name"] == "cursor" else IN_ADDRESS
        for value in values:
            if one["in"] == "path":
                yield path.format(**good | {one["name"]: value})
            elif one["in"] == "query":
                yield f"{path.format(**good)}?{one['name']}={value}"


def bodies(house_description: dict[str, Any], path: str, operation: dict[str, Any]) -> Iterator[bytes]:
    """The operation's body with each of its fields hostile in turn, the others good enough to get past."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return
    schema = content["schema"]
    while "$ref" in schema:
        schema = house_description["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    fields = schema.get("properties", {})
    good = {name: GOOD.get(name, b'"x"') for name in schema.get("required", [])}
    if "/plan/" in path and "text" in good:
        good["text"] = msgspec.json.encode(PLAN)
    for name in fields:
        for value in IN_BODY:
            members = (b'"%s":%s' % (key.encode(), text) for key, text in (good | {name: value}).items())
            yield b"{" + b",".join(members) + b"}"


GOOD = {
    "role": b'"agent"', "scope": b'"read"', "origins": b'["https://shop.example"]', "email": b'"a@example.com"',
    "team": b'"care"', "due_at": b'"2026-12-01T09:00:00Z"', "starts_at": b'"2026-12-01T09:00:00Z"', "revision": b"0",
    "version": b"1", "value": b"10", "currency": b'"EUR"', "id": b'"good"', "text": b'{"en":"Hello"}',
}  # fmt: skip


async def test_no_address_breaks_anything(house: House, program: httpx.AsyncClient, names: dict[str, str]) -> None:
    broken = []
    for method, path, operation in operations(house):
        for address in addresses(path, operation, names):
            content = b"{}" if "requestBody" in operation else None
            answer = await program.request(method, address, content=content)
            if answer.status_code >= 500:
                broken.append((method, address[:160], answer.json()["error"]["code"]))
    assert not broken, "\n".join(map(str, broken))


async def test_no_body_breaks_anything(house: House, program: httpx.AsyncClient, names: dict[str, str]) -> None:
    broken = []
    whole = description(make_litestar(house))
    for method, path, operation in operations(house):
        parameters = operation.get("parameters", [])
        address = path.format(**{one["name"]: names.get(one["name"], "x") for one in parameters if one["in"] == "path"})
        for body in bodies(whole, path, operation):
            answer = await program.request(method, address, content=body)
            if answer.status_code >= 500:
                broken.append((method, path, body[:160], answer.json()["error"]["code"]))
            if b"\\u0000" in body:
                assert (answer.status_code, answer.json()["error"]["code"]) == (400, "nul_in_text"), (path, body)
    assert not broken, "\n".join(map(str, broken))


# ---- looks -----------------------------------------------------------------------------------------------------

LOOK_NUMBERS = [
    b'"n":%s', b'"v":%s', b'"events":[{"type":"page","url":"u","ago":%s}]',
    b'"events":[{"type":"page","url":"u"},{"type":"scroll","depth":%s}]',
    b'"events":[{"type":"page","url":"u"},{"type":"cart","value":%s}]',
    b'"events":[{"type":"page","url":"u"},{"type":"cart","items":%s}]',
    b'"events":[{"type":"page","url":"u"},{"type":"order","id":"A","value":%s}]',
    b'"events":[{"type":"page","url":"u"},{"type":"event","name":"e","props":{"p":%s}}]',
    b'"events":[{"type":"page","url":"u"},{"type":"identify","traits":{"t":%s}}]',
]  # fmt: skip


@pytest.fixture
async def look(house: House, program: httpx.AsyncClient) -> Callable[[bytes], Awaitable[httpx.Response]]:
    """Sends a look with these fields more."""
    site = await house.store.read(accounts.the_site, SITE)
    keys = count()
    headers = {"origin": "https://shop.example", "user-agent": "Mozilla/5.0 Chrome/140", "content-type": "text/plain"}

    async def send(fields: bytes) -> httpx.Response:
        first = b'{"site":"%s","key":"%032x"' % (site.key.encode(), next(keys))
        return await program.post("/v1/look", content=first + b"," + fields + b"}", headers=headers)

    return send


@pytest.mark.parametrize(
    "number", [b"1e400", b"NaN", b"Infinity", b"1" + b"0" * 40, b"-1" + b"0" * 40, b"1e300", b"-0.0"]
)
async def test_no_number_of_a_look_breaks_anything(look: Any, number: bytes) -> None:
    for field in LOOK_NUMBERS:
        answer = await look(field % number)
        assert answer.status_code in (200, 400), (field, answer.text)


async def test_a_tab_with_nul_is_refused_on_both_databases(look: Any) -> None:
    answer = await look(b'"tab":"a\\u0000b","events":[{"type":"page","url":"u"}]')
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_look")


@pytest.mark.parametrize(
    "event",
    [
        b'{"type":"order","id":"A\\u00001","value":1,"currency":"EUR"}',
        b'{"type":"invitation","id":"i_\\u0000","what":"seen"}',
        b'{"type":"identify","id":"\\u0000","token":""}',
    ],
)
async def test_an_id_with_nul_is_refused_by_itself_on_both_databases(look: Any, event: bytes) -> None:
    answer = await look(b'"events":[{"type":"page","url":"u"},' + event + b"]")
    assert answer.status_code == 200
    assert [problem["field"] for problem in answer.json()["problems"]] == ["id"]


async def test_a_sites_key_with_nul_is_refused(program: httpx.AsyncClient) -> None:
    body = b'{"site":"a\\u0000","key":"","events":[]}'
    answer = await program.post("/v1/look", content=body, headers={"origin": "https://shop.example"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_look")


async def test_what_a_page_says_loses_nul(house: House, look: Any) -> None:
    answer = await look(
        b'"languages":["f\\u0000i"],"events":['
        b'{"type":"page","url":"https://shop.example/\\u0000a","title":"\\\\u0000 B\\u0000"},'
        b'{"type":"event","name":"x\\u0000y","props":{"\\u0000p":["\\u0000"]}},{"type":"identify","traits":{"name":"A\\u0000"}}]'
    )
    assert answer.status_code == 200

    def said(tx: Tx) -> tuple[Any, ...]:
        [visit] = visit_rows.visits_between(tx, SITE, None, None, None, 10)
        page, named = visits.events_of(tx, visit)
        known = visit_rows.visitor(tx, visit.visitor)
        assert known is not None
        return page.url, page.title, named.name, named.props, known.claimed, known.language

    found = await house.store.read(said)
    assert found == ("https://shop.example/a", "\\u0000 B", "xy", {"p": [""]}, {"name": "A"}, "fi")
