"""The pictures of the documentation: twelve moments of the running demo, at two widths, by day and by night.

make pictures                       all of them, into docs/pictures/
scripts/pictures.py teaser inbox    only those whose names begin so
scripts/pictures.py --into DIR      somewhere else
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect, sync_playwright

ROOT = Path(__file__).parents[1]
INTO = ROOT / "docs" / "pictures"
SITE = "nordic-bikes"
CAMPAIGN = "?utm_source=newsletter&utm_medium=email&utm_campaign=autumn-rides"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--disable-dev-shm-usage", "--force-color-profile=srgb", "--lang=en-GB"]  # fmt: skip


class Screen(NamedTuple):
    """A window's size and colour scheme."""

    width: int
    scheme: str

    @property
    def options(self) -> dict[str, Any]:
        """For a browser context."""
        height = 844 if self.width < 500 else 800
        return {
            "viewport": {"width": self.width, "height": height},
            "color_scheme": self.scheme,
            "reduced_motion": "reduce",
            "device_scale_factor": 1,
            "timezone_id": "Europe/Helsinki",
            "locale": "en-GB",
            "has_touch": self.width < 500,
        }


SCREENS = [Screen(width, scheme) for width in (1280, 390) for scheme in ("light", "dark")]
TALK = (
    ("v", "Hi! Is the Kaarna a good bike for riding to work all year?"),
    ("a", "Hello! Yes, it was made for that. How far do you ride, and is there salt on the roads in winter?"),
    ("v", "11 km each way, mostly asphalt. Plenty of salt, sadly."),
    ("a", "Then the belt is your friend: nothing rusts and nothing wants oil. Full mudguards are on it already."),
    ("v", "And the size? I'm 178 cm, so between M and L."),
    ("a", "What is your inseam? Stand a book between your legs and measure from the floor to its upper edge."),
    ("v", "83 cm"),
    ("a", "Then I would take the L: it is the calmer of the two on a long stretch. M would feel quicker in town."),
    ("v", "Hard to choose without trying…"),
    ("a", "Try both! Half an hour each, at Vaasankatu 14. More here: https://nordic-bikes.example/help/test-ride"),
    ("v", "Saturday would be great"),
    ("a", "Saturday at 11 it is. I'll put lights on, it may be dark."),
)  # fmt: skip


CAST = itertools.cycle(
    (
        ("Hanna Berg", "kaarna", CAMPAIGN),
        ("Olli Niemi", "harju", ""),
        ("Maria Sund", "virta", "?utm_source=instagram&utm_medium=social&utm_campaign=everyday"),
        ("Jonas Ek", "reitti", "?utm_source=partner&utm_medium=referral&utm_campaign=touring-club"),
        ("Leena Aho", "aino", ""),
        ("Tom Ashworth", "tuuli", CAMPAIGN),
    )
)


