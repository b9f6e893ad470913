"""What visits refuse."""

from __future__ import annotations

from overture.kit.errors import Denied, Invalid, NotFound, TooLarge, TooMany


class BadLook(Invalid):
    """The look can't be read."""

    code = "bad_look"


class TooManyEvents(TooLarge):
    """More events in one look than are taken."""

    code = "too_many_events"


class LookTooLarge(TooLarge):
    """The look has more bytes than are taken."""

    code = "look_too_large"


class BadVisitorKey(Invalid):
    """The visitor's key is not 128 bits in hexadecimal."""

    code = "bad_visitor_key"


class BadName(Invalid):
    """A visitor can't be called that; `details.field` is `name`."""

    code = "bad_name"


class PageFirst(Invalid):
    """A visit begins with a page."""

    code = "page_first"


class WrongOrigin(Denied):
    """The page's origin is not among the site's."""

    code = "wrong_origin"


class TooManyLooks(TooMany):
    """This visitor or this address looks too often."""

    code = "too_many_looks"


class NoSuchVisitor(NotFound):
    """The site knows no such visitor."""

    code = "no_such_visitor"


class NoSuchVisit(NotFound):
    """The site knows no such visit."""

    code = "no_such_visit"
