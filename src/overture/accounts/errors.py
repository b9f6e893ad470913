"""What accounts refuse."""

from __future__ import annotations

from overture.kit.errors import Conflict, Denied, Invalid, NotSignedIn, TooMany


class NotAllowed(Denied):
    """The actor's role or scope does not cover it."""

    code = "not_allowed"


class WrongPassword(NotSignedIn):
    """No such user, or another password; which of the two is not told."""

    code = "wrong_password"


class SignInAgain(NotSignedIn):
    """No session, or one that has ended."""

    code = "sign_in_again"


class BadToken(NotSignedIn):
    """The API token is unknown or revoked."""

    code = "bad_token"


class BadCsrf(Denied):
    """The request does not prove that it comes from our own page."""

    code = "bad_csrf"


class TooManyTries(TooMany):
    """Too many sign-ins failed from here or for this address."""

    code = "too_many_tries"


class LinkExpired(Invalid):
    """An invite or reset link that has been used, replaced, or is too old."""

    code = "link_expired"


class BadAccount(Invalid):
    """A field of a site, user or token can't be used; `details.field` names it."""

    code = "bad_account"


class AlreadyThere(Conflict):
    """A site or user of that name exists."""

    code = "already_there"
