"""What every page must be: usable with assistive technology, silent in the console, light before the first click."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.e2e.actors import FINNISH, Agent, Visitor
from tests.e2e.served import Demo

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
