"""Somebody at the desk without a browser: the engines under test are the visitors'."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

from overture.gateway.client import AgentClient
from tests.e2e.served import Demo, until


class Colleague:
    """An agent who is available, on a loop of their own."""

    def __init__(self, demo: Demo, email: str) -> None:
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()
        http = demo.api(email)
        cookie = "; ".join(f"{name}={value}" for name, value in http.cookies.items())
        url = demo.origin.replace("http", "ws", 1)
        self.client = self._do(self._come(url, cookie, demo.origin))
        self.client.set_available(True)
        until(lambda: self.client.available, what="the agent is at the desk")

    async def _come(self, url: str, cookie: str, origin: str) -> AgentClient:
        client = AgentClient(url, site="nordic-bikes", headers={"cookie": cookie}, origin=origin)
        client.start()
        await client.until(client.connected.is_set, 20)
        return client

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)

    def conversation_with(self, text: str) -> str:
        """The id of the conversation whose latest message this is."""
        return str(
            until(
                lambda: next((head.id for head in list(self.client.inbox.values()) if head.last_text == text), ""),
                what=f"{text!r} is in the inbox",
            )
        )

    def answer(self, conversation: str, text: str) -> None:
        async def say() -> None:
            self.client.open(conversation)
            self.client.send(conversation, text)
            await self.client.until(lambda: not self.client.outbox, 20)

        self._do(say())

    def go_home(self) -> None:
        async def leave() -> None:
            self.client.set_available(False)
            await self.client.until(lambda: not self.client.available, 20)
            await self.client.stop()

        self._do(leave())
        self.loop.call_soon_threadsafe(self.loop.stop)
