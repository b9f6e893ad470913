"""The demo shop as a browser with a strict policy sees it: nothing inline, nothing from elsewhere, no dead end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from litestar.testing import TestClient

from overture.demo.shop.catalogue import EVERYTHING
from overture.demo.shop.pages import shop_app
from overture.demo.shop.words import LANGUAGES, Words, choose, words

ORIGIN = "http://localhost:8000"
SNIPPET = f'<script async src="{ORIGIN}/overture.js" data-site="site_key"></script>'
PAGES = (
    "/",
    "/bikes",
    "/bikes?type=city",
    "/bikes/harju",
    "/gear",
    "/gear/sisu",
    "/cart",
    "/checkout",
    "/order/confirmed",
    "/help",
    "/help/paying",
    "/stores",
    "/nowhere",
)


class Page(HTMLParser):
    """What matters of a page: its links and files, its ids, its title, and anything inline."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.files: set[str] = set()
        self.inline: list[str] = []
        self.ids: list[str] = []
        self.described: set[str] = set()
        self.titles: list[str] = []
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._inside = tag
        self.inline += [f"<{tag} {name}>" for name in given if name.startswith("on") or name == "style"]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(f"<{tag}>")
        if tag == "a" and "href" in given:
            self.links.add(given["href"])
        self.files |= {given[name] for name in ("src", "srcset") if given.get(name)}
        if tag == "link":
            self.files.add(given["href"])
        if "id" in given:
            self.ids.append(given["id"])
        self.described |= set(given.get("aria-describedby", "").split()) | set(given.get("for", "").split())

    def handle_data(self, data: str) -> None:
        if self._inside == "title":
            self.titles.append(data)
        self._inside = ""


@pytest.fixture(scope="module")
def shop() -> Iterator[TestClient]:
    with TestClient(shop_app(ORIGIN, "site_key")) as client:
        yield client


@pytest.mark.parametrize("path", PAGES)
def test_pages_carry_the_policy_and_the_snippet_and_nothing_inline(shop: TestClient, path: str) -> None:
    answer = shop.get(path)
    assert answer.status_code == (404 if path == "/nowhere" else 200)
    policy = answer.headers["content-security-policy"]
    for part in (
        "default-src 'self'",
        f"script-src 'self' {ORIGIN}",
        f"connect-src 'self' {ORIGIN}",
        f"frame-src {ORIGIN}",
        "style-src 'self'",
        "img-src 'self' data:",
    ):
        assert part in policy.split("; ")
    assert "unsafe" not in policy
    assert answer.text.count(SNIPPET) == 1
    page = Page(answer.text)
    assert page.inline == []
    assert len(page.ids) == len(set(page.ids))
    assert page.described <= set(page.ids)
    assert len(page.titles) == 1
    assert "Nordic Bikes" in page.titles[0]


@pytest.mark.parametrize("path", PAGES)
def test_nothing_comes_from_elsewhere(shop: TestClient, path: str) -> None:
    page = Page(shop.get(path).text)
    outside = {file for file in page.files if not file.startswith("/")}
    assert outside == {f"{ORIGIN}/overture.js"}
    assert not [link for link in page.links if not re.match(r"/|#|tel:|mailto:", link)]


def test_style_and_drawings_name_no_other_host(shop: TestClient) -> None:
    names = {file for path in PAGES for file in Page(shop.get(path).text).files if file.startswith("/")}
    assert len(names) > 20
    for name in names:
        answer = shop.get(name)
        assert answer.status_code == 200, name
        assert answer.headers["cache-control"].endswith("immutable")
        text = answer.text.replace("http://www.w3.org/2000/svg", "")
        assert "://" not in text, name
        assert "<style" not in text, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_answers(shop: TestClient, language: str) -> None:
    headers = {"Accept-Language": language}
    seen: set[str] = set()
    waiting = {"/"}
    while waiting:
        path = waiting.pop()
        seen.add(path)
        answer = shop.get(path, headers=headers)
        shop.cookies.clear()
        assert answer.status_code == 200, path
        if "lang=" not in path:
            found = {link.partition("#")[0] for link in Page(answer.text).links if link.startswith("/")}
            waiting |= found - seen
    assert {product.path for product in EVERYTHING.values()} <= seen
    assert "/help/delivery-and-returns" in seen


