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
    # the test numbers of all brands
    "371449635398431", "378734493671000", "3714-496353-98431",  # American Express
    "30569309025904", "3852 000002 3237", "36006666333344", "36259600000004",  # Diners Club
    "6011111111111117", "6011 0009 9013 9424", "6011981111111113", "6445644564456445", "6500000000000002",  # Discover
    "3566002020360505", "3530111333300000",  # JCB
    "5105105105105100", "2223003122003222", "2223 0000 4841 0010", "5200828282828210", "2720990000000007",  # Mastercard
    "4012888888881881", "4222222222222", "4222 222 222 222", "4000056655665556", "4917610000000000003",  # Visa
    "6759649826438453", "6304000000000000", "5018000000000009",  # Maestro
    "6200000000000005", "6205 5000 0000 0000 004", "6205500000000000004", "620550 0000000000004",  # UnionPay
    "2200000000000004",  # Mir
    "5019717010103742",  # Dankort
    "4111 1111 11111111", "41111111 11111111", "4111\u20111111\u20111111\u20111111", "4111\u2007 1111 \u20091111 1111",
    "４１１１ １１１１ １１１１ １１１１", "٤١١١١١١١١١١١١١١١", "4111－1111－1111－1111",
    "4111\u200b1111\u200b1111\u200b1111",
]  # fmt: skip


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
        "IMEI 356938035643809",
        "35-693803-564380-9",
        "490154203237518",
        "DE89 3704 0044 0532 0130 00",
        "NO93 8601 1117 947",
        "+4111111111111111",
        "+55 11 9 8765 4321 0000",
        "9780306406157",
        "41 11 11 11 11 11 11 11",  # phones are written in pairs, cards are not
        "41111 11111 111111",
        "4111-11-1111111111",
        "411111 1111 111111",
        "14111111111111111",
        "1 2 3 4 5 6 7",
        "411111111111111111111111",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert mask_cards(text) == text


ISSUED = [
    *[("4", 13), ("4", 16), ("4", 19), ("51", 16), ("2221", 16), ("2720", 16), ("34", 15), ("37", 15), ("300", 14)],
    *[("36", 14), ("3528", 16), ("6011", 16), ("65", 16), ("62", 16), ("62", 19), ("2200", 16), ("50", 16)],
]


@given(st.sampled_from(ISSUED), st.sampled_from(["", " ", "-", ".", "\u00a0", " - "]), st.booleans(), st.data())
def test_every_number_that_can_be_a_card_is_masked(
    issued: tuple[str, int], gap: str, apart: bool, data: st.DataObject
) -> None:
    prefix, length = issued
    free = length - len(prefix) - 1
    body = prefix + "".join(map(str, data.draw(st.lists(st.integers(0, 9), min_size=free, max_size=free))))
    card = next(body + str(check) for check in range(10) if is_card(body + str(check)))
    size = 1 if apart else 4
    written = gap.join(card[place : place + size] for place in range(0, length, size))
    assert sum(character.isdigit() for character in mask_cards(f"a {written} b")) == 4


def test_a_card_among_other_numbers_is_found() -> None:
    masked = mask_cards("2 pieces, 2 4111 1111 1111 1111 12/27 123, order 1234")
    assert masked == "2 pieces, 2 •••• •••• •••• 1111 12/27 123, order 1234"


def test_a_long_row_of_numbers_is_read_in_time_of_its_length() -> None:
    assert mask_cards("4 " * 4_000).endswith("4 ")
    assert mask_cards("4" * 8_000) == "4" * 8_000


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
