"""What no request may hold, whatever it asks for: refused before any handler reads it.

Who is unknown hears that first, where one must be known.
"""

from __future__ import annotations

from typing import Any, Final

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Headers
from litestar.handlers import BaseRouteHandler
from litestar.serialization import decode_json

from overture.gateway.errors import OtherOrigin
from overture.gateway.origins import is_own
from overture.kit.errors import UnsupportedType
from overture.kit.text import NulInText, holds_nul, place_of_nul, without_halves

JSON: Final = "application/json"
TAKES: Final = "takes"
"""In a route's `opt`: the content types it takes instead of JSON, as `opt={TAKES: ("message/rfc822",)}`."""
_SAFE = ("GET", "HEAD", "OPTIONS")
_OF_OUR_PAGES = ("same-origin", "none")  # Sec-Fetch-Site; `none` is a person's own doing, as in the address bar


class OwnPages:
    """A guard of the framework: what changes anything comes as JSON, and from a browser only from our own pages.

    A page of somebody else's can send forms and plain text with the cookies of who looks at it, never JSON; and it can
    sign a browser in as somebody else. Programs with a bearer token send no cookies and may run anywhere.
    """

    def __init__(self, public_url: str) -> None:
        self._public_url = public_url

    async def __call__(self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
        if connection.scope["method"] in _SAFE:  # type: ignore[typeddict-item]
            return
        headers = connection.headers
        _check_type(headers, handler.opt.get(TAKES, (JSON,)))
        if "authorization" not in headers:
            self._check_page(headers)

    def _check_page(self, headers: Headers) -> None:
        origins = headers.getall("origin", [])
        site = headers.get("sec-fetch-site", "")
        if origins:
            fine = len(origins) == 1 and is_own(origins[0], headers.get("host", ""), self._public_url)
        else:
            fine = not site or site in _OF_OUR_PAGES
        if not fine:
            shown = f"the origin {origins[0][:100]!a}" if origins else f"Sec-Fetch-Site {site[:40]!a}"
            raise OtherOrigin(
                f"Changes come from Overture's own pages, not from {shown}: open the console at OVERTURE_PUBLIC_URL,"
                " or use an API token"
            )


def _check_type(headers: Headers, taken: tuple[str, ...]) -> None:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    body = headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
    if kind not in taken and (kind or body):
        shown = f"{kind[:60]!a}" if kind else "without a Content-Type"
        raise UnsupportedType(f"Send {' or '.join(taken)} here, not {shown}", takes=list(taken))


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
