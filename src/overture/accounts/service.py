"""Use cases of accounts. Every change that a manager makes leaves a line in the audit log."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Sequence
from datetime import timedelta
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import msgspec

from overture.accounts import store
from overture.accounts.access import held, on_site, require
from overture.accounts.errors import AlreadyThere, BadAccount, BadToken, LinkExpired, NotAllowed, SignInAgain
from overture.accounts.events import SessionsEnded, SiteChanged, TeamsGiven, TokenRevoked, UserChanged
from overture.accounts.model import (
    SCOPES,
    Actor,
    AuditEntry,
    Consent,
    Credentials,
    Look,
    Membership,
    Memberships,
    Origins,
    Role,
    Scope,
    Session,
    Signals,
    Site,
    Token,
    UnsentLetter,
    User,
)
from overture.accounts.permissions import (
    ADD_SITES,
    CHANGE_ADMINS,
    CHANGE_SITES,
    CHANGE_TOKENS,
    CHANGE_USERS,
    READ_AUDIT,
    READ_SECRETS,
    READ_SITES,
    READ_TOKENS,
    READ_USERS,
    ROTATE_KEYS,
    Reach,
)
from overture.kit.errors import NotFound
from overture.kit.ids import hash_token, new_id, new_token
from overture.kit.pagination import Page, decode_cursor, encode_cursor, page_limit
from overture.kit.text import Line
from overture.store import Tx

SESSION_LIFE = timedelta(days=14)  # since it was last seen; a shift away from the desk does not sign out
SEEN_EVERY = timedelta(minutes=5)  # a session's last sign is written at most this often
INVITE_LIFE = timedelta(days=7)
RESET_LIFE = timedelta(hours=2)
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
COLOUR = re.compile(r"#[0-9a-f]{6}")
HOST = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)(\.(?!-)[a-z0-9_-]{1,63}(?<!-))*")
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?")
EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[^@\s,;<>\"]+\.[^@\s,;<>\".]{2,}")

# ---- sites -------------------------------------------------------------------------------------------------


class SiteChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to change of a site; what is left out stays."""

    name: Line | msgspec.UnsetType = msgspec.UNSET
    origins: Origins | msgspec.UnsetType = msgspec.UNSET
    look: Look | msgspec.UnsetType = msgspec.UNSET
    consent: Consent | msgspec.UnsetType = msgspec.UNSET
    signals: Signals | msgspec.UnsetType = msgspec.UNSET
    retention_days: int | msgspec.UnsetType | None = msgspec.UNSET


def add_site(tx: Tx, actor: Actor, site_id: str, name: str, origins: list[str]) -> Site:
    """Add a website's operation. AlreadyThere, or BadAccount naming the field."""
    require(actor, ADD_SITES)
    if not NAME.fullmatch(site_id):
        raise BadAccount("A site's id is made of a-z, 0-9 and -", field="id")
    if store.site(tx, site_id):
        raise AlreadyThere(f"There is a site {site_id} already", site=site_id)
    site = Site(id=site_id, key=new_key(), name=name.strip() or site_id, origins=origins, created_at=tx.now)
    site = _checked(msgspec.structs.replace(site, look=Look(name=site.name)))
    store.add_site(tx, site, secrets.token_hex(32))
    record(tx, actor, "site.added", site_id, origins=site.origins)
    return site


def change_site(tx: Tx, actor: Actor, site_id: str, change: SiteChange) -> Site:
    """Change what a manager may change of a site."""
    require(actor, CHANGE_SITES, site_id)
    values = {name: value for name, value in msgspec.structs.asdict(change).items() if value is not msgspec.UNSET}
    site = _checked(msgspec.structs.replace(the_site(tx, site_id), **values))
    store.save_site(tx, site)
    record(tx, actor, "site.changed", site_id, **msgspec.to_builtins(values))
    tx.emit(SiteChanged(site_id))
    return site


def rotate_key(tx: Tx, actor: Actor, site_id: str) -> Site:
    """Give the site a new public key: snippets with the old one stop working."""
    require(actor, ROTATE_KEYS, site_id)
    site = msgspec.structs.replace(the_site(tx, site_id), key=new_key())
    store.save_site(tx, site)
    record(tx, actor, "site.key_rotated", site_id)
    tx.emit(SiteChanged(site_id))
    return site


