"""Who waits is told the truth as time passes, and may do something else than wait."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.actors import Agent, Visitor

MakeVisitor = Callable[..., Visitor]
MakeAgent = Callable[..., Agent]
LIMIT_MS = 40_000  # the demo's teams answer within 20 s; the rest is for two busy cores


def test_a_silent_agent_loses_the_conversation_and_the_visitor_is_called_instead(
    visitor: MakeVisitor, agent: MakeAgent
) -> None:
    emma = agent().be_available()
    anna = visitor()
    anna.page.goto("/bikes/kuorma")
    anna.open_chat()
    anna.say("v-01 Is the child seat safe?")
    dialog = anna.chat.get_by_role("dialog", name="Chat")
    expect(anna.log()).to_contain_text("joined")
    expect(dialog).to_contain_text(re.compile("should answer in .* look for somebody else"))
    expect(anna.log()).to_contain_text("has not answered. We are looking for somebody else", timeout=LIMIT_MS)
    expect(dialog).to_contain_text(re.compile("It is taking longer than we .*You are next"))
    expect(anna.chat.get_by_role("button", name="Keep waiting")).to_be_visible()
    anna.chat.get_by_role("button", name="Ask us to call").click()
    call = anna.chat.get_by_role("button", name="Ask us to call", exact=True)
    call.click()
    phone = anna.chat.get_by_role("textbox", name="Phone")
    expect(phone).to_have_attribute("aria-invalid", "true")
    phone.fill("040 123 4567")
    call.click()
    expect(anna.log()).to_contain_text(re.compile("You will be called .*before"))
    expect(anna.chat.get_by_role("button", name="Start a new conversation")).to_be_visible()
    emma.go("Follow-ups")
    emma.page.get_by_role("main").get_by_text("My teams", exact=True).click()
    card = (
        emma.page.get_by_role("listitem")
        .filter(has_text="040 123 4567")
        .or_(emma.page.get_by_role("listitem").filter(has_text="+358401234567"))
    )
    expect(card.first).to_contain_text("v-01 Is the child seat safe?")
    emma.be_available(False)


def test_when_the_last_agent_goes_who_waits_is_told_and_their_place_is_kept(
    visitor: MakeVisitor, agent: MakeAgent
) -> None:
    emma = agent().be_available()
    anna = visitor()
    anna.page.goto("/bikes/kuorma")
    anna.open_chat()
    anna.say("v-02 Do you have it in green?")
    expect(anna.log()).to_contain_text("has not answered", timeout=LIMIT_MS)
    emma.be_available(False)
    chat = anna.chat
    expect(chat.get_by_role("heading", name="Nobody is at the desk right now")).to_be_visible()
    expect(chat.get_by_role("dialog", name="Chat")).to_contain_text("Your place is kept")
    emma.be_available()
    expect(anna.log()).to_contain_text(re.compile("joined[^$]*joined"))
    emma.open("v-02")
    emma.say("a-01 Yes, in green too")
    expect(anna.log()).to_contain_text("a-01")
    expect(chat.get_by_role("button", name="Keep waiting")).to_be_hidden()
    emma.be_available(False)
