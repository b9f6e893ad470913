"""What happens to visitors and visits."""

from __future__ import annotations

from datetime import datetime

from overture.store import Event


class VisitStarted(Event, frozen=True, tag="visits.started"):
    """A visitor came, or came back after 30 minutes without a sign."""

    site: str
    visit: str
    visitor: str

    def topics(self) -> tuple[str, ...]:
        return (f"visits:{self.site}",)


class VisitMoved(Event, frozen=True, tag="visits.moved"):
    """Something that an agent beside a conversation would see: page, cart, order, identity.

    Told only while the visitor is in a conversation; whoever lists visitors asks instead.
    """

    site: str
    visit: str
    visitor: str

    def topics(self) -> tuple[str, ...]:
        return (f"visit:{self.visit}",)


class VisitEnded(Event, frozen=True, tag="visits.ended"):
    """Thirty minutes passed without a sign; `at` is the last one."""

    site: str
    visit: str
    visitor: str
    at: datetime


class VisitorIdentified(Event, frozen=True, tag="visits.identified"):
    """The site vouched for who the visitor is."""

    site: str
    visit: str
    visitor: str
    customer: str


class OrderReported(Event, frozen=True, tag="visits.order_reported"):
    """The visitor's browser reported an order: a claim that outcomes take once by `order`."""

    site: str
    visit: str
    visitor: str
    order: str
    value: float
    currency: str
    at: datetime


class VisitorBlocked(Event, frozen=True, tag="visits.blocked"):
    """A manager or an agent blocked the visitor, or let them back."""

    site: str
    visitor: str
    blocked: bool

    def topics(self) -> tuple[str, ...]:
        return (f"visitor:{self.visitor}",)


class VisitorNamed(Event, frozen=True, tag="visits.named"):
    """What the visitor is called, or where they can be reached, is known otherwise than before."""

    site: str
    visitor: str
    name: str


class VisitorErased(Event, frozen=True, tag="visits.erased"):
    """Everything held of the visitor goes; each domain above erases its own in the same transaction.

    `customer` is the id the site vouched for them by, `orders` the orders that their pages told of.
    """

    site: str
    visitor: str
    customer: str = ""
    orders: tuple[str, ...] = ()


class RetentionDue(Event, frozen=True, tag="visits.retention_due"):
    """The site keeps nothing from before `before`; each domain above erases its own."""

    site: str
    before: datetime


class VisitChanged(Event, frozen=True, tag="visits.changed"):
    """A visit or its visitor was changed by other means than a look: caches of it are stale."""

    visitor: str
