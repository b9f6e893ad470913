"""Step 7: nobody is there, so no chat is offered: a message with an address, a lead, a promise."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

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
