"""Argon2 beside the event loop: few threads, few that wait, and few of those from one address."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

from overture.kit.errors import Unavailable

R = TypeVar("R")
WAITING = 32  # each takes some 30 ms and 64 MiB while it is worked on
FROM_ONE_ADDRESS = 4
RETRY_AFTER_S = 2


class PasswordsBusy(Unavailable):
    """More passwords wait to be checked than is borne."""

    code = "passwords_busy"


class PasswordWork:
    """A bounded queue for what costs processor and memory on purpose."""

    def __init__(self, threads: int = max(1, (os.cpu_count() or 2) // 2), waiting: int = WAITING) -> None:
        self._threads = ThreadPoolExecutor(min(threads, 4), thread_name_prefix="overture-passwords")
        self._most = waiting
        self._of: Counter[str] = Counter()

    @property
    def waiting(self) -> int:
        """How much waits or is being worked on."""
        return self._of.total()

    async def do(self, address: str, work: Callable[..., R], *args: object) -> R:
        """The answer of `work`, done on a thread. PasswordsBusy if too much waits, in all or from this address."""
        if self.waiting >= self._most or self._of[address] >= FROM_ONE_ADDRESS:
            raise PasswordsBusy("Too many passwords wait to be checked: try again", retry_after=RETRY_AFTER_S)
        self._of[address] += 1
        future = asyncio.get_running_loop().run_in_executor(self._threads, partial(work, *args))
        future.add_done_callback(lambda _: self._done(address))
        return await asyncio.shield(future)  # who hangs up leaves the thread at work

    def _done(self, address: str) -> None:
        self._of[address] -= 1
        if not self._of[address]:
            del self._of[address]
