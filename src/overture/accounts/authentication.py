"""Who is behind a request or a socket: by bearer token or by session cookie."""

from __future__ import annotations

from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from typing import NamedTuple

from overture.accounts import service
from overture.accounts.errors import BadCsrf, BadToken, SignInAgain
from overture.accounts.model import Actor, Session, User
from overture.kit.ids import same_secret
from overture.store import Store, Tx

COOKIE = "overture_session"


class SignedIn(NamedTuple):
    """A browser's session and its user."""

    session: Session
    user: User


class Authenticator:
    """Answers from the database each time, so that a revoked user or token is out at once."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def actor(self, headers: Iterable[tuple[bytes, bytes]], *, unsafe: bool) -> Actor:
        """The actor behind raw ASGI headers. With `unsafe` a cookie must come with its X-CSRF-Token.

        SignInAgain, BadToken or BadCsrf; all are told apart by code.
        """
        found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}
        scheme, _, secret = found.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return await self._store.read(service.actor_of_token, secret.strip())
        if scheme:
            raise BadToken("Use a bearer token: Authorization: Bearer TOKEN")
        signed_in = await self.signed_in(found.get("cookie", ""))
        if unsafe and not same_secret(found.get("x-csrf-token", ""), signed_in.session.csrf):
            raise BadCsrf("Send the session's csrf value in the header X-CSRF-Token")
        return service.actor_of(signed_in.user, session_token(found.get("cookie", "")))

    async def signed_in(self, cookie_header: str) -> SignedIn:
        """The session behind a Cookie header; keeps it alive. SignInAgain if there is none."""
        token = session_token(cookie_header)
        if not token:
            raise SignInAgain("Sign in first")
        signed_in, stale = await self._store.read(_look_up, token)
        if stale:
            await self._store.run(service.touch_session, token, signed_in.user.id)
        return signed_in


def session_token(cookie_header: str) -> str:
    """The session's secret in a Cookie header, or nothing."""
    try:
        morsel = SimpleCookie(cookie_header).get(COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel else ""


def _look_up(tx: Tx, token: str) -> tuple[SignedIn, bool]:
    session, user = service.session_of(tx, token)
    return SignedIn(session, user), tx.now - session.seen_at >= service.SEEN_EVERY
