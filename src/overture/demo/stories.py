"""What happens in the recorded history: people who look around, talk, order, and are called back.

A story is a generator that yields how many seconds pass before it goes on. Whoever tells it sets the
transaction's clock each time, so that everything happens through the same services as it does live.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Protocol
from zoneinfo import ZoneInfo

import msgspec

from overture.accounts.model import Actor, Site
from overture.conversations import service as conversations
from overture.conversations import store as conversation_store
from overture.conversations.errors import NotAnswering
from overture.conversations.model import Conversation, Opener
from overture.demo.shop.catalogue import BIKES, EVERYTHING, GEAR, Product
from overture.followups import promises
from overture.followups import service as followups
from overture.followups import store as followup_store
from overture.followups.model import NextStep, Promise
from overture.followups.service import MessageLeft
from overture.invitations import service as invitations
from overture.invitations.answer import LookAnswer
from overture.invitations.service import Memory
from overture.invitations.watching import Watching
from overture.kit.clock import to_ms
from overture.outcomes import service as outcomes
from overture.outcomes.model import LeadState
from overture.store import Tx
from overture.visits.identity import visitor_id
from overture.visits.looks import (
    Look,
    SentCart,
    SentEnd,
    SentEvent,
    SentIdentify,
    SentInvitation,
    SentNamed,
    SentOrder,
    SentPage,
    SentScroll,
)
from overture.visits.record import Sighting

Story = Generator[float]
ZONE = ZoneInfo("Europe/Helsinki")
SHOP = "https://nordic-bikes.example"  # where the history happened; the live shop has the address of the day
ACCEPTS, DECLINES = 0.12, 0.2  # of those who are invited; the rest does neither
NOBODY_ASSIGNED = 6  # looks at the clock, 20 s apart, before a waiting visitor gives up


class Next(msgspec.Struct, frozen=True):
    """The next step that a talk's wrap-up agrees on."""

    what: str
    who: str
    channel: str
    hours: float


class Talk(msgspec.Struct, frozen=True):
    """A conversation as it went, line by line."""

    team: str
    language: str
    page: str
    lines: list[str]
    result: str
    next: Next | None = None
    orders: bool = False


class Left(msgspec.Struct, frozen=True):
    """A message left when nobody was there."""

    team: str
    language: str
    page: str
    text: str


class Script(msgspec.Struct, frozen=True):
    """Everything that is said in the history, and who says it."""

    talk: list[Talk]
    message: list[Left]
    names: dict[str, list[str]]


@cache
def script() -> Script:
    """The words of the history."""
    return msgspec.convert(tomllib.loads((files("overture.demo") / "talks.toml").read_text("utf-8")), Script)


class Guest(msgspec.Struct):
    """A visitor of the history."""

    key: str
    language: str
    device: str
    name: str = ""
    basket: list[Product] = []

    @property
    def email(self) -> str:
        """An address that can't be anybody's."""
        first, _, last = self.name.lower().translate(_PLAIN).partition(" ")
        return f"{first}.{last}@mail.example"


_PLAIN = str.maketrans("äöåü", "aoau")


class Telling(Protocol):
    """What a story may ask of whoever tells it."""

    tx: Tx
    site: Site
    memory: Memory
    choice: random.Random

    def actor(self, user_id: str) -> Actor:
        """The agent of that id."""
        ...

    def owners(self, team: str) -> list[str]:
        """The ids of the team's agents."""
        ...

    def begin(self, story: Story, after_s: float = 0.0) -> None:
        """Let another story begin beside this one."""
        ...


