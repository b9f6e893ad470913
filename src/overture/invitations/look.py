"""`POST /v1/look`: the raw endpoint. It checks who asks and how often; one command does the rest."""

from __future__ import annotations

import asyncio
import hmac
import math
from hashlib import sha256
from typing import Any

import msgspec
import structlog

from overture.accounts.model import Consent, Site
from overture.bus import Bus
from overture.invitations import service
from overture.invitations.answer import HEART_BEAT_MS, LookAnswer, ProblemTold, config_of, heart_beat
from overture.invitations.attended import Attended
from overture.invitations.counting import LeftOut
from overture.invitations.errors import BadRequest
from overture.invitations.quiet import quiet_answer
from overture.invitations.service import Memory
from overture.invitations.sites import KnownSite, Sites
from overture.invitations.surroundings import SiteNow
from overture.kit.addresses import PROXIED, asker
from overture.kit.clock import to_ms
from overture.kit.errors import OvertureError, Unforeseen, UnsupportedType
from overture.kit.limits import RateLimiter
from overture.store import Store
from overture.visits.browser import Browser, browser_of, primary_language
from overture.visits.errors import LookTooLarge, PageFirst, TooManyLooks, WrongOrigin
from overture.visits.identity import visitor_id
from overture.visits.intake import Problem, read_look
from overture.visits.looks import MAX_LOOK_BYTES, Look
from overture.visits.problems import ProblemNotes
from overture.visits.record import Sighting

# A page full of events looks a few times a second at most; an office or a mobile network shares one address.
BY_VISITOR = (30.0, 5.0)
BY_ADDRESS = (600.0, 200.0)
A_BOT_LOOKS_AGAIN_MS = 3_600_000
TURNS = 4_096  # visitors by hash; few share a turn by chance, and then one waits for the other's commit

_log = structlog.get_logger(__name__)
_encode = msgspec.json.Encoder().encode
Headers = dict[bytes, bytes]


def simulated_token(secret: str) -> str:
    """What proves, in the header X-Overture-Simulated, that the house itself plays this visitor."""
    return hmac.new(secret.encode(), b"simulated visitor", sha256).hexdigest()


class LookEndpoint:
    """The ASGI endpoint of looks.

    `by_visitor` and `by_address` are (burst, per second). Tell `flush` now and then, and before the store stops.
    `counts` is what became of the looks since the start.
    """

    def __init__(
        self,
        store: Store,
        bus: Bus,
        secret: str,
        memory: Memory,
        *,
        attended: Attended | None = None,
        by_visitor: tuple[float, float] = BY_VISITOR,
        by_address: tuple[float, float] = BY_ADDRESS,
    ) -> None:
        self.memory = memory
        self.attended = attended or Attended(bus)
        self._store = store
        self._sites = Sites(store, bus)
        self._simulated = simulated_token(secret).encode()
        self._by_visitor = RateLimiter(burst=by_visitor[0], per_second=by_visitor[1])
        self._by_address = RateLimiter(burst=by_address[0], per_second=by_address[1])
        self._left_out = LeftOut(store)
        self._problems = ProblemNotes(store)
        self._turns = [asyncio.Lock() for _ in range(TURNS)]
        self.counts = dict.fromkeys(("decided", "quiet", "without_consent", "bot", "refused", "failed"), 0)

    async def flush(self) -> None:
        """Store how many looks of bots were left out, and what pages said that could not be taken."""
        await self._left_out.flush()
        await self._problems.flush()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        headers: Headers = dict(scope["headers"])
        origin = headers.get(b"origin", b"")
        if scope["method"] != "POST":
            await _answer_method(scope["method"], origin, send)
            return
        try:
            answer = await self._take(scope, headers, origin, await _body(receive))
        except OvertureError as error:
            self.counts["refused"] += 1
            await _refuse(send, error)
        except Exception:
            self.counts["failed"] += 1
            _log.exception("look_failed")
            await _refuse(send, Unforeseen())
        else:
            await _send(send, 200, _encode(answer), origin)

    async def _take(self, scope: Any, headers: Headers, origin: bytes, body: bytes) -> LookAnswer:
        at_ms = to_ms(self._store.clock.now())
        self._limit(self._by_address, asker(scope))
        _check_type(headers)
        look, problems = read_look(body)
        known = await self._sites.by_key(look.site)
        if origin.decode("latin-1") not in known.origins:
            raise WrongOrigin(
                f"The site does not list the origin {origin.decode('latin-1')[:200]!r}: add it in Settings",
                site=known.site.id,
            )
        browser = browser_of(headers.get(b"user-agent", b"").decode("latin-1"))
        if browser.bot:
            self.counts["bot"] += 1
            self._left_out.count(known.site.id, "bot", self._store.clock.now())
            return LookAnswer(look_again_in_ms=A_BOT_LOOKS_AGAIN_MS)
        asks = consent_asked(known.site, look, headers)
        if not look.key or (asks == "required" and look.consent is not True) or look.consent is False:
            return await self._unknown(known, look, asks)
        answer = await self._known(known, look, browser, scope, headers, at_ms)
        if look.boot:
            offered = (await self._now(known.site.id)).languages
            answer.config = config_of(known.site, look.languages, asks, consented=True, offered=offered)
        if problems:
            await self._tell(known.site.id, problems, answer)
        return answer

    async def _tell(self, site: str, problems: list[Problem], answer: LookAnswer) -> None:
        """What could not be taken: to the page's console, and to Settings."""
        answer.problems = [ProblemTold(one.call, one.field, one.message) for one in problems]
        await self._problems.note(site, problems)

    async def _unknown(self, known: KnownSite, look: Look, asks: Consent) -> LookAnswer:
        """Who gave no consent: the button, and nothing stored."""
        self.counts["without_consent"] += 1
        site = known.site
        now = await self._now(site.id)
        answer = LookAnswer(answering=now.answering(""))
        if look.boot:
            answer.config = config_of(site, look.languages, asks, consented=False, offered=now.languages)
        return answer

    async def _known(
        self, known: KnownSite, look: Look, browser: Browser, scope: Any, headers: Headers, at_ms: int
    ) -> LookAnswer:
        visitor = visitor_id(known.site.id, look.key)
        self._limit(self._by_visitor, visitor)
        answer = quiet_answer(self.memory, known.site.id, visitor, look, at_ms)
        if answer is None:
            who = Sighting(
                site=known.site.id,
                visitor=visitor,
                at_ms=at_ms,
                language=primary_language(look.languages),
                device=browser.device,
                country=_country(headers) if PROXIED in scope else "",
                identity_secret=known.identity_secret,
                simulated=hmac.compare_digest(headers.get(b"x-overture-simulated", b""), self._simulated),
            )
            answer = await self._decided_or_button(who, look)
            self.counts["decided"] += 1
        else:
            self.counts["quiet"] += 1
        self._pace(answer, visitor, at_ms)
        return answer

    async def _now(self, site: str) -> SiteNow:
        """The site as known, or read if that is too old."""
        known = self.memory.surroundings.known(site)
        if known is not None:
            return known
        now: SiteNow = await self._store.read(self.memory.surroundings.of, site)
        return now

    async def _decided_or_button(self, who: Sighting, look: Look) -> LookAnswer:
        """A page whose own address could not be read has its button all the same."""
        try:
            return await self._decided(who, look)
        except PageFirst:
            if not look.boot:
                raise
            return LookAnswer(answering=(await self._now(who.site)).answering(""))

    async def _decided(self, who: Sighting, look: Look) -> LookAnswer:
        async with self._turns[hash(who.visitor) % TURNS]:  # on PostgreSQL a look must see the one before committed
            try:
                return await self._store.run(service.look, self.memory, who, look)
            except BaseException:
                self.memory.book.forget(who.visitor)  # what it held may never have been committed
                raise

    def _pace(self, answer: LookAnswer, visitor: str, at_ms: int) -> None:
        """When to look again, counted from now: exact to a crossing, sooner under an agent's eyes, later under load."""
        spent = max(0, to_ms(self._store.clock.now()) - at_ms)
        again = answer.look_again_in_ms
        if again >= HEART_BEAT_MS:
            again = self.attended.heart_beat(visitor) or heart_beat(self._store.waiting)
        else:
            again = min(max(1, again - spent), self.attended.heart_beat(visitor) or again)
        answer.look_again_in_ms = again

    def _limit(self, limiter: RateLimiter, key: str) -> None:
        wait = limiter.take(key)
        if wait:
            raise TooManyLooks("Too many looks: wait a moment", retry_after=math.ceil(wait))


