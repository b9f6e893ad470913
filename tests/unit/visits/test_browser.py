"""Programs that say so are left out; test browsers count as people; devices and languages are told apart."""

from __future__ import annotations

import pytest

from overture.visits.browser import best_language, browser_of, primary_language

SAFARI = "Mozilla/5.0 ({}) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 {}Safari/604.1"


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 (compatible; bingbot/2.0)",
        "Mozilla/5.0 (compatible; YandexBot/3.0)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2)",
        "facebookexternalhit/1.1",
        "Mozilla/5.0 (compatible; AhrefsBot/7.0)",
        "Mozilla/5.0 (X11; Linux x86_64) Chrome/140 Safari/537.36 Chrome-Lighthouse",
        "Mozilla/5.0+(compatible; UptimeRobot/2.0)",
        "curl/8.5.0",
        "python-requests/2.32",
        "",
    ],
)
def test_bots(agent: str) -> None:
    assert browser_of(agent).bot


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/140.0.0.0 Safari/537.36", "desktop"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0", "desktop"),
        (SAFARI.format("iPhone; CPU iPhone OS 19_0 like Mac OS X", "Mobile/15E148 "), "mobile"),
        (SAFARI.format("iPad; CPU OS 19_0 like Mac OS X", "Mobile/15E148 "), "tablet"),
        ("Mozilla/5.0 (Linux; Android 16; Pixel 10) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "mobile"),
        ("Mozilla/5.0 (Linux; Android 16; SM-X910) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "tablet"),
        ("Mozilla/5.0 (Linux; Android 10; CUBOT X30) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "mobile"),
    ],
)
def test_people(agent: str, device: str) -> None:
    assert browser_of(agent) == (False, device)


def test_languages() -> None:
    assert primary_language(["fi-FI", "en"]) == "fi"
    assert primary_language(["*", "??", "sv_SE"]) == "sv"
    assert primary_language([]) == ""
    assert best_language(["de-AT", "sv-FI", "en"], ["fi", "en", "sv"]) == "sv"
    assert best_language(["de"], ["fi", "en"]) == "fi"
    assert best_language(["de"], []) == ""


@pytest.mark.parametrize(
    ("preferred", "offered", "found"),
    [
        (["pt-BR"], ["en", "pt-BR"], "pt-BR"),
        (["pt_br"], ["en", "pt-BR"], "pt-BR"),
        (["pt-BR"], ["pt", "pt-BR"], "pt-BR"),
        (["pt-BR"], ["en", "pt"], "pt"),
        (["pt"], ["en", "pt-BR"], "pt-BR"),
        (["pt"], ["pt-BR", "pt"], "pt"),
        (["pt-PT"], ["en", "pt-BR"], "pt-BR"),
        (["de", "pt-PT", "en"], ["en", "pt-BR"], "pt-BR"),
        (["zh-Hant-TW"], ["zh-Hans", "zh-Hant"], "zh-Hant"),
        (["zh-Hant"], ["zh-Hans-CN", "zh-Hant-HK"], "zh-Hant-HK"),
        (["pt-" + "x" * 30], ["en", "pt-BR"], "pt-BR"),
        (["p", "*", ""], ["en", "pt-BR"], "en"),
    ],
)
def test_a_language_with_a_region_is_found_exactly_or_by_its_language(preferred, offered, found):
    assert best_language(preferred, offered) == found