class Visit:
    """One visit of one guest, told look by look."""

    def __init__(self, telling: Telling, guest: Guest) -> None:
        self.telling = telling
        self.choice = telling.choice
        self.guest = guest
        self.visitor = visitor_id(telling.site.id, guest.key)
        self._tab = f"tab{telling.choice.getrandbits(48):x}"
        self._n = 0
        self._answer = LookAnswer()
        self._met = False
        self.talked = False

    def look(self, *events: SentEvent) -> None:
        """Tell what happened, as the loader would."""
        self._n += 1
        tx = self.telling.tx
        who = Sighting(
            site=self.telling.site.id,
            visitor=self.visitor,
            at_ms=to_ms(tx.now),
            language=self.guest.language,
            device=self.guest.device,
            country="SE" if self.guest.language == "sv" else "FI",
        )
        sent = Look(
            site=self.telling.site.key, key=self.guest.key, tab=self._tab, n=self._n, languages=[self.guest.language],
            events=list(events),
        )  # fmt: skip
        self._answer = invitations.look(tx, self.telling.memory, who, sent)

    def page(self, path: str, seconds: float, *, query: str = "", referrer: str = "", title: str = "") -> Story:
        """Open a page and stay on it for so long."""
        self.look(SentPage(url=f"{SHOP}{path}{query}", referrer=referrer, title=title or _title(path)))
        if self.guest.name and self._n == 1:
            self.look(SentIdentify(traits={"name": self.guest.name, "email": self.guest.email, "demo": True}))
        yield from self.stay(seconds)

    def stay(self, seconds: float) -> Story:
        """Stay on the page, looking again whenever something may be due, and answer an invitation."""
        left = seconds
        while True:
            if self._answer.invitation is not None and not self._met:
                self._met = True
                yield from self._meet(self._answer.invitation.id)
            again = self._until_due()
            if again is None or again >= left:
                yield left
                return
            yield again
            left -= again
            self.look()

    def _until_due(self) -> float | None:
        """Seconds to the next instant at which a trigger may be due. Heart beats on the way would bring nothing."""
        live = self.telling.memory.book.get(self.visitor)
        watching = live and live.above
        if live is None or not isinstance(watching, Watching) or watching.due_ms is None:
            return None
        return max(0.001, (live.started_ms + watching.due_ms - to_ms(self.telling.tx.now)) / 1000)

    def _meet(self, invitation: str) -> Story:
        self.look(SentInvitation(id=invitation, what="seen"))
        yield self.choice.uniform(3, 14)
        drawn = self.choice.random()
        if drawn < ACCEPTS:
            self.look(SentInvitation(id=invitation, what="accepted"))
            made = invitations.the_invitation(self.telling.tx, self.telling.site.id, invitation)
            yield from self.talk(_talk_for(self.choice, made.team, self.guest.language), invitation=invitation)
        elif drawn < ACCEPTS + DECLINES:
            self.look(SentInvitation(id=invitation, what="declined"))

    def add(self, product: Product) -> None:
        """Put something in the basket."""
        self.guest.basket.append(product)
        self.look(self._cart())

    def _cart(self) -> SentCart:
        return SentCart(value=sum(one.amount for one in self.guest.basket), items=len(self.guest.basket))

    def order(self) -> Story:
        """Check out and buy what is in the basket."""
        yield from self.page("/checkout", self.choice.uniform(60, 160))
        value = sum(one.amount for one in self.guest.basket)
        self.guest.basket.clear()
        number = f"NB-{self.choice.randrange(100_000, 999_999)}"
        self.look(SentPage(url=f"{SHOP}/order/confirmed", title=_title("/order/confirmed")))
        self.look(SentOrder(id=number, value=value), self._cart())
        yield self.choice.uniform(5, 30)

    def leave(self) -> None:
        """Close the tab."""
        self.look(SentEnd())

    # ---- talking -------------------------------------------------------------------------------------------

    def talk(self, talk: Talk, *, invitation: str = "", settle: bool = True) -> Story:
        """Open the chat and talk; what was agreed is done later, unless `settle` is false."""
        tx, self.talked = self.telling.tx, True
        said = [line.partition(": ")[::2] for line in talk.lines]
        try:
            first = conversations.say_as_visitor(
                tx, self.visitor, self._cid(), said[0][1], lambda: self._opener(talk, invitation)
            )
        except NotAnswering:
            left = [one for one in script().message if one.language == talk.language]
            if left:
                self.leave_message(self.choice.choice(left))
            return
        if invitation:
            invitations.accept(tx, self.telling.site.id, self.visitor, invitation, first.conversation)
        self.telling.memory.book.forget(self.visitor)
        agent: Actor | None = None
        for _ in range(NOBODY_ASSIGNED):
            agent = self._agent(first.conversation)
            if agent is not None:
                break
            yield 20
        if agent is None:
            conversations.end_as_visitor(tx, self.visitor, first.conversation)
            return
        yield from self._exchange(agent, first.conversation, said[1:])
        yield from self._wrap_up(agent, first.conversation, talk, settle)

    def _opener(self, talk: Talk, invitation: str) -> Opener:
        made = invitations.the_invitation(self.telling.tx, self.telling.site.id, invitation) if invitation else None
        return Opener(
            site=self.telling.site.id,
            visitor=self.visitor,
            name=self.guest.name,
            language=self.guest.language,
            page=f"{SHOP}{talk.page}",
            invitation=invitation,
            trigger=made.trigger if made else "",
            team=talk.team,
        )

    def _exchange(self, agent: Actor, conversation: str, said: list[tuple[str, str]]) -> Story:
        tx, before = self.telling.tx, "v"
        for who, text in said:
            quick = who == before or who == "n"
            yield self.choice.uniform(4, 15) if quick else self.choice.uniform(8, 25) + len(text) / 9
            if who == "a":
                conversations.say_as_agent(tx, agent, conversation, self._cid(), text)
            elif who == "n":
                conversations.write_note(tx, agent, conversation, self._cid(), text)
            else:
                conversations.say_as_visitor(tx, self.visitor, self._cid(), text, _nobody)
            before = who
        last = self._state(conversation).last_seq
        conversations.mark_as_agent(tx, agent, conversation, last, last)
        conversations.mark_as_visitor(tx, self.visitor, last, last)

    def _wrap_up(self, agent: Actor, conversation: str, talk: Talk, settle: bool) -> Story:
        yield self.choice.uniform(15, 90)
        tx, step = self.telling.tx, None
        if talk.next is not None:
            due = _round(tx.now + timedelta(hours=talk.next.hours), by_day=settle)
            step = NextStep(what=talk.next.what, who="agent", channel=talk.next.channel, due_at=due)  # type: ignore[arg-type]
        followups.wrap_up(tx, agent, conversation, talk.result, step)
        self.telling.memory.book.forget(self.visitor)
        promise = followup_store.promise_of_conversation(tx, conversation)
        if promise is not None and settle:
            self.telling.begin(keep(self.telling, agent, promise))

    def _agent(self, conversation: str) -> Actor | None:
        held_by = self._state(conversation).agent_id
        return self.telling.actor(held_by) if held_by else None

    def _state(self, conversation: str) -> Conversation:
        found = conversation_store.conversation(self.telling.tx, conversation)
        assert found is not None  # nothing is erased in the history
        return found

    def _cid(self) -> str:
        return f"demo-{self.choice.getrandbits(64):016x}"

    def leave_message(self, left: Left, *, settle: bool = True) -> None:
        """Nobody is there: leave a message with an address."""
        names = script().names[left.language]
        self.guest.name = self.guest.name or self.choice.choice(names)
        tx, cid = self.telling.tx, self._cid()
        site = self.telling.site.id
        message = MessageLeft(
            site=site, visitor=self.visitor, cid=cid, text=left.text, email=self.guest.email, name=self.guest.name,
            language=left.language, team=left.team,
        )  # fmt: skip
        followups.leave_message(tx, message)
        lead = outcomes.lead_by_cid(tx, site, self.visitor, cid)
        promise = lead and followup_store.promise_of_lead(tx, lead.id)
        if promise and settle:
            self.telling.begin(keep(self.telling, None, promise))


