"""What every page must be: usable with assistive technology, silent in the console, light before the first click."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.e2e.actors import FINNISH, Agent, Visitor
from tests.e2e.served import Demo, until

MakeVisitor = Callable[..., Visitor]
MakeAgent = Callable[..., Agent]
AXE = (Path(__file__).parents[2] / "console/node_modules/axe-core/axe.min.js").read_text("utf-8")
PLACES = ("Inbox", "Visitors", "Direction", "Follow-ups", "Insight", "Staffing", "Settings")
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}


def serious(place: Page | Frame, within: str = "document") -> list[str]:
    """What axe finds serious or critical, with the elements."""
    place.evaluate(AXE)
    found: list[dict[str, Any]] = place.evaluate(f"async (rules) => (await axe.run({within}, rules)).violations", RULES)
    return [
        f"{one['id']}: {node['target']}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


@pytest.mark.parametrize(("size", "scheme"), [((1280, 800), "light"), ((390, 844), "dark")], ids=["wide", "narrow"])
def test_the_console_is_accessible(agent: MakeAgent, size: tuple[int, int], scheme: str) -> None:
    """At both widths, in both colour schemes."""
    emma = agent(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion="reduce")
    found = {}
    for place in PLACES:
        emma.page.goto(f"/console/{place.lower()}")
        emma.page.wait_for_load_state("networkidle")
        expect(emma.page.get_by_role("heading", level=1).first).to_be_visible()
        found[place] = serious(emma.page)
        assert emma.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{place} scrolls sideways"
    assert {place: problems for place, problems in found.items() if problems} == {}


def test_sign_in_is_accessible(visitor: MakeVisitor, demo: Demo) -> None:
    page = visitor().new_tab()
    page.goto(f"{demo.origin}/console/")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert serious(page) == []
    page.complaints.heard.clear()  # type: ignore[attr-defined]  # that nobody is signed in is answered 401


def test_a_conversation_and_its_wrap_up_are_accessible(visitor: MakeVisitor, agent: MakeAgent) -> None:
    emma = agent(reduced_motion="reduce").be_available()
    anna = visitor(reduced_motion="reduce")
    anna.page.goto("/bikes/aino")
    anna.open_chat()
    anna.say("v-01 Hello")
    emma.open("v-01")
    emma.say("a-01 Hello")
    expect(anna.log()).to_contain_text("a-01")
    frame = next(one for one in anna.page.frames if "/v1/frame" in one.url)
    assert serious(frame) == []
    assert serious(emma.page) == []
    emma.page.get_by_role("button", name="Wrap up").click()
    expect(emma.page.get_by_role("dialog", name="Wrap up")).to_be_visible()
    assert serious(emma.page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_teaser_and_the_button_are_accessible(visitor: MakeVisitor, scheme: str) -> None:
    anna = visitor(color_scheme=scheme, reduced_motion="reduce")
    anna.page.goto("/")
    expect(anna.button("open")).to_be_visible()
    assert serious(anna.page) == []


def test_nothing_but_the_loader_and_looks_before_the_first_click(visitor: MakeVisitor, demo: Demo) -> None:
    anna = visitor(FINNISH)
    asked: list[str] = []
    anna.page.on("request", lambda request: asked.append(request.url))
    for path in ("/", "/bikes", "/bikes/tuuli", "/gear", "/help", "/help/paying", "/cart", "/checkout", "/stores"):
        anna.page.goto(path)
        expect(anna.button("open")).to_be_visible()
    ours = {url.removeprefix(demo.origin) for url in asked if url.startswith(demo.origin)}
    assert ours == {"/overture.js", "/v1/look"}
    others = {url for url in asked if not url.startswith((demo.origin, demo.shop))}
    assert others == set()
    anna.open_chat()
    expect(anna.chat.get_by_role("dialog")).to_be_visible()
    assert any("/v1/frame" in url for url in asked)


def test_the_chat_by_keyboard_alone(visitor: MakeVisitor, agent: MakeAgent) -> None:
    agent().be_available()
    anna = visitor()
    anna.page.goto("/bikes")
    expect(anna.button("open")).to_be_visible()
    anna.button("open").focus()
    anna.page.keyboard.press("Enter")
    expect(anna.chat.get_by_role("textbox", name="Your message")).to_be_focused()
    anna.page.keyboard.type("v-01 by keyboard")
    anna.page.keyboard.press("Enter")
    expect(anna.log()).to_contain_text("v-01 by keyboard")
    anna.page.keyboard.press("Escape")
    expect(anna.button("open")).to_be_focused()
    expect(anna.button("open")).to_have_attribute("aria-expanded", re.compile("false"))


SETTINGS = ("profile", "site", "snippet", "look", "users", "teams", "canned", "tokens", "audit")
PLANS = ("direction/edit", "direction/playbooks", "direction/held-back")


@pytest.mark.parametrize(("size", "scheme"), [((1280, 800), "dark"), ((390, 844), "light")], ids=["wide", "narrow"])
def test_the_pages_behind_the_pages_are_accessible(agent: MakeAgent, size: tuple[int, int], scheme: str) -> None:
    emma = agent(viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion="reduce")
    found = {}
    follow_ups = ("follow-ups?owner=all", "follow-ups?tab=done", "follow-ups?tab=leads")
    for place in (*(f"settings/{part}" for part in SETTINGS), *PLANS, *follow_ups, "inbox/c_none"):
        emma.page.goto(f"/console/{place}")
        emma.page.wait_for_load_state("networkidle")
        expect(emma.page.get_by_role("heading").first).to_be_visible()
        if place == "direction/edit":
            expect(emma.page.get_by_text("No problems: this can be published")).to_be_visible()
        found[place] = serious(emma.page)
        assert emma.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{place} scrolls sideways"
    assert {place: problems for place, problems in found.items() if problems} == {}
    emma.complaints.heard.clear()  # that there is no conversation c_none is answered 404


def test_what_opens_over_a_talk_is_accessible(visitor: MakeVisitor, agent: MakeAgent) -> None:
    emma = agent(reduced_motion="reduce").be_available()
    anna = visitor(reduced_motion="reduce")
    anna.page.goto("/bikes/aino")
    anna.open_chat()
    anna.say("v-01 Hello")
    emma.open("v-01")
    page = emma.page
    page.get_by_role("textbox", name="Reply").fill("/")
    expect(page.get_by_role("option").first).to_be_visible()
    assert serious(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Hand over").click()
    expect(page.get_by_role("dialog", name="Hand over")).to_be_visible()
    assert serious(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Live board").click()
    expect(page.get_by_role("dialog", name="Live board")).to_be_visible()
    assert serious(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("log").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    assert serious(page) == []


def test_the_desk_by_keyboard_alone(visitor: MakeVisitor, agent: MakeAgent, demo: Demo) -> None:
    """Read, answer, note, hand over and wrap up; the focus is always somewhere one can go on from."""
    emma = agent().be_available()
    anna, bea = visitor(), visitor()
    for number, one in enumerate((anna, bea), 1):
        one.page.goto("/bikes/aino")
        one.open_chat()
        one.say(f"v-0{number} by keyboard")
        expect(emma.list).to_contain_text(f"v-0{number}")
    page, keys = emma.page, emma.page.keyboard
    page.locator("body").focus()
    keys.press("j")
    expect(emma.log()).to_contain_text("v-02")
    expect(page.locator(":focus")).to_contain_text("v-02")
    keys.press("j")
    expect(emma.log()).to_contain_text("v-01")
    keys.press("k")
    expect(emma.log()).to_contain_text("v-02")

    reply = page.get_by_role("textbox", name="Reply")
    keys.press("r")
    expect(reply).to_be_focused()
    keys.type("a-01 by keyboard")
    keys.press("Enter")
    expect(bea.log()).to_contain_text("a-01 by keyboard")
    expect(reply).to_be_focused()
    keys.type("/hello")
    expect(page.get_by_role("option")).to_have_count(1)
    keys.press("Enter")
    expect(reply).not_to_have_value("/hello")
    expect(reply).to_be_focused()
    keys.press("Control+a")
    keys.press("Delete")

    keys.press("Escape")
    keys.press("n")
    note = page.get_by_role("textbox", name="Private note")
    expect(note).to_be_focused()
    keys.type("Wants an Aino")
    keys.press("Enter")
    expect(emma.log()).to_contain_text("Wants an Aino")
    expect(note).to_be_focused()

    keys.press("Escape")
    keys.press("h")
    dialog = page.get_by_role("dialog", name="Hand over")
    expect(dialog.get_by_label("Team", exact=True)).to_be_focused()
    keys.press("Escape")
    expect(dialog).to_have_count(0)
    keys.press("w")
    dialog = page.get_by_role("dialog", name="Wrap up")
    expect(dialog.get_by_label("Result")).to_be_focused()
    keys.type("Not now")
    expect(dialog.get_by_label("Nothing more is needed")).to_be_checked()
    keys.press("Control+Enter")
    expect(dialog).to_have_count(0)
    expect(page.locator("a[data-conversation]:focus")).to_contain_text("v-01")
    keys.press("Enter")
    expect(emma.log()).to_contain_text("v-01")
    keys.press("g")
    keys.press("f")
    expect(page.get_by_role("heading", level=1, name="Follow-ups")).to_be_visible()


HIDDEN = """
  Object.defineProperty(document, 'hidden', {get: () => window.away === true});
  document.hasFocus = () => window.away !== true;
  window.told = [];
  window.Notification = class {
    static permission = 'default';
    static async requestPermission() { return (Notification.permission = 'granted'); }
    constructor(title, options) { window.told.push([title, options.body]); }
    close() {}
  };
"""


def test_the_desktop_tells_only_who_asked_and_looks_elsewhere(visitor: MakeVisitor, agent: MakeAgent) -> None:
    emma = agent().be_available()
    emma.context.add_init_script(HIDDEN)
    emma.page.goto("/console/settings/profile")
    assert emma.page.evaluate("Notification.permission") == "default"  # nobody was asked by itself
    emma.page.get_by_role("switch", name="Desktop notifications").click()
    expect(emma.page.get_by_role("switch", name="Desktop notifications")).to_be_checked()
    emma.be_available()
    anna = visitor()
    anna.page.goto("/bikes/aino")
    anna.open_chat()
    anna.say("v-01 Are you there?")
    expect(emma.page).to_have_title(re.compile(r"^\(1\) "))
    assert emma.page.evaluate("told") == []
    emma.page.evaluate("window.away = true")
    anna.say("v-02 Hello?")
    until(lambda: emma.page.evaluate("told.length > 0"))
    assert "v-02 Hello?" in emma.page.evaluate("told[0][1]")
    emma.page.evaluate("window.away = false")
