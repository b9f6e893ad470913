"""The app: raw endpoints where speed and memory count, Litestar for the rest, one error shape for all."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import structlog
from litestar import Litestar, Request, Router
from litestar.config.app import AppConfig
from litestar.di import Provide

from overture.accounts import routes as accounts_routes
from overture.accounts.authentication import Authenticator
from overture.accounts.model import Actor
from overture.config import Settings
from overture.conversations import routes as conversation_routes
from overture.desk import routes as desk_routes
from overture.direction import routes as direction_routes
from overture.followups import routes as followups_routes
from overture.gateway import routes as gateway_routes
from overture.insight import routes as insight_routes
from overture.invitations import routes as invitation_routes
from overture.kit.mail import Mailer
from overture.outcomes import routes as outcomes_routes
from overture.store import Store
from overture.visits import routes as visit_routes
from overture.visits.looks import MAX_LOOK_BYTES
from overture.web import edge, errors, gate, health, openapi
from overture.web.http_connections import BODY_BYTES
from overture.web.metrics import LOOK, NOWHERE, Metrics
from overture.web.pages import PATHS, Pages
from overture.web.wiring import House

MAX_BODY = 2 * 1024 * 1024  # the largest is a plan; visit logs are imported on the server
_NOSNIFF = (b"x-content-type-options", b"nosniff")
_log = structlog.get_logger(__name__)
ROUTES = {
    "Accounts": accounts_routes.ROUTES,
    "Visits": visit_routes.ROUTES,
    "Direction": direction_routes.ROUTES,
    "Desk": desk_routes.ROUTES,
    "Conversations": [*conversation_routes.ROUTES, *gateway_routes.ROUTES],
    "Invitations": invitation_routes.ROUTES,
    "Outcomes": outcomes_routes.ROUTES,
    "Follow-ups": followups_routes.ROUTES,
    "Insight": insight_routes.ROUTES,
    "Operation": health.ROUTES,
}


class App:
    """The ASGI app of one process."""

    def __init__(self, house: House) -> None:
        self.house = house
        self._pages = Pages(house.store, house.settings.public_url)
        self._http: dict[str, Any] = {LOOK: house.look}
        self._sockets: dict[str, Any] = {"/v1/socket": house.visitor_socket, "/v1/desk": house.agent_socket}
        self._litestar = make_litestar(house)
        gate.check_rules(self._litestar, [*self._http, *self._sockets, *PATHS])

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            self.house.proxies.read(scope)
        if scope["type"] == "websocket":
            endpoint = self._sockets.get(scope["path"])
            if endpoint is None:
                await send({"type": "websocket.close", "code": 4404})
                return
            await endpoint(scope, receive, send)
        elif scope["type"] == "http":
            await self._measured(scope, receive, send)
        else:
            await self._litestar(scope, receive, send)

    async def _measured(self, scope: Any, receive: Any, send: Any) -> None:
        began = time.perf_counter()
        path = scope["path"]
        if (endpoint := self._http.get(path)) is not None:
            route = path
        elif route := self._pages.route(path):
            endpoint = self._pages
        else:
            endpoint = self._litestar

        async def counting_send(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = with_nosniff(message.get("headers", ()))
                known = route or scope.get("path_template") or NOWHERE  # Litestar says which once it knows
                self.house.metrics.answered(scope, known, message["status"], time.perf_counter() - began)
            await send(message)

        await endpoint(scope, receive, counting_send)


def body_limit(path: str) -> int:
    """How many bytes a request's body may have at a path."""
    if path == LOOK:
        return MAX_LOOK_BYTES
    if path.startswith("/api/v1/sites/") and "/plan" in path:
        return MAX_BODY
    return BODY_BYTES


def with_nosniff(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers of an answer, with the word that no browser may guess another type than the one told."""
    listed = list(headers)
    return listed if _NOSNIFF in listed else [*listed, _NOSNIFF]


def make_litestar(house: House) -> Litestar:
    """The typed HTTP API."""
    authenticator = house.authenticator

    async def actor(request: Request[Any, Any, Any]) -> Actor:
        known: Actor = request.scope[gate.ACTOR]  # type: ignore[typeddict-item]  # left there by the gate
        await edge.refuse_nul(request)
        return known

    def provide(value: Any) -> Provide:
        return Provide(lambda: value, sync_to_thread=False)

    return Litestar(
        route_handlers=[Router("/", route_handlers=routes, tags=[tag]) for tag, routes in ROUTES.items()],
        dependencies={
            "store": provide(house.store),
            "settings": provide(house.settings),
            "authenticator": provide(authenticator),
            "mailer": provide(house.mailer),
            "metrics": provide(house.metrics),
            "readiness": provide(health.Readiness(house.store)),
            "actor": Provide(actor),
        },
        before_request=edge.before_open,
        guards=[edge.OwnPages(house.settings.public_url), gate.Gate(authenticator)],
        exception_handlers=errors.HANDLERS,
        openapi_config=openapi.config(),
        request_max_body_size=MAX_BODY,
        signature_types=[Store, Settings, Authenticator, Actor, Mailer, Metrics, health.Readiness],
        on_app_init=[_quiet],
    )


def _quiet(config: AppConfig) -> AppConfig:
    config.logging_config = None  # structlog is set up by the command line, for every part alike
    return config
