"""Money as whole minor units of one currency, so that sums are exact; and amounts as people and programs write them.

An amount is read where it can mean one thing only. `1 234,50 €` and `1,234.50` can; `1.234` cannot, since it is one and
a bit in one country and more than a thousand in the next: it is refused, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_EVEN, Decimal

import msgspec

# ISO 4217, currencies in use (2026); those whose minor unit is not a hundredth stand in _EXPONENTS too.
_CURRENCIES = frozenset(re.findall(r"[A-Z]{3}", """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE
    CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ
    GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL
    LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR
    PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY
    TTD TWD TZS UAH UGX USD USN UYI UYU UYW UZS VED VES VND VUV WST XAD XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
"""))  # fmt: skip
_EXPONENTS = {
    "BHD": 3, "BIF": 0, "CLF": 4, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 3, "ISK": 0, "JOD": 3, "JPY": 0, "KMF": 0,
    "KRW": 0, "KWD": 3, "LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0, "UYI": 0, "UYW": 4, "VND": 0,
    "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
}  # fmt: skip
_LARGEST_MINOR = 10**15

# Signs that stand beside an amount, and whose they may be.
_DOLLARS = frozenset(re.findall(r"[A-Z]{3}", """
    USD AUD CAD NZD SGD HKD TWD BBD BMD BND BSD BZD FJD GYD JMD KYD LRD NAD SBD SRD TTD XCD MXN ARS CLP COP
"""))  # fmt: skip
_KRONER = frozenset(("SEK", "NOK", "DKK", "ISK", "CZK"))
_SIGNS: dict[str, frozenset[str]] = {
    "€": frozenset(("EUR",)), "£": frozenset(("GBP", "EGP", "FKP", "GIP", "SHP", "SSP", "SYP", "LBP", "SDG")),
    "$": _DOLLARS, "us$": frozenset(("USD",)), "¥": frozenset(("JPY", "CNY")), "円": frozenset(("JPY",)),
    "元": frozenset(("CNY",)), "kr": _KRONER, "kr.": _KRONER, "kč": frozenset(("CZK",)), "zł": frozenset(("PLN",)),
    "₹": frozenset(("INR",)), "₽": frozenset(("RUB",)), "₩": frozenset(("KRW", "KPW")), "₺": frozenset(("TRY",)),
    "₴": frozenset(("UAH",)), "₫": frozenset(("VND",)), "₪": frozenset(("ILS",)), "฿": frozenset(("THB",)),
    "ft": frozenset(("HUF",)), "lei": frozenset(("RON",)), "fr.": frozenset(("CHF",)), "r$": frozenset(("BRL",)),
    "euro": frozenset(("EUR",)), "euros": frozenset(("EUR",)), "euroa": frozenset(("EUR",)),
}  # fmt: skip

_SPACE = r"[ \u00a0\u2009\u202f]"
_SHAPE = re.compile(rf"(?P<before>[^\d.,+\-]*?){_SPACE}*(?P<amount>[+\-]?(?:\d|[.,]\d).*?){_SPACE}*(?P<after>[^\d]*)")
_PLAIN = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?|\.\d+")
_WHOLE = re.compile(r"(?P<whole>.*)[,.:][-–—]{1,2}")  # 349,- and 349:- are whole amounts in the shops of the north
# Thousands stand in groups of three, or of two before the last three as in India; one mark between all of them.
_GROUPED = re.compile(
    r"[1-9]\d{0,2}(?P<mark>[ '.,])\d{3}(?:(?P=mark)\d{3})*|[1-9]\d?(?P<pair>[ ,])(?:\d{2}(?P=pair))+\d{3}"
)
_LONGEST = 64


class Money(msgspec.Struct, frozen=True):
    """`minor` units (cents) of `currency` (ISO 4217)."""

    minor: int
    currency: str

    @property
    def value(self) -> float:
        """In the currency's own unit, for people and for JSON."""
        return float(Decimal(self.minor).scaleb(-exponent(self.currency)))


def exponent(currency: str) -> int:
    """How many decimals the currency has."""
    return _EXPONENTS.get(currency, 2)


def read_currency(text: object) -> str:
    """The currency a text names: its three letters in any case, or €, which only one has. ValueError otherwise."""
    plain = text.strip() if isinstance(text, str) else ""
    if plain.isascii() and plain.upper() in _CURRENCIES:
        return plain.upper()
    if plain == "€":
        return "EUR"
    there = text is not None and text != ""
    said = f"{_short(repr(text))} is not a currency" if there else "the currency is missing"
    raise ValueError(f"{said}: write its three letters, as in EUR")


