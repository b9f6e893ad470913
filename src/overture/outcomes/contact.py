"""Ways to answer somebody: an e-mail address and a phone number, as people type them."""

from __future__ import annotations

import email_validator
import msgspec
import phonenumbers

from overture.outcomes.errors import BadContact

# Names like .test and .local are real inside companies; the library documents this list as ours to change.
email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()

LONGEST_NAME = 120
LONGEST_PHONE = 40


class Contact(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who to answer and where; `phone` in E.164 (`+358401234567`). Empty is unknown."""

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
    """The number in E.164, "" if there is none. BadContact if nobody could be called there.

    Its length is checked against the country's, not whether it is in use.
    """
    phone = phone.strip()
    if not phone:
        return ""
    if len(phone) > LONGEST_PHONE or any(c.isalpha() for c in phone):
        raise BadContact("This is no phone number: write digits only, as in +358 40 123 4567", field="phone")
    try:
        number = phonenumbers.parse(phone, country)
    except phonenumbers.NumberParseException as error:
        raise BadContact(_why(error, phone), field="phone") from None
    if not phonenumbers.is_possible_number(number):
        raise BadContact("This phone number is too short or too long: check its digits", field="phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _why(error: phonenumbers.NumberParseException, phone: str) -> str:
    if error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE and not phone.startswith("+"):
        return "Begin the phone number with its country code, as in +358 40 123 4567"
    return "This is no phone number: write it with its country code, as in +358 40 123 4567"
