"""What browsers load from us: the loader, the frame's page, the front ends' assets, the console's page."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

import msgspec

from overture.accounts import service as accounts
from overture.accounts.model import Site
from overture.kit.errors import NotFound, OvertureError
from overture.store import Store
from overture.web.static import ASK, FOREVER, SHORTLY, Headers, StaticFolder, send_static

CONSOLE_CSP = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; "
    "base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)  # inline styles: Radix positions its menus with them; no script may be inline
FRAME_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' {sockets}; "
    "base-uri 'none'; form-action 'none'; frame-ancestors {origins}"
)
_PAGES = ("/", "/overture.js", "/v1/frame", "/console", "/api/docs")
_FOLDERS = ("/widget/", "/console/", "/api/docs/")
PATHS = (*_PAGES, *_FOLDERS)


class Pages:
    """Answers `/overture.js`, `/v1/frame`, `/widget/…`, `/console/…` and `/api/docs`."""

    def __init__(self, store: Store, public_url: str) -> None:
        self._store = store
        self._sockets = public_url.replace("http", "ws", 1).rstrip("/")
        self._widget = StaticFolder("widget")
        self._console = StaticFolder("console")
        self._apidocs = StaticFolder("apidocs")

    def route(self, path: str) -> str:
        """Which of ours the path is, a folder's name for all that is in it; "" if it is none."""
        return path if path in _PAGES else next((name for name in _FOLDERS if path.startswith(name)), "")

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        try:
            if scope["method"] not in ("GET", "HEAD"):
                raise NotFound("Only GET is answered here")
            await self._answer(scope, send)
        except OvertureError as error:
            headers = [(b"content-type", b"application/json")]
            if error.retry_after:
                headers.append((b"retry-after", b"%d" % error.retry_after))
            await send({"type": "http.response.start", "status": error.status, "headers": headers})
            await send({"type": "http.response.body", "body": msgspec.json.encode(error.body)})

    async def _answer(self, scope: Any, send: Any) -> None:
        path: str = scope["path"]
        if path in ("/", "/console"):
            await _redirect(send, "/console/")
        elif path == "/overture.js":
            loader = self._widget.need("overture.js")
            # Any page may have it; one that asks with CORS, too (a module, `crossorigin` with an integrity).
            anybody = [(b"cross-origin-resource-policy", b"cross-origin"), (b"access-control-allow-origin", b"*")]
            await send_static(scope, send, loader, SHORTLY, anybody)
        elif path == "/v1/frame":
            await send_static(scope, send, self._widget.need("frame.html"), ASK, await self._frame_headers(scope))
        elif path.startswith("/widget/"):
            await self._asset(scope, send, self._widget, path.removeprefix("/widget/"))
        elif path.startswith("/api/docs"):
            await self._api_docs(scope, send, path.removeprefix("/api/docs").lstrip("/"))
        else:
            await self._console_page(scope, send, path.removeprefix("/console/"))

    async def _frame_headers(self, scope: Any) -> Headers:
        key = parse_qs(scope["query_string"].decode("latin-1")).get("site", [""])[0]
        site: Site = await self._store.read(accounts.site_by_key, key)
        policy = FRAME_CSP.format(sockets=self._sockets, origins=" ".join(site.origins))
        return [(b"content-security-policy", policy.encode()), (b"referrer-policy", b"no-referrer")]

    async def _asset(self, scope: Any, send: Any, folder: StaticFolder, path: str) -> None:
        file = folder.get(path)
        if file is None:
            raise NotFound(f"There is nothing at {scope['path']}")
        # A page on the site's origin imports the loader's later parts as modules, which asks for this.
        shared = [(b"access-control-allow-origin", b"*")] if folder is self._widget else []
        await send_static(scope, send, file, FOREVER if path.startswith("assets/") else SHORTLY, shared)

    async def _api_docs(self, scope: Any, send: Any, path: str) -> None:
        if path:
            await self._asset(scope, send, self._apidocs, path)
        else:
            headers = [(b"content-security-policy", CONSOLE_CSP.encode())]
            await send_static(scope, send, self._apidocs.need("index.html"), ASK, headers)

    async def _console_page(self, scope: Any, send: Any, path: str) -> None:
        if path and (self._console.get(path) is not None or path.startswith("assets/")):
            await self._asset(scope, send, self._console, path)
            return
        headers = [
            (b"content-security-policy", CONSOLE_CSP.encode()),
            (b"referrer-policy", b"same-origin"),
            (b"x-frame-options", b"DENY"),
        ]
        await send_static(scope, send, self._console.need("index.html"), ASK, headers)


async def _redirect(send: Any, to: str) -> None:
    headers = [(b"location", to.encode()), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 307, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
