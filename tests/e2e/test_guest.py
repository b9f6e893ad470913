"""The widget is a guest on somebody's page: it leaks nothing, breaks nothing, and bears what the page does to it."""

from __future__ import annotations

import json
import os
import re
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, Route, expect

from overture.demo.operation import plan_text
from tests.e2e.actors import Agent, Visitor
from tests.e2e.conftest import FLAGS
from tests.e2e.served import Demo
from tests.e2e.test_pages import serious

MakeVisitor = Callable[..., Visitor]
MakeAgent = Callable[..., Agent]
FRAME = re.compile("/v1/frame")
OURS = "document.querySelector('overture-chat')"
SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])
MEASURES = runpy.run_path(str(Path(__file__).parents[2] / "bench" / "widget.py"))
MAIN_THREAD_MS = 200  # of the loader, on a processor four times slower; 18 ms where the machine is idle


def snippet(demo: Demo) -> str:
    """The script tag, as Settings shows it."""
    key = demo.get("sites")["items"][0]["key"]
    return f'<script async src="{demo.origin}/overture.js" data-site="{key}"></script>'


def serve(page: Page, demo: Demo, body: str, path: str = "/guest", head: str = "", **headers: str) -> None:
    """Put a page of one's own into the shop, and go there."""
    html = f"<!doctype html><html lang=en><head><title>Guest</title>{head}</head>{body}</html>"

    # A page that comes from here and not from the network has to be let through to the one machine all this runs on.
    page.context.grant_permissions(["local-network-access"])

    def answer(route: Route) -> None:
        route.fulfill(body=html, headers={"Content-Type": "text/html; charset=utf-8", **headers})

    page.route(re.compile(rf"{re.escape(demo.shop)}{path}(\?.*)?$"), answer)
    page.goto(path)


def pages_told(page: Page) -> list[str]:
    """The addresses of the pages that looks will tell of."""
    told: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/v1/look"):
            told.extend(one["url"] for one in json.loads(request.post_data or "")["events"] if one["type"] == "page")

    page.on("request", note)
    return told


@pytest.fixture(scope="module")
def quick(demo: Demo) -> Iterator[None]:
    demo.publish(plan_text().replace("page.seconds >= 20", "page.seconds >= 2"))
    yield
    demo.publish(plan_text())


@SCHEMES
@pytest.mark.usefixtures("quick")
def test_the_teaser_and_the_open_chat_are_accessible(visitor: MakeVisitor, agent: MakeAgent, scheme: str) -> None:
    aino = agent("aino").be_available()
    anna = visitor(color_scheme=scheme, reduced_motion="reduce")
    anna.hesitate()
    expect(anna.invitation).to_be_visible()
    assert serious(anna.page, OURS) == []
    anna.invitation.get_by_role("button", name="Reply").click()
    anna.say("v-01 Hello, see https://nordic-bikes.example/help")
    aino.open("v-01")
    aino.say("a-01 Hello")
    expect(anna.log()).to_contain_text("a-01")
    frame = next(one for one in anna.page.frames if "/v1/frame" in one.url)
    assert serious(frame) == []
    assert serious(anna.page, OURS) == []
    aino.be_available(on=False)
    eva = visitor(color_scheme=scheme, reduced_motion="reduce")
    eva.page.goto("/bikes")
    eva.open_chat()
    eva.chat.get_by_role("button", name="Send", exact=True).click()
    expect(eva.chat.get_by_role("alert")).to_be_visible()
    assert serious(next(one for one in eva.page.frames if "/v1/frame" in one.url)) == []


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("motion", "moves"), [("reduce", False), ("no-preference", True)])
def test_nothing_moves_for_those_who_ask_for_no_motion(
    visitor: MakeVisitor, agent: MakeAgent, motion: str, moves: bool
) -> None:
    aino = agent("aino").be_available()
    anna = visitor(reduced_motion=motion)
    animated = "() => document.getAnimations().length"
    anna.page.add_init_script("window.seen = []; addEventListener('animationstart', () => seen.push(1), true)")
    anna.hesitate()
    expect(anna.invitation).to_be_visible()
    in_shadow = "getComputedStyle(document.querySelector('overture-chat').shadowRoot.querySelector('{}')).animationName"
    assert (anna.page.evaluate(in_shadow.format("section")) != "none") is moves
    anna.open_chat()
    assert (anna.page.evaluate(in_shadow.format(".panel")) != "none") is moves
    anna.say("v-01 Hello")
    aino.open("v-01")
    aino.page.get_by_role("textbox", name="Reply").press_sequentially("a-01", delay=10)
    expect(anna.chat.get_by_text("Aino Salo is writing")).to_be_attached()
    frame = next(one for one in anna.page.frames if "/v1/frame" in one.url)
    assert bool(frame.evaluate(animated)) is moves


