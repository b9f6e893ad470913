"""`/api/openapi.json`: the framework's description of the API, made true where it can't know better."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import msgspec
from litestar import Litestar
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.serialization import decode_json, encode_json

from overture import __version__
from overture.accounts.permissions import SCOPE_MEANINGS, Permission, holders_of
from overture.web.gate import routes_of, rule_of

_REF = "#/components/schemas/{name}"
_GENERIC = re.compile(r"(?P<kind>\w+?)_overture\.[\w.]+\.(?P<of>\w+?)_")
_FRAMEWORKS = "400"  # the framework describes its own shape of refusals, which nobody gets to see here


_SCOPES = "An API token. Its scope says what it may: " + "; ".join(
    f"`{scope}` {meaning}" for scope, meaning in SCOPE_MEANINGS.items()
)


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
        return self.render_json(request, corrected(openapi_schema, request.app))


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
                "token": SecurityScheme(type="http", scheme="bearer", description=_SCOPES),
                "session": SecurityScheme(type="apiKey", name="overture_session", security_scheme_in="cookie"),
            }
        ),
        security=[{"token": []}, {"session": []}],
    )


def description(app: Litestar) -> dict[str, Any]:
    """The document as it is served."""
    document: dict[str, Any] = decode_json(encode_json(app.openapi_schema.to_schema()))
    return corrected(document, app)


def corrected(document: dict[str, Any], app: Litestar) -> dict[str, Any]:
    """The document with our refusals for the framework's, and without bodies where none comes. Changes it in place.

    Each operation says which permission it needs, and which tokens have it.
    """
    _, schemas = msgspec.json.schema_components([ErrorAnswer], ref_template=_REF)
    document["components"].setdefault("schemas", {}).update(schemas)
    _name_schemas(document)
    _free_defaults(document)
    for operations in document["paths"].values():
        for operation in operations.values():
            _tell_refusals(operation["responses"])
    _tell_permissions(document, app)
    return document


def _tell_permissions(document: dict[str, Any], app: Litestar) -> None:
    for method, path, handler in routes_of(app):
        operation = document["paths"].get(path, {}).get(method.lower())
        rule = rule_of(path, handler)
        if operation is None or not isinstance(rule, Permission):
            continue
        scopes = ", ".join(f"`{scope}`" for scope in holders_of(rule)[1]) or "none"
        needs = f"Needs the permission *{rule}*; scopes that have it: {scopes}."
        told = operation.get("description") or ""
        operation["description"] = told if needs in told else f"{told}\n\n{needs}".strip()


def _name_schemas(document: dict[str, Any]) -> None:
    """Each schema has one name that a generated client can use for a class, and bears it as its title."""
    schemas = document["components"]["schemas"]
    names = {_REF.format(name=name): _REF.format(name=_class_name(name)) for name in schemas}
    if len(set(names.values())) < len(names):
        raise ValueError(f"two schemas of the API would have one name: {sorted(schemas)}")
    _refer(document, names)
    document["components"]["schemas"] = {
        _class_name(name): {**schema, "title": _class_name(name)} for name, schema in schemas.items()
    }


def _free_defaults(document: dict[str, Any]) -> None:
    """What a body may leave out is told in words: clients in TypeScript take a `default` for a field to be sent."""
    schemas = document["components"]["schemas"]
    for name in _sent_by_clients(document):
        for field in schemas[name].get("properties", {}).values():
            default = field.pop("default", None)
            if default not in (None, "", [], {}):
                words = f"{json.dumps(default)} if left out"
                field["description"] = f"{field['description']}; {words}" if "description" in field else words


def _sent_by_clients(document: dict[str, Any]) -> set[str]:
    """Names of the schemas that bodies of requests are made of."""
    operations = [operation for each in document["paths"].values() for operation in each.values()]
    ahead = [operation["requestBody"] for operation in operations if "requestBody" in operation]
    found: set[str] = set()
    while ahead:
        refs = {ref.rpartition("/")[2] for ref in _refs(ahead.pop())} - found
        found |= refs
        ahead += [document["components"]["schemas"][name] for name in refs]
    return found


def _refs(node: Any) -> Iterator[str]:
    """Every reference below."""
    if isinstance(node, dict) and isinstance(node.get("$ref"), str):
        yield node["$ref"]
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _refs(child)


def _class_name(name: str) -> str:
    """`Page_overture.outcomes.model.Booking_` is BookingPage, `desk_model_Staffing` DeskStaffing."""
    if generic := _GENERIC.fullmatch(name):
        return generic["of"] + generic["kind"]
    domain, _, rest = name.partition("_")
    return domain.capitalize() + rest.rpartition("_")[2] if rest else name


def _refer(node: Any, names: dict[str, str]) -> None:
    """Follow the new names everywhere below."""
    if isinstance(node, dict):
        if isinstance(ref := node.get("$ref"), str):
            node["$ref"] = names.get(ref, ref)
        if isinstance(mapping := node.get("mapping"), dict):
            node["mapping"] = {key: names.get(to, to) for key, to in mapping.items()}
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _refer(child, names)


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
