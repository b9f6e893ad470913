"""What the gateway refuses."""

from __future__ import annotations

from overture.kit.errors import Denied, Invalid, TooMany


class BadFrame(Invalid):
    """A frame is no JSON, of no known type, or has a field that can't be used."""

    code = "bad_frame"


class BadHello(Invalid):
    """The first frame is not `hello`, or came twice."""

    code = "bad_hello"


class OtherVersion(Invalid):
    """Client and server speak different versions of the protocol."""

    code = "other_version"


class OtherOrigin(Denied):
    """The page that opened the socket is not one that may."""

    code = "other_origin"


class Blocked(Denied):
    """The visitor has been blocked."""

    code = "blocked"


class NoAgent(Denied):
    """A program may watch the desk, not work at it."""

    code = "no_agent"


class TooManyFrames(TooMany):
    """More frames than this connection may send."""

    code = "too_many"


class TooManySockets(TooMany):
    """More connections than one address may open."""

    code = "too_many_connections"


class TooManyOpenings(TooMany):
    """More conversations opened, or messages left, than one visitor or address may."""

    code = "too_many"
