"""`/api/openapi.json`: the framework's description of the API, made true where it can't know better."""

from __future__ import annotations

from typing import Any

import msgspec
from litestar import Litestar
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.serialization import decode_json, encode_json

from overture import __version__

_REF = "#/components/schemas/{name}"
_FRAMEWORKS = "400"  # the framework describes its own shape of refusals, which nobody gets to see here


class ErrorBody(msgspec.Struct, frozen=True):
    """What is wrong: a stable code, a sentence for people, and details such as the `field`."""

    code: str
    message: str
    details: dict[str, Any]


class ErrorAnswer(msgspec.Struct, frozen=True):
    """Every refusal, whatever its status."""

    error: ErrorBody


class _Json(JsonRenderPlugin):
    def render(self, request: Any, openapi_schema: dict[str, Any]) -> bytes:
        return self.render_json(request, corrected(openapi_schema))


def config() -> OpenAPIConfig:
    """How the framework is to describe the API."""
    return OpenAPIConfig(
        title="Overture",
        version=__version__,
        description='A self-hosted live chat operation. Errors: `{"error": {"code", "message", "details"}}`.',
        path="/api",
        use_handler_docstrings=True,
        render_plugins=[_Json(path="/openapi.json")],
        components=Components(
            security_schemes={
                "token": SecurityScheme(type="http", scheme="bearer"),
                "session": SecurityScheme(type="apiKey", name="overture_session", security_scheme_in="cookie"),
            }
        ),
        security=[{"token": []}, {"session": []}],
    )


def description(app: Litestar) -> dict[str, Any]:
    """The document as it is served."""
    document: dict[str, Any] = decode_json(encode_json(app.openapi_schema.to_schema()))
    return corrected(document)


def corrected(document: dict[str, Any]) -> dict[str, Any]:
    """The document with our refusals for the framework's, and without bodies where none comes. Changes it in place."""
    _, schemas = msgspec.json.schema_components([ErrorAnswer], ref_template=_REF)
    document["components"].setdefault("schemas", {}).update(schemas)
    for operations in document["paths"].values():
        for operation in operations.values():
            _tell_refusals(operation["responses"])
    return document


def _tell_refusals(responses: dict[str, Any]) -> None:
    responses.pop(_FRAMEWORKS, None)
    shape = {"$ref": _REF.format(name=ErrorAnswer.__name__)}
    responses["default"] = {
        "description": "A refusal: 400 unusable, 401 not signed in, 403 not allowed, 404 not there, 409 in conflict,"
        " 413 too large, 429 too many (come again after `Retry-After` seconds), 503 not just now",
        "content": {"application/json": {"schema": shape}},
    }
    for answer in responses.values():
        if [media.get("schema") for media in answer.get("content", {}).values()] == [{"type": "null"}]:
            del answer["content"]
