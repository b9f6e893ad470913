"""Bad input, floods, bots and the blocked: each told by a code, nothing half done."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from sqlalchemy import func, select

from overture.accounts import service as accounts
from overture.accounts.model import SYSTEM, Actor
from overture.kit.errors import OvertureError
from overture.store import Tx
from overture.visits import service as visits
from overture.visits import store as visit_rows
from overture.visits.identity import visitor_id
from overture.visits.looks import MAX_EVENTS, MAX_LOOK_BYTES
from overture.visits.problems import forget_problems, problems_of

KEY = "0" * 32


def look(shop: Any, **more: Any) -> bytes:
    fields = {"v": 1, "site": shop.site.key, "key": KEY, "tab": "a", "n": 1, "events": [], **more}
    return msgspec.json.encode(fields)


def stored(tx: Tx) -> int:
    return sum(
        tx.execute(select(func.count()).select_from(table)).scalar_one()
        for table in (visit_rows.visitors, visit_rows.visits, visit_rows.looks)
    )


PAGE = {"type": "page", "ago": 0, "url": "https://shop.example/"}


@pytest.mark.parametrize(
    ("fields", "code", "event"),
    [
        ({"events": [PAGE] * (MAX_EVENTS + 1)}, "too_many_events", None),
        ({"events": [{"type": "scroll", "depth": 0.5}]}, "page_first", 0),
        ({"key": "short", "events": [PAGE]}, "bad_visitor_key", None),
        ({"v": 2}, "bad_look", None),
        ({"n": 0}, "bad_look", None),
        ({"tab": "x" * 65}, "bad_look", None),
    ],
)
async def test_what_is_wrong_is_named(shop: Any, fields: dict[str, Any], code: str, event: int | None) -> None:
    response = await shop.post(look(shop, **fields))
    assert response.status_code in (400, 413)
    error = response.json()["error"]
    assert error["code"] == code
    assert error["message"]
    if event is not None:
        assert error["details"]["event"] == event
    assert await shop.store.read(stored) == 0


BAD = [
    {"type": "teleport"},
    {"type": "scroll", "depth": "deep"},
    {"type": "cart", "value": "Infinity"},
    {"type": "order", "id": "A1", "value": 1e300, "currency": "EUR"},
    {"type": "order", "id": "A1", "value": 349},
    {"type": "identify", "id": {"a": 1}},
    {"type": "unknown", "name": "nonsense"},
]


async def test_one_bad_item_costs_nothing_but_itself(shop: Any) -> None:
    """Page and neighbours are kept, the button comes, and each mistake is told to the page and kept for Settings."""
    cart = {"type": "cart", "ago": 0, "value": 300, "items": 1}
    response = await shop.post(look(shop, boot=True, events=[PAGE, *BAD, cart]))
    answer = response.json()
    assert answer["config"]["words"]["open_chat"] == "Open chat"
    told = [(one["event"], one["field"]) for one in answer["problems"]]
    assert told == [
        ("teleport", ""), ("scroll", "depth"), ("cart", "value"), ("order", "value"), ("order", "currency"),
        ("identify", "id"), ("nonsense", ""),
    ]  # fmt: skip
    facts = (await shop.store.read(visits.visits_of, "shop", visitor_id("shop", KEY)))[0]
    state = await shop.store.read(visits.state_of, facts)
    assert (state.page_path, state.cart_value) == ("/", 300)
    boss = Actor(id="u", name="Boss", kind="user", role="manager")
    kept = await shop.store.read(problems_of, boss, "shop")
    assert {(one.event, one.field): one.times for one in kept} == {
        ("unknown", ""): 2, ("scroll", "depth"): 1, ("cart", "value"): 1, ("order", "value"): 1,
        ("order", "currency"): 1, ("identify", "id"): 1,
    }  # fmt: skip
    assert all(one.message for one in kept)


async def test_a_first_page_that_cannot_be_read_has_its_button(shop: Any) -> None:
    response = await shop.post(look(shop, boot=True, events=[{"type": "page", "url": "http://["}]))
    answer = response.json()
    assert answer["config"]["words"]["open_chat"] == "Open chat"
    assert [one["field"] for one in answer["problems"]] == ["url"]
    assert await shop.store.read(stored) == 0


async def test_what_a_flood_of_mistakes_leaves_is_bounded_and_counted(shop: Any) -> None:
    boss = Actor(id="u", name="Boss", kind="user", role="manager")
    for n in range(1, 25):
        bad = [{"type": "order", "id": f"A{n}", "value": f"{n}.234", "currency": "EUR"}, {"type": f"x{n}"}]
        assert (await shop.post(look(shop, n=n, events=[PAGE, *bad]))).status_code == 200
        shop.clock.move(seconds=1)
    await shop.endpoint.flush()
    kept = await shop.store.read(problems_of, boss, "shop")
    assert {(one.event, one.field): one.times for one in kept} == {("unknown", ""): 24, ("order", "value"): 24}
    assert {one.example for one in kept} == {"24.234", "x24"}
    shop.clock.move(days=31)
    await shop.post(look(shop, n=30, events=[PAGE, {"type": "cart", "value": "x"}]))
    assert [one.event for one in await shop.store.read(problems_of, boss, "shop")] == ["cart"]
    await shop.store.run(forget_problems, boss, "shop")
    assert await shop.store.read(problems_of, boss, "shop") == []
    agent = Actor(id="a", name="Aino", kind="user", role="agent")
    with pytest.raises(OvertureError):
        await shop.store.read(problems_of, agent, "shop")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"site":1}', b"[" * 50_000, b'"\\ud800"'])
async def test_what_is_no_look_is_refused(shop: Any, body: bytes) -> None:
    response = await shop.post(body)
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "bad_look"


async def test_a_look_that_is_too_large_is_refused(shop: Any) -> None:
    response = await shop.post(b" " * (MAX_LOOK_BYTES + 1))
    assert (response.status_code, response.json()["error"]["code"]) == (413, "look_too_large")


async def test_origin_and_site_must_be_known(shop: Any) -> None:
    elsewhere = await shop.post(look(shop, events=[PAGE]), origin="https://evil.example")
    assert (elsewhere.status_code, elsewhere.json()["error"]["code"]) == (403, "wrong_origin")
    nowhere = await shop.post(look(shop, site="f" * 24, events=[PAGE]))
    assert nowhere.status_code == 404
    here = await shop.post(look(shop, events=[PAGE]))
    assert here.headers["access-control-allow-origin"] == "https://shop.example"
    assert here.headers["vary"] == "Origin"
    assert (await shop.client.get("/v1/look")).status_code == 405
    assert (await shop.client.options("/v1/look", headers={"origin": "https://shop.example"})).status_code == 204


async def test_a_flood_is_told_when_to_come_back(shop: Any) -> None:
    shop.restart(by_visitor=(3.0, 0.5))
    answers = [await shop.post(look(shop, n=n, events=[PAGE])) for n in range(1, 6)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert answers[-1].json()["error"]["code"] == "too_many_looks"
    other = await shop.post(look(shop, key="1" * 32, events=[PAGE]))
    assert other.status_code == 200
    shop.restart(by_address=(1.0, 0.1))
    assert [(await shop.post(look(shop, key=f"{n:032x}"))).status_code for n in range(2)] == [200, 429]


async def test_bots_are_left_out_and_counted(shop: Any) -> None:
    for agent in ("Mozilla/5.0 (compatible; Googlebot/2.1)", "curl/8.5.0", ""):
        answer = await shop.post(look(shop, events=[PAGE]), **{"user-agent": agent})
        assert answer.status_code == 200
    assert await shop.store.read(stored) == 0
    await shop.endpoint.flush()
    await shop.endpoint.flush()
    assert list(await shop.store.read(visits.left_out, SYSTEM, "shop")) == [("2026-11-02", "bot", 3)]


async def test_the_blocked_are_offered_nothing(shop: Any, agent: Actor, wait: Any) -> None:
    tab = shop.tab()
    await tab.page()
    await shop.store.run(visits.set_blocked, agent, "shop", visitor_id("shop", KEY), True)
    await tab.basket()
    await wait(seconds=45)
    assert (await tab.look())["invitation"] is None
    await shop.store.run(visits.set_blocked, agent, "shop", visitor_id("shop", KEY), False)
    assert (await tab.look())["invitation"] is not None


async def test_only_the_house_itself_may_simulate(shop: Any) -> None:
    from overture.invitations.look import simulated_token

    async def simulated(key: str, token: str) -> bool:
        response = await shop.post(look(shop, key=key, events=[PAGE]), **{"x-overture-simulated": token})
        assert response.status_code == 200
        visitor = await shop.store.read(visits.the_visitor, "shop", visitor_id("shop", key))
        return bool(visitor.simulated)

    assert not await simulated("1" * 32, "yes")
    assert await simulated("2" * 32, simulated_token("secret"))


@pytest.mark.parametrize(
    ("signals", "asked", "measured"),
    [
        ("gpc", {"sec-gpc": "1"}, False), ("gpc", {"sec-gpc": "0"}, True), ("gpc", {"dnt": "1"}, True),
        ("gpc_dnt", {"dnt": "1"}, False), ("ignored", {"sec-gpc": "1", "dnt": "1"}, True),
    ],
)  # fmt: skip
async def test_what_a_browser_asks_for(shop: Any, signals: Any, asked: dict[str, str], measured: bool) -> None:
    """Global Privacy Control counts as no consent: the button, nothing stored, no invitation; as the site says."""
    await shop.store.run(accounts.change_site, SYSTEM, "shop", accounts.SiteChange(signals=signals))
    shop.restart()
    answer = (await shop.post(look(shop, boot=True, events=[PAGE]), **asked)).json()
    assert answer["config"]["consented"] is measured
    assert answer["config"]["consent"] == ("none" if measured else "required")
    assert (await shop.store.read(stored) > 0) is measured
    said_yes = (await shop.post(look(shop, boot=True, n=2, consent=True, events=[PAGE]), **asked)).json()
    assert said_yes["config"]["consented"] is True


@pytest.mark.parametrize(("field", "signals"), [("gpc", "gpc"), ("dnt", "gpc_dnt")])
async def test_a_page_may_tell_what_its_browser_asks_for(shop: Any, field: str, signals: Any) -> None:
    await shop.store.run(accounts.change_site, SYSTEM, "shop", accounts.SiteChange(signals=signals))
    shop.restart()
    answer = (await shop.post(look(shop, boot=True, events=[PAGE], **{field: True}))).json()
    assert answer["config"]["consented"] is False
    assert await shop.store.read(stored) == 0
