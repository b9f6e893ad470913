"""Ways to answer somebody: an e-mail address and a phone number, as people type them."""

from __future__ import annotations

import re

import email_validator
import msgspec
import phonenumbers

from overture.outcomes.errors import BadContact

# Names like .test and .local are real inside companies; the library documents this list as ours to change.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()

LONGEST_NAME = 120
LONGEST_PHONE = 40


class Contact(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who to answer and where; `phone` in E.164 (`+358401234567`, with an extension `;ext=12`). Empty is unknown."""

    name: str = ""
    email: str = ""
    phone: str = ""

    @property
    def reachable(self) -> bool:
        """Whether there is any way to answer."""
        return bool(self.email or self.phone)

    @property
    def columns(self) -> dict[str, str]:
        """Its fields by the names of the columns that leads and promises keep them in."""
        return {"name": self.name, "email": self.email, "phone": self.phone}


def contact(name: str, email: str, phone: str, country: str | None) -> Contact:
    """The three as typed, normalised. BadContact names the field; empty fields stay empty.

    `country` (ISO 3166) is where a number without a country code is from.
    """
    return Contact(name=clean_name(name), email=clean_email(email), phone=clean_phone(phone, country))


def clean_name(name: str) -> str:
    """One line without control characters, at most `LONGEST_NAME` characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())[:LONGEST_NAME]


def clean_email(email: str) -> str:
    """The address with its domain in lower case, "" if there is none. BadContact says what is wrong with it.

    The syntax is checked, not whether anybody reads it; a host without a dot is taken for a slip.
    """
    email = email.strip()
    if not email:
        return ""
    try:
        checked = email_validator.validate_email(email, check_deliverability=False, strict=True)
    except email_validator.EmailNotValidError as error:
        raise BadContact(f"This is no e-mail address: {error}", field="email") from None
    return checked.normalized


def clean_phone(phone: str, country: str | None) -> str:
    """The number in E.164, with its extension as in RFC 3966 (`+358401234567;ext=12`); "" if there is none.
    BadContact if nobody could be called there.

    Its length is checked against the country's, not whether it is in use.
    """
    phone = phone.strip()
    if not phone:
        return ""
    if len(phone) > LONGEST_PHONE:
        raise BadContact("This is no phone number: write digits only, as in +358 40 123 4567", field="phone")
    bare, extension = _without_extension(_LABEL.sub("", phone))
    if any(c.isalpha() for c in bare):
        raise BadContact("This is no phone number: write digits only, as in +358 40 123 4567", field="phone")
    first, slash, second = bare.partition("/")
    if slash and (_possible(first, country) or "/" in second):
        raise BadContact(
            "This could be two numbers: write one, and an extension behind #, as in +358 40 123 4567 #45", field="phone"
        )
    number = _parsed(bare, country)
    if not phonenumbers.is_possible_number(number):
        raise BadContact("This phone number is too short or too long: check its digits", field="phone")
    kept = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{kept};ext={extension}" if extension else kept


# What people write before a number, and before its extension, in the languages the house speaks and its neighbours'.
_LABEL = re.compile(r"^(?:tel|puh|phone|mob(?:ile?)?|gsm|matk|tfn|call|[ptm])\b\.?:? *", re.IGNORECASE)
_EXTENSION = re.compile(
    r"(?:;ext=|[#x]|,|\bext(?:ension)?\.?|\balan(?:umero)?\.?|\bankn(?:ytning)?\.?|\bint\.?|\bdw\.?) *:? *(\d{1,7})$",
    re.IGNORECASE,
)
# "+358 (0)40 123 4567": the 0 is for callers within the country. Italy's is a part of the number.
_INNER_ZERO = re.compile(r"^((?:\+|00) *(?!39)[\d ]{1,5}) *\( *0 *\)")


def _without_extension(phone: str) -> tuple[str, str]:
    found = _EXTENSION.search(phone)
    return (phone[: found.start()].rstrip(" ,;-"), found[1]) if found else (phone, "")


def _possible(phone: str, country: str | None) -> bool:
    try:
        number = _parsed(phone, country)
        return (
            bool(phonenumbers.is_possible_number(number)) and (number.national_number or 0) > 99_999
        )  # else an area's code
    except BadContact:
        return False


def _parsed(phone: str, country: str | None) -> phonenumbers.PhoneNumber:
    phone = _INNER_ZERO.sub(r"\1 ", phone)
    try:
        return phonenumbers.parse(phone, country)
    except phonenumbers.NumberParseException as error:
        raise BadContact(_why(error, phone), field="phone") from None


def _why(error: phonenumbers.NumberParseException, phone: str) -> str:
    if error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE and not phone.startswith("+"):
        return "Begin the phone number with its country code, as in +358 40 123 4567"
    return "This is no phone number: write it with its country code, as in +358 40 123 4567"
