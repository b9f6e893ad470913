"""The loader's words are there in every language, with the same places to fill."""

from __future__ import annotations

import msgspec

from overture.invitations.words import catalogue, language_of


def test_every_language_has_every_word() -> None:
    found = catalogue()
    assert next(iter(found)) == "en"
    assert {"en", "fi", "sv"} <= set(found)
    for language, words in found.items():
        assert all(msgspec.structs.astuple(words)), language
        assert "{count}" in words.new_messages, language


def test_names_that_tests_and_screen_readers_go_by() -> None:
    words = catalogue()["en"]
    assert (words.open_chat, words.close_chat, words.chat) == ("Open chat", "Close chat", "Chat")
    assert (words.invitation, words.reply, words.no_thanks) == ("Chat invitation", "Reply", "No thanks")


def test_a_language_without_words_falls_back_to_english() -> None:
    assert language_of(["de-DE"]) == "en"
    assert language_of(["de", "sv-FI"]) == "sv"
    assert language_of([]) == "en"
