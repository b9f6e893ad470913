"""Pages as they come: bent languages, quirks, tag managers, browsers that ask to be left alone, paper."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.e2e.actors import Agent, Visitor
from tests.e2e.served import Demo
from tests.e2e.test_guest import quick, serve, snippet

__all__ = ["quick"]  # a fixture

MakeVisitor = Callable[..., Visitor]
MakeAgent = Callable[..., Agent]
Told = list[dict[str, Any]]


def told_by(page: Page) -> Told:
    """What looks tell from now on."""
    told: Told = []

    def note(one: Request) -> None:
        if one.url.endswith("/v1/look"):
            told.extend(json.loads(one.post_data or "")["events"])

    page.on("request", note)
    return told


def seen(page: Page, condition: Callable[[], object]) -> None:
    """Let the browser's news come in until it is so."""
    deadline = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < deadline
        page.wait_for_timeout(20)


def warnings_of(page: Page) -> list[str]:
    heard: list[str] = []
    page.on("console", lambda one: heard.append(one.text) if one.type == "warning" and "overture" in one.text else None)
    return heard


FORBIDDEN = "get() { throw new DOMException('no', 'SecurityError') }"
BENT = {
    "Prototype 1.6": """
        Array.prototype.toJSON = function () { return '[' + this.join(', ') + ']' };
        String.prototype.toJSON = function () { return '"' + this + '"' };
        Array.from = (list) => list; Function.prototype.bind = function () { return this };
        Array.prototype.reduce = function () { return this.length > 1 ? this : this[0] };
        Object.keys = (object) => { const keys = []; for (const key in object) keys.push(key); return keys };
        Array.prototype.find = Array.prototype.filter = Array.prototype.map = Array.prototype.includes = () => [];""",
    "MooTools": """
        window.JSON = { encode: String, decode: String };
        Array.prototype.each = Object.prototype.each = () => 1;""",
    "no iterators": "delete Array.prototype[Symbol.iterator]; delete String.prototype[Symbol.iterator];",
    "polluted": """
        Object.prototype.inherited = 'x'; Object.prototype.toJSON = () => 'bent';
        Array.prototype.extra = () => 1;""",
    "old polyfills": """
        window.Promise = function () { throw Error('bent') }; window.Set = window.Map = undefined;
        String.prototype.trim = String.prototype.startsWith = String.prototype.padStart = () => '';
        Array.prototype.at = Array.prototype.findIndex = Array.prototype.forEach = Array.prototype.flat = undefined;
        Object.entries = Object.fromEntries = undefined; AbortSignal.timeout = undefined;""",
    "nothing kept": f"""
        navigator.sendBeacon = () => {{ throw Error('no') }}; delete window.BroadcastChannel;
        for (const name of ['localStorage', 'sessionStorage'])
          Object.defineProperty(window, name, {{ {FORBIDDEN} }});
        Object.defineProperty(Document.prototype, 'cookie', {{ {FORBIDDEN}, set() {{ throw Error('no') }} }});""",
}


@pytest.mark.parametrize("bent", BENT.values(), ids=BENT.keys())
def test_pages_that_bend_the_language(visitor: MakeVisitor, demo: Demo, bent: str) -> None:
    anna = visitor()
    told = told_by(anna.page)
    said = "overture('event', 'tags', {list: ['a', 'b'], half: 'x\\ud83d'});"
    said += "overture('order', {id: 'B-1', value: 5, currency: 'eur'})"
    stub = "window.overture = window.overture || function () { (overture.q = overture.q || []).push(arguments) };"
    head = f"<script>{bent}</script><script>{stub}{said}</script>"
    serve(anna.page, demo, f"<body>{snippet(demo)}</body>", head=head)
    expect(anna.button("open")).to_be_visible()
    seen(anna.page, lambda: len(told) > 2)
    assert [one["type"] for one in told[:3]] == ["page", "event", "order"]
    assert told[1]["props"] == {"list": ["a", "b"], "half": "x\ufffd"}
    anna.open_chat()
    anna.close_chat()


