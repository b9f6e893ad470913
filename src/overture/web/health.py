"""`/healthz`: the process answers. `/readyz`: it can serve, database and bus included. `/metrics`."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from sqlalchemy import text

from overture import __version__
from overture.accounts.dependencies import OPEN, TheSettings, TheStore
from overture.accounts.permissions import PUBLIC, needs
from overture.kit.errors import Denied, Unavailable
from overture.kit.ids import same_secret
from overture.store import Tx
from overture.web.metrics import Metrics

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


def _ping(tx: Tx) -> int:
    answer: int = tx.execute(text("SELECT 1")).scalar_one()
    return answer


@get("/readyz", security=OPEN, opt=needs(PUBLIC))
async def readyz(store: TheStore) -> Health:
    """The database answers both ways; 503 with the cause if not."""
    try:
        async with asyncio.timeout(READY_WITHIN_S):
            await store.read(_ping)
            await store.run(_ping)
    except TimeoutError:
        raise NotReady(f"The database has not taken a command for {READY_WITHIN_S} s", retry_after=5) from None
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
