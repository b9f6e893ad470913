"""Step 7: nobody is there, so no chat is offered: a message with an address, a lead, a promise."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, WebSocketRoute, expect

from overture.demo.operation import plan_text
from tests.e2e.actors import FINNISH, Agent, Visitor
from tests.e2e.served import Demo

MakeVisitor = Callable[..., Visitor]
MakeAgent = Callable[..., Agent]


def test_a_message_with_an_address_becomes_a_lead_with_a_promise(
    visitor: MakeVisitor, agent: MakeAgent, demo: Demo
) -> None:
    emma = agent().be_available(on=False)
    anna = visitor()
    anna.page.goto("/bikes/kuorma")
    anna.open_chat()
    chat = anna.chat
    expect(chat.get_by_role("heading", name="Nobody is at the desk right now")).to_be_visible()
    chat.get_by_role("textbox", name="Your message").fill("Do you lend one for a weekend?")
    send = chat.get_by_role("button", name="Send", exact=True)
    send.click()
    email = chat.get_by_role("textbox", name="Email")
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(chat.get_by_role("alert")).to_contain_text("email address or a phone number")
    email.fill("anna@nowhere")
    send.click()
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(chat.get_by_role("alert")).to_contain_text("name@example.com")
    expect(email).to_be_focused()
    email.fill("anna@mail.example")
    send.click()
    expect(chat.get_by_role("dialog", name="Chat")).to_contain_text(re.compile("You will .*before"))
    emma.go("Follow-ups")
    emma.page.get_by_role("main").get_by_text("My teams", exact=True).click()
    card = emma.page.get_by_role("listitem").filter(has_text="anna@mail.example")
    expect(card).to_contain_text(re.compile(r"In \d"))
    emma.page.get_by_role("main").get_by_text("Leads", exact=True).click()
    expect(emma.page.get_by_role("main")).to_contain_text("anna@mail.example")
    leads = [one for one in demo.get("sites/nordic-bikes/leads")["items"] if one["email"] == "anna@mail.example"]
    assert [(one["state"], one["message"]) for one in leads] == [("new", "Do you lend one for a weekend?")]


class HeldWelcome:
    """A line on which the server's welcome is held back until it is let go."""

    def __init__(self, page: Page) -> None:
        self.frames: list[str | bytes] = []
        self._ends: list[WebSocketRoute] = []
        self._is_let_go = False
        page.route_web_socket(re.compile("/v1/socket"), self._join)

    def _join(self, end: WebSocketRoute) -> None:
        self._ends.append(end)
        end.connect_to_server().on_message(self._hear)

    def _hear(self, frame: str | bytes) -> None:
        if self._is_let_go:
            self._ends[-1].send(frame)
        else:
            self.frames.append(frame)

    def let_go(self) -> None:
        self._is_let_go = True
        for frame in self.frames:
            self._ends[-1].send(frame)


def test_what_is_typed_goes_along_from_the_box_into_the_form_and_back(
    visitor: MakeVisitor, agent: MakeAgent, demo: Demo
) -> None:
    """Also what was typed before the server said that nobody is there; and the keyboard goes along with it."""
    emma = agent().be_available(on=False)
    anna = visitor()
    held = HeldWelcome(anna.page)
    anna.page.goto("/bikes/kuorma")
    anna.open_chat()
    box = anna.chat.get_by_role("textbox", name="Your message")
    expect(box).to_be_focused()
    anna.page.keyboard.type("Do you lend")
    while not held.frames:
        anna.page.wait_for_timeout(20)
    held.let_go()
    expect(anna.chat.get_by_role("heading", name="Nobody is at the desk right now")).to_be_visible()
    expect(box).to_have_value("Do you lend")
    expect(box).to_be_focused()
    anna.page.keyboard.type(" one")
    anna.chat.get_by_role("textbox", name="Email").fill("anna@mail.example")
    box.focus()
    emma.be_available()
    expect(anna.chat.get_by_role("textbox", name="Email")).to_have_count(0)
    expect(box).to_have_value("Do you lend one")
    anna.page.keyboard.type(" for a weekend?")
    emma.be_available(on=False)
    expect(anna.chat.get_by_role("textbox", name="Email")).to_have_value("anna@mail.example")
    expect(box).to_have_value("Do you lend one for a weekend?")
    anna.page.reload()
    anna.open_chat()
    expect(anna.chat.get_by_role("textbox", name="Email")).to_be_visible()
    expect(box).to_have_value("Do you lend one for a weekend?")
    anna.chat.get_by_role("button", name="Send", exact=True).click()
    expect(anna.chat.get_by_role("dialog")).to_contain_text(re.compile("You will .*before"))


def test_outside_hours_it_says_when_somebody_is_back(visitor: MakeVisitor, agent: MakeAgent, demo: Demo) -> None:
    """Open for one minute a year: told in the visitor's language, with a day."""
    agent().be_available()
    demo.publish(plan_text().replace("hours: 24/7", 'hours: "Jan 01 00:00-00:01"'))
    bo = visitor(FINNISH)
    bo.page.goto("/bikes")
    bo.open_chat()
    expect(bo.chat.get_by_role("heading", name=re.compile("suljettu|kiinni", re.IGNORECASE))).to_be_visible()
    expect(bo.chat.get_by_role("dialog")).to_contain_text(re.compile(r"31\. joulukuuta|1\. tammikuuta"))
    expect(bo.chat.get_by_role("textbox", name=FINNISH["message"])).to_be_visible()
    demo.publish(plan_text())
