"""What outcomes refuse."""

from __future__ import annotations

from overture.kit.errors import Conflict, Invalid, NotFound


class BadContact(Invalid):
    """No way to answer could be read from it; `details.field` is `email` or `phone`."""

    code = "bad_contact"


class BadOrder(Invalid):
    """An order that can't be kept; `details.field` names what is wrong with it."""

    code = "bad_order"


class OrderConflict(Conflict):
    """The site's order id is known with another value, currency or visitor. Nothing was changed."""

    code = "order_conflict"


class BadLead(Invalid):
    """A lead can't be changed like that; `details.field` names why."""

    code = "bad_lead"


class NoSuchLead(NotFound):
    """No lead of that id on the actor's teams."""

    code = "no_such_lead"


class BadBooking(Invalid):
    """A booking that can't be kept; `details.field` names what is wrong with it."""

    code = "bad_booking"
