"""`/healthz`: the process answers. `/readyz`: it can serve, database and bus included. `/metrics`."""

from __future__ import annotations

import hmac
from typing import Any

import msgspec
from litestar import Request, Response, get
from litestar.di import NamedDependency
from sqlalchemy import text

from overture import __version__
from overture.accounts.dependencies import OPEN, TheSettings, TheStore
from overture.kit.errors import Denied
from overture.store import Tx
from overture.web.metrics import Metrics


class Health(msgspec.Struct, frozen=True):
    """A part's state, `ok` or what is wrong."""

    status: str
    version: str


@get("/healthz", security=OPEN, sync_to_thread=False)
def healthz() -> Health:
    """The process is alive."""
    return Health("ok", __version__)


def _ping(tx: Tx) -> int:
    answer: int = tx.execute(text("SELECT 1")).scalar_one()
    return answer


@get("/readyz", security=OPEN)
async def readyz(store: TheStore) -> Health:
    """The database answers both ways; 503 with the cause if not."""
    await store.read(_ping)
    await store.run(_ping)
    return Health("ok", __version__)


@get("/metrics", security=OPEN, media_type="text/plain")
async def show_metrics(
    request: Request[Any, Any, Any], metrics: NamedDependency[Metrics], settings: TheSettings
) -> Response[bytes]:
    """Prometheus metrics; with OVERTURE_METRICS_TOKEN set, only for its bearer."""
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if settings.metrics_token and not hmac.compare_digest(given, settings.metrics_token):
        raise Denied("Send OVERTURE_METRICS_TOKEN as a bearer token")
    return Response(await metrics.render(), media_type="text/plain; version=0.0.4; charset=utf-8")


ROUTES = [healthz, readyz, show_metrics]