def test_depth_in_quirks_mode_and_of_an_inner_scroller(visitor: MakeVisitor, demo: Demo) -> None:
    anna = visitor(viewport={"width": 1000, "height": 800})
    told = told_by(anna.page)

    def depths() -> list[float]:
        return [one["depth"] for one in told if one["type"] == "scroll"]

    tall = "<div style='height:4000px'>Text</div>"
    anna.page.context.grant_permissions(["local-network-access"])
    html = f"<html><head><title>Old</title></head><body style='margin:0'>{tall}{snippet(demo)}</body></html>"
    anna.page.route(f"{demo.shop}/quirks", lambda route: route.fulfill(body=html, content_type="text/html"))
    anna.page.goto("/quirks")
    assert anna.page.evaluate("document.compatMode") == "BackCompat"
    expect(anna.button("open")).to_be_visible()
    anna.page.evaluate("scrollTo(0, 1600)")
    seen(anna.page, depths)
    assert depths() == [0.5]
    inner = f"<div id=list style='height:300px;overflow:auto'>{tall}</div>"
    inner += f"<main style='height:800px;overflow:auto'>{tall}</main>"
    serve(anna.page, demo, f"<body style='margin:0;overflow:hidden'>{inner}{snippet(demo)}</body>", "/inner")
    expect(anna.button("open")).to_be_visible()
    told.clear()
    anna.page.evaluate("document.querySelector('#list').scrollTo(0, 3000)")
    anna.page.evaluate("document.querySelector('main').scrollTo(0, 800)")
    seen(anna.page, depths)
    assert depths() == [0.25]


def installs(demo: Demo) -> dict[str, str]:
    tag = snippet(demo)
    key = re.findall('data-site="(.*?)"', tag)[0]
    made = f"const s = document.createElement('script'); s.src = '{demo.origin}/overture.js?site={key}';"
    return {
        "no attributes": f'<script src="{demo.origin}/overture.js?site={key}"></script>',
        "a module": tag.replace("async", 'type="module"'),
        "inserted": f"<script>{made} document.head.append(s)</script>",
        "inserted late": f"<script>{made} onload = () => setTimeout(() => document.body.append(s), 50)</script>",
        "renamed, deferred": tag.replace("overture.js", "renamed.js").replace("async", "defer"),
        "thrice": tag * 2 + f"<script>{made} document.head.append(s)</script>",
    }


HOW = ("no attributes", "a module", "inserted", "inserted late", "renamed, deferred", "thrice")


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("where", ["head", "body"])
def test_however_it_is_installed(visitor: MakeVisitor, demo: Demo, how: str, where: str) -> None:
    anna = visitor()
    tag = installs(demo)[how]
    heard = warnings_of(anna.page)
    loader = anna.page.request.get(f"{demo.origin}/overture.js").body()

    def renamed(route: Route) -> None:
        route.fulfill(body=loader, content_type="text/javascript", headers={"Access-Control-Allow-Origin": "*"})

    anna.page.route("**/renamed.js", renamed)
    serve(anna.page, demo, f"<body>{tag if where == 'body' else ''}</body>", head=tag if where == "head" else "")
    expect(anna.button("open")).to_have_count(1)
    anna.open_chat()
    assert heard == []


def test_without_a_key_it_says_what_is_missing(visitor: MakeVisitor, demo: Demo) -> None:
    anna = visitor()
    heard = warnings_of(anna.page)
    serve(anna.page, demo, f'<body><script src="{demo.origin}/overture.js"></script></body>')
    assert len(heard) == 1
    assert "overture.js?site=KEY" in heard[0]


PROPERTY = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })"


@pytest.mark.parametrize("way", ["header", "property"])
def test_global_privacy_control_is_kept_to(visitor: MakeVisitor, agent: MakeAgent, demo: Demo, way: str) -> None:
    """The button only, and nothing is stored; a chat by their own will works; a yes to this site counts."""
    agent("aino").be_available()
    anna = visitor(**({"extra_http_headers": {"Sec-GPC": "1"}} if way == "header" else {}))
    if way == "property":
        anna.context.add_init_script(PROPERTY)
    anna.page.goto("/bikes")
    expect(anna.button("open")).to_be_visible()
    assert [one for one in anna.context.cookies() if "overture" in str(one.get("name"))] == []
    anna.open_chat()
    anna.say("v-01 Hello")
    expect(anna.log()).to_contain_text("v-01")
    anna.page.evaluate("overture('consent', true)")
    seen(anna.page, lambda: any(one.get("name") == "overture_visitor" for one in anna.context.cookies()))


