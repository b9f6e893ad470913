"""All SQL of accounts: sites, users, memberships, sessions, links, API tokens, the audit log."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    bindparam,
    delete,
    func,
    literal,
    select,
    union_all,
    update,
)

from overture.accounts.model import AuditEntry, Credentials, Look, Membership, Session, Site, Token, UnsentLetter, User
from overture.store import Instant, Json, Tx, metadata

sites = Table(
    "sites",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("origins", Json, nullable=False),
    Column("look", Json, nullable=False),
    Column("consent", String(16), nullable=False),
    Column("signals", String(16), nullable=False, server_default="gpc"),
    Column("retention_days", Integer),
    Column("identity_secret", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
)

users = Table(
    "users",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("role", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("password_hash", String(200)),
    Column("capacity", Integer),
    Column("language", String(16), nullable=False),
    Column("last_seen_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("version", Integer, nullable=False, server_default="0"),
)

memberships = Table(
    "memberships",
    metadata,
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("site", ForeignKey("sites.id", ondelete="CASCADE"), primary_key=True),
    Column("team", String(64), primary_key=True),
    Index("ix_memberships_site_team", "site", "team"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("csrf", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

links = Table(
    "links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("expires_at", Instant, nullable=False),
)

# The latest letter of each kind to each user, while the mail server has not taken it: two a user at the most.
unsent_letters = Table(
    "unsent_letters",
    metadata,
    Column("user_id", ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("reason", String(300), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("at", Instant, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("scope", String(16), nullable=False),
    Column("site", ForeignKey("sites.id", ondelete="CASCADE")),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(200), nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("actor_name", String(200), nullable=False),
    Column("action", String(64), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("details", Json, nullable=False),
)

_SITE_COLUMNS = [column for column in sites.c if column.name != "identity_secret"]
_SITE = select(*_SITE_COLUMNS).where(sites.c.id == bindparam("id"))
_SITE_BY_KEY = select(*_SITE_COLUMNS).where(sites.c.key == bindparam("key"))
_SECRET = select(sites.c.identity_secret).where(sites.c.id == bindparam("id"))
_TEAMS = select(memberships).where(memberships.c.user_id.in_(bindparam("users", expanding=True)))
_USER = select(users).where(users.c.id == bindparam("id"))
_ON_SITE = select(memberships.c.user_id).where(memberships.c.site == bindparam("site"))
_ON_TEAM = _ON_SITE.where(memberships.c.team == bindparam("team"))
_ACTIVE = select(users).where(users.c.state == "active").order_by(users.c.name, users.c.id)
_MEMBERS_OF_SITE = _ACTIVE.where(users.c.id.in_(_ON_SITE))
_MEMBERS_OF_TEAM = _ACTIVE.where(users.c.id.in_(_ON_TEAM))
_STANDING = union_all(
    select(sessions.c.token_hash.label("proof"), users.c.version)
    .join_from(sessions, users, sessions.c.user_id == users.c.id)
    .where(
        sessions.c.token_hash.in_(bindparam("sessions", expanding=True)),
        sessions.c.expires_at > bindparam("now", type_=Instant),
        users.c.state == "active",
    ),
    select(users.c.id, users.c.version).where(
        users.c.id.in_(bindparam("ids", expanding=True)), users.c.state == "active"
    ),
    select(tokens.c.id, literal(0)).where(tokens.c.id.in_(bindparam("ids", expanding=True))),
)
_SESSION = select(sessions).where(sessions.c.token_hash == bindparam("token_hash"))
_TOKEN = select(tokens).where(tokens.c.token_hash == bindparam("token_hash"))

# ---- sites -------------------------------------------------------------------------------------------------


def _site(row: Any) -> Site:
    return Site(
        id=row.id,
        key=row.key,
        name=row.name,
        origins=row.origins,
        look=msgspec.convert(row.look, Look),
        consent=row.consent,
        signals=row.signals,
        retention_days=row.retention_days,
        created_at=row.created_at,
    )


def add_site(tx: Tx, site: Site, identity_secret: str) -> None:
    tx.execute(sites.insert(), {**msgspec.structs.asdict(site), "identity_secret": identity_secret})


def save_site(tx: Tx, site: Site) -> None:
    values = {name: value for name, value in msgspec.structs.asdict(site).items() if name != "id"}
    tx.execute(update(sites).where(sites.c.id == site.id), values)


def site(tx: Tx, site_id: str) -> Site | None:
    row = tx.execute(_SITE, {"id": site_id}).first()
    return row and _site(row)


def site_by_key(tx: Tx, key: str) -> Site | None:
    row = tx.execute(_SITE_BY_KEY, {"key": key}).first()
    return row and _site(row)


def identity_secret(tx: Tx, site_id: str) -> str | None:
    secret: str | None = tx.execute(_SECRET, {"id": site_id}).scalar()
    return secret


def all_sites(tx: Tx) -> list[Site]:
    return [_site(row) for row in tx.execute(select(*_SITE_COLUMNS).order_by(sites.c.id))]


# ---- users -------------------------------------------------------------------------------------------------


def _teams_of(tx: Tx, ids: Iterable[str]) -> dict[str, list[Membership]]:
    found: dict[str, list[Membership]] = {}
    for row in tx.execute(_TEAMS, {"users": list(ids)}):
        found.setdefault(row.user_id, []).append(Membership(row.site, row.team))
    return {user: sorted(teams, key=lambda team: (team.site, team.team)) for user, teams in found.items()}


def _users(tx: Tx, rows: list[Any]) -> list[User]:
    teams = _teams_of(tx, [row.id for row in rows])
    return [
        User(
            id=row.id,
            email=row.email,
            name=row.name,
            role=row.role,
            state=row.state,
            capacity=row.capacity,
            language=row.language,
            teams=teams.get(row.id, []),
            last_seen_at=row.last_seen_at,
            version=row.version,
        )
        for row in rows
    ]


def add_user(tx: Tx, user: User) -> None:
    values = msgspec.structs.asdict(user)
    del values["teams"]
    tx.execute(users.insert(), {**values, "created_at": tx.now})
    set_teams(tx, user.id, user.teams)


def save_user(tx: Tx, user: User) -> None:
    values = msgspec.structs.asdict(user)
    del values["teams"], values["id"], values["version"]
    tx.execute(update(users).where(users.c.id == user.id).values(version=users.c.version + 1), values)
    set_teams(tx, user.id, user.teams)


def set_teams(tx: Tx, user_id: str, teams: list[Membership]) -> None:
    tx.memo.clear()  # who is on a team
    tx.execute(delete(memberships).where(memberships.c.user_id == user_id))
    rows = [{"user_id": user_id, "site": team.site, "team": team.team} for team in dict.fromkeys(teams)]
    if rows:
        tx.execute(memberships.insert(), rows)


def user(tx: Tx, user_id: str) -> User | None:
    rows = tx.execute(_USER, {"id": user_id}).all()
    return next(iter(_users(tx, rows)), None)


def all_users(tx: Tx) -> list[User]:
    return _users(tx, tx.execute(select(users).order_by(users.c.email)).all())


def members(tx: Tx, site_id: str, team: str | None) -> list[User]:
    """Active users on a team (None: on any team) of the site, by name."""
    key = ("members", site_id) if team is None else ("members", site_id, team)
    if key not in tx.memo:
        query = _MEMBERS_OF_SITE if team is None else _MEMBERS_OF_TEAM
        tx.memo[key] = _users(tx, tx.execute(query, {"site": site_id, "team": team}).all())
    found: list[User] = tx.memo[key]
    return found


def credentials(tx: Tx, email: str) -> Credentials | None:
    row = tx.execute(select(users).where(users.c.email == email.strip().lower())).first()
    return row and Credentials(user=row.id, state=row.state, password_hash=row.password_hash or "")


def set_password(tx: Tx, user_id: str, password_hash: str) -> None:
    tx.execute(update(users).where(users.c.id == user_id), {"password_hash": password_hash})


def admins(tx: Tx) -> int:
    count: int = tx.execute(
        select(func.count()).select_from(users).where(users.c.role == "admin", users.c.state != "revoked")
    ).scalar_one()
    return count


# ---- sessions and links ------------------------------------------------------------------------------------


def add_session(tx: Tx, token_hash: str, session: Session) -> None:
    values = {
        "token_hash": token_hash,
        "user_id": session.user,
        "csrf": session.csrf,
        "created_at": tx.now,
        "seen_at": session.seen_at,
        "expires_at": session.expires_at,
    }
    tx.execute(sessions.insert(), values)


def session(tx: Tx, token_hash: str) -> Session | None:
    row = tx.execute(_SESSION, {"token_hash": token_hash}).first()
    return row and Session(user=row.user_id, csrf=row.csrf, seen_at=row.seen_at, expires_at=row.expires_at)


def touch_session(tx: Tx, token_hash: str, user_id: str, expires_at: datetime) -> None:
    values = {"seen_at": tx.now, "expires_at": expires_at}
    tx.execute(update(sessions).where(sessions.c.token_hash == token_hash), values)
    tx.execute(update(users).where(users.c.id == user_id), {"last_seen_at": tx.now})


def standing(tx: Tx, sessions_of: list[str], ids: list[str]) -> dict[str, int]:
    """Which of these sessions (by digest), and of these users and tokens, hold now: with the user's version, or 0."""
    rows = tx.execute(_STANDING, {"sessions": sessions_of, "ids": ids, "now": tx.now})
    return {row.proof: row.version for row in rows}


