"""The house put together: store, bus, and the handlers by which a lower room reaches a higher one."""

from __future__ import annotations

import contextlib
import secrets
from typing import Any

from overture.accounts.authentication import Authenticator
from overture.accounts.events import TeamsGiven
from overture.accounts.model import Actor
from overture.bus import Bus
from overture.bus.local import LocalBus
from overture.config import BadSetting, Settings
from overture.conversations import handlers as conversation_handlers
from overture.conversations.events import ConversationsErased
from overture.direction import teams
from overture.followups import service as followups
from overture.gateway.agent import AgentSocket
from overture.gateway.gateway import Gateway
from overture.gateway.visitor import VisitorSocket
from overture.invitations import handlers as invitation_handlers
from overture.invitations.look import LookEndpoint
from overture.invitations.service import Memory
from overture.kit.addresses import Proxies
from overture.kit.clock import Clock
from overture.kit.mail import Mailer
from overture.outcomes import service as outcomes
from overture.store import Store
from overture.visits import privacy
from overture.visits.events import OrderReported, RetentionDue, VisitorErased, VisitorIdentified
from overture.web.metrics import Metrics, TimedStore


class House:
    """Everything a process needs, started and stopped as one."""

    def __init__(self, settings: Settings, *, clock: Clock | None = None) -> None:
        self.settings = settings
        self.proxies = Proxies(settings.trusted_networks)
        self.bus = make_bus(settings)
        self.store = TimedStore(settings.database, self.bus, clock=clock, pool=settings.database_pool)
        self.secret = settings.secret or _kept_secret(settings)
        self.authenticator = Authenticator(self.store)
        self.mailer = Mailer(settings.smtp_url, settings.mail_from) if settings.smtp_url else None
        self.memory = Memory()
        self.look = LookEndpoint(self.store, self.bus, self.secret, self.memory)
        self.gateway = Gateway(self.store, self.bus, settings, self.secret)
        self.visitor_socket = VisitorSocket(self.gateway)
        self.agent_socket = AgentSocket(self.gateway, self._agent_behind)
        register_handlers(self.store, self.memory)
        self.metrics = Metrics(self.store, self.gateway, self.look)

    async def start(self) -> None:
        """Connect to the bus, migrate and open the database, and begin to watch over the sockets."""
        await self.bus.start()
        await self.store.start()
        await self.gateway.start()

    async def stop(self) -> None:
        """Finish what was taken, then let go."""
        await self.gateway.stop()
        await self.look.flush()
        await self.store.stop()
        await self.bus.stop()

    async def _agent_behind(self, scope: Any) -> Actor:
        """Who opens an agent's socket; a browser can't send the CSRF header there, the Origin is checked instead."""
        return await self.authenticator.actor(scope["headers"], unsafe=False)


def make_bus(settings: Settings) -> Bus:
    """The bus that OVERTURE_BUS_URL names."""
    if settings.bus_url in ("", "local:"):
        return LocalBus()
    raise BadSetting("OVERTURE_BUS_URL: this version has the local bus only: leave it empty", variable="bus_url")


def register_handlers(store: Store, memory: Memory) -> None:
    """Upward calls, in one place: who is told in the same transaction when something happens below."""
    conversation_handlers.register(store)
    invitation_handlers.register(store, memory)
    store.on(TeamsGiven, teams.on_teams_given)
    store.on(OrderReported, outcomes.on_order_reported)
    store.on(VisitorIdentified, outcomes.on_visitor_identified)
    privacy.holds("outcomes", outcomes.held_of)
    privacy.holds("promises", followups.held_of)
    for domain in (outcomes, followups):
        privacy.keeps(domain.visitors_alive)
        store.on(VisitorErased, domain.on_visitor_erased)
        store.on(ConversationsErased, domain.on_conversations_erased)
        store.on(RetentionDue, domain.on_retention_due)


def _kept_secret(settings: Settings) -> str:
    """The secret of this data folder, made at the first start and readable by its owner only."""
    path = settings.data / "secret"
    if not path.exists():
        settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
    elif path.stat().st_mode & 0o077:
        with contextlib.suppress(PermissionError):
            path.chmod(0o600)
    return path.read_text().strip()