def _nobody() -> Opener:
    raise AssertionError("the conversation is open")


# ---- afterwards --------------------------------------------------------------------------------------------


def keep(telling: Telling, agent: Actor | None, promise: Promise) -> Story:
    """Keep a promise: mostly in time, sometimes late, now and then moved first; then see what becomes of its lead."""
    choice, drawn = telling.choice, telling.choice.random()
    room = (promise.due_at - promise.created_at).total_seconds()
    who = agent or telling.actor(choice.choice(telling.owners(promise.team)))
    if drawn < 0.04:
        yield room * 0.6
        promises.move(telling.tx, who, promise.id, promise.due_at + timedelta(days=1), "")
        yield room * 0.4 + choice.uniform(1, 20) * 3_600
    elif drawn < 0.1:
        yield room + choice.uniform(0.5, 7) * 3_600
    else:
        yield room * choice.uniform(0.2, 0.95)
    promises.done(telling.tx, who, promise.id, "")
    if promise.lead:
        yield from _pursue(telling, who, promise.lead)


def _pursue(telling: Telling, agent: Actor, lead: str) -> Story:
    yield telling.choice.uniform(1, 3) * 86_400
    outcomes.change_lead(telling.tx, agent, lead, "qualified", "")
    yield telling.choice.uniform(1, 6) * 86_400
    end: LeadState = "won" if telling.choice.random() < 0.45 else "lost"
    outcomes.change_lead(telling.tx, agent, lead, end, "")


# ---- visits of all sorts -----------------------------------------------------------------------------------

_SOURCES: list[tuple[str, str, float]] = [
    ("", "", 4.0),
    ("", "https://www.google.com/", 5.0),
    ("?utm_source=newsletter&utm_medium=email&utm_campaign=autumn-rides", "", 2.5),
    ("?utm_source=instagram&utm_medium=social&utm_campaign=gravel", "https://l.instagram.com/", 1.5),
    ("?utm_source=meta&utm_medium=paid&utm_campaign=retarget-basket", "https://m.facebook.com/", 1.0),
]