class Studio:
    """The running demo, and those who act in it."""

    def __init__(self, browser: Browser, told: dict[str, str]) -> None:
        self.browser = browser
        self.told = told
        self.shop = told["shop"].rstrip("/")
        self.origin = told["console"].removesuffix("/console/")
        self.api = httpx.Client(base_url=self.origin, timeout=20)
        answer = self.api.post("/api/v1/session", json={"email": told["email"], "password": told["password"]})
        self.api.headers["X-CSRF-Token"] = answer.raise_for_status().json()["csrf"]
        self._signed_in: dict[str, Any] = {}

    # ---- the shop ------------------------------------------------------------------------------------------

    def visitor(self, screen: Screen, path: str = "/bikes/kaarna") -> Page:
        """A visitor in the shop."""
        context = self.browser.new_context(base_url=self.shop, **screen.options)
        page = context.new_page()
        page.goto(path)
        expect(page.get_by_role("button", name="Open chat")).to_be_visible()
        return page

    def chat(self, page: Page) -> FrameLocator:
        """The chat, opened if need be."""
        opens, closes = (page.get_by_role("button", name=f"{word} chat") for word in ("Open", "Close"))
        expect(opens.or_(closes)).to_be_visible()
        if opens.is_visible():
            opens.click()
        frame = page.frame_locator("iframe[src*='/v1/frame']")
        expect(frame.get_by_role("dialog", name="Chat")).to_be_visible()
        return frame

    def say(self, page: Page, text: str) -> None:
        """Write in the chat."""
        chat = self.chat(page)
        chat.get_by_role("textbox", name="Your message").fill(text)
        chat.get_by_role("button", name="Send", exact=True).click()
        expect(chat.get_by_role("log")).to_contain_text(text[:40])

    def to_the_basket(self, page: Page, bike: str = "kaarna", query: str = CAMPAIGN) -> None:
        """Look at two bikes, and put one in the basket."""
        page.goto(f"/bikes/kuorma{query}")
        expect(page.get_by_role("button", name="Open chat")).to_be_visible()
        page.goto(f"/bikes/{bike}")
        page.locator("input[name=size][value=M]").check(force=True)
        page.get_by_role("button", name="Add to basket").click()
        page.get_by_role("link", name="See the basket").click()
        page.wait_for_url("**/cart")

    # ---- the console ---------------------------------------------------------------------------------------

    def console(self, screen: Screen, path: str = "inbox") -> Page:
        """The console, signed in as the admin, on a page of it."""
        context = self.browser.new_context(base_url=self.origin, **screen.options)
        if not self._signed_in:
            self._sign_in(context)
        context.add_cookies(self._signed_in["cookies"])
        page = context.new_page()
        page.goto(f"/console/{path}")
        expect(page.get_by_role("navigation").first).to_be_visible()
        page.wait_for_load_state("networkidle")
        return page

    def _sign_in(self, context: BrowserContext) -> None:
        page = context.new_page()
        page.goto("/console/")
        page.get_by_label("Email").fill(self.told["email"])
        page.get_by_label("Password").fill(self.told["password"])
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("navigation").first).to_be_visible()
        self._signed_in = dict(context.storage_state())
        page.close()

    def available(self, page: Page, on: bool) -> None:
        """Be at the desk, or not."""
        switch = page.get_by_role("switch", name="Available")
        expect(switch).to_be_enabled()
        if switch.is_checked() != on:
            switch.click()
        expect(switch).to_be_checked(checked=on)

    def open_talk(self, page: Page, visitor: Page) -> str:
        """Open the visitor's conversation in the console; its id."""
        expect(page.get_by_role("list", name="Conversations").get_by_role("listitem").first).to_be_visible()
        talk = self.talks()[0]["id"]
        page.goto(f"/console/inbox/{talk}")
        expect(page.get_by_role("log", name="Conversation")).to_be_visible()
        return str(talk)

    def answer(self, page: Page, text: str) -> None:
        """Answer the visitor."""
        page.get_by_role("textbox", name="Reply").fill(text)
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_role("log", name="Conversation")).to_contain_text(text[:40])

    def talks(self) -> list[dict[str, Any]]:
        """The open conversations."""
        answer = self.api.get(f"/api/v1/sites/{SITE}/conversations", params={"state": "open"})
        return list(answer.raise_for_status().json()["items"])

    def clear(self) -> None:
        """Wrap up what is open."""
        for talk in self.talks():
            result = "solved" if talk["team"] == "care" else "not_now"
            self.api.post(f"/api/v1/conversations/{talk['id']}/wrap-up", json={"result": result, "next_step": None})

    def capacity(self, limit: int | None) -> None:
        """How many talks the admin may hold."""
        users = self.api.get("/api/v1/users").raise_for_status().json()["items"]
        mine = next(user for user in users if user["email"] == self.told["email"])
        self.api.patch(f"/api/v1/users/{mine['id']}", json={"capacity": limit}).raise_for_status()

    # ---- one picture ---------------------------------------------------------------------------------------

    def take(self, page: Page, into: Path, name: str, screen: Screen) -> None:
        """Save what the window shows, as small as PNG gets it without loss of what one sees."""
        page.wait_for_load_state("networkidle")
        page.evaluate("document.fonts.ready")
        file = into / f"{name}-{screen.width}-{screen.scheme}.png"
        page.screenshot(path=file, animations="disabled", caret="hide")
        print(f"{file.name}: {file.stat().st_size // 1024} kB", flush=True)


