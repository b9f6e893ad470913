"""Asks each route's permission before anything of the request is read; a route that names none stops the start."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from litestar import Litestar
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler, HTTPRouteHandler

from overture.accounts.access import held, require_place
from overture.accounts.authentication import Authenticator
from overture.accounts.permissions import PERMISSIONS, PUBLIC, READ_CONVERSATIONS, RULE, VISITOR, Permission, Rule

SAFE: Final = ("GET", "HEAD", "OPTIONS")
ACTOR: Final = "overture_actor"
"""The key of a request's scope that holds who is behind it, once that is known."""

ENDPOINTS: Final[dict[str, Rule]] = {
    "/": PUBLIC,
    "/overture.js": PUBLIC,
    "/v1/frame": PUBLIC,
    "/widget/": PUBLIC,
    "/console": PUBLIC,
    "/console/": PUBLIC,
    "/api/docs": PUBLIC,
    "/api/docs/": PUBLIC,
    "/api": PUBLIC,
    "/api/openapi.json": PUBLIC,
    "/api/{path}": PUBLIC,
    "/v1/look": VISITOR,
    "/v1/socket": VISITOR,
    "/v1/desk": READ_CONVERSATIONS,
}
"""What is answered beside the framework's routes, or by the framework itself."""


class WithoutRule(RuntimeError):
    """A route names no permission: nobody could say who may use it."""


class Gate:
    """A guard of the framework: runs before a route's body is read, and leaves who it is in the scope."""

    def __init__(self, authenticator: Authenticator) -> None:
        self._authenticator = authenticator

    async def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        if connection.scope["method"] == "OPTIONS":  # type: ignore[typeddict-item]  # the framework's own
            return
        rule = rule_of(connection.scope["path"], handler)
        if not isinstance(rule, Permission):
            return
        unsafe = connection.scope["method"] not in SAFE  # type: ignore[typeddict-item]
        actor = await self._authenticator.actor(connection.scope["headers"], unsafe=unsafe)
        connection.scope[ACTOR] = actor  # type: ignore[typeddict-unknown-key]
        if site := connection.path_params.get("site"):
            require_place(actor, site)
        held(actor, rule)


def rule_of(path: str, handler: BaseRouteHandler) -> Rule:
    """A route's rule. WithoutRule if it names none."""
    rule: Rule | None = handler.opt.get(RULE, ENDPOINTS.get(path))
    if rule is not None and (rule in (PUBLIC, VISITOR) or rule in PERMISSIONS):
        return rule
    raise WithoutRule(f"{path}: name its permission, as in opt=needs(READ_LEADS), or PUBLIC")


def routes_of(app: Litestar) -> Iterable[tuple[str, str, HTTPRouteHandler]]:
    """(method, path, handler) of every route of the framework."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", ()):
            for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"}):
                yield method, route.path_format, handler


def check_rules(app: Litestar, others: Iterable[str]) -> None:
    """WithoutRule for the first route, or endpoint beside the framework, that names no rule."""
    for _, path, handler in routes_of(app):
        rule_of(path, handler)
    for path in others:
        if path not in ENDPOINTS:
            raise WithoutRule(f"{path}: add it to ENDPOINTS in web/gate.py with its rule")
