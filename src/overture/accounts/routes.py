"""HTTP of accounts: sessions, invites, sites, users, tokens, audit."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
import structlog
from litestar import Request, Response, delete, get, patch, post
from litestar.background_tasks import BackgroundTask
from litestar.datastructures import Cookie
from litestar.params import FromPath, JSONBody, QueryParameter

from overture.accounts import service
from overture.accounts.authentication import COOKIE, session_token
from overture.accounts.dependencies import (
    OPEN,
    Cursor,
    Limit,
    TheActor,
    TheAuthenticator,
    TheMailer,
    TheSettings,
    TheStore,
)
from overture.accounts.errors import TooManyTries, WrongPassword
from overture.accounts.letters import letter
from overture.accounts.model import (
    AuditEntry,
    Consent,
    Look,
    Memberships,
    Origins,
    Role,
    Scope,
    Signals,
    Site,
    Token,
    UnsentLetter,
    User,
)
from overture.accounts.password_work import PasswordWork
from overture.accounts.passwords import hash_password, verify_password
from overture.accounts.permissions import (
    ADD_SITES,
    CHANGE_SITES,
    CHANGE_TOKENS,
    CHANGE_USERS,
    END_SESSIONS,
    PUBLIC,
    READ_AUDIT,
    READ_SECRETS,
    READ_SITES,
    READ_TOKENS,
    READ_USERS,
    ROTATE_KEYS,
    needs,
    permissions_of,
)
from overture.accounts.sign_in_limits import DEVICE_COOKIE, SignInLimits, device_cookie, device_of
from overture.config import Settings
from overture.kit.addresses import asker
from overture.kit.errors import OvertureError
from overture.kit.mail import Mailer
from overture.kit.pagination import Page
from overture.kit.text import Id, Line
from overture.store import Store

DEVICE_DAYS = 365
limits = SignInLimits()
password_work = PasswordWork()
LetterKind = Literal["invite", "reset"]
Send = Annotated[bool, QueryParameter(description="mail the link, and wait for what becomes of that")]
NO_MAIL_SERVER = "No mail server is set up: set OVERTURE_SMTP_URL, or hand the link over yourself"
_log = structlog.get_logger(__name__)


class SiteTeams(msgspec.Struct, frozen=True):
    """A site that the user works on, with their teams there."""

    id: str
    name: str
    teams: list[str]


class Me(msgspec.Struct, frozen=True):
    """The signed-in user; `permissions` are what they may, as in the table of permissions."""

    id: str
    email: str
    name: str
    role: Role
    language: str
    sites: list[SiteTeams]
    permissions: list[str]


class SessionView(msgspec.Struct, frozen=True):
    """Who is signed in, and the value to send as X-CSRF-Token with every change."""

    user: Me
    csrf: str


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An e-mail address and its password."""

    email: Line
    password: Line


