"""Frames to text and back: typed, and every mistake with a code. Pure."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import msgspec

from overture.gateway.errors import BadFrame
from overture.gateway.frames import MAX_FRAME_BYTES
from overture.gateway.frames.agent import AgentToServer
from overture.gateway.frames.shared import ErrorFrame
from overture.gateway.frames.visitor import VisitorToServer
from overture.kit.errors import OvertureError
from overture.kit.text import without_halves

_encoder = msgspec.json.Encoder()
from_visitor = msgspec.json.Decoder(VisitorToServer)
from_agent = msgspec.json.Decoder(AgentToServer)
RETRY_FAULT_S = 3  # a fault of ours passes, or is restarted away
_SAID = frozenset(("text", "name", "email", "phone", "page", "language"))  # what people and pages say; the rest are ids
_CID = re.compile(r'"cid"\s*:\s*"([\x21\x23-\x5b\x5d-\x7e]{1,64})"')


def text_of(frame: Any) -> str:
    """A frame as it goes over the wire."""
    return _encoder.encode(frame).decode()


def read(decoder: msgspec.json.Decoder[Any], text: str) -> Any:
    """The typed frame in `text`. BadFrame says what is wrong with it, and where."""
    if "\\ud" in text or "\\uD" in text:
        text = without_halves(text.encode()).decode()
    try:
        frame = decoder.decode(text)
        return _without_nul(frame, text) if "\\u0000" in text else frame
    except msgspec.ValidationError as error:
        raise BadFrame(f"This frame can't be read: {error}", cid=cid_in(text)) from None
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BadFrame(f"A frame is one JSON object: {error}", cid=cid_in(text)) from None


def _without_nul(frame: Any, text: str) -> Any:
    """The frame, with what somebody says freed of the character NUL; an id with it is refused."""
    changed = {}
    for name in frame.__struct_fields__:
        value = getattr(frame, name)
        if isinstance(value, str) and "\0" in value:
            if name not in _SAID:
                raise BadFrame(f"{name} holds the character NUL: leave it out", field=name, cid=cid_in(text))
            changed[name] = value.replace("\0", "")
    return msgspec.structs.replace(frame, **changed)


def instant(value: Any) -> datetime | None:
    """An instant that went through JSON as text; None stays None."""
    return None if value is None else msgspec.convert(value, datetime)


def too_large(text: str) -> bool:
    """Whether a received text is more than one frame may hold."""
    return len(text) > MAX_FRAME_BYTES or (len(text) * 4 > MAX_FRAME_BYTES and len(text.encode()) > MAX_FRAME_BYTES)


def cid_in(text: str) -> str:
    """The cid of a frame that can't be read as a whole, so that its writer knows which one it was."""
    match = _CID.search(text[:MAX_FRAME_BYTES])
    return match[1] if match else ""


def refusal(error: OvertureError, *, cid: str = "", fatal: bool = False) -> ErrorFrame:
    """The frame that tells of an error. `retry_after` in its details says that it passes; without it, it is final."""
    details = {name: value for name, value in error.details.items() if name != "cid"}
    if error.status >= 500:
        details.setdefault("retry_after", error.retry_after or RETRY_FAULT_S)
    return ErrorFrame(error.code, error.message, details, cid or str(error.details.get("cid", "")), fatal)
