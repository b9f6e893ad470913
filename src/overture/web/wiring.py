"""The house put together: store, bus, and the handlers by which a lower room reaches a higher one."""

from __future__ import annotations

import secrets

from overture.accounts.authentication import Authenticator
from overture.bus import Bus
from overture.bus.local import LocalBus
from overture.config import BadSetting, Settings
from overture.kit.clock import Clock
from overture.store import Store


class House:
    """Everything a process needs, started and stopped as one."""

    def __init__(self, settings: Settings, *, clock: Clock | None = None) -> None:
        self.settings = settings
        self.bus = make_bus(settings)
        self.store = Store(settings.database, self.bus, clock=clock, pool=settings.database_pool)
        self.secret = settings.secret or _kept_secret(settings)
        self.authenticator = Authenticator(self.store)
        register_handlers(self.store)

    async def start(self) -> None:
        """Connect to the bus, migrate and open the database."""
        await self.bus.start()
        await self.store.start()

    async def stop(self) -> None:
        """Finish what was taken, then let go."""
        await self.store.stop()
        await self.bus.stop()


def make_bus(settings: Settings) -> Bus:
    """The bus that OVERTURE_BUS_URL names."""
    if settings.bus_url in ("", "local:"):
        return LocalBus()
    raise BadSetting("OVERTURE_BUS_URL: this version has the local bus only: leave it empty", variable="bus_url")


def register_handlers(store: Store) -> None:
    """Upward calls, in one place: who is told in the same transaction when something happens below."""


def _kept_secret(settings: Settings) -> str:
    """The secret of this data folder, made at the first start and readable by its owner only."""
    path = settings.data / "secret"
    if not path.exists():
        settings.data.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
    return path.read_text().strip()