def end_session(tx: Tx, token_hash: str) -> str | None:
    """The user whose session it was; None if there was none."""
    query = delete(sessions).where(sessions.c.token_hash == token_hash).returning(sessions.c.user_id)
    user_id: str | None = tx.execute(query).scalar()
    return user_id


def end_sessions_of(tx: Tx, user_id: str) -> None:
    tx.execute(delete(sessions).where(sessions.c.user_id == user_id))


def delete_expired(tx: Tx) -> None:
    tx.execute(delete(sessions).where(sessions.c.expires_at < tx.now))
    tx.execute(delete(links).where(links.c.expires_at < tx.now))


def replace_link(tx: Tx, token_hash: str, user_id: str, kind: str, expires_at: datetime) -> None:
    """A new link of a kind makes the user's earlier one worthless."""
    tx.execute(delete(links).where(links.c.user_id == user_id, links.c.kind == kind))
    row = {"token_hash": token_hash, "user_id": user_id, "kind": kind, "expires_at": expires_at}
    tx.execute(links.insert(), row)


def link_is_good(tx: Tx, token_hash: str, kind: str) -> bool:
    query = select(links.c.user_id).where(
        links.c.token_hash == token_hash, links.c.kind == kind, links.c.expires_at >= tx.now
    )
    return tx.execute(query).first() is not None


