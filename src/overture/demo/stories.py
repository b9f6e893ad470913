"""What happens in the recorded history: people who look around, talk, order, and are called back.

A story is a generator that yields how many seconds pass before it goes on. Whoever tells it sets the
transaction's clock each time, so that everything happens through the same services as it does live.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Generator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from overture.accounts.model import Actor, Site
from overture.conversations import service as conversations
from overture.conversations import store as conversation_store
from overture.conversations.errors import NotAnswering
from overture.conversations.model import Conversation, Opener
from overture.demo.shop.catalogue import EVERYTHING, Product
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
    SentOrder,
    SentPage,
)
from overture.visits.record import Sighting

T = TypeVar("T")
Story = Generator[float]
ZONE = ZoneInfo("Europe/Helsinki")
SHOP = "https://nordic-bikes.example"  # where the history happened; the live shop has the address of the day
# Of those who are invited, who gets to see it: some are gone, some have another window in front.
SHOWN, SEEN = 0.97, 0.86
# Of a dozen who see it, one accepts and two decline.
REACTIONS = ("accepted", "declined", "declined", *[""] * 9)
QUALIFIED, WON = 0.7, 0.45  # of the leads that were contacted; of those that were qualified
IN_VAIN = {"bike-sales": "not_now", "care": "not_solved"}  # what becomes of a talk that got no answer
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


class Reaction(msgspec.Struct, frozen=True):
    """What one of a dozen does about an invitation."""

    what: str


@cache
def reactions(_trigger: str) -> tuple[Reaction, ...]:
    """A trigger's own dozen: few are invited in four weeks, and chance would leave some triggers without a reply."""
    return tuple(Reaction(what) for what in REACTIONS)


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
_NUMBER = re.compile(r"NB-\d{6}")


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

    def draw(self, cards: Sequence[T]) -> T:
        """One of those that were drawn least so far, so that nothing is told twice in a row."""
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
        self.look(SentPage(url=f"{SHOP}{path}{query}", referrer=referrer, title=title or title_of(path)))
        if self.guest.name and self._n == 1:
            self._identify()
        yield from self.stay(seconds)

    def _identify(self) -> None:
        self.look(SentIdentify(traits={"name": self.guest.name, "email": self.guest.email, "demo": True}))

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
        if self.choice.random() > SHOWN:
            return
        self.look(SentInvitation(id=invitation, what="shown"))
        if self.choice.random() > SEEN:
            return
        yield self.choice.uniform(0.5, 2)
        self.look(SentInvitation(id=invitation, what="seen"))
        yield self.choice.uniform(3, 14)
        made = invitations.the_invitation(self.telling.tx, self.telling.site.id, invitation)
        reaction = self.telling.draw(reactions(made.trigger)).what
        if reaction == "accepted":
            self.look(SentInvitation(id=invitation, what="accepted"))
            yield from self.talk(talk_for(self.telling, made.team, self.guest.language), invitation=invitation)
        elif reaction == "declined":
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
        number = self._order_number()
        self.look(SentPage(url=f"{SHOP}/order/confirmed", title=title_of("/order/confirmed")))
        self.look(SentOrder(id=number, value=value, currency="EUR"), self._cart())
        yield self.choice.uniform(5, 30)

    def leave(self) -> None:
        """Close the tab."""
        self.look(SentEnd())

    # ---- talking -------------------------------------------------------------------------------------------

    def talk(self, talk: Talk, *, invitation: str = "", settle: bool = True) -> Story:
        """Open the chat and talk; what was agreed is done later, unless `settle` is false."""
        if talk.next is not None and not self.guest.name:  # who is to be called says who they are
            self.guest.name = self.telling.draw(script().names[self.guest.language])
            self._identify()
        said = self._lines(talk)
        conversation = self._begin(talk, said[0][1], invitation)
        if not conversation:
            return
        agent: Actor | None = None
        for _ in range(NOBODY_ASSIGNED):
            agent = self._agent(conversation)
            if agent is not None:
                break
            yield 20
        if agent is None:
            conversations.end_as_visitor(self.telling.tx, self.visitor, conversation)
            return
        yield from self._exchange(agent, conversation, said[1:])
        yield from self._wrap_up(agent, conversation, talk, settle)

    def ask_in_vain(self, talk: Talk, patience_s: float) -> Story:
        """Ask, wait so long for an answer that does not come, and go."""
        conversation = self._begin(talk, self._lines(talk)[0][1])
        if not conversation:
            return
        yield patience_s
        tx, agent = self.telling.tx, self._agent(conversation)
        conversations.end_as_visitor(tx, self.visitor, conversation)
        if agent is not None:
            yield self.choice.uniform(20, 200)
            followups.wrap_up(tx, agent, conversation, IN_VAIN[talk.team], None)

    def _lines(self, talk: Talk) -> list[tuple[str, str]]:
        """(who, what) of a talk; an order that is spoken of has a number of its own each time."""
        number = self._order_number()
        return [(line[0], _NUMBER.sub(number, line[3:])) for line in talk.lines]

    def _order_number(self) -> str:
        return f"NB-{self.choice.randrange(100_000, 999_999)}"

    def _begin(self, talk: Talk, text: str, invitation: str = "") -> str:
        """Say the first words: the conversation's id, "" if nobody answers now and a message was left instead."""
        tx, self.talked = self.telling.tx, True
        try:
            first = conversations.say_as_visitor(
                tx, self.visitor, self._cid(), text, lambda: self._opener(talk, invitation)
            )
        except NotAnswering:
            fitting = [one for one in script().message if (one.team, one.language) == (talk.team, talk.language)]
            if fitting:
                self.leave_message(self.telling.draw(fitting))
            return ""
        if invitation:
            invitations.accept(tx, self.telling.site.id, self.visitor, invitation, first.conversation)
        self.telling.memory.book.forget(self.visitor)
        return first.conversation

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
            # Now and then an agent is in another talk, and it takes a minute.
            yield self.choice.uniform(4, 15) if quick else self.choice.lognormvariate(2.5, 0.6) + len(text) / 9
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
        self.guest.name = self.guest.name or self.telling.draw(script().names[left.language])
        tx, cid = self.telling.tx, self._cid()
        site = self.telling.site.id
        text = _NUMBER.sub(self._order_number(), left.text)
        message = MessageLeft(
            site=site, visitor=self.visitor, cid=cid, text=text, email=self.guest.email, name=self.guest.name,
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
    if promise.lead and promise.team == "bike-sales":
        yield from _pursue(telling, who, promise.lead)


def _pursue(telling: Telling, agent: Actor, lead: str) -> Story:
    yield telling.choice.uniform(1, 3) * 86_400
    if telling.choice.random() < QUALIFIED:
        outcomes.change_lead(telling.tx, agent, lead, "qualified", "")
        yield telling.choice.uniform(2, 9) * 86_400
        end: LeadState = "won" if telling.choice.random() < WON else "lost"
    else:
        end = "lost"
    outcomes.change_lead(telling.tx, agent, lead, end, "")


def talk_for(telling: Telling, team: str, language: str) -> Talk:
    """A talk of the team, in the language if there is one."""
    fitting = [talk for talk in script().talk if talk.team == team]
    return telling.draw([talk for talk in fitting if talk.language == language] or fitting)


def title_of(path: str) -> str:
    """A page's title in the shop."""
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
