"""An operation on each database: a site with a plan, two teams with their people, visitors who come and talk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from overture.accounts import service as accounts
from overture.accounts.model import SYSTEM, Actor, Membership, Role
from overture.conversations import handlers as conversation_handlers
from overture.conversations import service as conversations
from overture.conversations.events import ConversationsErased
from overture.conversations.model import MessageView, Opener
from overture.conversations.views import messages_after
from overture.desk import service as desk
from overture.direction import service as direction
from overture.followups import service as followups
from overture.kit.clock import FixedClock, to_ms
from overture.outcomes import service as outcomes
from overture.store import Store, Tx
from overture.visits import privacy
from overture.visits import service as visits
from overture.visits import store as visit_rows
from overture.visits.events import OrderReported, RetentionDue, VisitorErased, VisitorIdentified

SITE = "nordic-bikes"
PLAN = Path(__file__).with_name("operation.yaml").read_text(encoding="utf-8")


class Operation:
    """Who works there, and what visitors do. Aino sells, Eero serves, Maija manages."""

    site = SITE
    aino: Actor
    eero: Actor
    maija: Actor

    def __init__(self, store: Store, clock: FixedClock) -> None:
        self.store = store
        self.clock = clock
        self._n = 0

    async def open(self) -> Operation:
        """The site with its plan and its people, both agents at the desk."""
        await self.store.run(accounts.add_site, SYSTEM, SITE, "Nordic Bikes", ["https://shop.example"])
        await self.publish(PLAN)
        self.aino = await self.store.run(_person, "Aino", "agent", "bike-sales")
        self.eero = await self.store.run(_person, "Eero", "agent", "care")
        self.maija = await self.store.run(_person, "Maija", "manager", "")
        await self.at_the_desk()
        return self

    async def publish(self, text: str) -> None:
        await self.store.run(direction.publish, SYSTEM, SITE, text)

    async def at_the_desk(self) -> None:
        for agent in (self.aino, self.eero):
            await self.store.run(desk.set_available, agent, True)

    def add_agent(self, name: str, team: str) -> Any:
        """A colleague, as an awaitable actor."""
        return self.store.run(_person, name, "agent", team)

    async def visit(self, visitor: str = "v_1", *, language: str = "fi", simulated: bool = False, **traits: Any) -> str:
        """The visitor comes; what the site vouched for goes into `traits`. The visit's id."""

        def command(tx: Tx) -> str:
            live = visits.begin(
                tx,
                visits.Arrival(
                    site=SITE,
                    visitor=visitor,
                    at_ms=to_ms(tx.now),
                    language=language,
                    device="desktop",
                    country="FI",
                    simulated=simulated,
                ),
            )
            assert live is not None
            customer = traits.pop("customer", None)
            visit_rows.change_visitor(tx, visitor, customer=customer, traits=traits)
            return live.visit

        return await self.store.run(command)

    async def ask(self, visitor: str = "v_1", *, team: str = "bike-sales", language: str = "fi", **more: Any) -> str:
        """The visitor writes; the conversation's id."""
        opener = Opener(site=SITE, visitor=visitor, language=language, page="https://shop.example/", team=team, **more)
        said = await self.store.run(conversations.say_as_visitor, visitor, self._cid(), "Moi", lambda: opener)
        return said.conversation

    async def answer(self, conversation: str, agent: Actor | None = None) -> None:
        """An agent writes."""
        await self.store.run(conversations.say_as_agent, agent or self.aino, conversation, self._cid(), "Hei")

    async def talk(self, visitor: str = "v_1", *, agent: Actor | None = None, team: str = "bike-sales",
                   language: str = "fi", **more: Any) -> str:  # fmt: skip
        """Both write; the conversation's id."""
        conversation = await self.ask(visitor, team=team, language=language, **more)
        await self.answer(conversation, agent or (self.eero if team == "care" else self.aino))
        return conversation

    async def said(self, conversation: str) -> list[MessageView]:
        """Everything in the conversation."""
        return (await self.store.read(messages_after, SYSTEM, conversation, 0)).items

    async def notices(self, conversation: str, code: str) -> list[MessageView]:
        """The house's words of one kind."""
        return [message for message in await self.said(conversation) if message.notice == code]

    def _cid(self) -> str:
        self._n += 1
        return f"cid-{self._n}"


def _person(tx: Tx, name: str, role: Role, team: str) -> Actor:
    teams = [Membership(SITE, team)] if team else []
    user = accounts.add_user(tx, SYSTEM, f"{name.lower()}@example.com", name, role, teams)
    accounts.set_password(tx, user.id, "x")
    return Actor(id=user.id, name=name, kind="user", role=role, teams=teams)


@pytest.fixture
async def operation(each_store: Store, clock: FixedClock) -> Operation:
    """Open for business on each database, wired as the house is."""
    conversation_handlers.register(each_store)
    each_store.on(OrderReported, outcomes.on_order_reported)
    each_store.on(VisitorIdentified, outcomes.on_visitor_identified)
    for domain in (outcomes, followups):
        privacy.keeps(domain.visitors_alive)
        each_store.on(VisitorErased, domain.on_visitor_erased)
        each_store.on(ConversationsErased, domain.on_conversations_erased)
        each_store.on(RetentionDue, domain.on_retention_due)
    return await Operation(each_store, clock).open()
