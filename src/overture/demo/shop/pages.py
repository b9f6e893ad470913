"""Nordic Bikes, the demo shop: a site of its own, on its own origin, under a strict Content Security Policy.

It knows Overture only by the snippet, as any shop would.
"""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from litestar import Litestar, Request, Response, get
from litestar.datastructures import Cookie
from litestar.exceptions import HTTPException, NotFoundException
from litestar.params import FromPath
from litestar.types import ASGIApp
from mako.lookup import TemplateLookup

from overture.demo.shop import catalogue
from overture.demo.shop.catalogue import BIKES, EVERYTHING, GEAR, KINDS, Product
from overture.demo.shop.pictures import drawn
from overture.demo.shop.words import LANGUAGES, Words, choose, words

_HERE = Path(str(files("overture.demo.shop")))
_LANGUAGE_COOKIE = "shop_language"
_A_YEAR = 31_536_000  # seconds
_TYPES = {".svg": "image/svg+xml", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}


def content_security_policy(overture_origin: str) -> str:
    """What a careful shop would allow: itself, and Overture where the snippet needs it. Nothing inline."""
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {overture_origin}",
            f"connect-src 'self' {overture_origin}",
            f"frame-src {overture_origin}",
            "style-src 'self'",
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
        )
    )


def shop_app(overture_origin: str, site_key: str) -> ASGIApp:
    """The shop as an ASGI app. `overture_origin` without a slash at its end, as in http://localhost:8000."""
    shop = _Shop(overture_origin, site_key)
    return Litestar(
        route_handlers=shop.handlers(),
        openapi_config=None,
        logging_config=None,
        exception_handlers={HTTPException: shop.refused},
    )


