"""What consoles are told of their inboxes: the newest of each line, encoded once, and only whom it concerns."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from overture.bus.local import LocalBus
from overture.conversations.events import HeadChanged, LineChanged, MessageSent
from overture.conversations.model import Author, ConversationHead, MessageView
from overture.gateway.hub import Hub
from overture.gateway.inboxes import CHANGES_AT_ONCE, WORDS_AT_ONCE, Inboxes
from overture.gateway.news import News

AT = datetime(2026, 11, 27, 12, tzinfo=UTC)
SITE, TEAM = "shop", "sales"


def head(conversation: str, version: int, *, agent: str = "", team: str = TEAM, state: Any = "active") -> Any:
    return ConversationHead(
        conversation, SITE, team, state, "v_1", "", AT, version, f"word {version}", AT, "visitor", agent,
        version=version,
    )  # fmt: skip


class Window:
    """A console window that keeps its frames."""

    def __init__(self, agent: str, *teams: str) -> None:
        self.reads_as = agent
        self.teams = frozenset(teams or (TEAM,))
        self.texts: list[str] = []

    def show_text(self, text: str) -> None:
        self.texts.append(text)

    @property
    def lines(self) -> dict[str, int]:
        """The newest version of each line that was told."""
        found: dict[str, int] = {}
        for text in self.texts:
            frame = msgspec.json.decode(text)
            for line in frame.get("heads", []):
                found[line["id"]] = max(line["version"], found.get(line["id"], 0))
        return found


class Desk:
    """Inboxes with their readers; what happened is told with `tell`."""

    def __init__(self) -> None:
        self.hub = Hub(LocalBus())
        self.inboxes = Inboxes(self.hub)

    def window(self, agent: str, *teams: str) -> Window:
        window = Window(agent, *teams)
        self.inboxes.read(SITE, window.teams, window)
        return window

    def say(self, line: ConversationHead) -> None:
        message = MessageView(line.version, Author("visitor", "v_1"), line.last_text, AT)
        self._happen(MessageSent(message, line))

    def change(self, line: ConversationHead, **more: Any) -> None:
        self._happen(HeadChanged(line, **more))

    def mark(self, line: ConversationHead) -> None:
        self._happen(LineChanged(line))

    def _happen(self, event: MessageSent | HeadChanged | LineChanged) -> None:
        for topic in event.topics():
            self.hub.tell(topic, News(event))


@pytest.fixture
async def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize("agents", [2, 200])
async def test_frames_do_not_grow_with_messages_and_each_is_encoded_once(desk: Desk, agents: int) -> None:
    windows = [desk.window(f"u_{number}") for number in range(agents)]
    for version in range(1, 51):
        for conversation in range(20):
            desk.say(head(f"c_{conversation}", version, agent="u_elsewhere"))
    assert [window.texts for window in windows] == [[]] * agents
    desk.inboxes.tell()
    assert {len(window.texts) for window in windows} == {1}
    assert len({id(window.texts[0]) for window in windows}) == 1
    assert windows[0].lines == {f"c_{number}": 50 for number in range(20)}


async def test_an_own_line_comes_first_and_is_the_newest(desk: Desk) -> None:
    mine, other = desk.window("u_1"), desk.window("u_2")
    for number in range(3 * WORDS_AT_ONCE):
        desk.say(head(f"c_{number}", 1, agent="u_2"))
    desk.say(head("c_mine", 1, agent="u_1"))
    desk.mark(head("c_mine", 3, agent="u_1"))
    desk.say(head("c_mine", 2, agent="u_1"))  # late
    desk.inboxes.tell()
    assert mine.lines["c_mine"] == 3
    assert "c_mine" not in other.lines


async def test_a_line_that_waits_is_told_later_and_none_is_lost(desk: Desk) -> None:
    window = desk.window("u_1")
    for number in range(3 * WORDS_AT_ONCE):
        desk.say(head(f"c_{number}", 1))
    for number in range(2 * CHANGES_AT_ONCE):
        desk.change(head(f"w_{number}", 1, state="waiting"))
    desk.inboxes.tell()
    assert len(window.lines) == WORDS_AT_ONCE + CHANGES_AT_ONCE
    desk.say(head(f"c_{3 * WORDS_AT_ONCE - 1}", 2))
    desk.inboxes.tell()
    desk.inboxes.tell()
    assert window.lines == {
        **{f"c_{number}": 1 for number in range(3 * WORDS_AT_ONCE)},
        **{f"w_{number}": 1 for number in range(2 * CHANGES_AT_ONCE)},
        f"c_{3 * WORDS_AT_ONCE - 1}": 2,
    }


async def test_only_whose_conversation_it_is_rings_and_at_once(desk: Desk) -> None:
    mine, other = desk.window("u_1"), desk.window("u_2")
    desk.change(head("c_1", 4, agent="u_1"), assigned=True)
    assert [msgspec.json.decode(text)["assigned"] for text in mine.texts] == [True]
    assert other.texts == []
    desk.inboxes.tell()
    assert other.lines == {"c_1": 4}


async def test_another_teams_lines_are_not_told_and_one_handed_over_is_gone_without_its_words(desk: Desk) -> None:
    sales, care, both = desk.window("u_1"), desk.window("u_2", "care"), desk.window("u_3", TEAM, "care")
    desk.say(head("c_1", 1, agent="u_1"))
    desk.say(head("c_9", 1, team="care"))
    desk.inboxes.tell()
    desk.say(head("c_1", 2, agent="u_1"))
    desk.change(head("c_1", 3, team="care"), left_team=TEAM)
    desk.change(head("c_9", 2, team="care"), left_team=TEAM)  # sales never had it
    assert [msgspec.json.decode(text)["type"] for text in sales.texts] == ["inbox_lines", "inbox_lines", "inbox_gone"]
    desk.inboxes.tell()
    assert "word 3" not in "".join(sales.texts)
    assert care.lines == {"c_1": 3, "c_9": 2}
    assert both.lines == {"c_1": 3, "c_9": 2}
    assert not any("inbox_gone" in text for text in both.texts)


async def test_who_has_left_hears_nothing_and_nothing_is_kept_for_them(desk: Desk) -> None:
    window = desk.window("u_1")
    desk.inboxes.leave(SITE, window.teams, window)
    desk.say(head("c_1", 1, agent="u_1"))
    desk.inboxes.tell()
    assert window.texts == []
    assert desk.hub.topics("inbox:") == []
