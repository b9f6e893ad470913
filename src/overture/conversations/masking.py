"""Card numbers are masked before anything is stored. Pure.

A card's number is known by its issuer's prefix and length, its check digit, and by being written as cards have it: a
device's number (IMEI), an account's (IBAN), a phone's or an order's is none.
"""

from __future__ import annotations

import re
import unicodedata

SHOWN = 4
_RUN = re.compile(r"\d+")
# What people put between the groups: spaces, dots, slashes and dashes of any kind, and what nobody sees.
_BETWEEN = re.compile(
    "[ \u00a0\u00ad\u2000-\u200d\u2010-\u2015\u202f\u205f\u2060\u2212\u3000\ufe58\ufe63\ufeff\uff0d./_\uff0e-]{1,3}"
)
_IBAN = re.compile(r"[A-Za-z]{2}\d{2}[ \u00a0]?$")
_MOST_GROUPS = 19

# First digits from and to, and the lengths their issuers give out.
_ISSUERS: tuple[tuple[int, int, tuple[int, ...]], ...] = (
    (4, 4, (13, 16, 19)),  # Visa; Dankort, Elo beneath
    (51, 55, (16,)),  # Mastercard
    (2221, 2720, (16,)),
    (34, 34, (15,)),  # American Express
    (37, 37, (15,)),
    (300, 305, (14, 16, 19)),  # Diners Club
    (309, 309, (14, 16, 19)),
    (36, 36, (14, 15, 16, 17, 18, 19)),
    (38, 39, (14, 16, 17, 18, 19)),
    (3528, 3589, (16, 17, 18, 19)),  # JCB
    (1800, 1800, (15,)),
    (2131, 2131, (15,)),
    (6011, 6011, (16, 17, 18, 19)),  # Discover
    (644, 649, (16, 17, 18, 19)),
    (65, 65, (16, 17, 18, 19)),
    (60, 60, (13, 16, 19)),  # RuPay, Hipercard
    (62, 62, (16, 17, 18, 19)),  # UnionPay
    (81, 82, (16, 17, 18, 19)),
    (2200, 2205, (16, 17, 18, 19)),  # Mir, Borica
    (50, 50, (13, 14, 15, 16, 17, 18, 19)),  # Maestro, Elo, Verve, Dankort
    (56, 58, (13, 14, 15, 16, 17, 18, 19)),
    (61, 61, (16,)),
    (63, 63, (13, 14, 15, 16, 17, 18, 19)),
    (66, 69, (13, 14, 15, 16, 17, 18, 19)),
    (9792, 9792, (16,)),  # Troy
    (8600, 8600, (16,)),  # Uzcard, Humo
    (9860, 9860, (16,)),
)
# Where cards have their gaps, besides behind each fourth digit: American Express, Diners, old Visa, UnionPay.
_GAPS = ((4, 10), (4, 7, 10), (6,))


def mask_cards(text: str) -> str:
    """`text` with all but the last four digits of each payment card number replaced by dots."""
    if len(text) < 13:
        return text
    hidden: set[int] = set()
    for groups in _written_together(text):
        for start in range(len(groups)):
            for end in range(start + 1, min(start + _MOST_GROUPS, len(groups)) + 1):
                if _is_written_card(text, groups[start:end]):
                    places = [place for first, last in groups[start:end] for place in range(first, last)]
                    hidden.update(places[:-SHOWN])
    return "".join("•" if place in hidden else each for place, each in enumerate(text)) if hidden else text


def _written_together(text: str) -> list[list[tuple[int, int]]]:
    """Runs of digits that only separators part, by where each begins and ends."""
    found: list[list[tuple[int, int]]] = []
    for run in _RUN.finditer(text):
        if found and _BETWEEN.fullmatch(text, found[-1][-1][1], run.start()):
            found[-1].append(run.span())
        else:
            found.append([run.span()])
    return found


def _is_written_card(text: str, groups: list[tuple[int, int]]) -> bool:
    length = sum(last - first for first, last in groups)
    if not 13 <= length <= 19 or not _is_grouped_like_a_card(groups, length):
        return False
    digits = "".join(str(unicodedata.digit(each)) for first, last in groups for each in text[first:last])
    return is_card(digits) and not _is_something_else(text, groups[0][0], digits)


def _is_grouped_like_a_card(groups: list[tuple[int, int]], length: int) -> bool:
    gaps, done = [], 0
    for first, last in groups[:-1]:
        done += last - first
        gaps.append(done)
    if tuple(gaps) in _GAPS or all(gap % 4 == 0 for gap in gaps):
        return True
    return len(gaps) == length - 1  # digit by digit


def _is_something_else(text: str, start: int, digits: str) -> bool:
    """A phone number with its country, or what an account's number goes on with."""
    before = text[max(0, start - 5) : start]
    if before.endswith(("+", "\uff0b")):
        return True
    account = _IBAN.search(before)
    return account is not None and _is_iban(account[0].strip() + digits)


def _is_iban(account: str) -> bool:
    turned = (account[4:] + account[:4]).replace(" ", "").replace("\u00a0", "").upper()
    return int("".join(str(int(each, 36)) for each in turned)) % 97 == 1


def is_card(digits: str) -> bool:
    """Whether these digits can be a payment card's number: issuer and length, check digit (ISO/IEC 7812, Luhn)."""
    return any(
        len(digits) in lengths and first <= int(digits[: len(str(first))]) <= last for first, last, lengths in _ISSUERS
    ) and _luhn(digits)


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
