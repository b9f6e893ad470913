"""A house that was never used: an empty folder, a site, an invite; every page says what to do next, nothing fails."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

PROGRAM = Path(sys.executable).with_name("overture")
STARTS_WITHIN_S = 120
PASSWORD = "kalevala-kanteletar"
PAGES = (
    "inbox", "visitors", "direction", "direction/edit", "direction/playbooks", "direction/try",
    "direction/held-back", "follow-ups", "insight", "staffing", "settings/site", "settings/users", "settings/teams",
    "settings/canned", "settings/snippet",
)  # fmt: skip


class FreshHouse:
    """`overture serve` in an empty folder, and its command line."""

    def __init__(self, data: Path) -> None:
        self.data = data
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        self.origin = f"http://127.0.0.1:{self.port}"
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("OVERTURE_")}
        self.env["OVERTURE_PUBLIC_URL"] = self.origin
        self.log = data.parent / "serve.log"
        with self.log.open("wb") as log:
            command = [PROGRAM, "serve", "--port", str(self.port), "--data", data]
            self.process = subprocess.Popen(command, env=self.env, stdout=log, stderr=log)
        self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < until:
            try:
                if httpx.get(f"{self.origin}/healthz").status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.2)
        raise AssertionError(self.log.read_text())

    def run(self, *words: str) -> str:
        """What a command says."""
        command = [PROGRAM, *words, "--data", self.data]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, check=True).stdout.strip()


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FreshHouse]:
    house = FreshHouse(tmp_path_factory.mktemp("fresh") / "data")
    yield house
    house.process.send_signal(signal.SIGTERM)
    house.process.wait(30)


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A Finnish browser."""
    context = chromium.new_context(locale="fi-FI")
    yield context.new_page()
    context.close()


def accept(page: Page, link: str, name: str) -> None:
    page.goto(link)
    expect(page.get_by_label("Nimesi")).to_have_value(name)
    page.get_by_label("Uusi salasana").fill(PASSWORD)
    page.get_by_role("button", name="Liity").click()


def test_an_admin_is_told_what_comes_next_in_their_language(fresh: FreshHouse, page: Page) -> None:
    refused: list[str] = []
    page.on("response", lambda answer: refused.append(answer.url) if answer.status >= 400 else None)
    link = fresh.run("user", "add", "eino@shop.example", "--role", "admin", "--name", "Eino Leino")
    accept(page, link, "Eino Leino")
    expect(page.get_by_role("heading", name="Lisää ensimmäinen sivusto")).to_be_visible()
    expect(page.get_by_text("overture site add")).to_be_visible()
    fresh.run("site", "add", "nordic-bikes", "--origin", "https://shop.example")
    page.get_by_role("button", name="Katso uudelleen").click()
    expect(page.get_by_role("heading", name="Ennen ensimmäistä keskustelua")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "fi"
    refused.clear()
    for path in PAGES:
        page.goto(f"{fresh.origin}/console/{path}")
        expect(page.get_by_role("navigation").first).to_be_visible()
        page.wait_for_load_state("networkidle")
        expect(page.get_by_text("Tämä ei onnistunut")).to_have_count(0)
        expect(page.get_by_role("alert")).to_have_count(0)
    assert refused == []
    page.goto(f"{fresh.origin}/console/inbox")
    page.get_by_role("link", name="Julkaise suunnitelma").click()
    expect(page).to_have_url(f"{fresh.origin}/console/direction/edit")


def test_an_agent_without_a_team_is_told_whom_to_ask(fresh: FreshHouse, page: Page) -> None:
    link = fresh.run("user", "add", "aino@shop.example", "--role", "agent", "--name", "Aino", "--language", "sv")
    accept(page, link, "Aino")
    expect(page.get_by_role("heading", name="Et kuulu vielä millekään sivustolle")).to_be_visible()
    expect(page.get_by_role("button", name="Kirjaudu ulos")).to_be_visible()
