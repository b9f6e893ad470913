"""Visits out of a web server's access log in the combined format, so that a plan can be tried on the past.

An address and a browser make a visitor, 30 minutes without a page end a visit. What is no page seen by a
person is left out and counted. Addresses are hashed with a key and never written.

The log is streamed: in memory are the visits that may go on at the time the log has come to.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

import msgspec

from overture.kit.clock import from_ms, to_ms
from overture.visits.browser import browser_of
from overture.visits.distinct import Distinct
from overture.visits.facts import EndEvent, Event, PageEvent
from overture.visits.log import LoggedVisit, LogProblem, Problems, lines_of

GAP_MS = 30 * 60_000
# Servers write a line when the answer is out: a slow answer may stand behind later ones by so much.
_DISORDER_MS = 5 * 60_000
# So many such lines on end are no stragglers: another log begins here, which was put behind a later one.
_JUMP = 100
_MOST_PAGES = 10_000  # of a visit; nobody looks at more without half an hour's rest
_MOST_HOSTS = 10_000  # weighed when the site's own is guessed
_TELL_EVERY = 2_000  # lines between two words on progress
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
    problems: list[LogProblem] = msgspec.field(default_factory=Problems)


class Import(msgspec.Struct):
    """What an import came to; `visitors` are known at the end.

    `late` lines stand more than five minutes behind what is before them, the first of them on the line
    `first_late`; `jumps` is how often so many stood together that another, earlier log must begin there. Visits
    that go on over such a place are counted twice. `cut` are visits that had more pages than a person looks at.
    """

    lines: int = 0
    pages: int = 0
    visits: int = 0
    visitors: int = 0
    origin: str = ""
    late: int = 0
    first_late: int = 0
    jumps: int = 0
    cut: int = 0
    left_out: LeftOut = msgspec.field(default_factory=LeftOut)


class _Hit(msgspec.Struct):
    address: bytes
    at_ms: int
    method: str
    target: str
    status: int
    referrer: str
    agent: str


Tell = Callable[[int], None]


def import_log(
    path: Path, result: Import, *, origin: str = "", salt: str = "", tell: Tell | None = None
) -> Iterator[LoggedVisit]:
    """The visits of a combined log, about in order of their end; `result` counts along.

    `origin` (https://shop.example) completes the paths; left out, it is guessed from who refers to assets.
    `salt` makes visitors of several logs the same people; left out, it is drawn from the log itself. `tell`
    hears now and then how many bytes are done.
    """
    guessed, key = _survey(path, origin, salt)
    result.origin = (origin or guessed).rstrip("/")
    visitors = Distinct()
    going = _Going(result)
    with path.open("rb") as file:
        for number, hit in _pages(file, result, tell):
            who = blake2b(hit.address + b"\0" + hit.agent.encode(), digest_size=10, key=key).digest()
            if who not in going.visits:
                visitors.add(who)
            yield from going.take(who, hit, number)
    yield from going.close_all()
    result.visitors = visitors.count()


def _pages(file: IO[bytes], result: Import, tell: Tell | None) -> Iterator[tuple[int, _Hit]]:
    """The hits that are pages seen by people, with their lines; all others are counted."""
    out = result.left_out
    done = 0
    for number, (line, length) in enumerate(lines_of(file, _MAX_LINE), 1):
        done += length
        if tell is not None and number % _TELL_EVERY == 0:
            tell(done)
        if not line.strip():
            continue
        result.lines += 1
        hit = _parse(line)
        if hit is None:
            out.bad += 1
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
            yield number, hit


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

    __slots__ = ("agent", "first_ms", "hits", "last_ms", "who")

    def __init__(self, who: bytes, hit: _Hit) -> None:
        self.who = who
        self.agent = hit.agent
        self.hits = [hit]
        self.first_ms = self.last_ms = hit.at_ms

    def add(self, hit: _Hit) -> None:
        self.hits.append(hit)
        self.first_ms = min(self.first_ms, hit.at_ms)
        self.last_ms = max(self.last_ms, hit.at_ms)

    def near(self, at_ms: int) -> bool:
        """Whether a page at this instant belongs to the visit."""
        return self.first_ms - GAP_MS <= at_ms <= self.last_ms + GAP_MS


class _Going:
    """The visits that may go on at the time the log has come to."""

    def __init__(self, result: Import) -> None:
        self.visits: dict[bytes, _Open] = {}
        self._result = result
        self._now = self._before = self._swept = -(1 << 62)
        self._late_on_end = 0

    def take(self, who: bytes, hit: _Hit, line: int) -> Iterator[LoggedVisit]:
        """Take a page. Gives the visits that are over."""
        yield from self._move(hit.at_ms, line)
        visit = self.visits.get(who)
        if visit is not None and visit.near(hit.at_ms) and len(visit.hits) < _MOST_PAGES:
            visit.add(hit)
            return
        if visit is not None:
            self._result.cut += len(visit.hits) >= _MOST_PAGES and visit.near(hit.at_ms)
            yield _close(visit, self._result)
        self.visits[who] = _Open(who, hit)

    def close_all(self) -> Iterator[LoggedVisit]:
        """Gives all that are left."""
        yield from self._close(list(self.visits.values()))

    def _move(self, at: int, line: int) -> Iterator[LoggedVisit]:
        # One line from the future alone does not move the time: the next one must be there as well.
        self._now = max(self._now, min(self._before, at))
        self._before = at
        if at >= self._now - _DISORDER_MS:
            self._late_on_end = 0
        else:
            self._result.late += 1
            self._result.first_late = self._result.first_late or line
            self._late_on_end += 1
            if self._late_on_end == _JUMP:
                self._late_on_end = 0
                self._result.jumps += 1
                self._now = self._swept = at
                yield from self._close([visit for visit in self.visits.values() if visit.last_ms > at + GAP_MS])
        if self._now - self._swept > GAP_MS:
            self._swept = self._now
            over = self._now - GAP_MS - _DISORDER_MS
            yield from self._close([visit for visit in self.visits.values() if visit.last_ms < over])

    def _close(self, visits: list[_Open]) -> Iterator[LoggedVisit]:
        for visit in sorted(visits, key=lambda one: one.last_ms):
            del self.visits[visit.who]
            yield _close(visit, self._result)


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


def _survey(path: Path, origin: str, salt: str) -> tuple[str, bytes]:
    """Whose pages refer to the assets, and the key for hashing: read through once for what is not given."""
    hosts: Counter[str] = Counter()
    digest = blake2b(digest_size=32)
    if not (origin and salt):
        with path.open("rb") as file:
            for line, _ in lines_of(file, _MAX_LINE):
                digest.update(line)
                if not origin:
                    _weigh(line, hosts)
    best = hosts.most_common(1)
    key = blake2b(salt.encode(), digest_size=32).digest() if salt else digest.digest()
    return (best[0][0] if best and best[0][0] else "http://localhost"), key


def _weigh(line: bytes, hosts: Counter[str]) -> None:
    hit = _parse(line)
    if hit is not None and _is_asset(hit.target) and hit.referrer.startswith("http"):
        host = _origin(hit.referrer)
        if host in hosts or len(hosts) < _MOST_HOSTS:
            hosts[host] += 1


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
