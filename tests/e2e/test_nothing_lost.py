"""Step 4: reloads, tabs, lost networks and killed servers; nothing lost, nothing doubled, one order everywhere."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.actors import Agent, Visitor, expect_marks
from tests.e2e.served import Demo

MakeVisitor = Callable[..., Visitor]
MakeAgent = Callable[..., Agent]
AWAY_S = 20.0


def begin(visitor: Visitor, agent: Agent) -> str:
    """Open a conversation and let both say a word; its id."""
    visitor.page.goto("/bikes/virta")
    visitor.open_chat()
    visitor.say("v-01 first")
    agent.open("v-01")
    agent.say("a-01 first")
    expect_marks(visitor.log(), ["v-01", "a-01"])
    return agent.conversation


def stored(demo: Demo, conversation: str) -> list[str]:
    """The marks of what is stored, in the order of seq; numbers without a gap."""
    messages = demo.messages(conversation)
    everything = demo.get(f"conversations/{conversation}/messages")["items"]
    assert [one["seq"] for one in everything] == list(range(1, len(everything) + 1))
    cids = [one["cid"] for one in messages]
    assert len(set(cids)) == len(cids)
    return [one["text"][:4] for one in messages]


def test_reload_and_a_second_tab_show_the_same_conversation(visitor: MakeVisitor, agent: MakeAgent, demo: Demo) -> None:
    aino = agent("aino").be_available()
    anna = visitor()
    conversation = begin(anna, aino)
    anna.page.reload()
    anna.open_chat()
    expect_marks(anna.log(), ["v-01", "a-01"])
    second = anna.new_tab()
    second.goto("/gear")
    anna.open_chat(second)
    expect_marks(anna.log(second), ["v-01", "a-01"])
    anna.say("v-02 from the second tab", second)
    expect_marks(anna.log(), ["v-01", "a-01", "v-02"])
    aino.say("a-02 to both")
    anna.say("v-03 from the first tab")
    for log in (anna.log(), anna.log(second), aino.log()):
        expect_marks(log, stored_when_all_are_in(demo, conversation, 5))
    aino.page.reload()
    expect_marks(aino.log(), stored(demo, conversation))


def stored_when_all_are_in(demo: Demo, conversation: str, count: int) -> list[str]:
    """What is stored once there are so many messages."""
    deadline = time.monotonic() + 30
    while len(found := stored(demo, conversation)) < count:
        assert time.monotonic() < deadline, f"only {found} came in"
        time.sleep(0.1)
    return found


def test_a_network_that_is_away_while_both_write(visitor: MakeVisitor, agent: MakeAgent, demo: Demo) -> None:
    """The visitor's network is away for twenty seconds; both write meanwhile, and the agent sees no ghost of it."""
    aino = agent("aino").be_available()
    bo = visitor()
    conversation = begin(bo, aino)
    bo.network(False)
    gone = time.monotonic()
    for number in (2, 3):
        bo.say(f"v-{number:02} without a network")
        aino.say(f"a-{number:02} to nobody yet")
    for text in ("v-02", "v-03"):
        expect(bo.log()).to_contain_text(text)  # shown, and not as if it were sent
    expect(bo.log()).not_to_contain_text("a-02")
    expect_marks(aino.log(), ["v-01", "a-01", "a-02", "a-03"])
    assert stored_when_all_are_in(demo, conversation, 4) == ["v-01", "a-01", "a-02", "a-03"]
    bo.page.wait_for_timeout(max(0.0, AWAY_S - (time.monotonic() - gone)) * 1_000)  # what the story says, no luck
    bo.network(True)
    wanted = ["v-01", "a-01", "a-02", "a-03", "v-02", "v-03"]
    expect_marks(aino.log(), wanted)
    expect_marks(bo.log(), wanted)
    assert stored(demo, conversation) == wanted


def test_kill_minus_nine_while_both_write(visitor: MakeVisitor, agent: MakeAgent, demo: Demo) -> None:
    """The server is killed and started again; what was typed meanwhile goes out by itself, on both sides."""
    aino = agent("aino").be_available()
    cia = visitor()
    conversation = begin(cia, aino)
    cia.say("v-02 just before")
    aino.say("a-02 just before")
    demo.kill()
    cia.say("v-03 while it is away")
    aino.say("a-03 while it is away")
    cia.say("v-04 and more")
    for text in ("v-03", "v-04"):
        expect(cia.log()).to_contain_text(text)
    expect(aino.log()).to_contain_text("a-03")
    demo.start()
    found = stored_when_all_are_in(demo, conversation, 7)
    assert sorted(found) == ["a-01", "a-02", "a-03", "v-01", "v-02", "v-03", "v-04"]
    for side in "va":
        assert [one for one in found if one[0] == side] == sorted(one for one in found if one[0] == side)
    expect_marks(cia.log(), found)
    expect_marks(aino.log(), found)
    cia.page.reload()
    aino.page.reload()
    cia.open_chat()
    expect_marks(cia.log(), found)
    expect_marks(aino.log(), found)
    aino.say("a-04 and it goes on")
    expect_marks(cia.log(), [*found, "a-04"])


def test_what_is_typed_while_the_server_is_away_survives_a_reload(
    visitor: MakeVisitor, agent: MakeAgent, demo: Demo
) -> None:
    """The laptop is closed before the network is back: the message waits in the browser."""
    aino = agent("aino").be_available()
    dan = visitor()
    conversation = begin(dan, aino)
    demo.kill()
    dan.say("v-02 kept in the browser")
    expect(dan.log()).to_contain_text("v-02")
    dan.page.close()
    demo.start()
    dan.page = dan.new_tab()
    dan.page.goto("/bikes")
    dan.open_chat()
    expect_marks(dan.log(), ["v-01", "a-01", "v-02"])
    expect_marks(aino.log(), ["v-01", "a-01", "v-02"])
    assert stored(demo, conversation) == ["v-01", "a-01", "v-02"]
