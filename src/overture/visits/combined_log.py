"""Visits out of a web server's access logs, so that a plan can be tried on the past.

An address and a browser make a visitor, 30 minutes without a page end a visit. What is no page seen by a
person is left out and counted. Addresses are hashed with a key and never written.

The log is streamed: in memory are the visits that may go on at the time the log has come to.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from overture.kit.clock import from_ms
from overture.visits.access_lines import Hit, read_line, why_unreadable
from overture.visits.browser import browser_of
from overture.visits.distinct import Distinct
from overture.visits.facts import EndEvent, Event, PageEvent
from overture.visits.log import LoggedVisit, LogProblem, Problems
from overture.visits.log_files import by_time, lines

GAP_MS = 30 * 60_000
# Servers write a line when the answer is out: a slow answer may stand behind later ones by so much.
_DISORDER_MS = 5 * 60_000
# So many such lines on end are no stragglers: another log begins here, which was put behind a later one.
_JUMP = 100
_MOST_PAGES = 10_000  # of a visit; nobody looks at more without half an hour's rest
_MOST_HOSTS = 10_000  # weighed when the site's own is guessed
_TELL_EVERY = 2_000  # lines between two words on progress
_MAX_LINE = 64 << 10  # bytes; servers cut requests at 8 to 16 KiB

_ASSET = re.compile(
    r"\.(?:png|jpe?g|gif|svg|ico|webp|avif|bmp|tiff?|css|js|mjs|map|json|xml|xsl|rss|atom|txt|log|conf|pdf|zip|gz|bz2|xz"
    r"|tgz|tar|rpm|deb|jar|exe|dmg|iso|ttf|otf|woff2?|eot|mp3|mp4|webm|ogg|ogv|avi|mov|wav|wasm|csv|py|sh|c|h)$",
    re.IGNORECASE,
)
_PAGES = (200, 203, 304)  # answers that are a page; 101 is a socket, 204 nothing, 206 a part of a film
_READERS = re.compile(r"feed|\brss\b|reader|aggregator|http_?client|wordpress/|apache-", re.IGNORECASE)


class LeftOut(msgspec.Struct):
    """Lines that became no page, by why; `bad` are those that can't be read, told by number in `problems`.

    `unnamed` are of a format that names no browser (common): whether a person asked can't be told.
    """

    assets: int = 0
    bots: int = 0
    errors: int = 0
    redirects: int = 0
    methods: int = 0
    unnamed: int = 0
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


Tell = Callable[[int], None]


def import_log(
    paths: Path | list[Path], result: Import, *, origin: str = "", salt: str = "", tell: Tell | None = None
) -> Iterator[LoggedVisit]:
    """The visits of access logs, about in order of their end; `result` counts along. Several files are taken in the
    order of their time, as one log. BadLogFile.

    `origin` (https://shop.example) completes the paths; left out, it is guessed from who refers to assets.
    `salt` makes visitors of several logs the same people; left out, it is drawn from the log itself. `tell`
    hears now and then how many bytes are done.
    """
    files = by_time([paths] if isinstance(paths, Path) else paths, _MAX_LINE)
    guessed, key = _survey(files, origin, salt)
    result.origin = (origin or guessed).rstrip("/")
    visitors = Distinct()
    going = _Going(result)
    for number, hit in _pages(files, result, tell):
        who = blake2b(hit.address + b"\0" + hit.agent.encode(), digest_size=10, key=key).digest()
        if who not in going.visits:
            visitors.add(who)
        yield from going.take(who, hit, number)
    yield from going.close_all()
    result.visitors = visitors.count()


def _pages(files: list[Path], result: Import, tell: Tell | None) -> Iterator[tuple[int, Hit]]:
    """The hits that are pages seen by people, with their lines; all others are counted."""
    out = result.left_out
    several = len(files) > 1
    for line in lines(files, _MAX_LINE):
        if tell is not None and line.number % _TELL_EVERY == 0:
            tell(line.done)
        if not line.text.strip():
            continue
        result.lines += 1
        hit = read_line(line.text) if len(line.text) <= _MAX_LINE else None
        if hit is None:
            out.bad += 1
            why = why_unreadable(line.text)
            out.problems.append(LogProblem(line.number, f"{line.file.name}: {why}" if several else why))
        elif _counted_out(hit, out):
            continue
        else:
            result.pages += 1
            yield line.number, hit


def _counted_out(hit: Hit, out: LeftOut) -> bool:
    """Whether this is no page that a person looked at; counted by the first reason that holds."""
    if not hit.names_browsers:
        out.unnamed += 1
    elif hit.agent in ("", "-") or browser_of(hit.agent).bot or _READERS.search(hit.agent):
        out.bots += 1
    elif hit.status >= 400 or not hit.target.startswith(("/", "http")):
        out.errors += 1
    elif hit.method != "GET":
        out.methods += 1
    elif 300 <= hit.status < 400 and hit.status != 304:
        out.redirects += 1
    elif _is_asset(hit.target) or hit.status not in _PAGES:
        out.assets += 1
    else:
        return False
    return True


def _is_asset(target: str) -> bool:
    return _ASSET.search(target.partition("?")[0]) is not None


class _Open:
    """A visit that may go on."""

    __slots__ = ("agent", "first_ms", "hits", "last_ms", "who")

    def __init__(self, who: bytes, hit: Hit) -> None:
        self.who = who
        self.agent = hit.agent
        self.hits = [hit]
        self.first_ms = self.last_ms = hit.at_ms

    def add(self, hit: Hit) -> None:
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

    def take(self, who: bytes, hit: Hit, line: int) -> Iterator[LoggedVisit]:
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
            url=hit.target if hit.target.startswith("http") else _where(hit, result.origin) + hit.target,
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


def _where(hit: Hit, origin: str) -> str:
    """The origin of a page: its line's own host, over the site's scheme where the line tells none."""
    if not hit.host:
        return origin
    return hit.host if hit.host.startswith("http") else f"{urlsplit(origin).scheme or 'https'}{hit.host}"


def _survey(files: list[Path], origin: str, salt: str) -> tuple[str, bytes]:
    """Whose pages refer to the assets, and the key for hashing: read through once for what is not given."""
    hosts: Counter[str] = Counter()
    digest = blake2b(digest_size=32)
    if not (origin and salt):
        for line in lines(files, _MAX_LINE):
            digest.update(line.text)
            if not origin:
                _weigh(line.text, hosts)
    best = hosts.most_common(1)
    key = blake2b(salt.encode(), digest_size=32).digest() if salt else digest.digest()
    return (best[0][0] if best and best[0][0] else "http://localhost"), key


def _weigh(line: bytes, hosts: Counter[str]) -> None:
    hit = read_line(line) if len(line) <= _MAX_LINE else None
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