def test_every_target_is_large_enough_for_a_thumb(visitor: MakeVisitor, agent: MakeAgent) -> None:
    """44 px, as WCAG 2.5.5 and both phone makers ask."""
    agent("aino").be_available()
    anna = visitor(viewport={"width": 390, "height": 844}, has_touch=True)
    anna.page.goto("/bikes")
    launcher = anna.button("open").bounding_box()
    assert launcher is not None
    assert min(launcher["width"], launcher["height"]) >= 44
    anna.open_chat()
    anna.say("v-01 Hello")
    expect(anna.log()).to_contain_text("v-01")
    small = """() => [...document.querySelectorAll('button, textarea, input')]
        .map((one) => [one.outerHTML, one.getBoundingClientRect()])
        .filter(([, { width, height }]) => Math.min(width, height) < 44)"""
    frame = next(one for one in anna.page.frames if "/v1/frame" in one.url)
    assert frame.evaluate(small) == []
    assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_it_leaves_one_name_behind_and_no_style(visitor: MakeVisitor, demo: Demo) -> None:
    page = visitor().page
    body = "<body><p>Text</p><button>Button</button><div></div></body>"
    look = """() => [...document.querySelectorAll('html, body, body *')].map((one) => {
        const style = getComputedStyle(one); return [...style].map((name) => `${name}: ${style[name]}`).join(';') })"""
    serve(page, demo, body, "/alone")
    names, styles = page.evaluate("Object.keys(window)"), page.evaluate(look)
    serve(page, demo, body.replace("</body>", f"{snippet(demo)}</body>"), "/guest")
    expect(page.get_by_role("button", name="Open chat")).to_be_visible()
    assert set(page.evaluate("Object.keys(window)")) - set(names) == {"overture"}
    page.evaluate("document.querySelector('body script').remove()")
    assert page.evaluate(look) == styles
    assert page.evaluate("document.body.children.length") == 3


HOSTILE = """<style>
* { position: static !important; transform: none; font: 40px serif; letter-spacing: 9px; transition: all 9s; }
div:empty, body > :not(p), html > * { visibility: visible } html > :not(body):not(head) { display: none; opacity: 0 }
div { display: none } button { all: unset; width: 300px; padding: 50px } :empty { filter: blur(9px) }
</style>"""


def test_a_pages_own_styles_do_not_reach_it(visitor: MakeVisitor, demo: Demo) -> None:
    page = visitor(viewport={"width": 1280, "height": 800}).page
    serve(page, demo, f"<body><p>Text</p>{snippet(demo)}</body>", head=HOSTILE)
    button = page.get_by_role("button", name="Open chat")
    expect(button).to_be_visible()
    assert button.bounding_box() == {"x": 1204, "y": 724, "width": 56, "height": 56}
    host = "(name) => getComputedStyle(document.querySelector('overture-chat'))[name]"
    assert [page.evaluate(host, name) for name in ("opacity", "filter")] == ["1", "none"]


def test_a_page_that_replaces_its_body_keeps_it(visitor: MakeVisitor, demo: Demo) -> None:
    """As Turbo does; and a page whose body is not there yet when the answer comes."""
    anna = visitor()
    serve(anna.page, demo, "<body></body>", head=f"{snippet(demo)}<script>document.body?.remove()</script>")
    expect(anna.button("open")).to_be_visible()
    anna.page.evaluate("document.body.replaceWith(document.createElement('body'))")
    expect(anna.button("open")).to_be_visible()
    anna.open_chat()


def test_two_loaders_are_one(visitor: MakeVisitor, demo: Demo) -> None:
    anna = visitor()
    serve(anna.page, demo, f"<body>{snippet(demo) * 2}</body>")
    expect(anna.button("open")).to_have_count(1)
    anna.open_chat()
    assert anna.page.locator("iframe").count() == 1


def test_pages_of_a_single_page_app(visitor: MakeVisitor, demo: Demo) -> None:
    anna = visitor()
    told = pages_told(anna.page)
    serve(anna.page, demo, f"<body>{snippet(demo)}</body>")
    expect(anna.button("open")).to_be_visible()
    anna.page.evaluate("history.pushState({}, '', '/guest?step=2')")
    anna.page.evaluate("history.pushState({}, '', '#more')")
    anna.page.evaluate("location.hash = 'end'")
    anna.page.go_back()
    anna.page.evaluate("history.replaceState({}, '', '?x=1')")
    anna.page.evaluate("history.pushState({}, '', '/guest/last')")
    while not any("last" in url for url in told):
        anna.page.wait_for_timeout(20)
    assert [url.removeprefix(demo.shop) for url in told] == ["/guest", "/guest?step=2", "/guest/last"]


