"""Money as whole minor units of one currency, so that sums are exact."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

import msgspec

# ISO 4217 currencies whose minor unit is not a hundredth.
_EXPONENTS = {
    "BHD": 3, "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "IQD": 3, "ISK": 0, "JOD": 3, "JPY": 0, "KMF": 0,
    "KRW": 0, "KWD": 3, "LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0, "VND": 0, "VUV": 0,
    "XAF": 0, "XOF": 0, "XPF": 0,
}  # fmt: skip
_LARGEST_MINOR = 10**15


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


def money(value: float | int | str, currency: str) -> Money:
    """`value` in the currency's own unit, rounded half to even. ValueError if it can't be an amount."""
    if len(currency) != 3 or not currency.isascii() or not currency.isupper():
        raise ValueError(f"{currency!r} is not a currency: use its three letters, as in EUR")
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{value!r} is not an amount: write a number, as in 349.00") from None
    if not amount.is_finite() or abs(amount) >= _LARGEST_MINOR // 1000:
        raise ValueError(f"{value!r} is not an amount that can be kept")
    minor = amount.scaleb(exponent(currency)).quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    return Money(int(minor), currency)
