"""The demo in one process: Overture, the shop on its own origin, and simulated visitors."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from overture import worker
from overture.accounts.model import SYSTEM, Site
from overture.accounts.passwords import hash_password
from overture.config import Settings
from overture.demo import history, operation, people
from overture.demo.shop.pages import shop_app
from overture.direction import service as direction
from overture.store import Tx
from overture.web import serve as web
from overture.web.wiring import House


class DemoHouse(House):
    """A house in which, once it is started, everything is there: site, people, plan and recorded history."""

    def __init__(self, settings: Settings, shop_port: int, tell: Callable[[str], None]) -> None:
        super().__init__(settings)
        self.shop_port = shop_port
        self.password = operation.password_of(self.secret)
        self.site: Site
        self._tell = tell

    async def start(self) -> None:
        """Start, and make what is missing: all of it in one command, so that half a demo is never kept."""
        await super().start()
        try:
            known = await self.store.read(operation.the_site)
            if known is None:
                self._tell("First start: recording four weeks of history …")
                self.site = await self.store.run(_make, self.shop_port, hash_password(self.password))
            else:
                self.site = await self.store.run(operation.refresh, known, self.shop_port)
                await self.store.run(operation.let_in, self.password)
        except BaseException:
            await self.stop()
            raise


def _make(tx: Tx, shop_port: int, password_hash: str) -> Site:
    present = tx.now
    tx.now = present - history.LENGTH
    site = operation.make(tx, shop_port, password_hash)
    direction.publish(tx, SYSTEM, operation.SITE, history.first_plan(), "The first plan")
    history.record(tx, site, present)
    tx.now = present
    direction.publish(tx, SYSTEM, operation.SITE, operation.plan_text(), "Everybody who tries the demo is invited")
    tx.news.clear()  # nobody listens yet, and it is no news
    return site


class ShopServer(web.Server):
    """The second server of the process: the first one hears the signals and stops this one."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


async def serve(
    settings: Settings, sock: web.Socket, shop_sock: web.Socket, tell: Callable[[str], None],
    ready: Callable[[DemoHouse], None],
) -> None:  # fmt: skip
    """Serve until SIGTERM or SIGINT. `tell` gets progress, `ready` is called once both servers answer."""
    house = DemoHouse(settings, shop_sock.getsockname()[1], tell)
    awaited = {"overture", "shop"}

    def answers(who: str) -> None:
        awaited.discard(who)
        if not awaited:
            ready(house)

    async def shop(_: House) -> None:
        await _serve_shop(house, shop_sock, lambda: answers("shop"))

    async def visitors(_: House) -> None:
        own = f"http://{settings.host}:{sock.getsockname()[1]}"
        await people.look_around(own, operation.origins_of(house.shop_port)[0], house.site.key, house.secret)

    await web.serve(house, sock, shop, _work, visitors, ready=lambda: answers("overture"))


async def _serve_shop(house: DemoHouse, sock: web.Socket, ready: Callable[[], None]) -> None:
    """Serve the shop until cancelled, then let open requests end."""
    server = web.server(shop_app(_origin(house.settings.public_url), house.site.key), kind=ShopServer)
    server.ready = ready
    running = asyncio.create_task(server.serve(sockets=[sock]))
    try:
        await asyncio.shield(running)
    except asyncio.CancelledError:
        server.should_exit = True
        await running
        raise


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


async def _work(house: House) -> None:
    await worker.work(house.store, worker.Job("store_left_out_looks", 60, house.look.flush))