class _Shop:
    """Renders the pages for one Overture."""

    def __init__(self, overture_origin: str, site_key: str) -> None:
        self._snippet = {"overture_origin": overture_origin, "site_key": site_key}
        self._headers = {
            "Content-Security-Policy": content_security_policy(overture_origin),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "strict-origin-when-cross-origin",
        }
        self._templates = TemplateLookup(
            [str(_HERE / "templates")], default_filters=["h"], strict_undefined=True, input_encoding="utf-8"
        )

    def handlers(self) -> list[Any]:
        """One for each path; `/bikes` and `/gear` take any query, so links from campaigns just work."""
        simple = {"/": "home", "/cart": "cart", "/checkout": "checkout", "/order/confirmed": "confirmed"}
        simple |= {"/help": "help", "/stores": "stores", "/gear": "gear"}
        pages = [self._simple(path, template) for path, template in simple.items()]
        return [*pages, *self._product_pages(), *self._data()]

    def _simple(self, path: str, template: str) -> Any:
        @get(path, name=template, sync_to_thread=False)
        def page(request: Request[Any, Any, Any]) -> Response[str]:
            return self._page(request, template)

        return page

    def _product_pages(self) -> list[Any]:
        @get("/bikes", sync_to_thread=False)
        def bikes(request: Request[Any, Any, Any]) -> Response[str]:
            kind = request.query_params.get("type", "")
            chosen = kind if kind in KINDS else ""
            shown = [bike for bike in BIKES if chosen in ("", bike.kind)]
            return self._page(request, "bikes", chosen=chosen, shown=shown)

        @get(["/bikes/{slug:str}", "/gear/{slug:str}"], sync_to_thread=False)
        def product(request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[str]:
            found = EVERYTHING.get(slug)
            if found is None or found.path != request.url.path.rstrip("/"):
                raise NotFoundException
            return self._page(request, "product", product=found, related=_related(found))

        @get("/help/{slug:str}", sync_to_thread=False)
        def article(request: Request[Any, Any, Any], slug: FromPath[str]) -> Response[str]:
            found = next((one for one in words("en").help if one["slug"] == slug), None)
            if found is None:
                raise NotFoundException
            return self._page(request, "article", slug=slug)

        return [bikes, product, article]

    def _data(self) -> list[Any]:
        @get("/catalogue.json", sync_to_thread=False)
        def products(request: Request[Any, Any, Any]) -> Response[dict[str, Any]]:
            about = words(_language(request))
            headers = {**self._headers, "Cache-Control": "private, no-cache", "Vary": "Accept-Language, Cookie"}
            return Response(_basket_facts(about), headers=headers)

        @get("/assets/{path:path}", sync_to_thread=False)
        def asset(request: Request[Any, Any, Any], path: FromPath[Path]) -> Response[bytes]:
            content = _assets().get(str(path).lstrip("/"))
            if content is None:
                raise NotFoundException
            return self._asset(request, str(path), content)

        return [products, asset]

    def _asset(self, request: Request[Any, Any, Any], path: str, content: bytes) -> Response[bytes]:
        """A link with the content's hash is kept for a year, one without is asked for again."""
        tag = f'"{_hash(content)}"'
        kept = f"public, max-age={_A_YEAR}, immutable" if "v" in request.query_params else "no-cache"
        headers = {**self._headers, "Cache-Control": kept, "ETag": tag}
        if request.headers.get("if-none-match") == tag:
            return Response(b"", status_code=304, headers=headers)
        return Response(content, headers=headers, media_type=_media_type(path))

    def refused(self, request: Request[Any, Any, Any], error: HTTPException) -> Response[str]:
        """A page that leads on; the router's own words would help nobody."""
        return self._page(request, "lost", status=error.status_code)

    def _page(self, request: Request[Any, Any, Any], template: str, *, status: int = 200, **more: Any) -> Response[str]:
        language = _language(request)
        text = self._templates.get_template(f"{template}.html").render_unicode(
            **self._snippet, **_context(words(language), request.url.path), **more
        )
        headers = {
            **self._headers,
            "Cache-Control": "private, no-cache",
            "Vary": "Accept-Language, Cookie",
            "Content-Language": language,
        }
        response = Response(text, status_code=status, headers=headers, media_type="text/html; charset=utf-8")
        if request.query_params.get("lang") in LANGUAGES:
            response.cookies.append(Cookie(_LANGUAGE_COOKIE, value=language, max_age=_A_YEAR, samesite="lax"))
        return response


def _language(request: Request[Any, Any, Any]) -> str:
    picked = request.query_params.get("lang") or request.cookies.get(_LANGUAGE_COOKIE, "")
    return choose(request.headers.get("accept-language", ""), picked)


def _context(text: Words, path: str) -> dict[str, Any]:
    return {
        "t": text,
        "path": path,
        "languages": LANGUAGES,
        "bikes": BIKES,
        "gear": GEAR,
        "kinds": KINDS,
        "asset": _asset_url,
        "drawing": _drawing,
        "delivery_price": catalogue.HOME_DELIVERY,
        "free_from": catalogue.FREE_DELIVERY_FROM,
    }


def _related(product: Product) -> list[Product]:
    """Three others of the same sort, those of its kind first."""
    others = [one for one in (BIKES if product.bicycle else GEAR) if one is not product]
    return sorted(others, key=lambda one: (one.kind != product.kind, abs(one.price - product.price)))[:3]


def _basket_facts(about: Words) -> dict[str, Any]:
    """What the basket has to know of each product."""
    return {
        product.slug: {
            "name": product.name,
            "kind": about.about(product.slug)["kind"],
            "path": product.path,
            "price": product.amount,
            "tint": product.tint,
            "drawing": _drawing(product),
            "drawing_night": _drawing(product, dark=True),
        }
        for product in EVERYTHING.values()
    }


def _drawing(product: Product, *, dark: bool = False) -> str:
    if product.bicycle is None:
        return _asset_url(f"gear/{product.slug}.svg")
    return _asset_url(f"bikes/{product.slug}{'-night' if dark else ''}.svg")


@cache
def _asset_url(path: str) -> str:
    return f"/assets/{path}?v={_hash(_assets()[path])}"


@cache
def _assets() -> Mapping[str, bytes]:
    """Everything below /assets/, in memory: it is small, and no path can lead elsewhere."""
    folder = _HERE / "assets"
    written = {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    return {**written, **drawn()}


def _hash(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=6).hexdigest()


def _media_type(path: str) -> str:
    return _TYPES.get(Path(path).suffix) or mimetypes.guess_type(path)[0] or "application/octet-stream"