def browse(visit: Visit) -> Story:
    """Look at some bikes; perhaps ask, perhaps put one in the basket and hesitate, perhaps buy."""
    choice = visit.choice
    query, referrer, _ = choice.choices(_SOURCES, [source[2] for source in _SOURCES])[0]
    for place in range(choice.choices((1, 2, 3, 5), (3, 4, 4, 2))[0]):
        entry = {"query": query, "referrer": referrer} if place == 0 else {"referrer": f"{SHOP}/bikes"}
        product = choice.choice((*BIKES, *BIKES, *GEAR))
        yield from visit.page(product.path, choice.lognormvariate(3.4, 0.7), **entry)
        if choice.random() < 0.5:
            visit.look(SentScroll(depth=round(choice.uniform(0.2, 1), 2)))
        if not visit.guest.basket and choice.random() < 0.2:
            visit.add(product)
    if visit.guest.basket:
        yield from visit.page("/cart", choice.lognormvariate(3.2, 0.8))
    if not visit.talked and choice.random() < 0.05:
        yield from visit.talk(_talk_for(choice, "bike-sales", visit.guest.language))
    if visit.guest.basket and choice.random() < (0.5 if visit.talked else 0.3):
        yield from visit.order()
    visit.leave()


def read_help(visit: Visit) -> Story:
    """Look for an answer on the help pages, and ask if there is none."""
    choice = visit.choice
    articles = ("delivery-and-returns", "service-and-guarantee", "paying", "electric-bikes", "choosing-a-size")
    for _ in range(choice.choices((1, 2), (3, 1))[0]):
        yield from visit.page(f"/help/{choice.choice(articles)}", choice.lognormvariate(3.8, 0.6))
    if not visit.talked and choice.random() < 0.14:
        yield from visit.talk(_talk_for(choice, "care", visit.guest.language))
    visit.leave()


def struggle(visit: Visit) -> Story:
    """Fight with the checkout's form."""
    choice = visit.choice
    visit.guest.basket[:] = [choice.choice(BIKES)]
    yield from visit.page("/cart", choice.uniform(4, 15))
    visit.look(visit._cart())
    yield from visit.page("/checkout", choice.uniform(20, 40))
    for field in ("zip", "phone"):
        visit.look(SentNamed(name="form_error", props={"field": field}))
        yield from visit.stay(choice.uniform(10, 30))
    if choice.random() < 0.55:
        yield from visit.order()
    visit.leave()


def ask(visit: Visit, talk: Talk, *, settle: bool = True) -> Story:
    """Come with a question, ask it, and perhaps buy."""
    choice = visit.choice
    yield from visit.page("/bikes" if talk.team == "bike-sales" else "/help", choice.uniform(10, 30))
    product = EVERYTHING.get(talk.page.rpartition("/")[2])
    if talk.orders:
        product = choice.choice(BIKES)
        visit.add(product)
    yield from visit.page(talk.page, choice.uniform(8, 15))
    yield from visit.talk(talk, settle=settle)
    if talk.orders and visit.guest.basket:
        yield from visit.order()
    visit.leave()


def message(visit: Visit, left: Left, *, settle: bool = True) -> Story:
    """Come when nobody is there, and leave a message."""
    yield from visit.page(left.page, visit.choice.uniform(20, 60))
    visit.leave_message(left, settle=settle)
    yield 5
    visit.leave()


def _talk_for(choice: random.Random, team: str, language: str) -> Talk:
    fitting = [talk for talk in script().talk if talk.team == team]
    return choice.choice([talk for talk in fitting if talk.language == language] or fitting)


def _title(path: str) -> str:
    product = EVERYTHING.get(path.rpartition("/")[2])
    name = product.name if product else path.strip("/").partition("/")[0].capitalize()
    return f"{name} – Nordic Bikes" if name else "Nordic Bikes"


def _round(at: datetime, *, by_day: bool) -> datetime:
    """Up to the next quarter of an hour, and to nine in the morning from the night: people promise such times."""
    at = at.replace(minute=at.minute // 15 * 15, second=0, microsecond=0) + timedelta(minutes=15)
    local = at.astimezone(ZONE)
    if by_day and not 9 <= local.hour < 20:
        local = local.replace(hour=9, minute=0) + timedelta(days=local.hour >= 20)
    return local.astimezone(UTC)
