"""The one error shape: `{"error": {"code", "message", "details"}}`, for ours, the framework's and the unforeseen."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, NotFoundException, ValidationException

from overture.kit.errors import Invalid, NotFound, OvertureError, Unforeseen
from overture.web import refusals

_log = structlog.get_logger(__name__)
_CODES = {400: "invalid", 401: "sign_in_again", 403: "denied", 404: "not_found", 405: "method_not_allowed"}
_CODES |= {413: "too_large", 415: "unsupported_media_type", 429: "too_many"}


class BadRequest(Invalid):
    """A body, path or query that does not have the form it must have; `details.field` names the place."""

    code = "bad_request"


class NoSuchPage(NotFound):
    """Nothing at this address."""

    code = "not_found"


def on_our_error(request: Request[Any, Any, Any], error: OvertureError) -> Response[Any]:
    """A refusal of the house; what is our own fault or our machine's is logged."""
    if error.status >= 500:
        _log.warning(
            "request_refused", path=request.url.path, code=error.code, reason=error.message, details=error.details
        )
    headers = {"Retry-After": str(error.retry_after)} if error.retry_after else {}
    return Response(error.body, status_code=error.status, headers=headers)


def on_framework_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """A refusal of the framework, in our shape."""
    if isinstance(error, ValidationException):
        return on_our_error(request, _bad_request(request, error))
    if isinstance(error, NotFoundException):
        return on_our_error(request, NoSuchPage(f"There is nothing at {request.url.path}"))
    code = _CODES.get(error.status_code, "refused")
    shape = {"error": {"code": code, "message": error.detail, "details": {}}}
    return Response(shape, status_code=error.status_code, headers=dict(error.headers or {}))


def _bad_request(request: Request[Any, Any, Any], error: ValidationException) -> BadRequest:
    places = error.extra if isinstance(error.extra, list) else []
    first: dict[str, Any] = places[0] if places and isinstance(places[0], dict) else {}
    message = str(first.get("message") or error.detail)
    place = str(first.get("key") or "")
    if not place and (found := re.search(r"`\$\.?([\w.\[\]]+)`|`(\w+)`", message)):
        place = found.group(1) or found.group(2)
    allowed = refusals.allowed_at(request.route_handler, place)
    told, field = refusals.in_words(message, refusals.field_of(request.route_handler, place), allowed)
    return BadRequest(told, field=field, **({"allowed": allowed} if allowed and "enum" in message else {}))


def on_unforeseen(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """A mistake of ours: logged with its trace, told without it."""
    if isinstance(error, msgspec.ValidationError | msgspec.DecodeError):
        return on_our_error(request, BadRequest(str(error)))
    if isinstance(error, RecursionError) and "deserializing" in str(error):
        return on_our_error(request, BadRequest("The body is nested too deep", field=""))
    _log.error("request_failed", path=request.url.path, method=request.method, exc_info=error)
    return on_our_error(request, Unforeseen())


HANDLERS: dict[int | type[Exception], Any] = {
    OvertureError: on_our_error,
    HTTPException: on_framework_error,
    Exception: on_unforeseen,
}