def test_what_cannot_be_meant_is_one_line_each(visitor: MakeVisitor, demo: Demo) -> None:
    anna = visitor()
    heard = warnings_of(anna.page)
    serve(anna.page, demo, f"<body>{snippet(demo)}</body>")
    expect(anna.button("open")).to_be_visible()
    for _ in range(2):
        anna.page.evaluate("""() => {
            overture('nonsense'); overture('cart', {value: 'abc'}); overture('cart', {value: Infinity});
            overture('order', {id: 'N-1', value: 349}); overture('order', {id: 'N-2', value: '1.234', currency: 'EUR'});
            overture('consent', 'denied'); overture('event'); overture();
        }""")
    seen(anna.page, lambda: len(heard) >= 7)
    anna.page.evaluate("overture('cart', {value: 12, items: 1})")
    about = ["nonsense", "'cart'", "currency", "'order'", "consent", "'event'", "undefined"]
    assert len(heard) == len(about), heard
    assert all(any(word in line for line in heard) for word in about), heard
    problems = demo.get("sites/nordic-bikes/snippet/problems")["items"]
    assert {("cart", "value"), ("order", "currency"), ("order", "value"), ("event", "name"), ("unknown", "")} <= {
        (one["event"], one["field"]) for one in problems
    }


def test_it_is_not_printed(visitor: MakeVisitor) -> None:
    anna = visitor()
    anna.page.goto("/bikes")
    expect(anna.button("open")).to_be_visible()
    anna.page.emulate_media(media="print")
    expect(anna.button("open")).to_be_hidden()


def test_an_arabic_visitor_is_greeted_in_english_and_told_of(visitor: MakeVisitor, agent: MakeAgent) -> None:
    aino = agent("aino").be_available()
    anna = visitor(locale="ar-EG")
    anna.page.goto("/bikes")
    expect(anna.button("open")).to_be_visible()
    anna.open_chat()
    anna.say("v-01 مرحبا")
    aino.open("v-01")
    expect(aino.page.get_by_text("Arabic").or_(aino.page.get_by_text("العربية")).first).to_be_visible()


@pytest.mark.usefixtures("quick")
def test_the_teaser_never_covers_what_is_about_to_be_used(visitor: MakeVisitor, agent: MakeAgent) -> None:
    """At 390 px, over a checkout button at the bottom: it moves up; among buttons everywhere it waits in the button."""
    agent("aino").be_available()
    anna = visitor(viewport={"width": 390, "height": 844}, has_touch=True)
    anna.hesitate()
    expect(anna.invitation).to_be_visible()
    anna.page.evaluate("""() => {
        const pay = document.createElement('button');
        pay.id = 'pay'; pay.textContent = 'Check out'; pay.style = 'position:fixed;bottom:30px;left:60px;width:200px';
        document.body.append(pay); dispatchEvent(new Event('resize'));
    }""")

    def apart() -> bool:
        teaser, pay = anna.invitation.bounding_box(), anna.page.locator("#pay").bounding_box()
        return teaser is not None and pay is not None and teaser["y"] + teaser["height"] <= pay["y"]

    seen(anna.page, apart)
    anna.page.locator("#pay").click()
    anna.page.evaluate("""() => {
        for (let y = 0; y < 844; y += 60) {
            const one = document.createElement('button');
            one.textContent = y; one.style = `position:fixed;top:${y}px;left:60px;width:200px`;
            document.body.append(one);
        }
        dispatchEvent(new Event('resize'));
    }""")
    expect(anna.invitation).to_be_hidden()
    expect(anna.page.locator("overture-chat .count")).to_have_text("1")
    expect(anna.button("open")).to_be_visible()
