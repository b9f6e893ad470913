"""What no request may hold, whatever it asks for: refused before any handler reads it."""

from __future__ import annotations

from typing import Any

from litestar import Request
from litestar.serialization import decode_json

from overture.kit.text import NulInText, holds_nul, place_of_nul


async def refuse_nul(request: Request[Any, Any, Any]) -> None:
    """NulInText for an address or a JSON body with the character NUL, which not every database keeps."""
    if b"%00" in request.scope["raw_path"] or b"%00" in request.scope["query_string"]:
        raise NulInText("The address holds the character NUL (%00): leave it out", field="")
    if request.method in ("POST", "PUT", "PATCH", "DELETE") and holds_nul(body := await request.body()):
        field = place_of_nul(decode_json(body)) or ""
        raise NulInText(f"{field or 'The body'} holds the character NUL (\\u0000): leave it out", field=field)
