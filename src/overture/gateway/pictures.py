"""What waiting visitors and the live board are shown: a site's desk as it is now, compared with a moment ago."""

from __future__ import annotations

import msgspec

from overture.accounts.model import Actor
from overture.conversations import views as conversations
from overture.desk import views as desk_views
from overture.desk.model import Availability, Place, TeamBoard
from overture.store import Tx


class Picture(msgspec.Struct, frozen=True):
    """A site's desk: the board, who answers, and everybody's place in the queue."""

    board: list[TeamBoard]
    availability: dict[str, Availability]
    places: dict[str, Place]


def board(tx: Tx, site: str, actor: Actor | None = None) -> list[TeamBoard]:
    """The live board, with what waits for an answer: every team of the site, or those the actor may see."""
    unanswered = conversations.unanswered_of(tx, site)
    nothing = (0, None)
    return [
        msgspec.structs.replace(team, unanswered=count, oldest_unanswered_since=since)
        for team in desk_views.board(tx, site, actor)
        for count, since in [unanswered.get(team.team, nothing)]
    ]


def picture(tx: Tx, site: str) -> Picture:
    """The site's desk now."""
    teams = board(tx, site)
    places: dict[str, Place] = {}
    for team in teams:
        if team.waiting:
            places |= desk_views.places(tx, site, team.team)
    return Picture(teams, desk_views.availabilities(tx, site), places)


def pictures(tx: Tx, sites: list[str]) -> dict[str, Picture]:
    """Several sites' desks, in one read."""
    return {site: picture(tx, site) for site in sites}
