"""The words of the mails that accounts send, in the reader's language; a language is a file in `locales/`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from overture.accounts.model import User

_LOCALES = Path(__file__).parent / "locales"


class Letter(NamedTuple):
    """A subject and a plain text."""

    subject: str
    text: str


@cache
def _words(language: str) -> dict[str, str]:
    return msgspec.json.decode((_LOCALES / f"{language}.json").read_bytes(), type=dict[str, str])


def letter(kind: Literal["invite", "reset"], user: User, link: str) -> Letter:
    """What to write to `user` with an invite or reset link; in English if their language has no file."""
    known = {path.stem for path in _LOCALES.glob("*.json")}
    words = _words(user.language if user.language in known else "en")
    return Letter(words[f"{kind}_subject"], words[f"{kind}_text"].format(name=user.name, link=link))
