"""Sites by their public key, remembered for as long as nothing says that they changed."""

from __future__ import annotations

import time

import msgspec

from overture.accounts import service as accounts
from overture.accounts.model import SYSTEM, Site
from overture.bus import Bus
from overture.kit.errors import NotFound
from overture.store import Store, Tx

FRESH_S = 5.0  # the bus tells of changes at once; this is for news that got lost


class KnownSite(msgspec.Struct, frozen=True):
    """A site with what looks need of it."""

    site: Site
    origins: frozenset[str]
    identity_secret: str
    read_at: float


class Sites:
    """Sites by key."""

    def __init__(self, store: Store, bus: Bus) -> None:
        self._store = store
        self._known: dict[str, KnownSite] = {}
        bus.subscribe("sites", lambda _topic, _body: self._known.clear())

    async def by_key(self, key: str) -> KnownSite:
        """The site with this key, or NotFound."""
        known = self._known.get(key)
        if known is not None and time.monotonic() - known.read_at < FRESH_S:
            return known
        try:
            known = self._known[key] = await self._store.read(_read, key)
        except NotFound:
            self._known.pop(key, None)
            raise
        return known


def _read(tx: Tx, key: str) -> KnownSite:
    site = accounts.site_by_key(tx, key)
    secret = accounts.identity_secret(tx, SYSTEM, site.id)
    return KnownSite(site, frozenset(site.origins), secret, time.monotonic())
