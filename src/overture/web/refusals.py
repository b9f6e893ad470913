"""What the decoder says of a request, in words for people: what is wrong, where, and what would be right."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from litestar.handlers import BaseRouteHandler

_KINDS = {
    "str": "a text", "int": "a whole number", "float": "a number", "bool": "true or false", "null": "null",
    "array": "a list", "object": "an object", "datetime": "an instant", "date": "a day",
}  # fmt: skip
_LENGTH = re.compile(r"Expected `(str|array|object)` of length (<=|>=) (\d+)")
_RANGE = re.compile(r"Expected `(?:int|float)` (<=|>=|<|>) (\S+)")
_KIND = re.compile(r"Expected `([^`]+)`(?:, got `([^`]+)`)?")
_MISSING = re.compile(r"Object missing required field `([^`]+)`")
_UNKNOWN = re.compile(r"Object contains unknown field `([^`]+)`")
_BOUNDS = {"<=": "at most", ">=": "at least", "<": "less than", ">": "more than"}
_UNITS = {"str": "characters", "array": "entries", "object": "entries"}


def field_of(handler: BaseRouteHandler, place: str) -> str:
    """The field as a client knows it: a parameter by its name in the address, a body's by its path, "" for all."""
    if place == "data":
        return ""
    parameter = handler.parsed_fn_signature.parameters.get(place)
    known = parameter and parameter.kwarg_definition
    return str(getattr(known, "query", None) or getattr(known, "name", None) or place)


def in_words(message: str, field: str, allowed: list[str]) -> tuple[str, str]:
    """A sentence of what is wrong, and the field it is about."""
    what = field or "The body"
    if found := _MISSING.fullmatch(message):
        field = f"{field}.{found[1]}".lstrip(".")
        return f"{field} is missing", field
    if found := _UNKNOWN.fullmatch(message):
        field = f"{field}.{found[1]}".lstrip(".")
        known = f": there are {', '.join(allowed)}" if allowed else ""
        return f"There is no field {field}{known}", field
    if message.startswith("Invalid enum value"):
        return f"{what} must be one of {', '.join(allowed)}, not {message.removeprefix('Invalid enum value ')}", field
    if found := _LENGTH.fullmatch(message):
        return f"{what} must have {_BOUNDS[found[2]]} {found[3]} {_UNITS[found[1]]}", field
    if found := _RANGE.fullmatch(message):
        return f"{what} must be {_BOUNDS[found[1]]} {found[2].removesuffix('.0')}", field
    if found := _KIND.fullmatch(message):
        kinds = " or ".join(_KINDS.get(kind, kind) for kind in found[1].removesuffix(" | null").split(" | "))
        return f"{what} must be {kinds}" + (f", not {_KINDS.get(found[2], found[2])}" if found[2] else ""), field
    if message.startswith("Invalid RFC3339"):
        return f"{what} must be an instant with its time zone, as in 2026-11-01T09:00:00Z", field
    return f"{what}: {message}" if field else message, field


def allowed_at(handler: BaseRouteHandler, place: str) -> list[str]:
    """What may stand at a place of the request: an enumeration's values, or an object's fields."""
    parameters = handler.parsed_fn_signature.parameters
    path = [part for part in re.split(r"\.|\[\d*\]", place) if part]
    name = "data" if not path or path[0] not in parameters else path.pop(0)
    if name not in parameters:
        return []
    return _values(msgspec.inspect.type_info(parameters[name].annotation), path)


def _values(kind: Any, path: list[str]) -> list[str]:
    if isinstance(kind, msgspec.inspect.Metadata):
        return _values(kind.type, path)
    if isinstance(kind, msgspec.inspect.UnionType):
        return [value for one in kind.types for value in _values(one, path)]
    if isinstance(kind, msgspec.inspect.ListType):
        return _values(kind.item_type, path)
    if isinstance(kind, msgspec.inspect.DictType):
        return _values(kind.value_type, path[1:])
    if isinstance(kind, msgspec.inspect.StructType):
        fields = {field.encode_name: field.type for field in kind.fields}
        if not path:
            return list(fields)
        return _values(fields[path[0]], path[1:]) if path[0] in fields else []
    return [str(value) for value in kind.values] if isinstance(kind, msgspec.inspect.LiteralType) else []
