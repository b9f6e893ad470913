"""Limits of passwords hit who tries them: others, and the owner, get in."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from tests.integration.conftest import PASSWORD, Browser, add_user

from overture.accounts import routes
from overture.accounts.password_work import FROM_ONE_ADDRESS, PasswordsBusy, PasswordWork
from overture.accounts.sign_in_limits import DEVICE_COOKIE, SignInLimits
from overture.kit.addresses import limit_key
from overture.web.app import App
from overture.web.wiring import House

EMAIL = "aino@shop.example"


@contextlib.asynccontextmanager
async def at(app: App, address: str) -> AsyncIterator[Browser]:
    transport = httpx.ASGITransport(app=app, client=(address, 5))
    async with Browser(transport=transport, base_url="http://overture.test") as browser:
        yield browser


async def guess(app: App, address: str, times: int, email: str = EMAIL) -> list[int]:
    async with at(app, address) as browser:
        return [(await browser.sign_in(email, "wrong")).status_code for _ in range(times)]


async def test_guesses_from_one_address_do_not_lock_out_the_owner(house: House, app: App) -> None:
    await add_user(house, EMAIL)
    assert (await guess(app, "203.0.113.1", 12))[-1] == 429
    async with at(app, "198.51.100.1") as owner:
        assert (await owner.sign_in(EMAIL)).status_code == 200
    async with at(app, "203.0.113.1") as guesser:  # and not by finding the right one
        assert (await guesser.sign_in(EMAIL)).status_code == 429


def test_guesses_from_many_addresses_are_slowed_and_a_new_one_still_has_its_first() -> None:
    limits = SignInLimits()
    tried = [not limits.take(f"203.0.113.{n}", EMAIL) for n in range(50) for _ in range(10)]
    assert 50 <= tried.count(True) <= 50 + 2 * 50  # without the account's own limit: 500
    assert not limits.take("198.51.100.77", EMAIL)
    assert not limits.take("203.0.113.1", "eero@shop.example")


async def test_the_owners_browser_gets_in_where_its_address_is_used_up(house: House, app: App) -> None:
    await add_user(house, EMAIL)
    async with at(app, "198.51.100.1") as known:
        assert (await known.sign_in(EMAIL)).status_code == 200
        assert (await guess(app, "198.51.100.1", 15))[-1] == 429
        assert (await known.sign_in(EMAIL)).status_code == 200


async def test_a_known_browser_has_a_limit_too(house: House, app: App) -> None:
    await add_user(house, EMAIL)
    async with at(app, "198.51.100.1") as browser:
        await browser.sign_in(EMAIL)
        assert browser.cookies[DEVICE_COOKIE]
        assert [(await browser.sign_in(EMAIL, "wrong")).status_code for _ in range(12)][-1] == 429


async def test_another_accounts_browser_is_not_known(house: House, app: App) -> None:
    await add_user(house, EMAIL)
    await add_user(house, "eero@shop.example")
    async with at(app, "198.51.100.1") as browser:
        await browser.sign_in("eero@shop.example")
        assert [(await browser.sign_in(EMAIL, "wrong")).status_code for _ in range(12)][-1] == 429
        assert (await browser.sign_in("eero@shop.example")).status_code == 200


def test_an_office_signs_in_at_nine() -> None:
    limits = SignInLimits()
    for number in range(100):
        assert not limits.take("198.51.100.1", f"agent{number}@shop.example")
        limits.forgive("198.51.100.1", f"agent{number}@shop.example")


async def test_ipv6_is_limited_by_the_network_one_household_has(app: App, house: House) -> None:
    for number in range(25):
        limits = routes.limits.take_from(limit_key(f"2001:db8::{number:x}"))
    assert limits
    assert (await guess(app, "2001:db8::ffff", 1))[-1] == 429
    assert (await guess(app, "2001:db8:0:1::1", 1))[-1] == 401


async def test_resets_are_answered_alike_and_never_undo_the_mailed_link(
    house: House, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    await add_user(house, EMAIL)
    made = []
    real = routes.service.ask_for_reset

    def counted(tx: Any, email: str) -> Any:
        made.append(real(tx, email))
        return made[-1]

    monkeypatch.setattr(routes.service, "ask_for_reset", counted)
    for number in range(20):
        async with at(app, f"203.0.113.{number}") as browser:
            answer = await browser.post("/api/v1/password-resets", json={"email": EMAIL})
            unknown = await browser.post("/api/v1/password-resets", json={"email": f"nobody{number}@shop.example"})
            assert (answer.status_code, answer.content) == (unknown.status_code, unknown.content) == (202, b"null")
    links = [user_and_link[1] for user_and_link in made if user_and_link]
    assert len(links) == 3
    async with at(app, "198.51.100.1") as owner:
        body = {"token": links[-1], "password": "another password"}
        assert (await owner.post("/api/v1/password-resets/accept", json=body)).status_code == 200


async def test_a_link_is_looked_up_before_anything_is_hashed(
    house: House, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "hash_password", lambda _password: pytest.fail("hashed for a stranger"))
    async with at(app, "203.0.113.1") as browser:
        for path in ("invites", "password-resets"):
            body = {"token": "x" * 43, "password": "long enough a password"}
            answers = [await browser.post(f"/api/v1/{path}/accept", json=body) for _ in range(20)]
            assert answers[0].json()["error"]["code"] in ("link_expired", "too_many_tries")
    assert answers[-1].status_code == 429


async def test_the_queue_of_passwords_is_bounded() -> None:
    work, go = PasswordWork(threads=1, waiting=6), threading.Event()
    mine = [asyncio.create_task(work.do("mine", go.wait)) for _ in range(FROM_ONE_ADDRESS)]
    await asyncio.sleep(0)
    with pytest.raises(PasswordsBusy):
        await work.do("mine", go.wait)
    others = [asyncio.create_task(work.do(f"other{n}", go.wait)) for n in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(PasswordsBusy) as caught:
        await work.do("another", go.wait)
    assert (caught.value.status, caught.value.retry_after) == (503, 2)
    mine[-1].cancel()  # who hangs up frees no thread
    await asyncio.sleep(0)
    assert work.waiting == 6
    go.set()
    await asyncio.gather(*mine, *others, return_exceptions=True)
    async with asyncio.timeout(5):
        while work.waiting:  # noqa: ASYNC110 - the cancelled one's thread has no event
            await asyncio.sleep(0.01)


async def test_the_loop_runs_on_while_passwords_are_checked(house: House, app: App) -> None:
    await add_user(house, EMAIL)
    async with at(app, "198.51.100.1") as browser:
        tries = [asyncio.create_task(browser.sign_in(EMAIL, PASSWORD)) for _ in range(4)]
        longest = 0.0
        while not all(task.done() for task in tries):
            began = time.perf_counter()
            await asyncio.sleep(0)
            longest = max(longest, time.perf_counter() - began)
    assert {task.result().status_code for task in tries} == {200}
    assert longest < 1.0
