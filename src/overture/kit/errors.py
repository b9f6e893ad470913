"""The base of every error a person or a program may meet.

An error says what is wrong, where, and the way out. Its `code` is stable and is what programs match on;
`details` carries the same facts as data. Domains subclass the kinds below in their own `errors.py`.
"""

from __future__ import annotations

from typing import Any, ClassVar


class OvertureError(Exception):
    """A refusal with a stable code. `status` is the HTTP status that tells the same to a client.

    `retry_after` is in how many seconds to come again, 0 where that would not help.
    """

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    retry_after: int = 0

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    @property
    def body(self) -> dict[str, Any]:
        """The one shape in which every answer tells it: `{"error": {"code", "message", "details"}}`."""
        return {"error": {"code": self.code, "message": self.message, "details": self.details}}


class Unforeseen(OvertureError):
    """A mistake of ours: told without its cause, which is in the log."""

    def __init__(self) -> None:
        super().__init__("Something went wrong on the server; it is in its log")


class Invalid(OvertureError):
    """What was sent can't be used as it is."""

    code = "invalid"
    status = 400


class UnsupportedType(Invalid):
    """The body's Content-Type is not one that is taken here."""

    code = "unsupported_media_type"
    status = 415


class NotSignedIn(OvertureError):
    """Nobody is known behind the request."""

    code = "not_signed_in"
    status = 401


class Denied(OvertureError):
    """Somebody is known, and may not do this."""

    code = "denied"
    status = 403


class NotFound(OvertureError):
    """No such thing, or none that the asker may know of."""

    code = "not_found"
    status = 404


class Conflict(OvertureError):
    """It was right once; something has changed since."""

    code = "conflict"
    status = 409


class TooLarge(OvertureError):
    """More than is taken at once."""

    code = "too_large"
    status = 413


class TooMany(OvertureError):
    """Too often."""

    code = "too_many"
    status = 429

    def __init__(self, message: str, *, retry_after: int = 1, **details: Any) -> None:
        super().__init__(message, retry_after=retry_after, **details)
        self.retry_after = retry_after


class Unavailable(OvertureError):
    """Not now: overload, or a part that is away."""

    code = "unavailable"
    status = 503

    def __init__(self, message: str, *, retry_after: int = 1, **details: Any) -> None:
        super().__init__(message, retry_after=retry_after, **details)
        self.retry_after = retry_after
