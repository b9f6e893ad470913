"""How far a long run is, on stderr: in place on a terminal, else a line now and then."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

import click

_EVERY_S = 0.5  # on a terminal
_LINE_EVERY_S = 10.0  # in a file or a pipe; what is done sooner says nothing


class ProgressLine:
    """Called with the phase, how much is done and how much there is; says so now and then."""

    def __init__(
        self, phases: dict[str, str], out: TextIO | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """`phases` gives the words by phase, `{done}`, `{total}` and `{share}` in them."""
        self._phases = phases
        self._out = sys.stderr if out is None else out
        self._live = self._out.isatty()
        self._now = monotonic
        self._phase = ""
        self._began = self._said = monotonic()
        self._width = 0

    def __call__(self, phase: str, done: int, total: int) -> None:
        now = self._now()
        if phase != self._phase:
            self._phase, self._began = phase, now
        if now - self._said < (_EVERY_S if self._live else _LINE_EVERY_S):
            return
        self._said = now
        text = self._phases[phase].format(done=f"{done:,}", total=f"{total:,}", share=f"{done / max(total, 1):.0%}")
        text += _left(now - self._began, done, total)
        if self._live:
            click.echo("\r" + text.ljust(self._width), nl=False, err=True)
            self._width = len(text)
        else:
            click.echo(text, err=True)

    def close(self) -> None:
        """Clear the line, so that what comes next stands alone."""
        if self._width:
            click.echo("\r" + " " * self._width + "\r", nl=False, err=True)
            self._width = 0


def _left(took_s: float, done: int, total: int) -> str:
    """How long it will go on, once that can be told."""
    if took_s < 2 or not 0 < done < total:
        return ""
    left = took_s * (total - done) / done
    return f", {left / 60:.0f} min left" if left >= 90 else f", {left:.0f} s left"
