"""Asks the table of permissions; done by services with the actor in hand, and once more for each route and frame.

Without the permission it is `NotAllowed`. What lies beyond its reach does not exist for the actor: `NotFound`.
"""

from __future__ import annotations

from collections.abc import Callable

from overture.accounts.errors import NotAllowed
from overture.accounts.model import Actor
from overture.accounts.permissions import Permission, Reach, holders_of, reach_of
from overture.kit.errors import NotFound


def require(
    actor: Actor,
    permission: Permission,
    site: str = "",
    team: str | None = None,
    *,
    own: bool = False,
    talks: Callable[[list[str] | None], bool] | None = None,
) -> None:
    """The one question: may the actor do this here? Without `site` it is asked of the whole house.

    `team` is whose it is, `own` whether it is the actor's own, `talks` tells whether it belongs to a
    conversation of any of the given teams (None: of any team at all).
    """
    if site:
        require_place(actor, site)
    reach = held(actor, permission)
    if own or reach is Reach.HOUSE:
        return
    if not site:
        raise _beyond(actor, permission)
    if reach is Reach.SITE:
        return
    mine = own_teams(actor, site)
    if reach is Reach.TEAM and team in mine:
        return
    if (
        talks is not None
        and reach >= Reach.CONVERSATION
        and (talks(mine) or (reach >= Reach.NOT_OTHERS and not talks(None)))
    ):
        return
    if team is None and talks is None:
        raise _beyond(actor, permission)
    raise NotFound("There is no such thing on your teams", site=site)


def held(actor: Actor, permission: Permission) -> Reach:
    """How far the permission reaches, if the actor has it at all."""
    reach = reach_of(actor, permission)
    if reach is Reach.NONE:
        raise _lacking(actor, permission)
    return reach


def within(actor: Actor, permission: Permission, site: str, team: str) -> bool:
    """Whether the permission reaches what is this team's; for finding what to others does not exist."""
    reach = reach_of(actor, permission)
    if not on_site(actor, site):
        return False
    return reach >= Reach.SITE or (reach is Reach.TEAM and team in own_teams(actor, site))


def require_place(actor: Actor, site: str) -> None:
    """The actor has anything to do with this site. To others it does not exist (NotFound)."""
    if not on_site(actor, site):
        raise NotFound(f"There is no site {site}", site=site)


def on_site(actor: Actor, site: str) -> bool:
    """Whether the site is the actor's: a token's own, one with a team of theirs, any for who is of no site."""
    if actor.kind != "user" or actor.manages:
        return actor.site in ("", site)
    return bool(own_teams(actor, site))


def own_teams(actor: Actor, site: str) -> list[str]:
    """The teams of the site that the actor is on."""
    return [member.team for member in actor.teams if member.site == site]


def teams_of(actor: Actor, permission: Permission, site: str) -> list[str] | None:
    """The teams of the site that the permission reaches for the actor; None means all of them."""
    require_place(actor, site)
    reach = held(actor, permission)
    return None if reach >= Reach.SITE else own_teams(actor, site)


def _lacking(actor: Actor, permission: Permission) -> NotAllowed:
    roles, scopes = holders_of(permission)
    if actor.kind == "token":
        way = f"make one with the scope {' or '.join(scopes)}" if scopes else "a person does this, signed in"
        scope = " ".join(actor.scopes)
        return NotAllowed(f"A token with the scope {scope} may not {permission}: {way}", needs=str(permission))
    who = " or ".join(role.replace("_", " ") for role in roles) or "a program with a token"
    role = actor.role.replace("_", " ")
    return NotAllowed(f"As {role} you may not {permission}: ask somebody who is {who}", needs=str(permission))


def _beyond(actor: Actor, permission: Permission) -> NotAllowed:
    if actor.site:
        return NotAllowed(
            f"This token is confined to {actor.site} and may not {permission} beyond it: make one for all sites",
            needs=str(permission),
            site=actor.site,
        )
    return NotAllowed(f"You may {permission} only where it is yours: ask a manager", needs=str(permission))