def new_key() -> str:
    """A public site key."""
    return secrets.token_hex(12)


def the_site(tx: Tx, site_id: str) -> Site:
    """The site, or NotFound."""
    site = store.site(tx, site_id)
    if site is None:
        raise NotFound(f"There is no site {site_id}", site=site_id)
    return site


def site_by_key(tx: Tx, key: str) -> Site:
    """The site whose snippet carries this key, or NotFound."""
    site = store.site_by_key(tx, key)
    if site is None:
        raise NotFound("No site has this key: copy the snippet again from Settings", key=key[:64])
    return site


def sites(tx: Tx, actor: Actor) -> list[Site]:
    """The sites the actor has anything to do with."""
    held(actor, READ_SITES)
    return [site for site in store.all_sites(tx) if on_site(actor, site.id)]


def identity_secret(tx: Tx, actor: Actor, site_id: str) -> str:
    """The secret that the company's own site signs identities with; for managers."""
    require(actor, READ_SECRETS, site_id)
    return store.identity_secret(tx, the_site(tx, site_id).id) or ""


def _checked(site: Site) -> Site:
    if not 1 <= len(site.name) <= 200:
        raise BadAccount("A site's name has 1 to 200 characters", field="name")
    if not site.origins:
        raise BadAccount("Name at least one origin that may show the chat, as in https://shop.example", field="origins")
    if not COLOUR.fullmatch(site.look.colour.lower()):
        raise BadAccount("A colour looks like #1f5eff", field="look.colour")
    if site.consent not in ("none", "required"):
        raise BadAccount("Consent is none or required", field="consent")
    if site.signals not in ("gpc", "gpc_dnt", "ignored"):
        raise BadAccount("What browsers ask for counts as gpc, gpc_dnt or ignored", field="signals")
    if site.retention_days is not None and not 1 <= site.retention_days <= 3_650:
        raise BadAccount("Keep data for 1 to 3650 days, or leave it empty to keep it", field="retention_days")
    if any(len(text) > 500 for text in (*site.look.greeting.values(), site.look.name)):
        raise BadAccount("A greeting has at most 500 characters", field="look.greeting")
    for language in site.look.greeting:
        _check_language(language, "look.greeting")
    return msgspec.structs.replace(site, origins=[_origin(text) for text in site.origins])


def _check_language(code: str, field: str) -> None:
    if not LANGUAGE.fullmatch(code):
        raise BadAccount(f"{code[:20]!r} is no language: write its code, as in fi or pt-BR", field=field)


