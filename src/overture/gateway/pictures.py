"""What waiting visitors and the live board are shown: a site's desk as it is now, compared with a moment ago."""

from __future__ import annotations

import msgspec

from overture.desk import views as desk_views
from overture.desk.model import Availability, Place, TeamBoard
from overture.store import Tx


class Picture(msgspec.Struct, frozen=True):
    """A site's desk: the board, who answers, and everybody's place in the queue."""

    board: list[TeamBoard]
    availability: dict[str, Availability]
    places: dict[str, Place]


def picture(tx: Tx, site: str) -> Picture:
    """The site's desk now."""
    board = desk_views.board(tx, site)
    places: dict[str, Place] = {}
    for team in board:
        if team.waiting:
            places |= desk_views.places(tx, site, team.team)
    return Picture(board, desk_views.availabilities(tx, site), places)


def pictures(tx: Tx, sites: list[str]) -> dict[str, Picture]:
    """Several sites' desks, in one read."""
    return {site: picture(tx, site) for site in sites}
