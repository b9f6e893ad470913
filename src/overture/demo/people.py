"""Simulated visitors: a few at a time look around the shop, so that the console has somebody to show.

They are marked as simulated by a proof only the house can give, take nobody's slot, and never write.
"""

from __future__ import annotations

import asyncio
import hmac
import random
import secrets
from hashlib import sha256
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import structlog

from overture.demo.shop.catalogue import BIKES, EVERYTHING, GEAR
from overture.demo.shop.words import words
from overture.invitations.look import simulated_token

if TYPE_CHECKING:
    import httpx

AT_ONCE = 4
PAUSE_S = (8.0, 40.0)  # before the next one comes
READING_S = (9.0, 38.0)  # on one page: together some ten looks a minute
MOST_PAGES = 9
_log = structlog.get_logger(__name__)

_BROWSERS = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1) AppleWebKit/605.1.15 Version/18.1 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 Chrome/141.0 Mobile Safari/537.36",
)
# Where they come from: query of the entry page, referrer, how often.
_SOURCES: tuple[tuple[dict[str, str], str, int], ...] = (
    ({}, "", 4),
    ({}, "https://www.google.com/", 5),
    ({"utm_source": "newsletter", "utm_medium": "email", "utm_campaign": "autumn-rides"}, "", 3),
    ({"utm_source": "instagram", "utm_medium": "social", "utm_campaign": "gravel"}, "https://l.instagram.com/", 2),
    ({}, "https://www.cyclingfinland.example/", 1),
)
_REGULARS = ("Saara", "Mikael", "Ingrid", "Onni")  # who come again and again, by a key of their own


class Simulated:
    """One visitor with one tab."""

    def __init__(self, client: httpx.AsyncClient, shop: str, site_key: str, secret: str, choice: random.Random) -> None:
        self._client = client
        self._shop = shop
        self._site_key = site_key
        self._choice = choice
        self._language = choice.choices(("fi", "sv", "en"), (6, 2, 2))[0]
        self._name = choice.choice(_REGULARS) if choice.random() < 0.4 else ""
        self._key = _key_of(secret, self._name) if self._name else secrets.token_hex(16)
        self._tab = secrets.token_hex(8)
        self._n = 0
        self._basket: list[float] = []
        self._headers = {
            "Origin": shop,
            "User-Agent": choice.choice(_BROWSERS),
            "X-Overture-Simulated": simulated_token(secret),
            "Content-Type": "text/plain",
        }

    async def visit(self) -> None:
        """Come, read some pages, leave."""
        query, referrer, _ = self._choice.choices(_SOURCES, [source[2] for source in _SOURCES])[0]
        for place in range(self._choice.randint(2, MOST_PAGES)):
            path, title = self._next_page(place)
            entry = f"?{urlencode(query)}" if query and place == 0 else ""
            url = f"{self._shop}{path}{entry}"
            events: list[dict[str, Any]] = [{"type": "page", "url": url, "referrer": referrer, "title": title}]
            if self._name and place == 0:
                events.append({"type": "identify", "traits": {"name": f"{self._name} (simulated)"}})
            await self._look(events)
            await self._read(path)
            referrer = self._shop + path
        await self._look([{"type": "end"}])

    def _next_page(self, place: int) -> tuple[str, str]:
        text = words(self._language)
        if place == 0 and self._choice.random() < 0.5:
            return "/", "Nordic Bikes"
        if self._basket and self._choice.random() < 0.5:
            return "/cart", f"{text('cart_title')} – Nordic Bikes"
        if self._choice.random() < 0.12:
            article = self._choice.choice(text.help)
            return f"/help/{article['slug']}", f"{article['title']} – Nordic Bikes"
        product = self._choice.choice((*BIKES, *BIKES, *GEAR))
        return product.path, f"{product.name} – Nordic Bikes"

    async def _read(self, path: str) -> None:
        seconds = self._choice.uniform(*READING_S)
        await asyncio.sleep(seconds / 2)
        events: list[dict[str, Any]] = [{"type": "scroll", "depth": round(self._choice.uniform(0.2, 1.0), 2)}]
        product = EVERYTHING.get(path.rpartition("/")[2])
        if product is not None and self._choice.random() < 0.35:
            self._basket.append(product.amount)
            events.append({"type": "cart", "value": sum(self._basket), "items": len(self._basket)})
        await self._look(events)
        await asyncio.sleep(seconds / 2)

    async def _look(self, events: list[dict[str, Any]]) -> None:
        """Tell what happened; an invitation is seen and, now and then, declined."""
        self._n += 1
        look = {"v": 1, "site": self._site_key, "key": self._key, "tab": self._tab, "n": self._n,
                "languages": [self._language], "events": events}  # fmt: skip
        answer = await self._client.post("/v1/look", json=look, headers=self._headers)
        if answer.status_code != 200:
            _log.debug("simulated_look_refused", status=answer.status_code)
            return
        invitation = answer.json().get("invitation")
        if invitation:
            declines = self._choice.random() < 0.2
            said = [{"type": "invitation", "id": invitation["id"], "what": "seen"}]
            await asyncio.sleep(3)
            await self._look([*said, *([{**said[0], "what": "declined"}] if declines else [])])


def _key_of(secret: str, name: str) -> str:
    """A regular's key: the same in every visit, and not to be guessed."""
    return hmac.new(secret.encode(), f"simulated {name}".encode(), sha256).hexdigest()[:32]


async def look_around(overture: str, shop: str, site_key: str, secret: str) -> None:
    """Keep a few simulated visitors in the shop until cancelled."""
    import httpx  # only when everything answers: nobody waits for it then

    choice = random.Random()  # noqa: S311 - nothing here is secret
    async with httpx.AsyncClient(base_url=overture, timeout=10) as client:

        async def one_after_another(first_pause: float) -> None:
            await asyncio.sleep(first_pause)
            while True:
                try:
                    await Simulated(client, shop, site_key, secret, choice).visit()
                except httpx.HTTPError as error:
                    _log.debug("simulated_visit_ended", reason=str(error))
                await asyncio.sleep(choice.uniform(*PAUSE_S))

        async with asyncio.TaskGroup() as group:
            for place in range(AT_ONCE):
                group.create_task(one_after_another(0.3 + place))