FORBIDDEN = """
Object.defineProperty(Document.prototype, 'cookie', { get: () => '', set() {} });
for (const name of ['localStorage', 'sessionStorage'])
  Object.defineProperty(window, name, { get() { throw new DOMException('Access is denied', 'SecurityError') } });
"""


def test_it_works_where_nothing_may_be_stored(visitor: MakeVisitor, agent: MakeAgent) -> None:
    """Cookies and storage forbidden, on the page and in the frame: the talk lives as long as the page."""
    aino = agent("aino").be_available()
    anna = visitor()
    anna.context.add_init_script(FORBIDDEN)
    anna.page.goto("/bikes")
    anna.open_chat()
    anna.say("v-01 Hello")
    aino.open("v-01")
    aino.say("a-01 Hello")
    expect(anna.log()).to_contain_text("a-01")


def test_a_blocked_frame_can_be_closed_and_says_nothing_to_the_console(visitor: MakeVisitor) -> None:
    """As blockers of third-party frames do it; on a phone the way out stays in sight. It recovers by itself."""
    anna = visitor(viewport={"width": 390, "height": 844}, has_touch=True)
    anna.page.route(FRAME, lambda route: route.abort("blockedbyclient"))
    anna.page.goto("/bikes")
    expect(anna.button("open")).to_be_visible()
    anna.button("open").click()
    expect(anna.page.locator("iframe")).to_have_count(1)
    anna.close_chat()
    anna.button("open").click()
    anna.page.unroute(FRAME)
    expect(anna.chat.get_by_role("dialog", name="Chat")).to_be_visible(timeout=20_000)
    assert [text for text in anna.page.complaints.heard if "postMessage" in text] == []  # type: ignore[attr-defined]


def test_a_blocked_server_is_a_page_without_a_chat(visitor: MakeVisitor) -> None:
    anna = visitor()
    with anna.page.expect_event("requestfailed", lambda request: "/v1/look" in request.url):
        anna.page.route("**/v1/look", lambda route: route.abort("blockedbyclient"))
        anna.page.goto("/bikes")
    expect(anna.button("open")).to_have_count(0)


def test_a_page_left_before_the_first_answer_is_told_by_the_next(visitor: MakeVisitor, demo: Demo) -> None:
    anna = visitor()
    told = pages_told(anna.page)
    held: list[Route] = []  # the first page's answer does not come, also while it is left

    def hold_the_first(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    anna.page.route("**/v1/look", hold_the_first)
    with anna.page.expect_request("**/v1/look"):
        anna.page.goto("/bikes?utm_campaign=autumn")
    with anna.page.expect_response(lambda answer: '"page"' in (answer.request.post_data or "")):
        anna.page.evaluate("location.href = '/gear'")
    assert [url.removeprefix(demo.shop) for url in told] == ["/bikes?utm_campaign=autumn", "/gear"]


def test_back_out_of_the_page_cache_it_goes_on(chromium: Browser, demo: Demo) -> None:
    """Playwright turns that cache off, so this browser is one of its own."""
    path = os.environ.get("OVERTURE_CHROMIUM", "/usr/bin/chromium")
    off = ["--disable-back-forward-cache"]
    browser = chromium.browser_type.launch(executable_path=path, args=FLAGS, ignore_default_args=off)
    anna = Visitor(browser, demo)
    anna.page.add_init_script("addEventListener('pageshow', (event) => { window.cached = event.persisted })")
    anna.page.goto("/bikes")
    expect(anna.button("open")).to_be_visible()
    anna.page.goto("/gear")
    expect(anna.button("open")).to_be_visible()
    with anna.page.expect_request(lambda one: "/v1/look" in one.url and '/bikes"' in (one.post_data or "")):
        anna.page.go_back(wait_until="commit")
    assert anna.page.evaluate("cached") is True
    anna.open_chat()
    assert anna.page.complaints.heard == []  # type: ignore[attr-defined]
    browser.close()


def test_the_loader_costs_the_page_little(visitor: MakeVisitor, demo: Demo) -> None:
    spent = MEASURES["main_thread"](visitor().page, f"{demo.shop}/bikes")
    assert 0 < spent["loader_main_thread_ms"] < MAIN_THREAD_MS, spent
