"""Who in this process wants to hear of what: one bus subscription a topic, however many watch."""

from __future__ import annotations

from typing import Protocol

import structlog

from overture.bus import Bus, Subscription
from overture.conversations.events import HeadChanged, LineChanged, MessageSent
from overture.gateway.news import News, read_news

_log = structlog.get_logger(__name__)
_WITH_HEAD = (MessageSent, HeadChanged, LineChanged)


class Watcher(Protocol):
    """A connection, or whatever else hears news."""

    def hear(self, topic: str, news: News) -> None:
        """Take the news; must not block."""
        ...


class _Topic:
    """A watched topic. Most are watched by one or two, so a list is smaller than a set and fast enough."""

    __slots__ = ("subscription", "watchers")

    def __init__(self) -> None:
        self.watchers: list[Watcher] = []
        self.subscription: Subscription | None = None


class Hub:
    """Topics to watchers. Everything happens on the event loop's thread.

    `versions` is the newest version of each conversation that this process has heard of or shown.
    """

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._topics: dict[str, _Topic] = {}
        self.versions: dict[str, int] = {}
        self._latest: tuple[bytes, News | None] = (b"", None)

    def watch(self, topic: str, watcher: Watcher) -> None:
        """Let `watcher` hear of `topic` from now on; doing it again changes nothing."""
        there = self._topics.get(topic)
        if there is None:
            there = self._topics[topic] = _Topic()
            there.subscription = self._bus.subscribe(topic, self._on_news)
        if watcher not in there.watchers:
            there.watchers.append(watcher)

    def leave(self, topic: str, watcher: Watcher) -> None:
        """Hear no more of `topic`; with its last watcher the subscription goes."""
        there = self._topics.get(topic)
        if there is None or watcher not in there.watchers:
            return
        there.watchers.remove(watcher)
        if not there.watchers:
            del self._topics[topic]
            assert there.subscription is not None
            there.subscription.cancel()

    def topics(self, prefix: str) -> list[str]:
        """What follows `prefix` in the topics that are watched here."""
        cut = len(prefix)
        return [topic[cut:] for topic in self._topics if topic.startswith(prefix)]

    def tell(self, topic: str, news: News) -> None:
        """Bring news to this process's watchers of a topic."""
        there = self._topics.get(topic)
        if there is None:
            return
        for watcher in tuple(there.watchers):
            try:
                watcher.hear(topic, news)
            except Exception:
                _log.exception("watcher_failed", topic=topic)

    def saw(self, conversation: str, version: int) -> bool:
        """Note a conversation's version; whether it is newer than any seen here."""
        if version <= self.versions.get(conversation, -1):
            return False
        self.versions[conversation] = version
        return True

    def _on_news(self, topic: str, body: bytes) -> None:
        if self._latest[0] is not body:  # one event comes once for each of its topics: read it once
            self._latest = (body, read_news(body))
        news = self._latest[1]
        if news is None:
            return
        event = news.event
        if isinstance(event, _WITH_HEAD):
            self.saw(event.head.id, event.head.version)
        self.tell(topic, news)