def read_amount(value: object, currency: str = "") -> Decimal:
    """The amount that a number or a text means, in the currency's own unit. ValueError if it could mean another too.

    A sign or code beside the digits must be the currency's, if one is given.
    """
    if isinstance(value, str):
        found = _written(value, currency)
    elif isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        found = Decimal(str(value))
    else:
        found = Decimal("nan")
    if not found.is_finite():
        there = value is not None and value != ""
        said = f"{_short(repr(value))} is not an amount" if there else "the amount is missing"
        raise ValueError(f"{said}: write a number, as in 349.00")
    if abs(found) >= _LARGEST_MINOR // 1000:
        raise ValueError(f"{_short(repr(value))} is not an amount that can be kept: it is too large")
    return found


def money(value: float | int | str, currency: str) -> Money:
    """`value` in the currency's own unit, rounded half to even. ValueError if it can't be one amount."""
    if len(currency) != 3 or not currency.isascii() or not currency.isupper() or currency not in _CURRENCIES:
        raise ValueError(f"{_short(repr(currency))} is not a currency: use its three letters, as in EUR")
    minor = read_amount(value, currency).scaleb(exponent(currency)).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    return Money(int(minor), currency)


def _written(text: str, currency: str) -> Decimal:
    plain = _plain_digits(text.strip())
    shape = _SHAPE.fullmatch(plain) if len(plain) <= _LONGEST else None
    if shape is None:
        return Decimal("nan")
    before, amount, after = shape["before"].strip(), shape["amount"].strip(), shape["after"].strip()
    if _PLAIN.fullmatch(plain.lstrip("+-")):
        before, amount, after = "", plain, ""
    elif not amount[-1:].isdigit() or after[:1] in (",", ".", ":"):  # `349,-` and what follows it
        whole = _WHOLE.fullmatch(re.split(_SPACE, amount + after)[0])
        if whole is None:
            return Decimal("nan")
        after, amount = (amount + after)[whole.end() :].strip(), whole["whole"]
    for mark in (before, after):
        _check_mark(text, mark, currency)
    sign = -1 if amount.startswith("-") else 1
    return sign * _number(text, re.sub(_SPACE, " ", amount.lstrip("+-")).replace("\u2019", "'"))


def _plain_digits(text: str) -> str:
    """The text with the digits and marks of other scripts written as ours."""
    text = text.replace("\u2212", "-").replace("\u066b", ".").replace("\u066c", "'")
    return "".join(str(unicodedata.decimal(one, one)) for one in text[: _LONGEST + 1])


def _check_mark(text: str, mark: str, currency: str) -> None:
    """ValueError for what is no sign of money, or another currency's."""
    code = mark.upper()
    owners = frozenset((code,)) if code in _CURRENCIES else _SIGNS.get(mark.lower().replace(" ", ""), frozenset())
    if mark and not owners:
        raise ValueError(f"{_short(repr(text))} is not an amount: write a number, as in 349.00")
    if mark and currency and currency not in owners:
        raise ValueError(
            f"{_short(repr(text))} is not an amount of {currency}: send the amount in the currency you name"
        )


def _number(text: str, amount: str) -> Decimal:
    """What the digits and their marks mean; the last mark divides cents where the others can't be it."""
    if _PLAIN.fullmatch(amount) and not _may_be_thousands(amount):
        return Decimal(amount)
    if _GROUPED.fullmatch(amount) and not _may_be_thousands(amount):
        return Decimal(re.sub(r"\D", "", amount))
    whole, cents = re.fullmatch(r"(.*?)(?:[.,](\d+))?", amount, re.DOTALL).groups()  # type: ignore[union-attr]
    grouped = _GROUPED.fullmatch(whole)
    if _may_be_thousands(amount) or (grouped and cents and len(cents) == 3):
        raise ValueError(
            f"{_short(repr(text))} can mean two amounts: write a number with a point before the cents, as in 1234.00"
        )
    divider = amount[len(whole) : len(whole) + 1]
    if cents is None or not (whole.isdigit() or (grouped and divider not in whole)):
        raise ValueError(f"{_short(repr(text))} is not an amount: write a number, as in 349.00")
    return Decimal(f"{re.sub(r'[^0-9]', '', whole)}.{cents}")


def _may_be_thousands(amount: str) -> bool:
    """`1.234` and `1,234`: one mark before three digits, and one to three before it that begin no `0`."""
    return re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", amount) is not None


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:60]}…"
