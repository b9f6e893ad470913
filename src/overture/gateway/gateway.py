"""What a process's sockets have in common: the hub, the pings, the check for lost news, the graceful stop."""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import time
from collections import Counter
from collections.abc import Coroutine
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import msgspec
import structlog

from overture.bus import Bus
from overture.config import Settings
from overture.conversations import service as conversations
from overture.conversations import store as conversation_store
from overture.conversations.events import HeadChanged
from overture.conversations.model import Conversation
from overture.desk import service as desk
from overture.desk.events import BoardChanged
from overture.gateway import authority, codes
from overture.gateway.connection import PING_TEXTS, Connection
from overture.gateway.errors import TooManySockets
from overture.gateway.hub import Hub
from overture.gateway.inboxes import Inboxes
from overture.gateway.limits import Limits, Senders
from overture.gateway.news import News
from overture.gateway.pictures import Picture, pictures
from overture.gateway.rules import check_frames
from overture.gateway.turns import GREETINGS_AT_ONCE, OPENINGS_AT_ONCE, OPENINGS_IN_LINE, Turns
from overture.invitations.look import simulated_token
from overture.kit.errors import OvertureError
from overture.kit.limits import RateLimiter
from overture.store import Event, Store

if TYPE_CHECKING:
    from overture.gateway.agent import AgentConnection
    from overture.gateway.visitor import VisitorConnection

_log = structlog.get_logger(__name__)
BEAT_S = 1.0
AGENT_PING_EVERY = 5  # beats
VISITOR_PING_EVERY = 20
AGENT_PATIENCE = 6  # pings without an answer: 30 s
VISITOR_PATIENCE = 3  # 60 s: phones sleep
SIGNS_EVERY = 2  # beats between two reports of who is alive
SEEN_EVERY = 60
WATCH_EVERY = 5  # with one round lost, news is still found within 10 s
OVERLAP = timedelta(seconds=15)  # how far back each check looks: three rounds
CHECKED_AT_ONCE = 200  # a read of 1 ms: longer ones would be felt in answers
PICTURE_PAUSE_S = 0.2  # several changes of a desk are shown as one
PICTURE_SHARE = 0.1  # of the time at the most goes into reading desks anew: a long queue is read less often
LONGEST_PICTURE_PAUSE_S = 3.0
STOP_WITHIN_S = 5.0
BUSY_ADDRESS_S = 30.0  # until an address that has too many sockets is asked to come again


