"""Who may do what: one table of roles and token scopes, and how far each permission reaches. Pure.

What is not written here is denied. `access.require` is the one function that asks. Every route and every frame
names its permission (`RULE` in a route's `opt`, `gateway.rules` for frames); the app does not start with one that
names none. `docs/reference/permissions.md` is written from this module.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, Final, Literal, NamedTuple

from overture.accounts.model import Actor, Role, Scope


class Permission(NamedTuple):
    """A verb and the noun it is done to."""

    verb: str
    noun: str

    def __str__(self) -> str:
        return f"{self.verb} {self.noun}"


Open = Literal["everybody", "visitor"]
Rule = Permission | Open
RULE: Final = "permission"
"""The key of a route's `opt` that holds its rule."""
PUBLIC: Final[Open] = "everybody"
"""Answered to everybody, signed in or not."""
VISITOR: Final[Open] = "visitor"
"""Answered to a visitor, who is known by the secret key of their browser and reaches only what is their own."""


def needs(rule: Rule) -> dict[str, Any]:
    """A route's `opt` that names its rule."""
    return {RULE: rule}


class Reach(IntEnum):
    """How far a permission reaches. Each includes those before it."""

    NONE = 0
    OWN = 1
    CONVERSATION = 2
    NOT_OTHERS = 3
    TEAM = 4
    SITE = 5
    HOUSE = 6


REACHES: Final[dict[Reach, str]] = {
    Reach.NONE: "not at all",
    Reach.OWN: "what is one's own: one's account, one's switch, one's promises",
    Reach.CONVERSATION: "what belongs to a conversation of one's teams: its visitor and their visits",
    Reach.NOT_OTHERS: "the same, and visitors who have talked with nobody yet: not those of other teams",
    Reach.TEAM: "what belongs to one's teams",
    Reach.SITE: "everything of one's sites: those where one is on a team; the one that a token is confined to",
    Reach.HOUSE: "everything of every site, and what belongs to no site",
}

# ---- the permissions ---------------------------------------------------------------------------------------

_MEANINGS: dict[Permission, str] = {}


def _permission(verb: str, noun: str, meaning: str) -> Permission:
    permission = Permission(verb, noun)
    _MEANINGS[permission] = meaning
    return permission


END_SESSIONS = _permission("end", "sessions", "sign out")
READ_REFERENCE = _permission("read", "reference", "read what is the same in every house: facts, playbooks, definitions")
READ_SITES = _permission("read", "sites", "list sites with their snippet, origins and looks")
ADD_SITES = _permission("add", "sites", "add a site")
CHANGE_SITES = _permission("change", "sites", "change a site's name, origins, looks, consent and retention")
ROTATE_KEYS = _permission("rotate", "keys", "give a site a new key")
READ_SECRETS = _permission("read", "secrets", "read the secret that vouches for customers")
READ_USERS = _permission("read", "users", "list the people who sign in")
CHANGE_USERS = _permission("change", "users", "add, change, invite and revoke people, and reset their passwords")
CHANGE_ADMINS = _permission("change", "admins", "make somebody admin, and change who is")
READ_TOKENS = _permission("read", "tokens", "list API tokens")
CHANGE_TOKENS = _permission("change", "tokens", "make and revoke API tokens")
READ_AUDIT = _permission("read", "audit", "read who changed what")

READ_PLAN = _permission("read", "plan", "read the plan in force and its earlier versions")
CHANGE_PLAN = _permission("change", "plan", "draft, check, try, publish and roll back plans")

LIST_VISITORS = _permission("list", "visitors", "see who is on the site now: name, page, basket")
READ_VISITORS = _permission("read", "visitors", "read a visitor's history and traits")
BLOCK_VISITORS = _permission("block", "visitors", "block a visitor, or let them back")
NAME_VISITORS = _permission("name", "visitors", "say what a visitor is called in the console")
EXPORT_VISITORS = _permission("export", "visitors", "take out everything that is held of a visitor")
ERASE_VISITORS = _permission("erase", "visitors", "erase everything that is held of a visitor")
READ_VISITS = _permission("read", "visits", "take out the visit log, and read what was left out of it")
EXPLAIN_VISITS = _permission("explain", "visits", "read why a trigger fired in a visit, or did not")
READ_HELD_BACK = _permission("read", "held-back", "read which invitations were held back for want of agents")

