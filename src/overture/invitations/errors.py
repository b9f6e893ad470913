"""What invitations refuse."""

from __future__ import annotations

from overture.kit.errors import Invalid, NotFound


class BadRequest(Invalid):
    """Not a request that `/v1/look` answers."""

    code = "bad_request"


class NoSuchInvitation(NotFound):
    """The visitor has no such invitation."""

    code = "no_such_invitation"