class Gateway:
    """One per process. `start` it on the event loop, `stop` it before the store stops."""

    def __init__(
        self, store: Store, bus: Bus, settings: Settings, secret: str, *, limits: Limits | None = None
    ) -> None:
        check_frames()
        self.store = store
        self.settings = settings
        self._simulated = simulated_token(secret)
        self.limits = limits or Limits()
        self.bus = bus
        self.hub = Hub(bus)
        self.stopping = False
        self.addresses = RateLimiter(burst=self.limits.sockets_burst, per_second=self.limits.sockets_rate)
        self.senders = Senders(self.limits)
        self._open: Counter[str] = Counter()  # sockets by address
        self._agents: list[set[Connection]] = [set() for _ in range(AGENT_PING_EVERY)]
        self._visitors: list[set[Connection]] = [set() for _ in range(VISITOR_PING_EVERY)]
        self._next_slot = 0
        self._signs: set[str] = set()
        self._reporting = False
        self.inboxes = Inboxes(self.hub)
        self.openings = Turns(OPENINGS_AT_ONCE, OPENINGS_IN_LINE)
        self.greetings = Turns(GREETINGS_AT_ONCE)
        self._pictures: dict[str, Picture] = {}
        self._picture_readers: dict[str, set[Any]] = {}
        self._redraw: set[str] = set()
        self._picture_took = 0.0
        self._redrawing: asyncio.Task[None] | None = None
        self._empty = asyncio.Event()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._loops: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin to ping and to check for lost news. The store must be started."""
        self.stopping = False
        await self.store.run(desk.resume)
        self._loops = [asyncio.create_task(work()) for work in (self._beats, self._watches, self._authority)]

    async def stop(self) -> None:
        """Answer what is being worked on, then close every socket with 1012. Returns when all have gone, or in 5 s."""
        self.stopping = True
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        for connection in self.connections():
            if not connection.busy:
                connection.close(codes.RESTART, "the server restarts")
        if self.connections():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), STOP_WITHIN_S)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run something short beside the sockets' own loops."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # ---- connections -----------------------------------------------------------------------------------------

    def admit(self, connection: Connection, address: str) -> None:
        """TooManySockets if this address opens sockets faster than anybody needs, or has too many."""
        wait = self.addresses.take(address)
        if not wait and self._open[address] >= self.limits.sockets_per_address:
            wait = BUSY_ADDRESS_S
        if wait:
            raise TooManySockets("Too many connections from here: wait a moment", retry_after=max(1, round(wait)))
        connection.address = address
        self._open[address] += 1

    def dismiss(self, connection: Connection) -> None:
        """A socket that was admitted, or not, has ended."""
        address, connection.address = connection.address, ""
        if address:
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]

    def is_simulated(self, proof: str) -> bool:
        """Whether a socket is of the house's own simulated visitors: only they know the house's secret."""
        return proof.isascii() and hmac.compare_digest(proof, self._simulated)

    def publish(self, event: Event) -> None:
        """News that is not stored: who is typing."""
        body = msgspec.json.encode(event)
        for topic in event.topics():
            self.bus.publish(topic, body)

    def join(self, connection: Connection, *, agent: bool) -> None:
        """From now on the connection is pinged."""
        rings = self._agents if agent else self._visitors
        self._next_slot += 1
        connection.slot = self._next_slot % len(rings)
        rings[connection.slot].add(connection)

    def part(self, connection: Connection, *, agent: bool) -> None:
        """The connection is gone."""
        (self._agents if agent else self._visitors)[connection.slot].discard(connection)
        if self.stopping and not self.connections():
            self._empty.set()

    def connections(self) -> list[Connection]:
        """All that have said hello."""
        return [one for rings in (self._agents, self._visitors) for ring in rings for one in ring]

    def counts(self) -> tuple[int, int]:
        """(visitors, agents) connected here; for metrics."""
        return sum(map(len, self._visitors)), sum(map(len, self._agents))

    # ---- signs of life -----------------------------------------------------------------------------------------

    def sign_of_life(self, agent: str) -> None:
        """An agent has answered a ping; reported for all together."""
        self._signs.add(agent)

    async def _beats(self) -> None:
        beat = 0
        while True:
            await asyncio.sleep(BEAT_S)
            beat += 1
            text = PING_TEXTS[beat % len(PING_TEXTS)]
            for connection in tuple(self._agents[beat % AGENT_PING_EVERY]):
                connection.ping(beat, text, AGENT_PATIENCE)
            for connection in tuple(self._visitors[beat % VISITOR_PING_EVERY]):
                connection.ping(beat, text, VISITOR_PATIENCE)
            if beat % SIGNS_EVERY == 0:
                self._report_signs()
            if beat % SEEN_EVERY == 0:
                await self._report_seen()

    def _report_signs(self) -> None:
        """Tell the desk who is alive, before all that waits to be written; who waits for our answer is alive."""
        for ring in self._agents:
            for connection in ring:
                if connection.busy:
                    connection.alive()
        if self._signs and not self._reporting:
            signs, self._signs = sorted(self._signs), set()
            self._reporting = True
            self.spawn(self._reported(signs))

    async def _reported(self, signs: list[str]) -> None:
        try:
            await self._quietly(self.store.run_first(desk.signs_of_life, signs))
        finally:
            self._reporting = False

    async def _report_seen(self) -> None:
        ids = sorted({talk for ring in self._visitors for one in ring if (talk := getattr(one, "talk", ""))})
        for start in range(0, len(ids), 1_000):
            await self._quietly(self.store.run(conversations.visitors_seen, ids[start : start + 1_000]))

    async def _quietly(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do regular work; what fails is logged and tried again next time."""
        try:
            return await work
        except OvertureError as error:
            _log.warning("gateway_round_refused", code=error.code, reason=error.message)
        except Exception:
            _log.exception("gateway_round_failed")
        return None

    # ---- authority that may have ended ----------------------------------------------------------------------------

    async def _authority(self) -> None:
        while True:
            await asyncio.sleep(authority.CHECK_EVERY_S)
            await self._quietly(self.check_authority())

    async def check_authority(self) -> int:
        """Close the sockets of those who may not be there any more; how many were closed."""
        agents = [one for ring in self._agents for one in ring]
        visitors = [one for ring in self._visitors for one in ring]
        closed = await authority.check_agents(self.store, cast("list[AgentConnection]", agents))
        return closed + await authority.check_visitors(self.store, cast("list[VisitorConnection]", visitors))

    # ---- news that may have been lost ----------------------------------------------------------------------------

    async def _watches(self) -> None:
        since = self.store.clock.now() - OVERLAP
        while True:
            await asyncio.sleep(WATCH_EVERY)
            self.redraw(*self._picture_readers)
            now = self.store.clock.now()
            if await self._quietly(self.check(since)) is not None:
                since = now - OVERLAP

    async def check(self, since: Any) -> int:
        """Compare the versions of all that is watched here with the database and tell what was missed; how many were.

        Conversations are read whole only if they are newer than known here: mostly none is.
        """
        ids = self.hub.topics("conversation:")
        sites = sorted({rest.partition(":")[0] for rest in self.hub.topics("inbox:")})
        if not ids and not sites:
            self.hub.versions.clear()
            return 0
        there: dict[str, int] = {}
        for start in range(0, max(1, len(ids)), CHECKED_AT_ONCE):
            some = ids[start : start + CHECKED_AT_ONCE]
            there |= await self.store.read(conversation_store.watched, some, [] if start else sites, since)
        newer = [one for one, version in there.items() if version > self.hub.versions.get(one, -1)]
        missed = 0
        for start in range(0, len(newer), CHECKED_AT_ONCE):
            talks = await self.store.read(conversation_store.these, newer[start : start + CHECKED_AT_ONCE])
            for talk in talks:
                if self.hub.saw(talk.id, talk.version):
                    self._tell_missed(talk)
                    missed += 1
        self.hub.versions = {one: version for one, version in self.hub.versions.items() if one in there}
        return missed

    def _tell_missed(self, talk: Conversation) -> None:
        news = News(HeadChanged(talk.head))
        self.hub.tell(f"conversation:{talk.id}", news)
        for rest in self.hub.topics(f"inbox:{talk.site}:"):
            self.hub.tell(f"inbox:{talk.site}:{rest}", news)

    # ---- boards and places ----------------------------------------------------------------------------------------

    def read_pictures(self, site: str, reader: Any) -> None:
        """Show the site's desk to `reader` (its `see(picture, before)`) whenever it changes."""
        readers = self._picture_readers.get(site)
        if readers is None:
            readers = self._picture_readers[site] = set()
            self.hub.watch(f"board:{site}", self)
        readers.add(reader)

    def picture(self, site: str) -> Picture | None:
        """The site's desk as last shown here."""
        return self._pictures.get(site)

    def leave_pictures(self, site: str, reader: Any) -> None:
        """Show it no more."""
        readers = self._picture_readers.get(site, set())
        readers.discard(reader)
        if not readers and self._picture_readers.pop(site, None) is not None:
            self.hub.leave(f"board:{site}", self)
            self._pictures.pop(site, None)

    def hear(self, topic: str, news: News) -> None:
        """A desk has changed."""
        if isinstance(news.event, BoardChanged):
            self.redraw(news.event.site)

    def redraw(self, *sites: str) -> None:
        """Read these sites' desks anew, soon."""
        self._redraw.update(sites)
        if self._redraw and self._redrawing is None and not self.stopping:
            self._redrawing = asyncio.get_running_loop().create_task(self._draw())

    async def _draw(self) -> None:
        took = self._picture_took
        try:
            while self._redraw:
                await asyncio.sleep(min(LONGEST_PICTURE_PAUSE_S, max(PICTURE_PAUSE_S, took / PICTURE_SHARE)))
                sites, self._redraw = sorted(self._redraw), set()
                began = time.monotonic()
                new = await self._quietly(self.store.read(pictures, sites))
                took = time.monotonic() - began
                for site, picture in (new or {}).items():
                    self._show(site, picture)
        finally:
            self._redrawing, self._picture_took = None, took

    def _show(self, site: str, picture: Picture) -> None:
        before = self._pictures.get(site)
        self._pictures[site] = picture
        if picture == before:
            return
        for reader in tuple(self._picture_readers.get(site, ())):
            reader.see(picture, before)
