"""What happens to accounts."""

from __future__ import annotations

from overture.store import Event


class SiteChanged(Event, frozen=True, tag="site.changed"):
    """A site's origins, look, consent or key changed; caches of it are stale."""

    site: str

    def topics(self) -> tuple[str, ...]:
        return ("sites", f"site:{self.site}")


class UserChanged(Event, frozen=True, tag="user.changed"):
    """A user's role, teams, capacity, name or state changed. `revoked` users are signed out everywhere."""

    user: str
    revoked: bool = False

    def topics(self) -> tuple[str, ...]:
        return (f"agent:{self.user}",)


class SessionsEnded(Event, frozen=True, tag="user.sessions_ended"):
    """A session of the user has ended (`session` is its digest), or all of them: what hangs on them ends too."""

    user: str
    session: str = ""

    def topics(self) -> tuple[str, ...]:
        return (f"agent:{self.user}",)


class TokenRevoked(Event, frozen=True, tag="token.revoked"):
    """An API token is worth nothing any more."""

    token: str

    def topics(self) -> tuple[str, ...]:
        return (f"agent:{self.token}",)


class TeamsGiven(Event, frozen=True, tag="user.teams_given"):
    """Somebody is put on teams of a site; whoever knows its teams may refuse, and then nothing is stored."""

    user: str
    site: str
    teams: list[str]
