"""Invites and resets reach a real mail server, in the reader's language; without one nothing is lost."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller
from tests.integration.conftest import PASSWORD, SITE, Browser, add_user

from overture.accounts import service as accounts
from overture.accounts.model import SYSTEM
from overture.config import Settings
from overture.kit.clock import FixedClock
from overture.kit.mail import BadMailServer, Mailer
from overture.web.app import App
from overture.web.wiring import House


class Inbox:
    """An SMTP server's handler that keeps what it takes."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.mails: asyncio.Queue[EmailMessage] = asyncio.Queue()
        self.loop = asyncio.get_running_loop()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.loop.call_soon_threadsafe(self.mails.put_nowait, mail)
        return "250 OK"


@pytest.fixture
async def inbox() -> AsyncIterator[Inbox]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    inbox = Inbox(port)
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield inbox
    controller.stop()


@pytest.fixture
async def mailing(tmp_path: Path, clock: FixedClock, inbox: Inbox) -> AsyncIterator[tuple[House, Browser]]:
    url = f"smtp://127.0.0.1:{inbox.port}"
    house = House(Settings(data=tmp_path, public_url="http://overture.test", smtp_url=url), clock=clock)
    await house.start()
    await house.store.run(accounts.add_site, SYSTEM, SITE, "Nordic Bikes", ["https://shop.example"])
    await add_user(house, "aino@shop.example")
    async with Browser(transport=httpx.ASGITransport(app=App(house)), base_url="http://overture.test") as browser:
        yield house, browser
    await house.stop()


async def the_mail(inbox: Inbox) -> tuple[str, str, str]:
    mail = await asyncio.wait_for(inbox.mails.get(), 10)
    return mail["To"], mail["Subject"], mail.get_content()


async def test_a_forgotten_password(mailing: tuple[House, Browser], inbox: Inbox) -> None:
    _house, browser = mailing
    assert (await browser.post("/api/v1/password-resets", json={"email": "nobody@shop.example"})).status_code == 202
    assert (await browser.post("/api/v1/password-resets", json={"email": "Aino@shop.example"})).status_code == 202
    to, subject, text = await the_mail(inbox)
    assert (to, subject) == ("aino@shop.example", "A new password for Overture")
    token = text.partition("token=")[2].split()[0]
    again = {"token": token, "password": PASSWORD + "?"}
    assert (await browser.post("/api/v1/password-resets/accept", json=again)).status_code == 200
    assert inbox.mails.empty()


async def test_an_invite(mailing: tuple[House, Browser], inbox: Inbox) -> None:
    _house, browser = mailing
    await browser.sign_in("aino@shop.example")
    answer = await browser.post("/api/v1/users", json={"email": "ville@shop.example", "role": "agent"})
    to, _subject, text = await the_mail(inbox)
    assert to == "ville@shop.example"
    assert answer.json()["invite_url"] in text


async def test_a_server_that_is_away_is_no_error_to_the_manager(house: House, browser: Browser) -> None:
    house.mailer = Mailer("smtp://127.0.0.1:1", "overture@localhost")
    assert await house.mailer.send("a@shop.example", "s", "t") is False


@pytest.mark.parametrize("url", ["mail.example", "http://mail.example", "smtp://"])
def test_a_wrong_address_is_told_at_start(url: str) -> None:
    with pytest.raises(BadMailServer, match="OVERTURE_SMTP_URL"):
        Mailer(url, "a@b.example")


async def test_a_letter_that_fails_is_shown_and_sent_again(
    mailing: tuple[House, Browser], inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing vanishes: who manages people reads which letter did not go, why, and sends it anew."""
    house, browser = mailing
    await browser.sign_in("aino@shop.example")
    assert house.mailer is not None
    with monkeypatch.context() as broken:
        broken.setattr(house.mailer, "_port", 1)
        ville = (await browser.post("/api/v1/users", json={"email": "ville@shop.example", "role": "agent"})).json()
        (unsent,) = (await browser.get("/api/v1/letters/unsent")).json()["items"]
        assert (unsent["user"], unsent["kind"], unsent["tries"]) == (ville["user"]["id"], "invite", 1)
        assert unsent["reason"]
        again = (await browser.post(f"/api/v1/users/{unsent['user']}/invite?send=true", json={})).json()
        assert again["mail"]["sent"] is False
        assert again["mail"]["reason"]
        (unsent,) = (await browser.get("/api/v1/letters/unsent")).json()["items"]
        assert unsent["tries"] == 2
    again = (await browser.post(f"/api/v1/users/{unsent['user']}/invite?send=true", json={})).json()
    assert again["mail"] == {"sent": True, "reason": ""}
    assert again["invite_url"] in (await the_mail(inbox))[2]
    assert (await browser.get("/api/v1/letters/unsent")).json()["items"] == []


async def test_an_invite_knows_whom_it_is_for_and_keeps_their_language(
    mailing: tuple[House, Browser], inbox: Inbox
) -> None:
    _house, browser = mailing
    await browser.sign_in("aino@shop.example")
    new = {"email": "ville@shop.example", "role": "agent", "name": "Ville Virta", "language": "fi"}
    link = (await browser.post("/api/v1/users", json=new)).json()["invite_url"]
    assert (await the_mail(inbox))[1] == "Kutsusi Overtureen"
    token = link.partition("token=")[2]
    for _ in range(2):  # reading it does not use it up
        seen = (await browser.post("/api/v1/invites/read", json={"token": token})).json()
        assert seen == {"email": "ville@shop.example", "name": "Ville Virta", "language": "fi"}
    accepted = {"token": token, "password": PASSWORD, "language": "sv"}
    me = (await browser.post("/api/v1/invites/accept", json=accepted)).json()["user"]
    assert (me["name"], me["language"]) == ("Ville Virta", "sv")
    assert (await browser.post("/api/v1/invites/read", json={"token": token})).status_code == 400