def link_of(tx: Tx, token_hash: str, kind: str) -> str | None:
    """The user a good link is for, without using it up."""
    query = select(links.c.user_id).where(
        links.c.token_hash == token_hash, links.c.kind == kind, links.c.expires_at >= tx.now
    )
    user_id: str | None = tx.execute(query).scalar()
    return user_id


def keep_unsent(tx: Tx, user_id: str, kind: str, reason: str) -> None:
    """A letter was not taken; tried again it counts its tries."""
    values = {"user_id": user_id, "kind": kind, "reason": reason, "tries": 1, "at": tx.now}
    statement = tx.insert(unsent_letters).values(values)
    again = {"reason": reason, "tries": unsent_letters.c.tries + 1, "at": tx.now}
    tx.execute(statement.on_conflict_do_update(index_elements=["user_id", "kind"], set_=again))


def forget_letters(tx: Tx, user_id: str, kind: str = "") -> None:
    """The user's letters of this kind, or all, are sent or needed no more."""
    mine = unsent_letters.c.user_id == user_id
    tx.execute(delete(unsent_letters).where(mine, unsent_letters.c.kind == kind if kind else mine))


def unsent(tx: Tx) -> list[UnsentLetter]:
    """Every letter that was not taken, the latest first."""
    query = select(unsent_letters).order_by(unsent_letters.c.at.desc(), unsent_letters.c.user_id)
    return [UnsentLetter(row.user_id, row.kind, row.reason, row.tries, row.at) for row in tx.execute(query)]


def take_link(tx: Tx, token_hash: str, kind: str) -> str | None:
    """Use a link up: the user it was for, or None if it is unknown, of another kind, or too old."""
    query = (
        delete(links)
        .where(links.c.token_hash == token_hash, links.c.kind == kind, links.c.expires_at >= tx.now)
        .returning(links.c.user_id)
    )
    user_id: str | None = tx.execute(query).scalar()
    return user_id


# ---- API tokens and audit ----------------------------------------------------------------------------------


def _token(row: Any) -> Token:
    return Token(
        id=row.id,
        name=row.name,
        scope=row.scope,
        site=row.site or "",
        created_at=row.created_at,
        created_by=row.created_by,
    )


def add_token(tx: Tx, token: Token, token_hash: str) -> None:
    values = {**msgspec.structs.asdict(token), "token_hash": token_hash, "site": token.site or None}
    tx.execute(tokens.insert(), values)


def token(tx: Tx, token_hash: str) -> Token | None:
    row = tx.execute(_TOKEN, {"token_hash": token_hash}).first()
    return row and _token(row)


def token_by_id(tx: Tx, token_id: str) -> Token | None:
    row = tx.execute(select(tokens).where(tokens.c.id == token_id)).first()
    return row and _token(row)


def all_tokens(tx: Tx) -> list[Token]:
    return [_token(row) for row in tx.execute(select(tokens).order_by(tokens.c.created_at, tokens.c.id))]


def delete_token(tx: Tx, token_id: str) -> Token | None:
    row = tx.execute(delete(tokens).where(tokens.c.id == token_id).returning(tokens)).first()
    return row and _token(row)


def add_audit(tx: Tx, entry: AuditEntry) -> None:
    tx.execute(audit.insert(), msgspec.structs.asdict(entry))


def rename_subject(tx: Tx, subject: str, name: str) -> None:
    """Lines of the log about one subject stand under another name from now on."""
    tx.execute(update(audit).where(audit.c.subject == subject).values(subject=name))


def audit_before(tx: Tx, before: str, limit: int) -> list[AuditEntry]:
    """Newest first, older than the entry `before` ("" for the newest)."""
    query = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if before:
        query = query.where(audit.c.id < before)
    return [
        AuditEntry(
            id=row.id,
            at=row.at,
            actor=row.actor,
            actor_name=row.actor_name,
            action=row.action,
            subject=row.subject,
            details=row.details,
        )
        for row in tx.execute(query)
    ]
