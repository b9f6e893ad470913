"""What is cleaned and masked before it is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overture.conversations.errors import EmptyMessage, MessageTooLong
from overture.conversations.masking import is_card, mask_cards
from overture.conversations.words import MAX_TEXT, clean, preview

CARDS = [
    "4111 1111 1111 1111",
    "4111111111111111",
    "4111-1111-1111-1111",
    "5555 5555 5555 4444",
    "3782 822463 10005",
    "6011\u00a01111\u00a01111\u00a01117",
    "4111.1111.1111.1111",
    "3530 1113 3330 0000",
]


@pytest.mark.parametrize("card", CARDS)
def test_a_card_keeps_its_last_four_digits_and_its_shape(card: str) -> None:
    masked = mask_cards(f"Kortti on {card}, kiitos")
    assert masked.startswith("Kortti on •")
    digits = [character for character in masked if character.isdigit()]
    assert digits == [character for character in card if character.isdigit()][-4:]
    assert len(masked) == len(f"Kortti on {card}, kiitos")


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1112",  # the check digit is wrong
        "+358 40 123 4567",
        "Tilaus 2026112109140312",
        "0000 0000 0000 0000",
        "1234 5678 9012 3456",
        "FI21 1234 5600 0007 85",
        "1 2 3 4 5 6 7",
        "411111111111111111111111",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert mask_cards(text) == text


@given(st.integers(13, 19), st.data())
def test_every_number_that_can_be_a_card_is_masked(length: int, data: st.DataObject) -> None:
    body = "4" + "".join(
        str(digit) for digit in data.draw(st.lists(st.integers(0, 9), min_size=length - 2, max_size=length - 2))
    )
    card = next(body + str(check) for check in range(10) if is_card(body + str(check)))
    gap = data.draw(st.sampled_from(["", " ", "-", ".", " - "[:2]]))
    written = gap.join(card)
    assert sum(character.isdigit() for character in mask_cards(f"a {written} b")) == 4


@given(st.text(max_size=200))
def test_cleaning_is_done_once_and_leaves_no_control(text: str) -> None:
    try:
        kept = clean(text)
    except EmptyMessage:
        return
    assert clean(kept) == kept
    assert not any(ord(character) < 32 and character not in "\n\t" for character in kept)
    kept.encode()  # no lone surrogates
    assert "\n" not in preview(kept)


def test_the_limit_is_in_characters() -> None:
    assert len(clean("ä" * MAX_TEXT)) == MAX_TEXT
    with pytest.raises(MessageTooLong):
        clean("a" * (MAX_TEXT + 1))
