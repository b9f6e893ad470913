"""What a person sees: one line for each long step, and one line when something is in the way."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from groundwork.places import LOGS, ROOT

HEARTBEAT = 20.0  # seconds; a log without a terminal shows that something is still going on

NOTHING_LEFT = 5_000_000  # bytes; on a full disk the log that would tell can't be written either


class Stop(Exception):
    """Nothing more can be done; the message is one line with the way out."""


def say(line: str) -> None:
    """One line to the person at the terminal."""
    print(line, flush=True)


# What tools write when the cause is outside the project, and what to tell instead of fifty lines of theirs.
_CAUSES = (
    (
        r"No space left on device|ENOSPC|os error 28|Disk quota exceeded",
        "the disk is full: make room on it and try again",
    ),
    (
        r"UnknownIssuer|CERTIFICATE_VERIFY_FAILED|self.signed certificate|UNABLE_TO_(GET|VERIFY)",
        "the package registry's certificate is not trusted here: set SSL_CERT_FILE and NODE_EXTRA_CA_CERTS to "
        "your organisation's certificates and try again",
    ),
    (
        r"error sending request|dns error|Temporary failure in name resolution|Name or service not known"
        r"|NewConnectionError|Could not resolve|Network is unreachable|Connection refused|Connection reset"
        r"|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ECONNRESET|timed out|ProxyError|Failed to fetch",
        "the package registry can't be reached: check the network (or the proxy) and try again",
    ),
    (
        r"Permission denied|EACCES|Read-only file system|EROFS",
        f"a file can't be written: see to it that you own {ROOT} and try again",
    ),
    (
        r"THESE PACKAGES DO NOT MATCH THE HASHES|Hash mismatch|EINTEGRITY",
        "a package is not the one that was locked: clear the package cache, or ask who keeps your mirror",
    ),
)


def cause(log: str) -> str | None:
    """The outside cause that a tool's output tells of, in our words."""
    return next((words for pattern, words in _CAUSES if re.search(pattern, log)), None)


def step(
    title: str,
    command: Sequence[str],
    *,
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
    or_else: str = "",
) -> None:
    """Run a long command quietly, showing `title` and the time it takes.

    Its output goes to a log. Raises `Stop` with the cause (or `or_else`, or where the log is) if it fails.
    """
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / (re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") + ".log")
    began = time.monotonic()
    with log.open("wb") as out:
        try:
            child = subprocess.Popen(
                command,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise Stop(f"{title} failed: {command[0]} can't be started ({error.strerror})") from None
        try:
            status = _watch(child, title, began)
        except BaseException:
            os.killpg(child.pid, signal.SIGTERM)  # its own children, too
            child.wait()
            raise
    if status == 0:
        return
    text = log.read_text(errors="replace")
    if shutil.disk_usage(ROOT).free < NOTHING_LEFT:
        text = "No space left on device"
    raise Stop(f"{title} failed: {cause(text) or or_else or _last_words(text, log)}")


def _last_words(text: str, log: Path) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    shown = "".join(f"\n    {line}" for line in lines[-15:])
    return f"the whole output is in {log.relative_to(ROOT)}, and ends with{shown}"


def _watch(child: subprocess.Popen[bytes], title: str, began: float) -> int:
    """Wait for `child`, showing that time passes: in place on a terminal, a line now and then in a log."""
    live = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    if not live:
        say(f"{title} …")
    while True:
        try:
            status = child.wait(0.2 if live else HEARTBEAT)
        except subprocess.TimeoutExpired:
            took = time.monotonic() - began
            if live:
                print(f"\r\033[K{title} … {took:.0f} s", end="", flush=True)
            else:
                say(f"{title} … {took:.0f} s so far")
            continue
        took = time.monotonic() - began
        ending = f"done in {took:.1f} s" if status == 0 else "failed"
        if live:
            print("\r\033[K", end="")
        if live or took > 1 or status != 0:
            say(f"{title}: {ending}")
        return status
