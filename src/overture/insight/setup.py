"""How far a site is set up: what its first empty pages tell to do next."""

from __future__ import annotations

import msgspec

from overture.accounts import service as accounts
from overture.accounts.access import require
from overture.accounts.model import Actor
from overture.accounts.permissions import READ_SITES
from overture.conversations import views as conversation_views
from overture.direction import service as direction
from overture.store import Tx
from overture.visits import views as visit_views


class Setup(msgspec.Struct, frozen=True):
    """`plan` is the version in force (null: none yet) and `timezone` its zone; `people` are on the site's teams.

    `visits` and `conversations` say whether there was ever one.
    """

    plan: int | None
    timezone: str | None
    people: int
    visits: bool
    conversations: bool


def setup_of(tx: Tx, actor: Actor, site: str) -> Setup:
    """How far the site is, for whoever has to do with it."""
    require(actor, READ_SITES, site)
    accounts.the_site(tx, site)
    plan = direction.current(tx, site)
    return Setup(
        plan=plan.version if plan else None,
        timezone=plan.plan.timezone if plan else None,
        people=len(accounts.members(tx, site)),
        visits=visit_views.had_any(tx, site),
        conversations=conversation_views.had_any(tx, site),
    )
