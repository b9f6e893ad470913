"""Visits out of a web server's access log in the combined format, so that a plan can be tried on the past.

An address and a browser make a visitor, 30 minutes without a page end a visit. What is no page seen by a
person is left out and counted. Addresses are hashed with a key and never written.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from overture.kit.clock import from_ms, to_ms
from overture.visits.browser import browser_of
from overture.visits.facts import EndEvent, Event, PageEvent
from overture.visits.log import LoggedVisit, LogProblem

GAP_MS = 30 * 60_000
# Servers write a line when the answer is out: a slow answer may stand behind later ones by so much.
_DISORDER_MS = 5 * 60_000
_KEPT_PROBLEMS = 1_000
_MAX_LINE = 64 << 10  # bytes; servers cut requests at 8 to 16 KiB

_LINE = re.compile(
    rb'(\S+) \S+ (?:.*?) ?\[([^\]]+)\] "((?:[^"\\]|\\.)*)" (\d{3}) (?:\d+|-)'
    rb'(?: "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)")?'
)
_REQUEST = re.compile(r"([A-Z]+) (\S+)(?: HTTP/[\d.]+)?")
_ASSET = re.compile(
    r"\.(?:png|jpe?g|gif|svg|ico|webp|avif|bmp|tiff?|css|js|mjs|map|json|xml|xsl|rss|atom|txt|log|conf|pdf|zip|gz|bz2|xz"
    r"|tgz|tar|rpm|deb|jar|exe|dmg|iso|ttf|otf|woff2?|eot|mp3|mp4|webm|ogg|ogv|avi|mov|wav|wasm|csv|py|sh|c|h)$",
    re.IGNORECASE,
)
_READERS = re.compile(r"feed|\brss\b|reader|aggregator|http_?client|wordpress/|apache-", re.IGNORECASE)


class LeftOut(msgspec.Struct):
    """Lines that became no page, by why; `bad` are those that can't be read, told by number in `problems`."""

    assets: int = 0
    bots: int = 0
    errors: int = 0
    redirects: int = 0
    methods: int = 0
    bad: int = 0
    problems: list[LogProblem] = []


class Import(msgspec.Struct):
    """What an import came to."""

    lines: int = 0
    pages: int = 0
    visits: int = 0
    visitors: int = 0
    origin: str = ""
    left_out: LeftOut = msgspec.field(default_factory=LeftOut)


class _Hit(msgspec.Struct):
    address: bytes
    at_ms: int
    method: str
    target: str
    status: int
    referrer: str
    agent: str


def import_log(path: Path, result: Import, *, origin: str = "", salt: str = "") -> Iterator[LoggedVisit]:
    """The visits of a combined log, about in order of their end; `result` counts along.

    `origin` (https://shop.example) completes the paths; left out, it is guessed from who refers to assets.
    `salt` makes visitors of several logs the same people; left out, it is drawn from the log itself.
    """
    guessed, key = _survey(path, salt)
    result.origin = (origin or guessed).rstrip("/")
    seen: set[bytes] = set()
    open_visits: dict[bytes, _Open] = {}
    swept = 0
    with path.open("rb") as file:
        for hit in _pages(file, result):
            who = blake2b(hit.address + b"\0" + hit.agent.encode(), digest_size=10, key=key).digest()
            if hit.at_ms - swept > GAP_MS:
                yield from _sweep(open_visits, hit.at_ms, result)
                swept = hit.at_ms
            visit = open_visits.get(who)
            if visit is not None and hit.at_ms - visit.last_ms > GAP_MS:
                yield _close(open_visits.pop(who), result)
                visit = None
            if visit is None:
                visit = open_visits[who] = _Open(who, hit.agent)
                seen.add(who)
                result.visitors = len(seen)
            visit.add(hit)
    for visit in sorted(open_visits.values(), key=lambda one: one.last_ms):
        yield _close(visit, result)


