"""`/healthz`: the process answers. `/readyz`: it can serve, database and bus included. `/metrics`."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from sqlalchemy import text

from overture import __version__
from overture.accounts.dependencies import OPEN, TheSettings
from overture.accounts.permissions import PUBLIC, needs
from overture.kit.errors import Denied, OvertureError, Unavailable
from overture.kit.ids import same_secret
from overture.store import Store, Tx
from overture.web.metrics import Metrics

GOOD_FOR_S = 1.0
_READ = text("SELECT version_num FROM alembic_version")
_WRITE = text("UPDATE alembic_version SET version_num = version_num")  # changes nothing, and is written as any change
READY_WITHIN_S = 3  # whoever asks, a load balancer mostly, does not wait longer either


class NotReady(Unavailable):
    """The process is alive and can't serve now."""

    code = "not_ready"


class Health(msgspec.Struct, frozen=True):
    """A part's state, `ok` or what is wrong."""

    status: str
    version: str


@get("/healthz", security=OPEN, sync_to_thread=False, opt=needs(PUBLIC))
def healthz() -> Health:
    """The process is alive."""
    return Health("ok", __version__)


def _read_something(tx: Tx) -> None:
    tx.execute(_READ).scalar_one()


def _write_something(tx: Tx) -> None:
    tx.execute(_WRITE)


def _hear(asked: asyncio.Task[None]) -> None:
    if not asked.cancelled():
        asked.exception()


class Readiness:
    """Whether the database answers and takes a write: one question at a time, its answer good for a second.

    However many ask, the writer has one small command a second.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._asking: asyncio.Task[None] | None = None
        self._good_until = 0.0

    async def check(self) -> None:
        """NotReady with the cause if not, within `READY_WITHIN_S`."""
        if time.monotonic() < self._good_until:
            return
        if self._asking is None or self._asking.done():
            self._asking = asyncio.get_running_loop().create_task(self._ask())
            self._asking.add_done_callback(_hear)  # nobody may be left to hear what came of it
        asking = self._asking
        try:
            async with asyncio.timeout(READY_WITHIN_S):
                await asyncio.shield(asking)
        except TimeoutError:
            message = f"The database has not taken a command for {READY_WITHIN_S} s"
            raise NotReady(message, retry_after=5, reason="database_busy") from None
        except OvertureError as error:
            raise NotReady(error.message, retry_after=5, reason=error.code) from None

    async def _ask(self) -> None:
        await self._store.read(_read_something)
        await self._store.run(_write_something)
        self._good_until = time.monotonic() + GOOD_FOR_S


@get("/readyz", security=OPEN, opt=needs(PUBLIC))
async def readyz(readiness: NamedDependency[Readiness]) -> Health:
    """The database answers and takes a write; 503 with the cause if not."""
    await readiness.check()
    return Health("ok", __version__)


@get("/metrics", security=OPEN, media_type="text/plain", opt=needs(PUBLIC))
async def show_metrics(
    request: Request[Any, Any, Any], metrics: NamedDependency[Metrics], settings: TheSettings
) -> Response[bytes]:
    """Prometheus metrics; with OVERTURE_METRICS_TOKEN set, only for its bearer."""
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if settings.metrics_token and not same_secret(given, settings.metrics_token):
        raise Denied("Send OVERTURE_METRICS_TOKEN as a bearer token")
    return Response(await metrics.render(), media_type="text/plain; version=0.0.4; charset=utf-8")


ROUTES = [healthz, readyz, show_metrics]