async def _body(receive: Any) -> bytes:
    message = await receive()
    body: bytes = message.get("body", b"")
    while message.get("more_body"):
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BadRequest("The request ended early")
        body += message.get("body", b"")
        if len(body) > MAX_LOOK_BYTES:
            raise LookTooLarge(f"A look has at most {MAX_LOOK_BYTES} bytes: send fewer events at once")
    return body


def _check_type(headers: Headers) -> None:
    """A beacon's text is text/plain, the one type that needs no question before it; the origin is asked for instead."""
    kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if kind not in (b"", b"text/plain", b"application/json"):
        raise UnsupportedType("Send a look as text/plain or application/json", takes=["text/plain", "application/json"])


def _country(headers: Headers) -> str:
    """The country a proxy in front found out (CF-IPCountry, X-Country), if it is two letters."""
    text = headers.get(b"cf-ipcountry", headers.get(b"x-country", b"")).decode("latin-1").upper()
    return text if len(text) == 2 and text.isascii() and text.isalpha() and text != "XX" else ""


def consent_asked(site: Site, look: Look, headers: Headers) -> Consent:
    """What this visitor is asked for: a browser that asks not to be followed counts as one whose site asks first."""
    gpc = look.gpc or headers.get(b"sec-gpc", b"").strip() == b"1"
    dnt = look.dnt or headers.get(b"dnt", b"").strip() == b"1"
    asked_not_to = (gpc and site.signals != "ignored") or (dnt and site.signals == "gpc_dnt")
    return "required" if asked_not_to else site.consent


async def _answer_method(method: str, origin: bytes, send: Any) -> None:
    if method == "OPTIONS":
        await _send(send, 204, b"", origin or b"*")
    else:
        await _send(send, 405, _encode(BadRequest(f"Looks are sent with POST, not {method}").body), b"*")


async def _refuse(send: Any, error: OvertureError) -> None:
    await _send(send, error.status, _encode(error.body), b"*", error.retry_after)


async def _send(send: Any, status: int, body: bytes, origin: bytes, retry_after: int = 0) -> None:
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
        (b"access-control-allow-origin", origin),
        (b"vary", b"Origin"),
    ]
    if status >= 400:
        headers.append((b"access-control-expose-headers", b"Retry-After"))
    if retry_after:
        headers.append((b"retry-after", b"%d" % retry_after))
    if status == 204:
        headers += [(b"access-control-allow-methods", b"POST"), (b"access-control-allow-headers", b"Content-Type")]
    if status == 405:
        headers.append((b"allow", b"POST, OPTIONS"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