Shot = Callable[[Studio, Screen], Page]


@contextmanager
def talking(studio: Studio, screen: Screen, lines: int = len(TALK)) -> Iterator[tuple[Page, Page]]:
    """A visitor and an agent in the middle of a talk, both on this screen."""
    agent = studio.console(screen)
    studio.available(agent, True)
    name, bike, query = next(CAST) if lines == 3 else ("Hanna Berg", "kaarna", CAMPAIGN)
    visitor = studio.visitor(screen, f"/bikes/kuorma{query}")
    traits = {"name": name, "email": f"{name.split()[0].lower()}@mail.example"}
    visitor.evaluate("traits => overture('identify', {traits})", traits)
    studio.to_the_basket(visitor, bike, query)
    studio.say(visitor, TALK[0][1])
    studio.open_talk(agent, visitor)
    for who, text in TALK[1:lines]:
        if who == "v":
            studio.say(visitor, text)
        else:
            studio.answer(agent, text)
    if lines > 1:
        expect(studio.chat(visitor).get_by_role("log")).to_contain_text(TALK[lines - 1][1][:30])
    yield visitor, agent
    studio.clear()


def launcher(studio: Studio, screen: Screen) -> Iterator[Page]:
    """The button, on the shop's first page."""
    yield studio.visitor(screen, "/")


def teaser(studio: Studio, screen: Screen) -> Iterator[Page]:
    """The quiet card on the basket page."""
    agent = studio.console(screen)
    studio.available(agent, True)
    page = studio.visitor(screen)
    studio.to_the_basket(page)
    expect(page.get_by_role("region", name="Chat invitation")).to_be_visible(timeout=40_000)
    yield page


def chat(studio: Studio, screen: Screen) -> Iterator[Page]:
    """A long talk, from the visitor's side."""
    with talking(studio, screen) as (visitor, _):
        yield visitor


def queue(studio: Studio, screen: Screen) -> Iterator[Page]:
    """Waiting, with the place in the queue."""
    studio.capacity(1)
    with talking(studio, screen, lines=2):
        page = studio.visitor(screen, "/bikes/virta")
        studio.say(page, "Hello! Does the Virta fit a child seat?")
        expect(studio.chat(page).get_by_text("You are next")).to_be_visible()
        yield page
    studio.capacity(None)


def offline(studio: Studio, screen: Screen) -> Iterator[Page]:
    """The form when nobody is there, with an error at its field."""
    agent = studio.console(screen)
    studio.available(agent, False)
    page = studio.visitor(screen, "/bikes/kuorma")
    form = studio.chat(page)
    expect(form.get_by_role("heading", name="Nobody is at the desk right now")).to_be_visible()
    form.get_by_role("textbox", name="Your message").fill("Do you lend the Kuorma for a weekend?")
    form.get_by_role("textbox", name="Email").fill("hanna@nowhere")
    form.get_by_role("button", name="Send", exact=True).click()
    expect(form.get_by_role("alert")).to_be_visible()
    yield page


def promise(studio: Studio, screen: Screen) -> Iterator[Page]:
    """What was promised, in the visitor's words."""
    with talking(studio, screen) as (visitor, agent):
        wrapping(agent)
        agent.get_by_role("dialog", name="Wrap up").get_by_role("button", name="Close conversation").click()
        expect(studio.chat(visitor).get_by_role("button", name="Start a new conversation")).to_be_visible()
        yield visitor


