"""The demo's operation: its site, its people, its plan and ready answers; made once, kept ever after."""

from __future__ import annotations

import hashlib
import hmac
import tomllib
from importlib.resources import files
from typing import Any
from urllib.parse import urlsplit

import msgspec

from overture.accounts import service as accounts
from overture.accounts import store as accounts_store
from overture.accounts.model import SYSTEM, Look, Membership, Role, Site
from overture.accounts.passwords import hash_password, verify_password
from overture.conversations import canned
from overture.conversations.model import CannedReplyDraft
from overture.store import Tx

SITE = "nordic-bikes"
NAME = "Nordic Bikes"
EMAIL = "demo@overture.example"
SALES, CARE = "bike-sales", "care"
COLOUR = "#17423a"  # the shop's own deep green
GREETING = {
    "fi": "Hei! Mitä haluaisit tietää pyöristämme tai tilauksestasi?",
    "en": "Hello! What would you like to know about our bikes, or your order?",
    "sv": "Hej! Vad vill du veta om våra cyklar eller din beställning?",
}
_WORDS = ("aalto", "halla", "kaarna", "kuura", "lumi", "meri", "niitty", "polku", "purje", "saari", "sumu", "tuuli")


class Person(msgspec.Struct, frozen=True):
    """Somebody who can sign in to the demo, all with the same password."""

    email: str
    name: str
    role: Role
    teams: tuple[str, ...]


ADMIN = Person(EMAIL, "Emma Lind", "admin", (SALES, CARE))
AINO = Person("aino@overture.example", "Aino Salo", "agent", (SALES,))
VILLE = Person("ville@overture.example", "Ville Koski", "agent", (CARE,))
PEOPLE = (ADMIN, AINO, VILLE)


def plan_text() -> str:
    """The demo's plan as it is published."""
    return (files("overture.demo") / "plan.yaml").read_text("utf-8")


def password_of(secret: str) -> str:
    """The demo's password: this installation's own, the same at every start, and written down nowhere."""
    drawn = hmac.digest(secret.encode(), b"the demo's password", hashlib.sha256)
    first = _WORDS[drawn[0] % len(_WORDS)]
    second = [word for word in _WORDS if word != first][drawn[1] % (len(_WORDS) - 1)]
    return f"{first}-{second}-{1_000 + int.from_bytes(drawn[2:6], 'big') % 9_000}"


def origins_of(port: int) -> list[str]:
    """Where the shop can be reached: two names of this machine, which browsers take for two origins."""
    return [f"http://127.0.0.1:{port}", f"http://localhost:{port}"]


def the_site(tx: Tx) -> Site | None:
    """The demo's site, if it was made in this database before."""
    return accounts_store.site(tx, SITE)


def make(tx: Tx, shop_port: int, password_hash: str) -> Site:
    """Make the site, its people and their ready answers."""
    accounts.add_site(tx, SYSTEM, SITE, NAME, origins_of(shop_port))
    look = Look(name=NAME, colour=COLOUR, greeting=GREETING)
    site = accounts.change_site(tx, SYSTEM, SITE, accounts.SiteChange(look=look))
    for person in PEOPLE:
        teams = [Membership(SITE, team) for team in person.teams]
        user = accounts.add_user(tx, SYSTEM, person.email, person.name, person.role, teams)
        accounts.set_password(tx, user.id, password_hash)
    for reply in _replies():
        canned.add(tx, SYSTEM, SITE, reply)
    return site


def refresh(tx: Tx, site: Site, shop_port: int) -> Site:
    """Let the shop show the chat from the port it has today; origins that are not this machine's stay."""
    others = [origin for origin in site.origins if urlsplit(origin).hostname not in ("127.0.0.1", "localhost")]
    wanted = [*origins_of(shop_port), *others]
    if wanted == site.origins:
        return site
    return accounts.change_site(tx, SYSTEM, SITE, accounts.SiteChange(origins=wanted))


def let_in(tx: Tx, password: str) -> None:
    """See to it that the password on screen signs the admin in, whatever became of it meanwhile."""
    known = accounts.credentials(tx, EMAIL)
    if known is not None and not verify_password(password, known.password_hash):
        accounts.set_password(tx, known.user, hash_password(password))


def _replies() -> list[CannedReplyDraft]:
    text = (files("overture.demo") / "replies.toml").read_text("utf-8")
    replies: list[dict[str, Any]] = tomllib.loads(text)["reply"]
    return [
        CannedReplyDraft(shortcut=reply.pop("shortcut"), team=reply.pop("team", None), text=reply) for reply in replies
    ]
