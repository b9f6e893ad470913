"""The inboxes that consoles show: changes of lines are merged, encoded once, and told to whom they concern.

Who has a conversation gets its line within a second of any change; the whole team gets a line within a second when
its state or its agent changes, and the words of colleagues' conversations as fast as so many lines a second allow.
A line that waits is replaced by its newer self, so what is told is always the newest. What a message costs does
therefore not grow with those who watch.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from itertools import islice
from typing import Protocol

from overture.conversations.events import HeadChanged, LineChanged, MessageSent
from overture.conversations.model import ConversationHead
from overture.gateway.codec import text_of
from overture.gateway.frames.agent import InboxFrame, InboxGoneFrame, InboxLinesFrame
from overture.gateway.hub import Hub
from overture.gateway.news import News

EVERY_S = 1.0  # a line is told at most so often
SOON_S = 0.05  # the first change after a quiet second; what comes with it goes along
CHANGES_AT_ONCE = 500  # lines with another state or agent in one frame: some 200 kB
WORDS_AT_ONCE = 30  # colleagues' lines with newer words in one frame: nobody reads more in a second


class Reader(Protocol):
    """A console window."""

    @property
    def reads_as(self) -> str:
        """The id of whom the window belongs to."""
        ...

    @property
    def teams(self) -> frozenset[str]:
        """The teams whose conversations it may show."""
        ...

    def show_text(self, text: str) -> None:
        """Send a frame, after the welcome if that is still being read."""
        ...


class _Team:
    """A team's inbox: its readers, the versions of lines they may have, and what they are to be told."""

    __slots__ = ("changes", "readers", "versions", "words")

    def __init__(self) -> None:
        self.readers: set[Reader] = set()
        self.versions: dict[str, int] = {}
        self.changes: dict[str, ConversationHead] = {}
        self.words: dict[str, ConversationHead] = {}


class Inboxes:
    """Those of this process. Everything happens on the event loop's thread."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._teams: dict[tuple[str, str], _Team] = {}
        self._windows: dict[tuple[str, str], set[Reader]] = {}  # by site and agent
        self._own: dict[tuple[str, str], dict[str, ConversationHead]] = {}  # the same, lines to be told
        self._timer: asyncio.TimerHandle | None = None
        self._told_at = 0.0

    # ---- readers -----------------------------------------------------------------------------------------------

    def read(self, site: str, teams: Iterable[str], reader: Reader) -> None:
        """Show these teams' inboxes to `reader` from now on."""
        for team in teams:
            there = self._teams.get((site, team))
            if there is None:
                there = self._teams[site, team] = _Team()
                self._hub.watch(_topic(site, team), self)
            there.readers.add(reader)
        self._windows.setdefault((site, reader.reads_as), set()).add(reader)

    def leave(self, site: str, teams: Iterable[str], reader: Reader) -> None:
        """Show them no more."""
        for team in teams:
            there = self._teams.get((site, team))
            if there is None:
                continue
            there.readers.discard(reader)
            if not there.readers:
                del self._teams[site, team]
                self._hub.leave(_topic(site, team), self)
        mine = self._windows.get((site, reader.reads_as), set())
        mine.discard(reader)
        if not mine:
            self._windows.pop((site, reader.reads_as), None)
            self._own.pop((site, reader.reads_as), None)

    def listed(self, heads: Iterable[ConversationHead]) -> None:
        """A welcome shows these lines: when they go, it is told."""
        for head in heads:
            there = self._teams.get((head.site, head.team))
            if there is not None:
                there.versions.setdefault(head.id, -1)

    # ---- news --------------------------------------------------------------------------------------------------

    def hear(self, topic: str, news: News) -> None:
        """A line of an inbox has changed."""
        event = news.event
        if not isinstance(event, MessageSent | HeadChanged | LineChanged):
            return
        _, site, team = topic.split(":", 2)
        there = self._teams.get((site, team))
        if there is None:
            return
        head = event.head
        if head.team != team:
            self._left(there, head)
        elif isinstance(event, HeadChanged) and event.assigned:
            self._assigned(head)
            self._note(there, head, changed=True)
        elif head.version > there.versions.get(head.id, -1):
            self._note(there, head, changed=isinstance(event, HeadChanged))

    def _note(self, there: _Team, head: ConversationHead, *, changed: bool) -> None:
        """Keep the line for the next telling."""
        there.versions[head.id] = max(head.version, there.versions.get(head.id, -1))
        if changed or head.id in there.changes:
            there.words.pop(head.id, None)
            _keep(there.changes, head)
        else:
            _keep(there.words, head)
        if head.agent_id and (head.site, head.agent_id) in self._windows:
            _keep(self._own.setdefault((head.site, head.agent_id), {}), head)
        self._tell_soon()

    def _assigned(self, head: ConversationHead) -> None:
        """It has just come to its agent: their windows ring at once."""
        windows = self._windows.get((head.site, head.agent_id))
        if windows:
            text = text_of(InboxFrame(head, True))
            for window in tuple(windows):
                if head.team in window.teams:
                    window.show_text(text)

    def _left(self, there: _Team, head: ConversationHead) -> None:
        """It is another team's now: those who do not see that team lose it at once."""
        if there.versions.pop(head.id, None) is None:
            return
        there.changes.pop(head.id, None)
        there.words.pop(head.id, None)
        text = text_of(InboxGoneFrame(head.id, head.version))
        for reader in tuple(there.readers):
            if head.team not in reader.teams:
                reader.show_text(text)

    # ---- telling -----------------------------------------------------------------------------------------------

    def _tell_soon(self) -> None:
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(max(SOON_S, self._told_at + EVERY_S - loop.time()), self.tell)

    def tell(self) -> None:
        """Tell what has changed since the last time."""
        self._timer = None
        self._told_at = asyncio.get_running_loop().time()
        own, self._own = self._own, {}
        for key, mine in own.items():
            _show_own(self._windows.get(key, ()), list(mine.values()))
        left = False
        for there in tuple(self._teams.values()):
            lines = _taken(there.changes, CHANGES_AT_ONCE) + _taken(there.words, WORDS_AT_ONCE)
            _show(there.readers, lines)
            for head in lines:
                if head.state == "closed":
                    there.versions.pop(head.id, None)
            left = left or bool(there.changes or there.words)
        if left:
            self._tell_soon()


def _topic(site: str, team: str) -> str:
    return f"inbox:{site}:{team}"


def _keep(lines: dict[str, ConversationHead], head: ConversationHead) -> None:
    """Keep the newest of a line, in the place of the oldest that has not been told."""
    known = lines.get(head.id)
    if known is None or known.version <= head.version:
        lines[head.id] = head


def _taken(lines: dict[str, ConversationHead], limit: int) -> list[ConversationHead]:
    """The first lines, which wait no more."""
    ids = list(islice(lines, limit))
    return [lines.pop(one) for one in ids]


def _show(readers: Iterable[Reader], lines: list[ConversationHead]) -> None:
    """One frame with these lines, encoded once."""
    if lines:
        text = text_of(InboxLinesFrame(lines))
        for reader in tuple(readers):
            reader.show_text(text)


def _show_own(windows: Iterable[Reader], lines: list[ConversationHead]) -> None:
    """The same to an agent's own windows, each of which shows its own teams only."""
    teams = {head.team for head in lines}
    seeing = [window for window in windows if teams <= window.teams]
    _show(seeing, lines)
    for window in windows:
        if not teams <= window.teams:
            _show([window], [head for head in lines if head.team in window.teams])
