"""`make run`: the demo, in place of this process, so that Ctrl-C and SIGTERM reach it alone."""

from __future__ import annotations

import os
import socket

from groundwork.packages import check_room
from groundwork.places import in_venv
from groundwork.say import Stop

ROOM_TO_RUN = 100_000_000


def check_port(text: str) -> int:
    """A port that is free, and the next one too: the shop has its own origin there."""
    if not text.isdecimal() or not 1 <= int(text) <= 65534:
        raise Stop(f"PORT={text} is not a port: use a number from 1024 to 65534, as in  make run PORT=8010")
    port = int(text)
    for wanted in (port, port + 1):
        _check_free(wanted, port)
    return port


def _check_free(wanted: int, port: int) -> None:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", wanted))
        except PermissionError:
            raise Stop(f"Port {wanted} needs root: choose one from 1024 up, as in  make run PORT=8010") from None
        except OSError:
            other = port + 10 if port + 10 < 65534 else 8010
            shop = "" if wanted == port else " (the demo shop's)"
            raise Stop(
                f"Port {wanted}{shop} is taken by another program: choose another, as in  make run PORT={other}"
            ) from None


def start(port: int) -> None:
    """Becomes `overture demo`; returns only by raising."""
    check_room(ROOM_TO_RUN)
    program = in_venv("overture")
    os.execv(program, [program, "demo", "--port", str(port)])
