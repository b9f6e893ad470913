"""What may be said: how long, and what is cleaned away before it is kept. Pure."""

from __future__ import annotations

import re

from overture.conversations.errors import BadCid, EmptyMessage, MessageTooLong
from overture.conversations.masking import mask_cards
from overture.kit.text import cut

MAX_TEXT = 8_000  # characters: four times what anybody types in one go; a frame of 64 KiB holds it in any script
MAX_PREVIEW = 160  # characters of the latest message in the inbox
# Control characters other than tab and line feed, and lone surrogates, which no database keeps.
_UNSAYABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_CID = re.compile(r"[\x21-\x7e]{1,64}")


def clean(text: str) -> str:
    """The text as it is stored: no control characters, no empty ends, no card numbers.

    EmptyMessage if nothing is left, MessageTooLong above the limit.
    """
    if len(text) > MAX_TEXT:
        raise MessageTooLong(
            f"A message holds at most {MAX_TEXT} characters, this one has {len(text)}: send it in parts", limit=MAX_TEXT
        )
    text = _UNSAYABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not text:
        raise EmptyMessage("There is nothing in the message")
    return mask_cards(text)


def check_cid(cid: str) -> str:
    """The client's message id, if it is one."""
    if not _CID.fullmatch(cid):
        raise BadCid("A message's cid is 1 to 64 printable ASCII characters without spaces")
    return cid


def preview(text: str) -> str:
    """The beginning of a text on one line."""
    return cut(text, MAX_PREVIEW).replace("\n", " ")
