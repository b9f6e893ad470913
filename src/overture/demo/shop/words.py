"""The shop's words in three languages, and how each of them writes a price."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

LANGUAGES = {"en": "English", "fi": "Suomi", "sv": "Svenska"}
_NARROW = "\u00a0"  # a price never breaks over two lines


class Words:
    """One language: `words("key")` is a text of the interface, attributes are the rest of the file."""

    def __init__(self, language: str) -> None:
        text = files("overture.demo.shop").joinpath("words", f"{language}.toml").read_text(encoding="utf-8")
        whole = tomllib.loads(text)
        self.language = language
        self._ui: dict[str, str] = whole["ui"]
        self._specs: dict[str, str] = whole["specs"]
        self._values: dict[str, str] = whole["values"]
        self._products: dict[str, dict[str, Any]] = whole["products"]
        self.help: list[dict[str, Any]] = whole["help"]
        self.stores: list[dict[str, str]] = whole["stores"]

    def __call__(self, key: str) -> str:
        return self._ui[key]

    def about(self, slug: str) -> dict[str, Any]:
        """kind, colour, line and text of a product."""
        return self._products[slug]

    def spec(self, pair: tuple[str, str]) -> tuple[str, str]:
        """A row of the table of details."""
        key, value = pair
        return self._specs[key], self._values[value[1:]] if value.startswith("@") else self._number(value)

    def price(self, cents: int) -> str:
        """Euros as this language writes them: €1,490 or 1 490 €; cents only where there are some."""
        euros, rest = divmod(cents, 100)
        digits = f"{euros:,}"
        if self.language == "en":
            return f"€{digits}" + (f".{rest:02}" if rest else "")
        return digits.replace(",", _NARROW) + (f",{rest:02}" if rest else "") + f"{_NARROW}€"

    def _number(self, value: str) -> str:
        return value if self.language == "en" else value.replace(".", ",")


@cache
def words(language: str) -> Words:
    """The words of one of `LANGUAGES`; read once."""
    return Words(language)


def choose(accept: str, wanted: str = "") -> str:
    """The language somebody picked, else the best of the browser's Accept-Language, else English."""
    if wanted in LANGUAGES:
        return wanted
    ranked = sorted((_ranked(part) for part in accept.split(",")), key=lambda pair: -pair[0])
    return next((name for weight, name in ranked if weight > 0 and name in LANGUAGES), "en")


def _ranked(part: str) -> tuple[float, str]:
    name, _, parameters = part.strip().partition(";")
    _, _, weight = parameters.partition("q=")
    try:
        return float(weight or 1), name.split("-")[0].lower()
    except ValueError:
        return 0.0, ""
