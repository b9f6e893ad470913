"""Turns at the database for what comes in crowds: so few at a time that whoever else needs it is not kept waiting."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator

OPENINGS_AT_ONCE = 64  # some 50 ms of the writer, and enough to share a slow disk's flushes
OPENINGS_IN_LINE = 1_000
GREETINGS_AT_ONCE = 8  # the readers of a process are four
PATIENCE_S = 4.0  # in line; a person still looks at the message they sent
PATIENCE_IN_FLOOD_S = 1.5  # while more come than the line holds: everybody has an answer within two seconds
FLOOD_LASTS_S = 5.0


class Crowded(Exception):
    """Too many want the same at this moment."""


class Turns:
    """So many `at_once`, the others in line: first come, first served.

    With `in_line` the line holds so many, and who finds it full or stands in it for too long gets Crowded.
    """

    def __init__(self, at_once: int, in_line: int | None = None) -> None:
        self._free = at_once
        self._in_line = in_line
        self._line: deque[asyncio.Future[None]] = deque()
        self._flood_until = 0.0

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, and have it until the end of the block."""
        await self._take()
        try:
            yield
        finally:
            self._pass_on()

    async def _take(self) -> None:
        loop = asyncio.get_running_loop()
        if self._free and not self._line:
            self._free -= 1
            return
        if self._in_line is not None and len(self._line) >= self._in_line:
            self._flood_until = loop.time() + FLOOD_LASTS_S
            raise Crowded
        mine: asyncio.Future[None] = loop.create_future()
        self._line.append(mine)
        try:
            await self._stand(mine)
        except BaseException:
            if mine.done() and not mine.cancelled():  # it came just as we left
                self._pass_on()
            else:
                mine.cancel()
            raise

    async def _stand(self, mine: asyncio.Future[None]) -> None:
        if self._in_line is None:
            await mine
            return
        await asyncio.wait([mine], timeout=PATIENCE_IN_FLOOD_S)
        if not mine.done() and asyncio.get_running_loop().time() >= self._flood_until:
            await asyncio.wait([mine], timeout=PATIENCE_S - PATIENCE_IN_FLOOD_S)
        if not mine.done():
            raise Crowded

    def _pass_on(self) -> None:
        """The turn goes to the first in line who still stands there."""
        while self._line:
            first = self._line.popleft()
            if not first.done():
                first.set_result(None)
                return
        self._free += 1
