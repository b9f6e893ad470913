"""An amount is read where it can mean one thing only, else it is refused; never another amount."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overture.kit.money import money, read_amount, read_currency


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("349", "349"), ("349.5", "349.5"), ("349,50", "349.50"), ("1 234,50 €", "1234.50"), ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"), ("1\u00a0234,50", "1234.50"), ("1\u202f234", "1234"), ("1'234.50", "1234.50"),
        ("1.234.567", "1234567"), ("1,234,567.89", "1234567.89"), ("12,34,567.00", "1234567"), ("€12", "12"),
        ("EUR 12.00", "12"), ("12 EUR", "12"), ("0,500", "0.5"), ("0.500", "0.5"), ("1234.567", "1234.567"),
        ("349,-", "349"), ("349:-", "349"), ("\u221212,5", "-12.5"), ("+5", "5"), ("1e3", "1000"), (" 12 ", "12"),
        ("\u0661\u0662\u0663\u066b\u0664\u0665", "123.45"), (".5", "0.5"),
    ],
)  # fmt: skip
def test_what_can_mean_one_amount_is_read(text: str, amount: str) -> None:
    assert read_amount(text, "EUR") == read_amount(amount)


@pytest.mark.parametrize(
    "text",
    [
        "1.234", "1,234", "100.000", "1.234 €", "1 234.567", "1.2.3", "1,2,3", "12 34", "12.345.67", "1.234,567.89",
        "", " ", "abc", "12abc", "2 x 5", "(5)", "5-", "--5", "5.", "0x10", "1_000", "Infinity", "NaN", "1e400", "€",
        "$12", "12 kr", "USD 12", "12€50", "9" * 200,
    ],
)  # fmt: skip
def test_what_can_mean_none_or_two_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        read_amount(text, "EUR")


@pytest.mark.parametrize("value", [None, True, [], {}, float("nan"), float("inf"), 1e300, -(10**13)])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="amount"):
        read_amount(value)


@given(st.integers(0, 10**11), st.sampled_from(["{:,}.{:02}", "{:,} €", "{}.{:02}", "{}", "EUR {:,}.{:02}"]))
def test_what_was_written_is_read_back_or_refused(cents: int, form: str) -> None:
    whole, rest = divmod(cents, 100)
    text = form.format(whole, rest)
    expected = cents if "02" in form else whole * 100
    for written in (text, text.translate(str.maketrans(",.", ".,")), text.replace(",", "\u00a0")):
        try:
            found = money(written, "EUR").minor
        except ValueError:
            continue
        assert found == expected


@pytest.mark.parametrize(("text", "currency"), [("EUR", "EUR"), ("eur", "EUR"), (" Sek ", "SEK"), ("€", "EUR")])
def test_a_currency_is_known_by_its_letters_or_its_own_sign(text: str, currency: str) -> None:
    assert read_currency(text) == currency


@pytest.mark.parametrize("text", ["", None, "$", "kr", "euro", "EURX", "XQQ", 5, ["EUR"]])
def test_a_currency_is_never_guessed(text: object) -> None:
    with pytest.raises(ValueError, match="currency"):
        read_currency(text)
