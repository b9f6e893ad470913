"""The story in every engine: beside a chat of its own site, and of another, where browsers give its frame less."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.e2e.engines.desk import Colleague
from tests.e2e.engines.windows import BUTTON, FRAME, Window
from tests.e2e.served import Demo, until

READY = f"() => {FRAME}?.parentElement.matches('.ready')"
GIVEN = f"() => document.activeElement.shadowRoot?.activeElement === {FRAME}"
HAS_KEYBOARD = "() => document.hasFocus() && document.activeElement.tagName === 'TEXTAREA'"
LOG = "() => document.querySelector('[role=log]')?.innerText ?? ''"
SEND = "() => document.querySelector('[aria-label=Send]').click()"
WRITE = """text => {
  const box = document.querySelector('textarea');
  const { set } = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value');
  set.call(box, text.replace('HALF', '\\ud83d')); // drivers carry no half characters, pages do
  box.dispatchEvent(new InputEvent('input', { bubbles: true }));
}"""
MARK = re.compile(r"\b[va]-\d\d\b")


def open_chat(window: Window, url: str) -> None:
    """Come to a page and press its button."""
    window.visit(url)
    press(window)


def press(window: Window) -> None:
    until(lambda: window.page(f"() => !!{BUTTON}"), what="the button is there")
    window.press_launcher()
    until(lambda: window.page(READY), 30, "the chat is there")


def say(window: Window, text: str) -> None:
    window.chat(WRITE, text)
    window.chat(SEND)


def expect_marks(window: Window, *wanted: str) -> None:
    def shown() -> Any:
        return MARK.findall(window.chat(LOG) or "") == list(wanted)

    try:
        until(shown, 30)
    except AssertionError:
        raise AssertionError(f"{wanted} expected, there is {window.chat(LOG)!r}") from None


@pytest.fixture(params=["same-site", "cross-site"])
def shop(request: pytest.FixtureRequest, demo: Demo) -> str:
    """The shop on the chat's own site, or on another: a browser tells them apart by name, not by port."""
    return demo.shop if request.param == "same-site" else demo.shop.replace("127.0.0.1", "localhost")


def test_the_story(window: Window, shop: str, demo: Demo, colleague: Colleague) -> None:
    bikes = f"{shop}/bikes/tuuli"
    open_chat(window, bikes)
    say(window, "v-01 HALF emoji")
    conversation = colleague.conversation_with("v-01 \ufffd emoji")
    colleague.answer(conversation, "a-01 Welcome")
    expect_marks(window, "v-01", "a-01")
    window.reload()
    press(window)
    expect_marks(window, "v-01", "a-01")
    other = window.tab()
    open_chat(other, bikes)
    expect_marks(other, "v-01", "a-01")
    say(other, "v-02 from the second tab")
    expect_marks(window, "v-01", "a-01", "v-02")
    expect_marks(other, "v-01", "a-01", "v-02")
    demo.kill()
    say(other, "v-03 while nobody answers")
    expect_marks(other, "v-01", "a-01", "v-02", "v-03")  # not sent, and shown
    demo.start()
    for one in (window, other):
        expect_marks(one, "v-01", "a-01", "v-02", "v-03")
    until(
        lambda: [MARK.match(one["text"])[0] for one in demo.messages(conversation)] == ["v-01", "a-01", "v-02", "v-03"]
    )  # type: ignore[index]
    demo.post(f"conversations/{conversation}/wrap-up", {"result": "not_now", "next_step": None})
    for one in (window, other):
        until(lambda one=one: "Start a new conversation" in one.chat("() => document.body.innerText"), 30)


@pytest.mark.usefixtures("colleague")
def test_what_is_typed_right_after_opening_is_in_the_chat(window: Window, shop: str) -> None:
    open_chat(window, f"{shop}/bikes/harju")
    until(lambda: window.page(GIVEN), what="the page gave the keyboard to the frame")
    if window.page("() => navigator.userAgent.includes('Firefox')"):
        until(
            lambda: window.chat(HAS_KEYBOARD), what="the box has it"
        )  # the driver types into no frame of another site
        return
    window.type("some words")
    value = "() => document.querySelector('textarea').value"
    until(lambda: window.chat(value) == "some words", what="the words are in the box")


def test_a_frame_that_did_not_load_comes_when_the_server_does(window: Window, shop: str, demo: Demo) -> None:
    window.visit(f"{shop}/bikes/harju")
    until(lambda: window.page(f"() => !!{BUTTON}"), what="the button is there")
    demo.kill()
    window.press_launcher()
    until(lambda: not window.page(f"() => {FRAME}?.hidden ?? false"))
    demo.start()
    until(lambda: window.chat("() => !!document.querySelector('[role=dialog]')"), 60, "the chat came")
