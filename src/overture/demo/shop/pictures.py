"""The drawings as files: made once from the geometry, then kept."""

from __future__ import annotations

from functools import cache

from overture.demo.shop.bicycle import svg
from overture.demo.shop.catalogue import BIKES, night
from overture.demo.shop.scene import hero


@cache
def drawn() -> dict[str, bytes]:
    """Every drawing by its path below /assets/, by day and by night."""
    made = {"hero.svg": hero(dark=False), "hero-night.svg": hero(dark=True)}
    for product in BIKES:
        assert product.bicycle is not None
        assert product.paint is not None
        made[f"bikes/{product.slug}.svg"] = svg(product.bicycle, product.paint, zoom=product.zoom)
        made[f"bikes/{product.slug}-night.svg"] = svg(product.bicycle, night(product.paint), zoom=product.zoom)
    return {path: text.encode() for path, text in made.items()}
