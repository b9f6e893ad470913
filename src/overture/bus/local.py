"""The bus inside one process: a dictionary of topics."""

from __future__ import annotations

import structlog

from overture.bus import Handler

_log = structlog.get_logger(__name__)


class LocalSubscription:
    """One handler on one topic."""

    __slots__ = ("_bus", "handler", "topic")

    def __init__(self, bus: LocalBus, topic: str, handler: Handler) -> None:
        self._bus = bus
        self.topic = topic
        self.handler = handler

    def cancel(self) -> None:
        self._bus.drop(self)


class LocalBus:
    """Delivers within `publish`, in order of subscription."""

    def __init__(self) -> None:
        self._topics: dict[str, dict[LocalSubscription, None]] = {}

    async def start(self) -> None:
        """Nothing to connect."""

    async def stop(self) -> None:
        self._topics.clear()

    def publish(self, topic: str, body: bytes) -> None:
        for subscription in tuple(self._topics.get(topic, ())):
            try:
                subscription.handler(topic, body)
            except Exception:
                _log.exception("bus_handler_failed", topic=topic)

    def subscribe(self, topic: str, handler: Handler) -> LocalSubscription:
        subscription = LocalSubscription(self, topic, handler)
        self._topics.setdefault(topic, {})[subscription] = None
        return subscription

    def drop(self, subscription: LocalSubscription) -> None:
        """Forget a subscription, and the topic with its last."""
        there = self._topics.get(subscription.topic)
        if there is not None:
            there.pop(subscription, None)
            if not there:
                del self._topics[subscription.topic]
