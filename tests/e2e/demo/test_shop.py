"""The demo shop in a real browser: what it tells Overture, with the loader away."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from overture.demo.shop.pages import shop_app


class Server(uvicorn.Server):
    """Says when it serves."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.serving = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.serving.set()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """The shop on a free port. Nobody answers at its Overture, as when Overture is down."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = Server(uvicorn.Config(shop_app("http://127.0.0.1:9", "site_key"), log_level="warning"))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        assert server.serving.wait(20)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(20)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("OVERTURE_CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, address: str) -> Iterator[Page]:
    """A Finnish visitor's first page; the test fails if the policy or a script complained."""
    context = chromium.new_context(base_url=address, locale="fi-FI")
    page = context.new_page()
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.on("console", lambda said: broken.append(said.text) if "Content Security Policy" in said.text else None)
    yield page
    context.close()
    assert broken == []


def said(page: Page) -> list[list[Any]]:
    """What waits in the queue for the loader."""
    return page.evaluate("(window.overture.q || []).map((call) => [...call])")


def put_in_basket(page: Page) -> None:
    page.goto("/bikes/harju?utm_source=newsletter&utm_medium=email")
    page.get_by_role("radio", name="M 168–178 cm", exact=True).check()
    page.get_by_role("button", name="Lisää ostoskoriin").click()
    expect(page.get_by_role("status")).to_contain_text("Ostoskorissasi")


def test_a_change_of_the_basket_is_told_and_kept(page: Page) -> None:
    put_in_basket(page)
    assert said(page)[-1] == ["cart", {"value": 1690, "items": 1}]
    page.goto("/gear/karhu")
    assert said(page) == [["cart", {"value": 1690, "items": 1}]], "told on every page"
    page.get_by_role("button", name="Lisää ostoskoriin").click()
    assert said(page)[-1] == ["cart", {"value": 1759.9, "items": 2}]
    page.goto("/cart")
    expect(page.locator("[data-total]")).to_have_text("1\u00a0759,90\u00a0€")
    page.get_by_role("button", name="Poista").first.click()
    assert said(page)[-1] == ["cart", {"value": 69.9, "items": 1}]
    expect(page.locator("[data-total]")).to_have_text("79,80\u00a0€")


def test_a_missing_size_is_told_at_the_place(page: Page) -> None:
    page.goto("/bikes/harju")
    page.get_by_role("button", name="Lisää ostoskoriin").click()
    expect(page.get_by_text("Valitse ensin koko")).to_be_visible()
    assert said(page)[-1] == ["event", "form_error", {"field": "size"}]


def test_form_errors_are_told_at_the_field_and_to_overture_once(page: Page) -> None:
    put_in_basket(page)
    page.goto("/checkout")
    page.get_by_label("Sähköposti").fill("anna@example")
    page.get_by_label("Postinumero").fill("001")
    page.get_by_role("button", name="Tilaa").click()
    expect(page.get_by_text("Kirjoita koko osoite, esimerkiksi anna@example.com")).to_be_visible()
    expect(page.get_by_label("Sähköposti")).to_be_focused()
    fields = [call[2]["field"] for call in said(page) if call[:2] == ["event", "form_error"]]
    assert sorted(fields) == ["email", "name", "phone", "street", "town", "zip"]


def test_an_order_is_told_with_its_value_and_empties_the_basket(page: Page) -> None:
    put_in_basket(page)
    page.goto("/checkout")
    for label, text in {
        "Sähköposti": "anna@example.com",
        "Puhelin": "040 123 4567",
        "Etu- ja sukunimi": "Anna Virtanen",
        "Katuosoite": "Vaasankatu 1",
        "Postinumero": "00500",
        "Postitoimipaikka": "Helsinki",
    }.items():
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="Tilaa").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kiitos tilauksestasi")
    order, cart = said(page)
    assert order[0] == "order"
    assert (order[1]["value"], order[1]["currency"]) == (1690, "EUR")
    assert order[1]["id"].startswith("NB-")
    assert cart == ["cart", {"value": 0, "items": 0}]
    page.reload()
    assert said(page)[0] == order, "the same id after a reload, so that it counts once"


def test_a_broken_basket_is_left_behind(page: Page) -> None:
    page.goto("/")
    page.evaluate("localStorage.setItem('nordic-bikes.basket', '[{\"id\": 7}, null, \"x\"]')")
    page.goto("/cart")
    expect(page.get_by_text("Ostoskorisi on tyhjä")).to_be_visible()
    assert said(page) == [["cart", {"value": 0, "items": 0}]]


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["/", "/bikes", "/bikes/kuorma", "/checkout", "/help", "/stores"])
def test_no_page_is_wider_than_the_window(page: Page, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