class AcceptLink(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The secret of an invite or reset link, and the new password."""

    token: Id
    password: Line
    name: Line = ""
    language: Annotated[str, msgspec.Meta(max_length=35)] = ""


class LinkBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The secret of an invite link."""

    token: Id


class InviteView(msgspec.Struct, frozen=True):
    """Whom an invite is for; `name` is "" if nobody has said one."""

    email: str
    name: str
    language: str


class ResetRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose password is forgotten."""

    email: Line


class SiteView(msgspec.Struct, frozen=True):
    """A site as managers see it, with the snippet to paste."""

    id: str
    key: str
    name: str
    origins: list[str]
    look: Look
    consent: Consent
    signals: Signals
    retention_days: int | None
    snippet: str


class NewSite(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A site to add."""

    id: Id
    name: Line
    origins: Origins


class NewUser(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A user to add and invite."""

    email: Line
    role: Role
    name: Line = ""
    teams: Memberships = []
    language: Annotated[str, msgspec.Meta(max_length=16)] = ""


class InvitedUser(msgspec.Struct, frozen=True):
    """A new user, and the link that lets them set a password."""

    user: User
    invite_url: str


class Sending(msgspec.Struct, frozen=True):
    """What became of a mail: whether the mail server took it, and why not."""

    sent: bool
    reason: str


class InviteLink(msgspec.Struct, frozen=True):
    """A fresh invite link; it works once, for seven days. `mail` is null if it was not to be sent."""

    invite_url: str
    mail: Sending | None = None


class ResetLink(msgspec.Struct, frozen=True):
    """A fresh reset link; it works once, for two hours."""

    reset_url: str
    mail: Sending | None = None


class NewToken(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An API token to make."""

    name: Line
    scope: Scope
    site: Id = ""


class MadeToken(msgspec.Struct, frozen=True):
    """A new token; `token` is its secret, told only now."""

    info: Token
    token: str


class IdentitySecret(msgspec.Struct, frozen=True):
    """The secret that the company's own server signs customers' ids with (HMAC-SHA256, hex)."""

    secret: str


# ---- sessions ----------------------------------------------------------------------------------------------


@post("/api/v1/session", status_code=200, security=OPEN, opt=needs(PUBLIC))
async def sign_in(
    data: JSONBody[SignIn], request: Request[Any, Any, Any], store: TheStore, settings: TheSettings
) -> Response[SessionView]:
    """Sign in; sets the session cookie."""
    address, email = asker(request.scope), data.email.strip().lower()[:254]
    known = await store.read(service.credentials, email)
    password_hash = known.password_hash if known else ""
    device = device_of(request.cookies.get(DEVICE_COOKIE, ""), password_hash)
    _refuse_often(limits.take(address, email, device))
    right = await password_work.do(address, verify_password, data.password[:1000], password_hash)
    if not known or not right or known.state != "active":
        raise WrongPassword("The e-mail address or the password is wrong")
    limits.forgive(address, email, device)
    return await _signed_in(store, settings, known.user, "" if device else device_cookie(password_hash))


async def _signed_in(store: Store, settings: Settings, user: str, device: str) -> Response[SessionView]:
    token, _session = await store.run(service.open_session, user)
    cookies = [_cookie(token, settings)]
    if device:
        cookies.append(_cookie(device, settings, name=DEVICE_COOKIE, path="/api/v1/session", days=DEVICE_DAYS))
    return Response(await _session_view(store, token), cookies=cookies, headers={"Cache-Control": "no-store"})


def _refuse_often(wait: float) -> None:
    if wait:
        raise TooManyTries("Too many tries: wait a little", retry_after=int(wait) + 1)


@get("/api/v1/session", security=OPEN, opt=needs(PUBLIC))
async def who_am_i(
    request: Request[Any, Any, Any], store: TheStore, authenticator: TheAuthenticator
) -> Response[SessionView]:
    """Who is signed in here; 401 if nobody."""
    cookie = request.headers.get("cookie", "")
    await authenticator.signed_in(cookie)
    view = await _session_view(store, session_token(cookie))
    return Response(view, headers={"Cache-Control": "no-store"})


@delete("/api/v1/session", opt=needs(END_SESSIONS))
async def sign_out(
    request: Request[Any, Any, Any], store: TheStore, settings: TheSettings, actor: TheActor
) -> Response[None]:
    """Sign out."""
    await store.run(service.end_session, session_token(request.headers.get("cookie", "")))
    return Response(None, status_code=204, cookies=[_cookie("", settings)])


def _cookie(
    value: str, settings: Settings, *, name: str = COOKIE, path: str = "/", days: int = service.SESSION_LIFE.days
) -> Cookie:
    return Cookie(
        key=name,
        value=value,
        path=path,
        httponly=True,
        samesite="lax",
        secure=settings.public_url.startswith("https:"),
        max_age=days * 86_400 if value else 0,
    )


async def _session_view(store: Store, token: str) -> SessionView:
    def query(tx: Any) -> SessionView:
        session, user = service.session_of(tx, token)
        return SessionView(user=_me(user, service.sites(tx, service.actor_of(user))), csrf=session.csrf)

    return await store.read(query)


def _me(user: User, sites: list[Site]) -> Me:
    teams = {site.id: [member.team for member in user.teams if member.site == site.id] for site in sites}
    places = [SiteTeams(site.id, site.name, teams[site.id]) for site in sites]
    may = permissions_of(service.actor_of(user))
    return Me(user.id, user.email, user.name, user.role, user.language, places, may)


@post("/api/v1/invites/accept", status_code=200, security=OPEN, opt=needs(PUBLIC))
async def accept_invite(
    data: JSONBody[AcceptLink], request: Request[Any, Any, Any], store: TheStore, settings: TheSettings
) -> Response[SessionView]:
    """Set the first password with an invite link, and be signed in."""
    return await _accept(data, "invite", asker(request.scope), store, settings)


@post("/api/v1/invites/read", status_code=200, security=OPEN, opt=needs(PUBLIC))
async def read_invite(data: JSONBody[LinkBody], request: Request[Any, Any, Any], store: TheStore) -> InviteView:
    """Whom an invite link is for, so that what is known need not be typed again. The link stays as good as it was."""
    _refuse_often(limits.take_from(asker(request.scope)))
    user = await store.read(service.invited, data.token)
    return InviteView(user.email, "" if user.name == user.email else user.name, user.language)


@post("/api/v1/password-resets/accept", status_code=200, security=OPEN, opt=needs(PUBLIC))
async def accept_reset(
    data: JSONBody[AcceptLink], request: Request[Any, Any, Any], store: TheStore, settings: TheSettings
) -> Response[SessionView]:
    """Set a new password with a reset link, and be signed in."""
    return await _accept(data, "reset", asker(request.scope), store, settings)


async def _accept(data: AcceptLink, kind: str, address: str, store: Store, settings: Settings) -> Response[SessionView]:
    _refuse_often(limits.take_from(address))
    await store.read(service.check_link, data.token, kind)  # before anything costly is done for a stranger
    password_hash = await password_work.do(address, hash_password, data.password)
    user = await store.run(service.accept_link, data.token, kind, password_hash, data.name, data.language)
    return await _signed_in(store, settings, user.id, device_cookie(password_hash))


@post("/api/v1/password-resets", status_code=202, security=OPEN, opt=needs(PUBLIC))
async def forgot(
    data: JSONBody[ResetRequest],
    request: Request[Any, Any, Any],
    store: TheStore,
    settings: TheSettings,
    mailer: TheMailer,
) -> Response[None]:
    """Ask for a new password. The answer is the same whether or not there is such a user.

    The link is mailed where a mail server is set up; managers find the request in the audit log either way.
    """
    _refuse_often(limits.take_from(asker(request.scope), 4))
    return Response(None, status_code=202, background=BackgroundTask(_reset, data.email, store, settings, mailer))


async def _reset(email: str, store: Store, settings: Settings, mailer: Mailer | None) -> None:
    """Once the answer is out: how long this takes tells nobody whether there is such a user."""
    if not limits.may_send_reset(email.strip().lower()[:254]):
        return
    try:
        asked = await store.run(service.ask_for_reset, email)
    except OvertureError as error:
        _log.warning("reset_not_made", code=error.code, reason=error.message)
        return
    if asked:
        await _deliver(store, mailer, "reset", asked[0], console_link(settings, "reset", asked[1]))


async def _deliver(store: Store, mailer: Mailer | None, kind: LetterKind, user: User, link: str) -> str:
    """Mail a link; "" once the mail server has taken it, else why not, which stays where people are managed."""
    written = letter(kind, user, link)
    reason = await mailer.deliver(user.email, written.subject, written.text) if mailer else NO_MAIL_SERVER
    await store.run(service.letter_tried, user.id, kind, reason)
    return reason


# ---- sites -------------------------------------------------------------------------------------------------


def _site_view(site: Site, settings: Settings) -> SiteView:
    values = msgspec.structs.asdict(site)
    del values["created_at"]
    return SiteView(**values, snippet=snippet(settings.public_url, site.key))


def snippet(public_url: str, key: str) -> str:
    """What the site's developer pastes."""
    return f'<script async src="{public_url.rstrip("/")}/overture.js" data-site="{key}"></script>'


@get("/api/v1/sites", opt=needs(READ_SITES))
async def list_sites(store: TheStore, actor: TheActor, settings: TheSettings) -> Page[SiteView]:
    """The sites you have to do with."""
    found = await store.read(service.sites, actor)
    return Page([_site_view(site, settings) for site in found])


@post("/api/v1/sites", opt=needs(ADD_SITES))
async def add_site(data: JSONBody[NewSite], store: TheStore, actor: TheActor, settings: TheSettings) -> SiteView:
    """Add a site."""
    return _site_view(await store.run(service.add_site, actor, data.id, data.name, data.origins), settings)


@patch("/api/v1/sites/{site:str}", opt=needs(CHANGE_SITES))
async def change_site(
    site: FromPath[str], data: JSONBody[service.SiteChange], store: TheStore, actor: TheActor, settings: TheSettings
) -> SiteView:
    """Change a site's name, origins, look, consent or retention."""
    return _site_view(await store.run(service.change_site, actor, site, data), settings)


@post("/api/v1/sites/{site:str}/rotate-key", status_code=200, opt=needs(ROTATE_KEYS))
async def rotate_key(site: FromPath[str], store: TheStore, actor: TheActor, settings: TheSettings) -> SiteView:
    """Give the site a new key; the old snippet stops working."""
    return _site_view(await store.run(service.rotate_key, actor, site), settings)


@get("/api/v1/sites/{site:str}/identity-secret", opt=needs(READ_SECRETS))
async def identity_secret(site: FromPath[str], store: TheStore, actor: TheActor) -> IdentitySecret:
    """The secret for vouching for customers (`identify`)."""
    return IdentitySecret(await store.read(service.identity_secret, actor, site))


# ---- users -------------------------------------------------------------------------------------------------


@get("/api/v1/users", opt=needs(READ_USERS))
async def list_users(store: TheStore, actor: TheActor) -> Page[User]:
    """Everybody."""
    return Page(await store.read(service.users, actor))


@post("/api/v1/users", opt=needs(CHANGE_USERS))
async def add_user(
    data: JSONBody[NewUser], store: TheStore, actor: TheActor, settings: TheSettings, mailer: TheMailer
) -> Response[InvitedUser]:
    """Add a user and invite them: by mail where a mail server is set up, else by the link in the answer."""

    def command(tx: Any) -> tuple[User, str]:
        user = service.add_user(tx, actor, data.email, data.name, data.role, data.teams, data.language)
        return user, service.invite(tx, actor, user.id)

    user, token = await store.run(command)
    link = console_link(settings, "invite", token)
    background = BackgroundTask(_deliver, store, mailer, "invite", user, link) if mailer else None
    return Response(InvitedUser(user, link), status_code=201, background=background)


@patch("/api/v1/users/{user:str}", opt=needs(CHANGE_USERS))
async def change_user(
    user: FromPath[str], data: JSONBody[service.UserChange], store: TheStore, actor: TheActor
) -> User:
    """Change a user's name, role, capacity, language or teams."""
    return await store.run(service.change_user, actor, user, data)


@post("/api/v1/users/{user:str}/invite", status_code=200, opt=needs(CHANGE_USERS))
async def invite_user(
    user: FromPath[str],
    store: TheStore,
    actor: TheActor,
    settings: TheSettings,
    mailer: TheMailer,
    send: Send = False,
) -> InviteLink:
    """A new invite link; the old one stops working. With `send` it is mailed, and the answer tells how that went."""
    link = console_link(settings, "invite", await store.run(service.invite, actor, user))
    return InviteLink(link, await _send(store, mailer, "invite", user, link) if send else None)


@post("/api/v1/users/{user:str}/reset", status_code=200, opt=needs(CHANGE_USERS))
async def reset_user(
    user: FromPath[str],
    store: TheStore,
    actor: TheActor,
    settings: TheSettings,
    mailer: TheMailer,
    send: Send = False,
) -> ResetLink:
    """A link that sets a new password. With `send` it is mailed, and the answer tells how that went."""
    link = console_link(settings, "reset", await store.run(service.reset, actor, user))
    return ResetLink(link, await _send(store, mailer, "reset", user, link) if send else None)


async def _send(store: Store, mailer: Mailer | None, kind: LetterKind, user_id: str, link: str) -> Sending:
    user = await store.read(service.the_user, user_id)
    reason = await _deliver(store, mailer, kind, user, link)
    return Sending(not reason, reason)


@get("/api/v1/letters/unsent", summary="Invites and resets that could not be sent", opt=needs(READ_USERS))
async def list_unsent(store: TheStore, actor: TheActor) -> Page[UnsentLetter]:
    """The latest first; of each user and kind the latest. Sent again or no longer needed, it goes."""
    return Page(await store.read(service.unsent_letters, actor))


@post("/api/v1/users/{user:str}/revoke", status_code=200, opt=needs(CHANGE_USERS))
async def revoke_user(user: FromPath[str], store: TheStore, actor: TheActor) -> User:
    """Sign the user out everywhere and let them in no more."""
    return await store.run(service.revoke, actor, user)


@post("/api/v1/users/{user:str}/restore", status_code=200, opt=needs(CHANGE_USERS))
async def restore_user(user: FromPath[str], store: TheStore, actor: TheActor) -> User:
    """Let a revoked user in again."""
    return await store.run(service.restore, actor, user)


def console_link(settings: Settings, kind: str, token: str) -> str:
    """Where an invite or reset link leads."""
    return f"{settings.public_url.rstrip('/')}/console/{kind}?token={token}"


# ---- tokens and audit --------------------------------------------------------------------------------------


@get("/api/v1/tokens", opt=needs(READ_TOKENS))
async def list_tokens(store: TheStore, actor: TheActor) -> Page[Token]:
    """API tokens, without their secrets."""
    return Page(await store.read(service.tokens, actor))


@post("/api/v1/tokens", opt=needs(CHANGE_TOKENS))
async def add_token(data: JSONBody[NewToken], store: TheStore, actor: TheActor) -> MadeToken:
    """Make an API token."""
    secret, token = await store.run(service.add_token, actor, data.name, data.scope, data.site)
    return MadeToken(token, secret)


@delete("/api/v1/tokens/{token:str}", opt=needs(CHANGE_TOKENS))
async def delete_token(token: FromPath[str], store: TheStore, actor: TheActor) -> None:
    """Revoke an API token."""
    await store.run(service.delete_token, actor, token)


@get("/api/v1/audit", opt=needs(READ_AUDIT))
async def audit(store: TheStore, actor: TheActor, cursor: Cursor = None, limit: Limit = None) -> Page[AuditEntry]:
    """What managers did, newest first."""
    return await store.read(service.audit, actor, cursor, limit)


ROUTES = [
    sign_in, who_am_i, sign_out, accept_invite, read_invite, accept_reset, forgot,
    list_sites, add_site, change_site, rotate_key, identity_secret,
    list_users, add_user, change_user, invite_user, reset_user, revoke_user, restore_user,
    list_unsent,
    list_tokens, add_token, delete_token, audit,
]  # fmt: skip