def _pages(lines: Iterable[bytes], result: Import) -> Iterator[_Hit]:
    """The hits that are pages seen by people; all others are counted."""
    out = result.left_out
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        result.lines += 1
        hit = _parse(line)
        if hit is None:
            out.bad += 1
            if len(out.problems) < _KEPT_PROBLEMS:
                out.problems.append(LogProblem(number, "it is not in the combined format"))
        elif hit.agent in ("", "-") or browser_of(hit.agent).bot or _READERS.search(hit.agent):
            out.bots += 1
        elif hit.status >= 400 or not hit.target.startswith(("/", "http")):
            out.errors += 1
        elif hit.method != "GET":
            out.methods += 1
        elif _is_asset(hit.target) or hit.status == 206:
            out.assets += 1
        elif 300 <= hit.status < 400 and hit.status != 304:
            out.redirects += 1
        else:
            result.pages += 1
            yield hit


def _parse(line: bytes) -> _Hit | None:
    match = _LINE.match(line) if len(line) <= _MAX_LINE else None
    if match is None:
        return None
    address, stamp, request, status, referrer, agent = match.groups()
    try:
        at = datetime.strptime(stamp.decode("ascii"), "%d/%b/%Y:%H:%M:%S %z")
    except (ValueError, UnicodeDecodeError):
        return None
    asked = _REQUEST.fullmatch(_text(request))
    method, target = asked.groups() if asked else ("", "")
    return _Hit(address, to_ms(at), method, target, int(status), _text(referrer or b"-"), _text(agent or b"-"))


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def _is_asset(target: str) -> bool:
    return _ASSET.search(target.partition("?")[0]) is not None


class _Open:
    """A visit that may go on."""

    __slots__ = ("agent", "hits", "last_ms", "who")

    def __init__(self, who: bytes, agent: str) -> None:
        self.who = who
        self.agent = agent
        self.hits: list[_Hit] = []
        self.last_ms = 0

    def add(self, hit: _Hit) -> None:
        self.hits.append(hit)
        self.last_ms = max(self.last_ms, hit.at_ms)


def _sweep(open_visits: dict[bytes, _Open], now: int, result: Import) -> Iterator[LoggedVisit]:
    over = [visit for visit in open_visits.values() if now - visit.last_ms > GAP_MS + _DISORDER_MS]
    for visit in sorted(over, key=lambda one: one.last_ms):
        del open_visits[visit.who]
        yield _close(visit, result)


def _close(visit: _Open, result: Import) -> LoggedVisit:
    hits = sorted(visit.hits, key=lambda hit: hit.at_ms)
    started = hits[0].at_ms
    events: list[Event] = [
        PageEvent(
            at=(hit.at_ms - started) / 1000,
            url=hit.target if hit.target.startswith("http") else result.origin + hit.target,
            referrer=None if hit.referrer in ("", "-") else hit.referrer,
        )
        for hit in hits
    ]
    # How long the last page was looked at is not in the log: the visit ends as it opens.
    events.append(EndEvent((hits[-1].at_ms - started) / 1000))
    result.visits += 1
    return LoggedVisit(
        visit=f"{visit.who.hex()}-{started // 1000}", visitor=visit.who.hex(), started=from_ms(started),
        device=browser_of(visit.agent).device, events=events,
    )  # fmt: skip


def _survey(path: Path, salt: str) -> tuple[str, bytes]:
    """Read through once: whose pages refer to the assets, and the key for hashing."""
    hosts: Counter[str] = Counter()
    digest = blake2b(digest_size=32)
    with path.open("rb") as file:
        for line in file:
            digest.update(line)
            hit = _parse(line)
            if hit is not None and _is_asset(hit.target) and hit.referrer.startswith("http"):
                hosts[_origin(hit.referrer)] += 1
    best = hosts.most_common(1)
    key = blake2b(salt.encode(), digest_size=32).digest() if salt else digest.digest()
    return (best[0][0] if best and best[0][0] else "http://localhost"), key


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
