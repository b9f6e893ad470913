"""Who there is: sites, users, and who is behind a request."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from overture.kit.text import Id, Line

Role = Literal["admin", "manager", "agent", "partner_agent"]
UserState = Literal["invited", "active", "revoked"]
Consent = Literal["none", "required"]
Signals = Literal["gpc", "gpc_dnt", "ignored"]
Scope = Literal["read", "orders", "leads", "messages:write", "admin"]
SCOPES: tuple[Scope, ...] = ("read", "orders", "leads", "messages:write", "admin")


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """How the widget looks on a site: the name in the header, `#rrggbb`, the corner, a greeting a language."""

    name: str = ""
    colour: str = "#1f5eff"
    position: Literal["right", "left"] = "right"
    greeting: dict[str, str] = {}


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """One website's chat operation. `id` is its name slug and never changes; `key` is public, in the snippet.

    `origins` may show the chat. With `consent` required nothing is stored before the page says yes.
    `signals`: which of what a browser asks for count as no consent (Global Privacy Control, and Do Not Track).
    `retention_days` after which visits and closed conversations are erased; none: kept.
    """

    id: str
    key: str
    name: str
    origins: list[str]
    look: Look = Look()
    consent: Consent = "none"
    signals: Signals = "gpc"
    retention_days: int | None = None
    created_at: datetime


class Membership(msgspec.Struct, frozen=True):
    """A user's place on one team of a site's plan."""

    site: Id
    team: Id


Memberships = Annotated[list[Membership], msgspec.Meta(max_length=1_000)]
Origins = Annotated[list[Line], msgspec.Meta(max_length=100)]


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A person who signs in. `capacity` overrides their teams' `chats_per_agent`; each change raises `version`."""

    id: str
    email: str
    name: str
    role: Role
    state: UserState
    capacity: int | None = None
    language: str = "en"
    teams: list[Membership] = []
    last_seen_at: datetime | None = None
    version: int = 0


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who is behind a request or a socket: a signed-in user, or a program with an API token.

    `teams` are the memberships of an agent; managers and admins see every team. `site` confines a token
    to one site. Services take an Actor first and ask `overture.accounts.access`; routes check nothing.

    `session` is the digest of the session's secret and `version` the user's, as they were when the actor was
    known: what goes on for long asks by them whether that still holds.
    """

    id: str
    name: str
    kind: Literal["user", "token", "system"]
    role: Role = "agent"
    teams: list[Membership] = []
    scopes: list[Scope] = []
    site: str = ""
    session: str = ""
    version: int = 0

    @property
    def proof(self) -> str:
        """What stands for the actor's authority while it lasts: a session, else the user or token itself."""
        return self.session or self.id

    @property
    def manages(self) -> bool:
        """May see every team and change what managers may."""
        return self.role in ("admin", "manager")


SYSTEM = Actor(id="", name="", kind="system", role="admin")


class Credentials(msgspec.Struct, frozen=True):
    """What a sign-in is checked against; `password_hash` is empty until an invite is accepted."""

    user: str
    state: UserState
    password_hash: str


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A signed-in browser. `csrf` must come back in a header with everything that changes something."""

    user: str
    csrf: str
    seen_at: datetime
    expires_at: datetime


class UnsentLetter(msgspec.Struct, frozen=True):
    """An `invite` or `reset` that the mail server did not take: why, how often it was tried, and when at last."""

    user: str
    kind: str
    reason: str
    tries: int
    at: datetime


class Token(msgspec.Struct, frozen=True, kw_only=True):
    """An API token, without its secret. `site` confines it; empty means all sites."""

    id: str
    name: str
    scope: Scope
    site: str
    created_at: datetime
    created_by: str


class AuditEntry(msgspec.Struct, frozen=True, kw_only=True):
    """What a manager did, when, to what."""

    id: str
    at: datetime
    actor: str
    actor_name: str
    action: str
    subject: str
    details: dict[str, Any]