READ_STAFFING = _permission("read", "staffing", "read who is at the desk, and how many wait")
CHANGE_PRESENCE = _permission("change", "presence", "turn the switch Available")
READ_CONVERSATIONS = _permission("read", "conversations", "read conversations with their messages, notes and context")
ANSWER_CONVERSATIONS = _permission("answer", "conversations", "take and answer conversations in person")
WRITE_NOTES = _permission("write", "notes", "write private notes")
TRANSFER_CONVERSATIONS = _permission("transfer", "conversations", "hand a conversation to another team")
WRAP_UP = _permission("wrap-up", "conversations", "wrap a conversation up and close it")
WRITE_MESSAGES = _permission("write", "messages", "write into a conversation as a program")
READ_CANNED = _permission("read", "canned-replies", "read ready answers")
CHANGE_CANNED = _permission("change", "canned-replies", "add, write and remove ready answers")

READ_ORDERS = _permission("read", "orders", "list orders, and those that could not be taken")
WRITE_ORDERS = _permission("write", "orders", "tell of an order")
READ_LEADS = _permission("read", "leads", "list leads")
ADD_LEADS = _permission("add", "leads", "begin a lead that came from elsewhere")
CHANGE_LEADS = _permission("change", "leads", "move a lead on, and note something about it")
READ_BOOKINGS = _permission("read", "bookings", "list bookings")
WRITE_BOOKINGS = _permission("write", "bookings", "keep a booking")
READ_PROMISES = _permission("read", "promises", "list promises")
CHANGE_PROMISES = _permission("change", "promises", "keep, move, hand on and cancel promises")
READ_REPORTS = _permission("read", "reports", "read the figures of a period")

PERMISSIONS: Final = dict(_MEANINGS)
"""Every permission with its meaning."""

# ---- who holds them ----------------------------------------------------------------------------------------

Table = dict[Permission, Reach]

_IN_PERSON = {END_SESSIONS, CHANGE_PRESENCE, ANSWER_CONVERSATIONS}  # nothing for programs
_AGENT: Table = {
    END_SESSIONS: Reach.OWN,
    CHANGE_PRESENCE: Reach.OWN,
    CHANGE_USERS: Reach.OWN,
    READ_REFERENCE: Reach.SITE,
    READ_SITES: Reach.SITE,
    READ_PLAN: Reach.SITE,
    LIST_VISITORS: Reach.SITE,
    READ_VISITORS: Reach.NOT_OTHERS,
    NAME_VISITORS: Reach.NOT_OTHERS,
    BLOCK_VISITORS: Reach.NOT_OTHERS,
    EXPLAIN_VISITS: Reach.NOT_OTHERS,
    READ_HELD_BACK: Reach.TEAM,
    READ_STAFFING: Reach.SITE,
    READ_CONVERSATIONS: Reach.TEAM,
    ANSWER_CONVERSATIONS: Reach.TEAM,
    WRITE_NOTES: Reach.TEAM,
    TRANSFER_CONVERSATIONS: Reach.TEAM,
    WRAP_UP: Reach.TEAM,
    READ_CANNED: Reach.TEAM,
    CHANGE_CANNED: Reach.TEAM,
    READ_LEADS: Reach.TEAM,
    ADD_LEADS: Reach.TEAM,
    CHANGE_LEADS: Reach.TEAM,
    READ_BOOKINGS: Reach.TEAM,
    WRITE_BOOKINGS: Reach.TEAM,
    READ_PROMISES: Reach.TEAM,
    CHANGE_PROMISES: Reach.TEAM,
}
_PARTNER: Table = {
    END_SESSIONS: Reach.OWN,
    CHANGE_PRESENCE: Reach.OWN,
    CHANGE_USERS: Reach.OWN,
    READ_REFERENCE: Reach.SITE,
    READ_SITES: Reach.SITE,
    LIST_VISITORS: Reach.CONVERSATION,
    READ_VISITORS: Reach.CONVERSATION,
    NAME_VISITORS: Reach.CONVERSATION,
    READ_STAFFING: Reach.TEAM,
    READ_CONVERSATIONS: Reach.TEAM,
    ANSWER_CONVERSATIONS: Reach.TEAM,
    WRITE_NOTES: Reach.TEAM,
    TRANSFER_CONVERSATIONS: Reach.TEAM,
    WRAP_UP: Reach.TEAM,
    READ_CANNED: Reach.TEAM,
    READ_LEADS: Reach.TEAM,
    ADD_LEADS: Reach.TEAM,
    CHANGE_LEADS: Reach.TEAM,
    READ_BOOKINGS: Reach.TEAM,
    WRITE_BOOKINGS: Reach.TEAM,
    READ_PROMISES: Reach.TEAM,
    CHANGE_PROMISES: Reach.TEAM,
}
_ALL: Table = dict.fromkeys(PERMISSIONS, Reach.HOUSE)
_NOT_OF_MANAGERS = {ADD_SITES, ROTATE_KEYS, CHANGE_ADMINS, READ_TOKENS, CHANGE_TOKENS}
_READ: Table = dict.fromkeys(
    (
        READ_REFERENCE, READ_SITES, READ_PLAN, LIST_VISITORS, READ_VISITORS, EXPORT_VISITORS, READ_VISITS,
        EXPLAIN_VISITS, READ_HELD_BACK, READ_STAFFING, READ_CONVERSATIONS, READ_CANNED, READ_ORDERS, READ_LEADS,
        READ_BOOKINGS, READ_PROMISES, READ_REPORTS,
    ),
    Reach.HOUSE,
)  # fmt: skip


