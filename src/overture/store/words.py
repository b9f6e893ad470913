"""Finding a word in a text, whatever its case, on both databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, or_


def holds(text: Any, word: str) -> ColumnElement[bool]:
    """Whether a text holds the word. SQLite knows the case of ASCII only: Åkerblom is looked for in its usual cases."""
    cases = {word} if word.isascii() else {word, word.lower(), word.upper(), word.capitalize()}
    return or_(*(text.icontains(case, autoescape=True) for case in sorted(cases)))
