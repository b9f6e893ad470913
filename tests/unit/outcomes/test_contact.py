"""Addresses and numbers as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overture.outcomes.contact import Contact, clean_email, clean_name, clean_phone, contact
from overture.outcomes.errors import BadContact


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("aino@example.com", "aino@example.com"),
        ("  aino@example.com ", "aino@example.com"),
        ("Aino.Virta+bikes@Example.COM", "Aino.Virta+bikes@example.com"),
        ("aino@örebro.se", "aino@örebro.se"),
        ("aino@shop.test", "aino@shop.test"),
        ("", ""),
        ("   ", ""),
    ],
)
def test_an_address_is_kept(typed: str, kept: str) -> None:
    assert clean_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "aino",
        "aino@",
        "@example.com",
        "aino@localhost",
        "aino@example",
        "aino virta@example.com",
        "aino@exa mple.com",
        "aino@example..com",
        ".aino@example.com",
        "aino@@example.com",
        "aino@example.com, eero@example.com",
        "aino@[127.0.0.1]",
        "a" * 65 + "@example.com",
        "aino@example.com\r\nBcc: all@example.com",
        "<aino@example.com>",
    ],
)
def test_a_wrong_address_is_told_at_its_field(typed: str) -> None:
    with pytest.raises(BadContact) as caught:
        clean_email(typed)
    assert caught.value.code == "bad_contact"
    assert caught.value.details == {"field": "email"}


@pytest.mark.parametrize(
    ("typed", "country", "kept"),
    [
        ("040 123 4567", "FI", "+358401234567"),
        ("040-123 45 67", "FI", "+358401234567"),
        ("(040) 1234567", "FI", "+358401234567"),
        ("+358 40 123 4567", None, "+358401234567"),
        ("00358 40 1234567", "FI", "+358401234567"),
        ("070-123 45 67", "SE", "+46701234567"),
        ("+46 70 123 45 67", "FI", "+46701234567"),
        ("+358 (0)40 123 4567", None, "+358401234567"),
        ("+358 (0) 40 123 4567", "SE", "+358401234567"),
        ("+44 (0)20 7946 0018", "FI", "+442079460018"),
        ("+39 06 6982 1234", "FI", "+390669821234"),
        ("040 123 4567 #12", "FI", "+358401234567;ext=12"),
        ("040 123 4567 ext. 12", "FI", "+358401234567;ext=12"),
        ("040 123 4567x12", "FI", "+358401234567;ext=12"),
        ("040 123 4567, alanumero 12", "FI", "+358401234567;ext=12"),
        ("08-123 456 78 ankn. 90", "SE", "+46812345678;ext=90"),
        ("+358401234567;ext=12", None, "+358401234567;ext=12"),
        ("puh. 040 123 4567", "FI", "+358401234567"),
        ("tel: +358 40 123 4567", None, "+358401234567"),
        ("030/12345678", "DE", "+493012345678"),
        ("０４０ １２３ ４５６７", "FI", "+358401234567"),
        ("", "FI", ""),
    ],
)
def test_a_number_is_kept_in_one_form(typed: str, country: str | None, kept: str) -> None:
    assert clean_phone(typed, country) == kept


@pytest.mark.parametrize(
    ("typed", "country"),
    [
        ("123", "FI"),
        ("+358 40 123 4567 / 45", "FI"),
        ("040 123 4567/45", "FI"),
        ("040 123 4567 / 050 765 4321", "FI"),
        ("112", "FI"),
        ("call me", "FI"),
        ("0401234567", None),
        ("+0401234567", "FI"),
        ("+999 40 123 4567", "FI"),
        ("040 123 4567 (after five)", "FI"),
        ("040 123 4567, 040 765 4321", "FI"),
        ("1" * 41, "FI"),
        ("-", "FI"),
    ],
)
def test_a_wrong_number_is_told_at_its_field(typed: str, country: str | None) -> None:
    with pytest.raises(BadContact) as caught:
        clean_phone(typed, country)
    assert caught.value.details == {"field": "phone"}


def test_a_number_without_a_country_says_what_is_missing() -> None:
    with pytest.raises(BadContact, match="country code"):
        clean_phone("040 123 4567", None)


def test_a_name_is_one_short_line() -> None:
    assert clean_name("  Aino\r\n\tVirta\x00 ") == "Aino Virta"
    assert len(clean_name("a" * 500)) == 120


def test_either_way_to_answer_is_enough() -> None:
    assert contact("Aino", "aino@example.com", "", "FI").reachable
    assert contact("", "", "040 123 4567", "FI") == Contact(phone="+358401234567")
    assert not contact("Aino", " ", "", "FI").reachable


@given(st.text(max_size=60))
def test_nothing_typed_breaks_it(typed: str) -> None:
    for clean in (clean_email, lambda text: clean_phone(text, "FI")):
        try:
            kept = clean(typed)
        except BadContact:
            continue
        assert clean(kept) == kept
        assert "\n" not in kept
