"""What no request may hold, whatever it asks for: refused before any handler reads it.

Who is unknown hears that first, where one must be known.
"""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.serialization import decode_json

from overture.kit.text import NulInText, holds_nul, place_of_nul, without_halves


async def before_open(request: Request[Any, Any, Any]) -> None:
    """Make half characters whole for all; the rest for operations that ask nobody who they are.

    The others are looked at once that is known.
    """
    await _mend_halves(request)
    if "actor" not in request.route_handler.parsed_fn_signature.parameters:
        await refuse_nul(request)


async def _mend_halves(request: Request[Any, Any, Any]) -> None:
    """A JSON body with half a character (a text cut within an emoji) is read with U+FFFD in its place."""
    if request.method in ("POST", "PUT", "PATCH", "DELETE"):
        body = await request.body()
        mended = without_halves(body)
        if mended is not body:
            request._body = request._connection_state.body = mended


async def refuse_nul(request: Request[Any, Any, Any]) -> None:
    """NulInText for an address or a JSON body with the character NUL, which not every database keeps."""
    if b"%00" in request.scope["raw_path"] or b"%00" in request.scope["query_string"]:
        raise NulInText("The address holds the character NUL (%00): leave it out", field="")
    if request.method in ("POST", "PUT", "PATCH", "DELETE") and holds_nul(body := await request.body()):
        field = place_of_nul(decode_json(body)) or ""
        raise NulInText(f"{field or 'The body'} holds the character NUL (\\u0000): leave it out", field=field)
