"""Who acts in the story: visitors in the shop and agents in the console, by the names assistive technology goes by."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Browser, CDPSession, FrameLocator, Locator, Page, expect

from tests.e2e.served import Demo

CAMPAIGN = "?utm_source=newsletter&utm_medium=email&utm_campaign=autumn-rides"
MARK = re.compile(r"\b[va]-\d\d\b")  # what the tests write can be told from everything else on the page

ENGLISH = {
    "open": "Open chat", "close": "Close chat", "dialog": "Chat", "log": "Conversation", "message": "Your message",
    "send": "Send", "invitation": "Chat invitation", "reply": "Reply", "no": "No thanks", "size": "M",
    "add": "Add to basket", "basket": "See the basket",
}  # fmt: skip
FINNISH = {
    "open": "Avaa chat", "close": "Sulje chat", "dialog": "Chat", "log": "Keskustelu", "message": "Viestisi",
    "send": "Lähetä", "invitation": "Chat-kutsu", "reply": "Vastaa", "no": "Ei kiitos", "size": "M",
    "add": "Lisää ostoskoriin", "basket": "Katso ostoskori",
}  # fmt: skip


class Complaints:
    """What a page's console complained of. Lost connections are what some tests are about, so they do not count."""

    IGNORED = ("net::ERR_", "WebSocket connection to", "Failed to fetch", "the server responded with a status of 503")

    def __init__(self, page: Page) -> None:
        self.heard: list[str] = []
        page.on("pageerror", lambda error: self.heard.append(f"error: {error}"))
        page.on("console", lambda message: self._hear(message.type, message.text))

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" and not any(one in text for one in self.IGNORED):
            self.heard.append(text)


class Visitor:
    """A browser in the shop."""

    def __init__(self, chromium: Browser, demo: Demo, words: dict[str, str] = ENGLISH, **options: Any) -> None:
        self.words = words
        locale = {"locale": "fi-FI" if words is FINNISH else "en-GB"}
        self.context = chromium.new_context(base_url=demo.shop, **{**locale, **options})
        self.context.set_default_timeout(20_000)
        self.demo = demo
        self._wire: CDPSession | None = None
        self.page = self.new_tab()

    def new_tab(self) -> Page:
        page = self.context.new_page()
        page.complaints = Complaints(page)  # type: ignore[attr-defined]
        return page

    @property
    def chat(self) -> FrameLocator:
        return self.chat_of(self.page)

    def chat_of(self, page: Page) -> FrameLocator:
        return page.frame_locator("iframe[src*='/v1/frame']")

    def button(self, name: str, page: Page | None = None) -> Locator:
        return (page or self.page).get_by_role("button", name=self.words[name], exact=True)

    @property
    def invitation(self) -> Locator:
        return self.page.get_by_role("region", name=self.words["invitation"])

    def hesitate(self, entry: str = CAMPAIGN) -> None:
        """Come by a campaign, look at two bikes, put one in the basket and stay there."""
        self.page.goto(f"/bikes/tuuli{entry}")
        expect(self.button("open")).to_be_visible()  # nobody leaves a page before it is there
        self.page.goto("/bikes/kaarna")
        self.page.get_by_role("radio", name=re.compile(r"^M\b")).check()
        self.page.get_by_role("button", name=self.words["add"]).click()
        self.page.get_by_role("link", name=self.words["basket"]).click()
        self.page.wait_for_url("**/cart")

    def network(self, on: bool) -> None:
        """Give the network back, or take it away: from sockets that are open, too."""
        self.context.set_offline(not on)
        if self._wire is None:  # one session for all: each holds what it was told
            self._wire = self.context.new_cdp_session(self.page)
        conditions = {"offline": not on, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        self._wire.send("Network.emulateNetworkConditions", conditions)

    def open_chat(self, page: Page | None = None) -> None:
        """Open the chat, if this page does not show it already."""
        page = page or self.page
        expect(self.button("open", page).or_(self.button("close", page))).to_be_visible()
        if self.button("open", page).is_visible():
            self.button("open", page).click()
        expect(self.chat_of(page).get_by_role("dialog", name=self.words["dialog"])).to_be_visible()

    def close_chat(self) -> None:
        self.button("close").click()
        expect(self.button("open")).to_be_visible()

    def say(self, text: str, page: Page | None = None) -> None:
        chat = self.chat_of(page or self.page)
        chat.get_by_role("textbox", name=self.words["message"]).fill(text)
        chat.get_by_role("button", name=self.words["send"], exact=True).click()

    def log(self, page: Page | None = None) -> Locator:
        return self.chat_of(page or self.page).get_by_role("log", name=self.words["log"])

    def close(self) -> None:
        self.context.close()


class Agent:
    """A browser in the console."""

    def __init__(self, chromium: Browser, demo: Demo, email: str = "", **options: Any) -> None:
        self.context = chromium.new_context(base_url=demo.origin, locale="en-GB", **options)
        self.context.set_default_timeout(20_000)
        self.demo = demo
        self.page = self.context.new_page()
        self.complaints = Complaints(self.page)
        self.email = email or demo.told["email"]

    def sign_in(self) -> Agent:
        self.page.goto("/console/")
        self.page.get_by_label("Email").fill(self.email)
        self.page.get_by_label("Password").fill(self.demo.told["password"])
        self.page.get_by_role("button", name="Sign in").click()
        expect(self.page.get_by_role("navigation")).to_be_visible()
        self.complaints.heard.clear()  # that nobody was signed in before is told as an error by some browsers
        return self

    @property
    def switch(self) -> Locator:
        return self.page.get_by_role("switch", name="Available")

    def be_available(self, on: bool = True) -> Agent:
        expect(self.switch).to_be_enabled()  # before that the console does not know how it stands
        if self.switch.is_checked() != on:
            self.switch.click()
        expect(self.switch).to_be_checked(checked=on)
        return self

    def go(self, place: str) -> None:
        self.page.get_by_role("navigation").get_by_role("link", name=place).click()

    @property
    def list(self) -> Locator:
        return self.page.get_by_role("list", name="Conversations")

    def open(self, text: str) -> None:
        """Open the conversation whose line shows this text, its latest."""
        self.go("Inbox")
        self.list.get_by_role("listitem").filter(has_text=text).get_by_role("link").click()
        expect(self.log()).to_contain_text(text)

    def go_home(self) -> None:
        """Leave the desk, so that nobody is sent here any more, and close the browser."""
        self.page.keyboard.press("Escape")  # what lies behind a dialog can't be reached
        self.be_available(False)
        self.context.close()

    def log(self) -> Locator:
        return self.page.get_by_role("log", name="Conversation")

    def say(self, text: str) -> None:
        self.page.get_by_role("textbox", name="Reply").fill(text)
        self.page.get_by_role("button", name="Send", exact=True).click()

    @property
    def conversation(self) -> str:
        """The id of the conversation that is open."""
        return self.page.url.rpartition("/")[2]


def marks(log: Locator) -> list[str]:
    """The marked messages in a log, in the order in which they stand."""
    return MARK.findall(log.inner_text())


def expect_marks(log: Locator, wanted: list[str], timeout: float = 30_000) -> None:
    """The log comes to hold just these marked messages, each once, in this order."""
    pattern = r"[\s\S]*".join(map(re.escape, wanted))
    expect(log).to_have_text(re.compile(pattern), timeout=timeout, use_inner_text=True)
    assert marks(log) == wanted
