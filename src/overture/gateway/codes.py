"""Why a socket is closed: the codes of both sockets, as docs/reference/protocol.md tells them."""

from __future__ import annotations

from typing import Final

NORMAL: Final = 1000
TOO_LARGE: Final = 1009
RESTART: Final = 1012  # the server stops or restarts: come back, to whichever process answers
BAD_HELLO: Final = 4400  # no `hello` first, or one that can't be read
NOT_SIGNED_IN: Final = 4401
FORBIDDEN: Final = 4403  # another origin, a blocked visitor
NO_SITE: Final = 4404
SILENT: Final = 4408  # no `hello` in time, or no sign of life any more
SLOW: Final = 4410  # more waits for this reader than is kept: come back and resume
CHANGED: Final = 4412  # the account's role or teams are others now, or the visitor was erased: come back
VERSION: Final = 4426  # another version of the protocol: load the page again
FLOOD: Final = 4429
FAULT: Final = 4500

MEANINGS: dict[int, str] = {
    NORMAL: "The client asked for it, or has nothing more to come for.",
    TOO_LARGE: "A frame of more than 64 KiB.",
    RESTART: "The server stops or restarts. Connect again after a moment; nothing acknowledged is lost.",
    BAD_HELLO: "The first frame was no `hello`, or one that can't be read.",
    NOT_SIGNED_IN: "No session or token, or one that has ended. Sign in again.",
    FORBIDDEN: "Another origin than the site allows, or a blocked visitor.",
    NO_SITE: "No site has this key or id, or none that the agent works on.",
    SILENT: "No `hello` within 10 s, or no answer to several pings. Connect again.",
    SLOW: "More waited for this reader than is kept. Connect again and resume.",
    CHANGED: "The agent's account has changed, or the visitor was erased. Connect again to get what may be seen now.",
    VERSION: "The server speaks another version of the protocol. Load the page again.",
    FLOOD: "Too many frames in spite of `too_many` errors. Connect again after a minute.",
    FAULT: "A fault of the server. Connect again.",
}