def _without(some: set[Permission]) -> Table:
    return {permission: reach for permission, reach in _ALL.items() if permission not in some}


ROLES: Final[dict[Role, Table]] = {
    "admin": _without({WRITE_MESSAGES}),
    "manager": _without({WRITE_MESSAGES, *_NOT_OF_MANAGERS}),
    "agent": _AGENT,
    "partner_agent": _PARTNER,
}
SCOPES: Final[dict[Scope, Table]] = {
    "read": _READ,
    "orders": dict.fromkeys((READ_SITES, READ_ORDERS, WRITE_ORDERS), Reach.HOUSE),
    "leads": dict.fromkeys((READ_SITES, READ_LEADS, ADD_LEADS, CHANGE_LEADS), Reach.HOUSE),
    "messages:write": dict.fromkeys((READ_SITES, WRITE_MESSAGES), Reach.HOUSE),
    "admin": _without(_IN_PERSON),
}
ROLE_MEANINGS: Final[dict[Role, str]] = {
    "admin": "everything, on every site",
    "manager": "everything on every site, but sites are added and API tokens made by admins, and admins are theirs",
    "agent": "their teams' conversations and what follows from them; sees who is on the site and reads the plan",
    "partner_agent": "their teams' conversations and what belongs to these; nothing else of the site",
}
SCOPE_MEANINGS: Final[dict[Scope, str]] = {
    "read": "reads everything of its site but people's accounts, tokens, the audit log and secrets; changes nothing",
    "orders": "tells of orders and reads them; nothing else",
    "leads": "begins leads, reads them and moves them on; nothing else",
    "messages:write": "writes into conversations, under the token's name and shown as a program; reads nothing",
    "admin": "everything on its site, or on every site if it is confined to none, but what a person does in person",
}


def reach_of(actor: Actor, permission: Permission) -> Reach:
    """How far the actor's permission reaches. A token confined to a site reaches no further than that."""
    if actor.kind == "system":
        return Reach.HOUSE
    tables = [SCOPES[scope] for scope in actor.scopes] if actor.kind == "token" else [ROLES[actor.role]]
    reach = max((table.get(permission, Reach.NONE) for table in tables), default=Reach.NONE)
    return min(reach, Reach.SITE) if actor.site else reach


def holders_of(permission: Permission) -> tuple[list[Role], list[Scope]]:
    """Which roles and which scopes hold a permission, however far."""
    return [role for role, table in ROLES.items() if permission in table], [
        scope for scope, table in SCOPES.items() if permission in table
    ]


def permissions_of(actor: Actor) -> list[str]:
    """What the actor may do, as `verb noun`, in the table's order: for a front end that hides what is refused."""
    return [str(permission) for permission in PERMISSIONS if reach_of(actor, permission)]
