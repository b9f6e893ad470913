"""Who may do what; asked by services with the actor in hand, never by routes."""

from __future__ import annotations

from overture.accounts.errors import NotAllowed
from overture.accounts.model import Actor, Scope
from overture.kit.errors import NotFound


def require_site(actor: Actor, site: str) -> None:
    """The actor has anything to do with this site. To others it does not exist (NotFound)."""
    if actor.site and actor.site != site:
        raise NotFound(f"There is no site {site}", site=site)
    if actor.manages or actor.kind == "token" or any(member.site == site for member in actor.teams):
        return
    raise NotFound(f"There is no site {site}", site=site)


def require_team(actor: Actor, site: str, team: str) -> None:
    """The actor may see this team's conversations: a member, or a manager of the site."""
    require_site(actor, site)
    if actor.manages or (actor.kind == "token" and "read" in actor.scopes):
        return
    if not any(member.site == site and member.team == team for member in actor.teams):
        raise NotFound("There is no such conversation on your teams")


def require_manager(actor: Actor, site: str = "") -> None:
    """A manager or an admin (or a token with scope admin); of this site, where one is named."""
    if site:
        require_site(actor, site)
    if actor.kind == "token" and "admin" in actor.scopes:
        return
    if not actor.manages or actor.kind == "token":
        raise NotAllowed("Only managers may do this: ask one of yours")


def require_admin(actor: Actor) -> None:
    """An admin (or a token with scope admin that is not confined to a site)."""
    if actor.kind == "token" and "admin" in actor.scopes and not actor.site:
        return
    if actor.role != "admin" or actor.kind == "token":
        raise NotAllowed("Only admins may do this: ask one of yours")


def require_scope(actor: Actor, scope: Scope, site: str) -> None:
    """A token with this scope (admin covers all), or a manager in person."""
    require_site(actor, site)
    if actor.kind == "token":
        if scope not in actor.scopes and "admin" not in actor.scopes:
            raise NotAllowed(f"This token lacks the scope {scope}: make one with it", scope=scope)
    elif not actor.manages:
        raise NotAllowed("Only managers may do this: ask one of yours")


def teams_of(actor: Actor, site: str) -> list[str] | None:
    """The teams of the site whose conversations the actor may see; None means all of them."""
    require_site(actor, site)
    if actor.manages or actor.kind in ("token", "system"):
        return None
    return [member.team for member in actor.teams if member.site == site]
