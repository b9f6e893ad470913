"""Card numbers are masked before anything is stored. Pure."""

from __future__ import annotations

import re

# 13 to 19 digits, at most one space, dot or dash (of any kind) between two; no digit before or after.
_CARD = re.compile(r"(?<!\d)\d(?:[ \u00a0\u2009\u202f.\-\u2010-\u2015_/]{0,2}\d){12,18}(?!\d)")
_DIGITS = re.compile(r"\d")
# Leading digits of issuers that exist: Amex, Diners, JCB, Visa, Mastercard, Maestro, Discover, UnionPay, Mir.
_ISSUERS = re.compile(r"3[0-9]|4|5[0-9]|6[0-9]|2[2-7]|1800")
SHOWN = 4


def mask_cards(text: str) -> str:
    """`text` with all but the last four digits of each payment card number replaced by dots."""
    return _CARD.sub(_mask, text) if len(text) >= 13 else text


def _mask(match: re.Match[str]) -> str:
    written = match.group()
    digits = "".join(_DIGITS.findall(written))
    if not is_card(digits):
        return written
    left = len(digits) - SHOWN
    masked = []
    for character in written:
        if character.isdigit():
            masked.append("•" if left > 0 else character)
            left -= 1
        else:
            masked.append(character)
    return "".join(masked)


def is_card(digits: str) -> bool:
    """Whether these digits can be a payment card's number: length, issuer, check digit (ISO/IEC 7812, Luhn)."""
    return 13 <= len(digits) <= 19 and bool(_ISSUERS.match(digits)) and _luhn(digits)


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
