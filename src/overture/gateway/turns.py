"""Turns at the database for what comes in crowds: so few at a time that whoever else needs it is not kept waiting."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

OPENINGS_AT_ONCE = 16  # one or two batches of the writer
OPENING_WAITS_S = 1.5  # with what comes before and after it, everybody has an answer within two seconds
GREETINGS_AT_ONCE = 8  # the readers of a process are four


class Crowded(Exception):
    """Too many want the same at this moment."""


class Turns:
    """So many `at_once`, first come, first served. Who would wait longer than `patience_s` gets Crowded."""

    def __init__(self, at_once: int, patience_s: float | None = None) -> None:
        self._turns = asyncio.Semaphore(at_once)
        self._patience_s = patience_s

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, and have it until the end of the block."""
        try:
            async with asyncio.timeout(self._patience_s):
                await self._turns.acquire()
        except TimeoutError:
            raise Crowded from None
        try:
            yield
        finally:
            self._turns.release()
