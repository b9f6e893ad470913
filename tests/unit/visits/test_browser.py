"""Programs that say so are left out; test browsers count as people; devices and languages are told apart."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from overture.visits import programs
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
        "Python/3.9 aiohttp/3.8.1",
        "GoogleOther",
        "Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X) Chrome/140.0 Mobile Safari/537.36 (compatible; GoogleOther)",
        "meta-externalagent/1.1 (+https://developers.facebook.com/docs/sharing/webmasters/crawler)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 (+http://new.example/bots)",
        "Mozilla/5.0 (Linux; Android 7.0; compatible; NewBot/1.0) Mobile Safari/537.36",
        "Mozilla/5.0 (compatible; Nobody knows me yet)",
        "Mozilla/5.0 Macintosh (somebody at crawling@new.example)",
        "Dalvik/2.1.0",
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
        (
            "Mozilla/5.0 (Linux; U; Android 4.2; en-us; CUBOT GT99 Build/JDQ39) Version/4.0 Mobile Safari/534.30",
            "mobile",
        ),
        ("Mozilla/5.0 (Linux; Android 11; Robot P1 Build/RP1A) Chrome/140.0 Mobile Safari/537.36", "mobile"),
        ("Mozilla/5.0 (Linux; Android 11; MYBOT 5 Pro) Chrome/140.0 Mobile Safari/537.36", "mobile"),
        (SAFARI.format("iPhone; CPU iPhone OS 18_3", "Mobile/15E1 ") + "[FBAN/FBIOS;FBDV/CUBOT X30]", "mobile"),
        (SAFARI.format("iPhone; CPU iPhone OS 18_3", "Mobile/15E1 ") + " [Pinterest/iOS]", "mobile"),
        (
            "Mozilla/5.0 (Linux; Android 15; CPH2557 Build/AP3A.240617.008; wv) Chrome/142.0 Mobile Safari/537.36 NV/1",
            "mobile",
        ),
        # phones in desktop mode
        ("Mozilla/5.0 (Linux; Android 13; SM-S918B) SamsungBrowser/21.0 Chrome/110 Safari/537.36", "mobile"),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8 Pro) Chrome/120 Safari/537.36", "mobile"),
        ("Mozilla/5.0 (X11; Linux x86_64; Android 13) Chrome/110 Safari/537.36", "mobile"),
        ("Mozilla/5.0 (Linux; Android 14; Pixel Tablet) Chrome/120 Safari/537.36", "tablet"),
        ("Mozilla/5.0 (Linux; Android 10; K) Chrome/120 Safari/537.36", "tablet"),
        ("Mozilla/5.0 (Linux; Android 9; KFMAWI) Silk/112 like Chrome/112 Safari/537.36", "tablet"),
        # televisions
        (
            "Mozilla/5.0 (Linux; Android 7.1.2; AFTMM Build/NS6265; wv) Version/4.0 Chrome/70 Mobile Safari/537.36",
            "desktop",
        ),
        ("Mozilla/5.0 (Linux; Android 9; AFTKA) Silk/112 like Chrome/112 Safari/537.36", "desktop"),
        ("Mozilla/5.0 (Linux; Android 12; BRAVIA 4K VH2) Chrome/112 Safari/537.36", "desktop"),
        ("Mozilla/5.0 (SMART-TV; Linux; Tizen 7.0) Version/6.0 TV Safari/537.36", "desktop"),
        ("Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0; Tablet PC 2.0)", "desktop"),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/120 Safari/537.36", "desktop"),
    ],
)
def test_people(agent: str, device: str) -> None:
    assert browser_of(agent) == (False, device)


def lines(name: str) -> list[str]:
    text = (Path(__file__).with_name("user_agents") / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


def test_known_programs_are_caught_by_the_list_and_unknown_ones_by_their_marks(monkeypatch: Any) -> None:
    agents = lines("programs.txt")
    missed = [agent for agent in agents if not programs.is_program(agent)]
    assert len(missed) <= len(agents) / 100, missed

    class Nothing:
        def Match(self, _text: str) -> list[int]:
            return []

    monkeypatch.setattr(programs, "_listed", Nothing)  # programs that the list does not know yet
    missed = [agent for agent in agents if not programs.is_program(agent)]
    assert len(missed) <= len(agents) / 20, missed


def test_browsers_of_people_are_people_with_their_device_in_hand() -> None:
    told = [line.split("\t") for line in lines("people.tsv")]
    assert [agent for _, agent in told if browser_of(agent).bot] == []
    wrong = [(device, agent) for device, agent in told if browser_of(agent).device != device]
    assert len(wrong) <= len(told) / 500, wrong


@pytest.mark.parametrize("piece", ["(", "a;", "Android ; ", "(Linux; Android 1; ", "-", "bo", "http", "\u00ff"])
def test_a_header_without_end_costs_no_more_than_a_long_one(piece: str) -> None:
    def cost(agent: str) -> float:
        began = time.process_time()
        for n in range(20):
            browser_of(f"Mozilla/5.0 {n} {agent}")
        return time.process_time() - began

    cost("warm")
    assert cost(piece * 100_000) < 50 * cost(piece * 500) + 0.5  # reading all of it would take 200 to 40,000 times


def test_languages() -> None:
    assert primary_language(["fi-FI", "en"]) == "fi"
    assert primary_language(["*", "??", "sv_SE"]) == "sv"
    assert primary_language([]) == ""
    assert best_language(["de-AT", "sv-FI", "en"], ["fi", "en", "sv"]) == "sv"
    assert best_language(["ar"], ["fi", "en", "sv"]) == "en"
    assert best_language([], ["fi", "en-GB"]) == "en-GB"
    assert best_language(["de"], ["fi", "sv"]) == "fi"
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