def wrapping(agent: Page) -> None:
    """Fill in the wrap-up."""
    agent.get_by_role("button", name="Wrap up").click()
    dialog = agent.get_by_role("dialog", name="Wrap up")
    dialog.get_by_label("Result").select_option("booked")
    dialog.get_by_label("What happens next").fill("Confirm the test ride: Kaarna M and L, Saturday at 11")
    dialog.get_by_label("Channel").select_option("phone")
    phone = dialog.get_by_role("textbox", name="phone")
    if phone.count():
        phone.first.fill("040 123 4567")
    dialog.get_by_role("button", name="Tomorrow 9:00").click()


def sign_in(studio: Studio, screen: Screen) -> Iterator[Page]:
    """The console's door."""
    page = studio.browser.new_context(base_url=studio.origin, **screen.options).new_page()
    page.goto("/console/")
    page.get_by_label("Email").fill(studio.told["email"])
    yield page


def inbox_empty(studio: Studio, screen: Screen) -> Iterator[Page]:
    """Nobody has written."""
    page = studio.console(screen)
    studio.available(page, True)
    expect(page.get_by_text("No open conversations")).to_be_visible()
    yield page


def inbox_talk(studio: Studio, screen: Screen) -> Iterator[Page]:
    """A talk with who it is, what they did, and what it should lead to."""
    with talking(studio, screen, lines=9) as (_, agent):
        yield agent


def visitors(studio: Studio, screen: Screen) -> Iterator[Page]:
    """Who is on the site."""
    with talking(studio, screen, lines=3) as (_, agent):
        agent.goto("/console/visitors")
        expect(agent.get_by_text("In conversation").first).to_be_visible()
        yield agent


def wrap_up(studio: Studio, screen: Screen) -> Iterator[Page]:
    """Result, what happens next, who, how, by when."""
    with talking(studio, screen) as (_, agent):
        wrapping(agent)
        yield agent


def follow_ups(studio: Studio, screen: Screen) -> Iterator[Page]:
    """What was promised, with its clock."""
    page = studio.console(screen, "follow-ups")
    page.get_by_role("main").get_by_text("My teams", exact=True).click()
    expect(page.get_by_role("listitem").first).to_be_visible()
    yield page


SHOTS = {
    "visitors": visitors, "launcher": launcher, "teaser": teaser, "chat": chat, "queue": queue, "offline": offline,
    "promise": promise, "sign-in": sign_in, "inbox-empty": inbox_empty, "inbox-talk": inbox_talk, "wrap-up": wrap_up,
    "follow-ups": follow_ups,
}  # fmt: skip


def leave(browser: Browser) -> None:
    """Close every window the way people do: a page that is left says so."""
    for context in browser.contexts:
        for page in context.pages:
            page.goto("about:blank")
        context.close()


@contextmanager
def demo() -> Iterator[dict[str, str]]:
    """A fresh demo on free ports."""
    with tempfile.TemporaryDirectory(prefix="overture-pictures-") as folder:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        program = Path(sys.executable).with_name("overture")
        command = [str(program), "demo", "--json", "--port", str(port), "--data", f"{folder}/demo"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        try:
            assert process.stdout is not None
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()
            process.wait(20)


def main() -> int:
    """Take the pictures; 0 if all came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", help="only those whose names begin so")
    parser.add_argument("--into", type=Path, default=INTO)
    chosen = parser.parse_args()
    chosen.into.mkdir(parents=True, exist_ok=True)
    failed = []
    expect.set_options(timeout=20_000)
    with demo() as told, sync_playwright() as playwright:
        path = os.environ.get("OVERTURE_CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS, env={**os.environ, "LANGUAGE": "en_GB"})
        studio = Studio(browser, told)
        for name, shot in SHOTS.items():
            if chosen.names and not name.startswith(tuple(chosen.names)):
                continue
            for screen in SCREENS:
                try:
                    for page in shot(studio, screen):
                        studio.take(page, chosen.into, name, screen)
                except Exception as error:  # the others are taken all the same
                    failed.append(f"{name}-{screen.width}-{screen.scheme}: {str(error).splitlines()[0]}")
                    studio.clear()
                leave(browser)
        browser.close()
    print("\n".join(failed), file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
