"""Programs by their User-Agent: a kept list of those that are known, and marks that no browser bears.

Every pattern is RE2, one pass over the header for all; what is read of a header is bounded by the caller.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

import re2

# Where a browser names the phone it runs on: makers are free in that, and one is called Cubot. Whatever speaks of
# itself there as a program (a version after a slash, an address) is left in.
_PHONE = r"(?i)(android[^;)]{0,20}; )(?:[a-z]{2}[-_][a-z]{2}; )?[^;()/:@]{1,60}(?: build/[^;)]{0,80})?([;)])"
_MARKS = (
    r"bots?\b|bot[-_/ ]|crawl|spider|slurp|archiver|scrap|fetcher|feedfetch|spyder|harvest|robot",
    r"https?:|www\.|[\w.]@[\w-]+\.[a-z]|\bfrom:|\[at\]",  # a way to reach who runs it
    r"facebookexternalhit|externalagent|externalfetcher|inspectiontool|googleother|google-|mediapartners|adsbot",
    r"(?:link|url|web|uri|site|page)[ _-]?(?:preview|check|monitor|analy[sz]er|audit|verif|valid)|bingpreview",
    r"-user/|-agent/|\bagent\b|monitor(?:ing)?\b|uptime|pingdom|statuscake|lighthouse|pagespeed|gtmetrix|validator",
    r"scanner|\bprobe|censys|nmap|nikto|zgrab|masscan|phantomjs|slimerjs|selenium|puppeteer|playwright|webdriver",
    r"\bcurl\b|\bwget\b|python|aiohttp|httpx?[-_/ ]?client|libwww|\bperl\b|\bruby\b|\bphp\b|\bgo-http|\bjava/|okhttp",
    r"axios|node-fetch|undici|\bgot\b/|guzzle|httrack|rss\b|feed(?:ly|burner|reader)?/|reader/|proxy/|cortex|shopping",
)
_BROWSER = r"^(?:mozilla|opera|midori|e?links|lynx|w3m|dillo|ucweb|nokia\w*|samsung|blackberry\w*|sonyericsson\w*)\b"
# `compatible` once stood in each Internet Explorer and still does in Konqueror.
_COMPATIBLE = r"\bcompatible\b"
_OLD = r"\bmsie \d|\btrident/|konqueror|msn \d|windows ce"
_WHOLE_WORD = 6  # a listed name as short as this may be a part of any word


def is_program(agent: str) -> bool:
    """Whether this header is a program's: no header at all is one, since every browser sends one."""
    if not agent:
        return True
    text = _phone().sub(r"\1\2", agent)
    lower = text.lower().replace("cubot", "")
    if not _pattern(_BROWSER).search(lower) or _pattern("|".join(_MARKS)).search(lower):
        return True
    if _pattern(_COMPATIBLE).search(lower) and not _pattern(_OLD).search(lower):
        return True
    return bool(_listed().Match(text))


@cache
def _pattern(pattern: str) -> re2._Regexp:
    return re2.compile(pattern)


def _phone() -> re2._Regexp:
    return _pattern(_PHONE)


@cache
def _listed() -> re2.Set:
    """The kept list as one set, compiled when it is first needed (10 ms)."""
    options = re2.Options()
    options.max_mem = 64 << 20
    found = re2.Set.SearchSet(options)
    for line in (files("overture.visits") / "crawlers.txt").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            found.Add(_bounded(line))
    found.Compile()
    return found


def _bounded(pattern: str) -> str:
    plain = re.fullmatch(r"[\w ]+", pattern)
    return rf"\b{pattern}\b" if plain and len(pattern) <= _WHOLE_WORD else pattern