def _origin(text: str) -> str:
    """An origin as browsers write it: lower case, no default port, the host in ASCII (RFC 6454, section 6.2)."""
    parts = urlsplit(text.strip())
    try:
        port, host = parts.port, _host(parts.hostname or "")
    except ValueError:  # UnicodeError is one
        port, host = None, ""
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.path not in ("", "/"):
        raise BadAccount(f"{text!r} is not an origin: write https://shop.example, without a path", field="origins")
    if parts.query or parts.fragment:
        raise BadAccount(f"{text!r} is not an origin: leave out what stands behind the host", field="origins")
    default = port is None or port == {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + ("" if default else f":{port}")


def _host(name: str) -> str:
    """A host's name in ASCII, "" if it can't be one: `*` would admit every page."""
    if ":" in name:
        return f"[{ip_address(name)}]"
    if not name.isascii():
        import idna  # its tables take a while to load, and few need them

        name = idna.encode(name, uts46=True).decode()
    return name if len(name) <= 253 and HOST.fullmatch(name) else ""


# ---- users -------------------------------------------------------------------------------------------------


class UserChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to change of a user; what is left out stays."""

    name: Line | msgspec.UnsetType = msgspec.UNSET
    role: Role | msgspec.UnsetType = msgspec.UNSET
    capacity: int | msgspec.UnsetType | None = msgspec.UNSET
    language: Line | msgspec.UnsetType = msgspec.UNSET
    teams: Memberships | msgspec.UnsetType = msgspec.UNSET


def add_user(
    tx: Tx, actor: Actor, email: str, name: str, role: Role, teams: list[Membership], language: str = ""
) -> User:
    """Add somebody who can't sign in before they accept an invite (`invite`), which is written in `language`."""
    held(actor, CHANGE_USERS)
    email = email.strip().lower()
    if not EMAIL.fullmatch(email) or len(email) > 254:
        raise BadAccount(f"{email!r} is not an e-mail address", field="email")
    if store.credentials(tx, email):
        raise AlreadyThere(f"There is a user {email} already", field="email")
    user = User(
        id=new_id("u"),
        email=email,
        name=name.strip() or email,
        role=role,
        state="invited",
        teams=teams,
        language=language or "en",
    )
    _check_user(tx, actor, user)
    store.add_user(tx, user)
    _tell_teams(tx, user, ())
    record(tx, actor, "user.added", email, role=role)
    return user


def change_user(tx: Tx, actor: Actor, user_id: str, change: UserChange) -> User:
    """Change a user: managers anyone's, others their own name and language."""
    old = the_user(tx, user_id)
    values = {name: value for name, value in msgspec.structs.asdict(change).items() if value is not msgspec.UNSET}
    _require_user(actor, old, own=values.keys() <= {"name", "language"})
    user = msgspec.structs.replace(old, **values)
    if old.role == "admin" or user.role == "admin":
        _check_admin_change(tx, actor, old, user)
    _check_user(tx, actor, user)
    store.save_user(tx, user)
    _tell_teams(tx, user, old.teams)
    record(tx, actor, "user.changed", user.email, **msgspec.to_builtins(values))
    tx.emit(UserChanged(user_id))
    return user


def revoke(tx: Tx, actor: Actor, user_id: str) -> User:
    """Sign the user out everywhere and let them in no more."""
    return _set_state(tx, actor, user_id, "revoked")


def restore(tx: Tx, actor: Actor, user_id: str) -> User:
    """Let a revoked user in again, with the password they had."""
    return _set_state(tx, actor, user_id, "active")


def _set_state(tx: Tx, actor: Actor, user_id: str, state: Any) -> User:
    old = the_user(tx, user_id)
    _require_user(actor, old)
    user = msgspec.structs.replace(old, state=state)
    if old.role == "admin":
        _check_admin_change(tx, actor, old, user)
    store.save_user(tx, user)
    if state == "revoked":
        store.end_sessions_of(tx, user_id)
    record(tx, actor, f"user.{state}", user.email)
    tx.emit(UserChanged(user_id, revoked=state == "revoked"))
    return user


def _check_admin_change(tx: Tx, actor: Actor, old: User, new: User) -> None:
    if (old.role, old.state) != (new.role, new.state):
        require(actor, CHANGE_ADMINS)
    stays = new.role == "admin" and new.state != "revoked"
    if old.role == "admin" and old.state != "revoked" and not stays and store.admins(tx) == 1:
        raise BadAccount("This is the only admin: make somebody else one first", field="role")


def _check_user(tx: Tx, actor: Actor, user: User) -> None:
    if user.role == "admin":
        require(actor, CHANGE_ADMINS)
    if actor.site and not _works_only_at(user, actor.site):
        raise _confined(actor)
    if not 1 <= len(user.name) <= 200:
        raise BadAccount("A name has 1 to 200 characters", field="name")
    _check_language(user.language, "language")
    if user.capacity is not None and not 0 <= user.capacity <= 50:
        raise BadAccount("An agent's limit is 0 to 50 chats at once", field="capacity")
    for team in user.teams:
        the_site(tx, team.site)
        if not NAME.fullmatch(team.team):
            raise BadAccount(f"{team.team!r} is not a team's name: a-z, 0-9 and -", field="teams")


def _tell_teams(tx: Tx, user: User, before: Sequence[Membership]) -> None:
    """Tell of the teams that the user was not on before: one may stay on a team that the plan has no more."""
    new: dict[str, list[str]] = {}
    for member in user.teams:
        if member not in before:
            new.setdefault(member.site, []).append(member.team)
    for site, teams in new.items():
        tx.emit(TeamsGiven(user.id, site, teams))


def _require_user(actor: Actor, user: User, *, own: bool = False) -> None:
    """The actor may change this user: one's own account if `own`, anybody, or who works on the actor's site only.

    Roles of every site, and admins, are for who reaches every site.
    """
    reach = held(actor, CHANGE_USERS)
    if own and actor.id == user.id:
        return
    if user.role == "admin":
        require(actor, CHANGE_ADMINS)
    if reach is Reach.SITE and not any(member.site == actor.site for member in user.teams):
        raise NotFound(f"There is no such user on {actor.site}", user=user.id)
    if reach is Reach.SITE and not _works_only_at(user, actor.site):
        raise _confined(actor)
    if reach < Reach.SITE:
        require(actor, CHANGE_USERS)


def _works_only_at(user: User, site: str) -> bool:
    """Whether the user's role is of their teams, and all of these are of the site."""
    by_teams = user.role in ("agent", "partner_agent")
    return by_teams and bool(user.teams) and all(member.site == site for member in user.teams)


def _confined(actor: Actor) -> NotAllowed:
    return NotAllowed(
        f"This token is confined to {actor.site}: it may add and change only agents who work there and nowhere else",
        needs=str(CHANGE_USERS),
        site=actor.site,
    )


def the_user(tx: Tx, user_id: str) -> User:
    """The user, or NotFound."""
    user = store.user(tx, user_id)
    if user is None:
        raise NotFound("There is no such user", user=user_id)
    return user


def users(tx: Tx, actor: Actor) -> list[User]:
    """Everybody, for managers; whoever works on its site, for a token confined to one, with their teams there."""
    if held(actor, READ_USERS) is Reach.HOUSE:
        return store.all_users(tx)
    found = []
    for user in store.all_users(tx):
        teams = [member for member in user.teams if member.site == actor.site]
        if teams:
            found.append(msgspec.structs.replace(user, teams=teams))
    return found


def members(tx: Tx, site_id: str, team: str | None = None) -> list[User]:
    """Active users on a team (None: on any team) of the site, by name."""
    return store.members(tx, site_id, team)


def managers(tx: Tx) -> list[User]:
    """Active managers and admins."""
    return [user for user in store.all_users(tx) if user.role in ("admin", "manager") and user.state == "active"]


def manager_of_email(tx: Tx, email: str) -> str | None:
    """The id of the active manager or admin with this address; None if it is nobody's or another role's."""
    return next((user.id for user in managers(tx) if user.email == email.strip().lower()), None)


# ---- sign-in -----------------------------------------------------------------------------------------------


def credentials(tx: Tx, email: str) -> Credentials | None:
    """What to check a password against."""
    return store.credentials(tx, email)


def open_session(tx: Tx, user_id: str) -> tuple[str, Session]:
    """A new session; the first of the pair is the cookie's secret, told only now."""
    token = new_token()
    session = Session(user=user_id, csrf=new_token(), seen_at=tx.now, expires_at=tx.now + SESSION_LIFE)
    store.add_session(tx, hash_token(token), session)
    return token, session


def session_of(tx: Tx, token: str) -> tuple[Session, User]:
    """Who the cookie belongs to. SignInAgain if it has ended."""
    return _session_of(tx, hash_token(token))


def _session_of(tx: Tx, digest: str) -> tuple[Session, User]:
    session = store.session(tx, digest)
    if session is None or session.expires_at <= tx.now:
        raise SignInAgain("The session has ended: sign in again")
    user = store.user(tx, session.user)
    if user is None or user.state != "active":
        raise SignInAgain("This account is not active: ask a manager")
    return session, user


def touch_session(tx: Tx, token: str, user_id: str) -> None:
    """Note that the session is in use."""
    store.touch_session(tx, hash_token(token), user_id, tx.now + SESSION_LIFE)


def end_session(tx: Tx, token: str) -> None:
    """Sign out."""
    digest = hash_token(token)
    user_id = store.end_session(tx, digest)
    if user_id is not None:
        tx.emit(SessionsEnded(user_id, digest))


def actor_of(user: User, token: str = "", *, digest: str = "") -> Actor:
    """The actor a user is, signed in by the session whose secret is `token`, or has this `digest`."""
    return Actor(
        id=user.id,
        name=user.name,
        kind="user",
        role=user.role,
        teams=user.teams,
        session=hash_token(token) if token else digest,
        version=user.version,
    )


def standing(tx: Tx, actors: Iterable[Actor]) -> dict[str, int]:
    """Which of the actors' proofs hold now, in one query: by `Actor.proof`, the version of who is behind it."""
    known = list(actors)
    by_session = sorted({actor.session for actor in known if actor.session})
    return store.standing(tx, by_session, sorted({actor.id for actor in known if not actor.session}))


def renewed(tx: Tx, actor: Actor) -> Actor:
    """For what goes on for long: the actor as they are now. SignInAgain or BadToken if that has ended meanwhile."""
    if actor.kind == "token":
        return _actor_of_token(store.token_by_id(tx, actor.id))
    if not actor.session:  # the house itself, and whoever works from its command line
        return actor
    return actor_of(_session_of(tx, actor.session)[1], digest=actor.session)


def invite(tx: Tx, actor: Actor, user_id: str) -> str:
    """A link's secret with which an invited user sets a password; an earlier one stops working."""
    user = the_user(tx, user_id)
    _require_user(actor, user)
    if user.state != "invited":
        raise AlreadyThere(f"{user.email} has accepted an invite already: make a reset link instead")
    record(tx, actor, "user.invited", user.email)
    return _link(tx, user_id, "invite", INVITE_LIFE)


def reset(tx: Tx, actor: Actor, user_id: str) -> str:
    """A link's secret with which a user sets a new password."""
    user = the_user(tx, user_id)
    _require_user(actor, user, own=True)
    if user.state != "active":
        raise BadAccount(f"{user.email} is {user.state}: only active users have a password to reset", field="state")
    record(tx, actor, "user.reset", user.email)
    return _link(tx, user_id, "reset", RESET_LIFE)


def ask_for_reset(tx: Tx, email: str) -> tuple[User, str] | None:
    """Somebody at the sign-in page forgot a password: managers see it in the audit log.

    Returns the user and a reset link's secret to mail to them, or None if no active user has this address.
    """
    known = store.credentials(tx, email)
    if known is None or known.state != "active":
        return None
    user = the_user(tx, known.user)
    record(tx, actor_of(user), "user.forgot_password", user.email)
    return user, _link(tx, user.id, "reset", RESET_LIFE)


def _link(tx: Tx, user_id: str, kind: str, life: timedelta) -> str:
    token = new_token()
    store.replace_link(tx, hash_token(token), user_id, kind, tx.now + life)
    return token


def check_link(tx: Tx, token: str, kind: str) -> None:
    """LinkExpired if an invite or reset link is none any more."""
    if not store.link_is_good(tx, hash_token(token), kind):
        raise _link_expired()


def _link_expired() -> LinkExpired:
    return LinkExpired("This link has been used or is too old: ask for a new one")


def invited(tx: Tx, token: str) -> User:
    """Whom an invite link is for. LinkExpired if it is none any more."""
    user_id = store.link_of(tx, hash_token(token), "invite")
    user = user_id and store.user(tx, user_id)
    if not user or user.state == "revoked":
        raise _link_expired()
    return user


def accept_link(tx: Tx, token: str, kind: str, password_hash: str, name: str = "", language: str = "") -> User:
    """Set the password that an invite or reset link allows. LinkExpired if the link is none any more.

    `name` and `language` are what the person chose on the way; left out, what was known stays.
    """
    user_id = store.take_link(tx, hash_token(token), kind)
    user = user_id and store.user(tx, user_id)
    if not user or user.state == "revoked":
        raise _link_expired()
    user = msgspec.structs.replace(user, state="active", name=name.strip()[:200] or user.name)
    if LANGUAGE.fullmatch(language):
        user = msgspec.structs.replace(user, language=language)
    store.save_user(tx, user)
    store.set_password(tx, user.id, password_hash)
    store.forget_letters(tx, user.id)
    _end_sessions(tx, user.id)
    return user


def _end_sessions(tx: Tx, user_id: str) -> None:
    store.end_sessions_of(tx, user_id)
    tx.emit(SessionsEnded(user_id))


def letter_tried(tx: Tx, user_id: str, kind: str, reason: str) -> None:
    """What became of a letter: `reason` why the mail server did not take it, or "". An unknown user is passed over."""
    if not reason:
        store.forget_letters(tx, user_id, kind)
    elif store.user(tx, user_id):
        store.keep_unsent(tx, user_id, kind, reason)


def unsent_letters(tx: Tx, actor: Actor) -> list[UnsentLetter]:
    """Letters that did not go out, of people who still need them; the latest first."""
    require(actor, READ_USERS)
    states = {user.id: user.state for user in store.all_users(tx)}
    needed = {"invite": "invited", "reset": "active"}
    return [one for one in store.unsent(tx) if states.get(one.user) == needed.get(one.kind)]


def set_password(tx: Tx, user_id: str, password_hash: str) -> None:
    """Set a password without a link, and sign out everywhere: for the command line on the server itself."""
    user = msgspec.structs.replace(the_user(tx, user_id), state="active")
    store.save_user(tx, user)
    store.set_password(tx, user_id, password_hash)
    _end_sessions(tx, user_id)


# ---- API tokens --------------------------------------------------------------------------------------------


def add_token(tx: Tx, actor: Actor, name: str, scope: Scope, site_id: str = "") -> tuple[str, Token]:
    """A token for programs; the first of the pair is its secret, told only now."""
    require(actor, CHANGE_TOKENS, site_id)
    if scope not in SCOPES:
        raise BadAccount(f"A scope is one of {', '.join(SCOPES)}", field="scope")
    if not 1 <= len(name.strip()) <= 200:
        raise BadAccount("Give the token a name that says who uses it", field="name")
    if site_id:
        the_site(tx, site_id)
    secret = "ovt_" + new_token()
    token = Token(
        id=new_id("t"), name=name.strip(), scope=scope, site=site_id, created_at=tx.now, created_by=actor.name
    )
    store.add_token(tx, token, hash_token(secret))
    record(tx, actor, "token.added", name, scope=scope, site=site_id)
    return secret, token


def tokens(tx: Tx, actor: Actor) -> list[Token]:
    """All tokens, without their secrets; its site's, for a token confined to one."""
    held(actor, READ_TOKENS)
    return [token for token in store.all_tokens(tx) if actor.site in ("", token.site)]


def delete_token(tx: Tx, actor: Actor, token_id: str) -> None:
    """Revoke a token at once."""
    held(actor, CHANGE_TOKENS)
    token = store.delete_token(tx, token_id)
    if token is None or actor.site not in ("", token.site):
        raise NotFound("There is no such token", token=token_id)
    record(tx, actor, "token.revoked", token.name)
    tx.emit(TokenRevoked(token_id))


def actor_of_token(tx: Tx, secret: str) -> Actor:
    """The program behind a bearer token. BadToken if it is unknown or revoked."""
    return _actor_of_token(store.token(tx, hash_token(secret)))


def _actor_of_token(token: Token | None) -> Actor:
    if token is None:
        raise BadToken("This API token is unknown or revoked: make a new one in Settings")
    return Actor(id=token.id, name=token.name, kind="token", scopes=[token.scope], site=token.site)


# ---- audit -------------------------------------------------------------------------------------------------


def record(tx: Tx, actor: Actor, action: str, subject: str, **details: Any) -> None:
    """Leave a line in the audit log."""
    entry = AuditEntry(
        id=new_id("a"),
        at=tx.now,
        actor=actor.id,
        actor_name=actor.name or "command line",
        action=action,
        subject=subject,
        details=details,
    )
    store.add_audit(tx, entry)


def erased_subject(subject: str) -> str:
    """What stands in the audit log for somebody erased: a digest, which tells nothing but can be compared."""
    return f"erased:{hashlib.blake2b(subject.encode(), digest_size=8).hexdigest()}"


def forget_subject(tx: Tx, subject: str) -> None:
    """Lines about somebody erased keep what was done, and no longer say to whom."""
    store.rename_subject(tx, subject, erased_subject(subject))


def audit(tx: Tx, actor: Actor, cursor: str | None, limit: int | None) -> Page[AuditEntry]:
    """What managers did, newest first."""
    require(actor, READ_AUDIT)
    before = str(decode_cursor(cursor, tuple[str])[0]) if cursor else ""
    items = store.audit_before(tx, before, page_limit(limit))
    return Page(items, encode_cursor(items[-1].id) if len(items) == page_limit(limit) else None)