def test_campaign_links_just_work(shop: TestClient) -> None:
    answer = shop.get("/bikes?utm_source=newsletter&utm_medium=email&utm_campaign=autumn")
    assert answer.status_code == 200
    assert answer.text.count('class="card"') == 8


def test_a_filter_shows_its_kind_only(shop: TestClient) -> None:
    assert shop.get("/bikes?type=electric").text.count('class="card"') == 1
    assert shop.get("/bikes?type=nonsense").text.count('class="card"') == 8


@pytest.mark.parametrize(
    "path", ["/bikes/sisu", "/gear/harju", "/bikes/x", "/help/x", "/assets/../pages.py", "/assets/"]
)
def test_what_is_not_there_leads_on(shop: TestClient, path: str) -> None:
    answer = shop.get(path)
    assert answer.status_code == 404
    assert "This road ends here" in answer.text
    assert 'href="/bikes"' in answer.text


def test_a_site_key_cannot_break_out_of_the_page() -> None:
    with TestClient(shop_app(ORIGIN, '"><script>alert(1)</script>')) as client:
        assert "<script>alert" not in client.get("/").text


@pytest.mark.parametrize(
    ("accept", "wanted", "language"),
    [
        ("fi-FI,fi;q=0.9,en;q=0.8", "", "fi"),
        ("de,sv-SE;q=0.7,en;q=0.3", "", "sv"),
        ("fi", "en", "en"),
        ("fi", "xx", "fi"),
        ("de", "", "en"),
        ("", "", "en"),
        ("fi;q=zero, sv;q=0.1", "", "sv"),
        ("fi;q=0", "", "en"),
    ],
)
def test_the_language_is_the_browsers_unless_picked(accept: str, wanted: str, language: str) -> None:
    assert choose(accept, wanted) == language


def test_a_picked_language_stays(shop: TestClient) -> None:
    assert 'lang="sv"' in shop.get("/help?lang=sv", headers={"Accept-Language": "fi"}).text
    later = shop.get("/stores", headers={"Accept-Language": "fi"})
    shop.cookies.clear()
    assert later.headers["content-language"] == "sv"
    assert "Butiker" in later.text


@pytest.mark.parametrize(
    ("language", "whole", "cents"),
    [("en", "€1,490", "€69.90"), ("fi", "1 490 €", "69,90 €"), ("sv", "1 490 €", "69,90 €")],
)
def test_prices_are_written_as_the_language_does(language: str, whole: str, cents: str) -> None:
    assert words(language).price(149_000) == whole.replace(" ", "\u00a0")
    assert words(language).price(6_990) == cents.replace(" ", "\u00a0")


def _keys(value: object, path: str = "") -> set[str]:
    if isinstance(value, dict):
        return {key for name, inner in value.items() for key in _keys(inner, f"{path}.{name}")}
    if isinstance(value, list):
        return {key for n, inner in enumerate(value) for key in _keys(inner, f"{path}[{n}]")}
    assert str(value).strip(), f"{path} is empty"
    return {path}


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_the_languages_say_the_same_things(language: str) -> None:
    assert _keys(vars(Words(language))) == _keys(vars(Words("en")))


def test_the_basket_gets_its_facts_in_the_visitors_language(shop: TestClient) -> None:
    facts = shop.get("/catalogue.json", headers={"Accept-Language": "fi"}).json()
    assert facts["harju"]["price"] == 1690.0
    assert facts["harju"]["kind"] == "Gravelpyörä"
    assert set(facts) == set(EVERYTHING)
    assert all(shop.get(fact["drawing_night"]).status_code == 200 for fact in facts.values())


def test_an_unchanged_file_is_not_sent_again(shop: TestClient) -> None:
    first = shop.get("/assets/shop.css")
    assert first.headers["cache-control"] == "no-cache"
    again = shop.get("/assets/shop.css", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
