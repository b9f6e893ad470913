"""Orders on both databases: told once, contradictions refused, *with chat* to the letter."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from overture.accounts.errors import NotAllowed
from overture.accounts.model import Actor
from overture.kit.errors import NotFound
from overture.kit.money import Money
from overture.outcomes import service, store, views
from overture.outcomes.errors import BadOrder, OrderConflict
from overture.outcomes.model import OrderReport
from overture.store import Store, Tx
from overture.visits import privacy
from overture.visits import store as visit_rows
from overture.visits.events import OrderReported, VisitorErased, VisitorIdentified

SHOP = Actor(id="t_1", name="shop", kind="token", scopes=["orders"])


def report(**more: Any) -> OrderReport:
    return OrderReport(**{"id": "A1", "value": 349.0, "currency": "EUR", "visitor": "v_1", **more})


async def record(operation: Any, actor: Actor = SHOP, **more: Any) -> service.Recorded:
    recorded: service.Recorded = await operation.store.run(service.record_order, actor, "nordic-bikes", report(**more))
    return recorded


async def snippet(operation: Any, visit: str, **more: Any) -> None:
    """The page reports an order, as visits tell it."""
    values = {"order": "A1", "value": 349.0, "currency": "EUR", "visitor": "v_1", "at": operation.clock.now(), **more}
    await operation.store.run(lambda tx: tx.emit(OrderReported(site="nordic-bikes", visit=visit, **values)))


async def test_an_order_names_its_plan_version_visit_and_visitor(operation: Any) -> None:
    visit = await operation.visit()
    recorded = await record(operation)
    assert recorded.new
    order = recorded.order
    assert (order.plan_version, order.visit, order.visitor, order.source) == (1, visit, "v_1", "api")
    assert order.value == Money(34900, "EUR")
    assert order.conversation is None
    assert await operation.store.read(store.order, "nordic-bikes", "A1") == order


async def test_told_again_it_is_taken_once(operation: Any) -> None:
    await operation.visit()
    first = await record(operation)
    operation.clock.move(hours=1)
    again = await record(operation)
    assert not again.new
    assert again.order == first.order
    sums = await operation.store.read(
        views.order_sums, "nordic-bikes", operation.clock.now() - timedelta(days=1), operation.clock.now()
    )
    assert [(each.count, each.value) for each in sums] == [(1, Money(34900, "EUR"))]


@pytest.mark.parametrize(
    "other", [{"value": 350.0}, {"currency": "SEK"}, {"visitor": "v_2"}, {"value": 349.0, "visitor": "v_2"}]
)
async def test_the_same_id_with_other_content_is_told_and_changes_nothing(
    operation: Any, other: dict[str, Any]
) -> None:
    await operation.visit()
    await operation.visit("v_2")
    first = await record(operation)
    with pytest.raises(OrderConflict) as caught:
        await record(operation, **other)
    assert caught.value.details["known"] == {"value": 349.0, "currency": "EUR"}
    assert await operation.store.read(store.order, "nordic-bikes", "A1") == first.order


async def test_two_at_once_are_one(operation: Any) -> None:
    await operation.visit()
    answers = await asyncio.gather(*(record(operation) for _ in range(8)))
    assert sum(answer.new for answer in answers) == 1


async def test_an_order_of_nobody_learns_whose_it_was(operation: Any) -> None:
    visit = await operation.visit()
    conversation = await operation.talk()
    assert (await record(operation, visitor="")).order.visitor is None
    operation.clock.move(minutes=1)
    known = await record(operation)
    assert not known.new
    assert (known.order.visitor, known.order.visit, known.order.conversation) == ("v_1", visit, conversation)
    assert len(await operation.notices(conversation, "order")) == 1


async def test_a_customer_is_the_browser_the_site_vouched_for(operation: Any) -> None:
    await operation.visit("v_2", customer="C-77")
    recorded = await record(operation, visitor="", customer="C-77")
    assert (recorded.order.visitor, recorded.order.customer) == ("v_2", "C-77")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"id": ""}, "id"),
        ({"id": "x" * 129}, "id"),
        ({"id": "A\n1"}, "id"),
        ({"value": -1.0}, "value"),
        ({"value": float("nan")}, "value"),
        ({"value": float("inf")}, "value"),
        ({"value": 1e18}, "value"),
        ({"value": 0.005}, "value"),
        ({"currency": "euro"}, "currency"),
        ({"currency": "XQQ"}, "currency"),
        ({"value": "1.234"}, "value"),
        ({"value": "$349"}, "value"),
        ({"visitor": "v_unknown"}, "visitor"),
    ],
)
async def test_what_can_not_be_kept_is_told_at_its_field(operation: Any, wrong: dict[str, Any], field: str) -> None:
    await operation.visit()
    with pytest.raises(BadOrder) as caught:
        await record(operation, **wrong)
    assert caught.value.details["field"] == field


@pytest.mark.parametrize(
    ("said", "minor"),
    [({"currency": "eur"}, 34_900), ({"value": "1 234,50 €"}, 123_450), ({"value": "1,234.50"}, 123_450)],
)
async def test_what_can_mean_one_amount_is_read(operation: Any, said: dict[str, Any], minor: int) -> None:
    await operation.visit()
    recorded = await record(operation, **said)
    assert (recorded.order.value.minor, recorded.order.value.currency) == (minor, "EUR")


async def test_an_order_is_made_in_the_past(operation: Any) -> None:
    await operation.visit()
    now = operation.clock.now()
    with pytest.raises(BadOrder):
        await record(operation, at=now + timedelta(hours=1))
    with pytest.raises(BadOrder):
        await record(operation, at=now.replace(tzinfo=None))
    assert (await record(operation, at=now + timedelta(minutes=2))).order.at == now  # a clock that runs ahead
    assert (await record(operation, id="A2", at=now - timedelta(days=3))).order.at == now - timedelta(days=3)


async def test_who_may_tell(operation: Any) -> None:
    await operation.visit()
    for actor in (operation.aino, Actor(id="t", name="t", kind="token", scopes=["read"])):
        with pytest.raises(NotAllowed):
            await record(operation, actor)
    with pytest.raises(NotFound):
        await record(operation, Actor(id="t", name="t", kind="token", scopes=["orders"], site="other"))
    assert (await record(operation, operation.maija)).new


async def test_with_chat_is_seven_days_after_both_wrote(operation: Any) -> None:
    await operation.visit()
    conversation = await operation.talk()
    wrote = operation.clock.now()
    ahead = timedelta(milliseconds=1)
    operation.clock.move(days=30)
    cases = {
        "before": wrote - ahead,
        "at": wrote,
        "last": wrote + timedelta(days=7),
        "after": wrote + timedelta(days=7) + ahead,
    }
    taken = {name: (await record(operation, id=name, at=at)).order.conversation for name, at in cases.items()}
    assert taken == {"before": None, "at": conversation, "last": conversation, "after": None}


async def test_a_chat_that_nobody_answered_takes_nothing(operation: Any) -> None:
    await operation.visit()
    conversation = await operation.ask()
    assert (await record(operation)).order.conversation is None
    assert [message.params["id"] for message in await operation.notices(conversation, "order")] == ["A1"]


async def test_the_latest_conversation_takes_it_and_shows_it(operation: Any) -> None:
    await operation.visit()
    first = await operation.talk()
    await operation.store.run(service.conversations.close, operation.aino, first, "not_now")
    operation.clock.move(hours=5)
    await operation.at_the_desk()
    second = await operation.talk()
    operation.clock.move(hours=1)
    assert (await record(operation)).order.conversation == second
    shown = await operation.notices(second, "order")
    assert [message.params for message in shown] == [{"id": "A1", "value": 349.0, "currency": "EUR"}]
    assert await operation.notices(first, "order") == []


async def test_an_order_after_the_wrap_up_is_shown_in_the_closed_conversation(operation: Any) -> None:
    visit = await operation.visit()
    conversation = await operation.talk()
    await operation.store.run(service.conversations.close, operation.aino, conversation, "not_now")
    await snippet(operation, visit)
    assert len(await operation.notices(conversation, "order")) == 1


async def test_the_pages_report_and_the_shops_are_one_order(operation: Any) -> None:
    visit = await operation.visit()
    await snippet(operation, visit)
    await snippet(operation, visit)
    order = await operation.store.read(store.order, "nordic-bikes", "A1")
    assert (order.source, order.visit) == ("snippet", visit)
    assert not (await record(operation)).new


async def test_a_bad_report_of_the_page_costs_it_nothing_and_is_kept_for_the_developer(operation: Any) -> None:
    visit = await operation.visit()
    await snippet(operation, visit)
    for value in (5.0, 6.0):
        await snippet(operation, visit, value=value)
    await snippet(operation, visit, order="A2", currency="euro")
    refused = await operation.store.read(service.refusals, operation.maija, "nordic-bikes")
    assert {(each.order, each.code, each.times) for each in refused} == {
        ("A1", "order_conflict", 2),
        ("A2", "bad_order", 1),
    }
    assert (await operation.store.read(store.order, "nordic-bikes", "A1")).value == Money(34900, "EUR")


async def test_other_currencies_stay_apart(operation: Any) -> None:
    await operation.visit()
    for number, (value, currency) in enumerate(
        [(100.0, "EUR"), (0.1, "EUR"), (0.2, "EUR"), (999.0, "SEK"), (500, "JPY")]
    ):
        await record(operation, id=f"A{number}", value=value, currency=currency)
    end = operation.clock.now() + timedelta(seconds=1)
    sums = await operation.store.read(views.order_sums, "nordic-bikes", end - timedelta(days=1), end)
    assert [(each.count, each.value) for each in sums] == [
        (3, Money(10030, "EUR")),
        (1, Money(500, "JPY")),
        (1, Money(99900, "SEK")),
    ]


async def test_orders_are_listed_newest_first_a_page_at_a_time(operation: Any) -> None:
    await operation.visit()
    now = operation.clock.now()
    for number in range(5):
        await record(operation, id=f"A{number}", at=now - timedelta(hours=number // 2))
    read = ("nordic-bikes", None, None)
    first = await operation.store.read(service.orders, operation.maija, *read, None, 2)
    second = await operation.store.read(service.orders, operation.maija, *read, first.next, 2)
    third = await operation.store.read(service.orders, operation.maija, *read, second.next, 2)
    assert [order.id for page in (first, second, third) for order in page.items] == ["A1", "A0", "A3", "A2", "A4"]
    assert third.next is None
    with pytest.raises(NotAllowed):
        await operation.store.read(service.orders, operation.aino, *read, None, 2)


async def test_a_simulated_visitors_order_is_in_nobodys_numbers(operation: Any) -> None:
    await operation.visit("v_sim", simulated=True)
    assert (await record(operation, visitor="v_sim")).order.simulated
    end = operation.clock.now() + timedelta(seconds=1)
    assert await operation.store.read(views.order_sums, "nordic-bikes", end - timedelta(days=1), end) == []


async def test_an_erased_visitors_orders_stay_without_them(operation: Any) -> None:
    await operation.visit()
    await record(operation)
    await operation.store.run(lambda tx: tx.emit(VisitorErased("nordic-bikes", "v_1")))
    order = await operation.store.read(store.order, "nordic-bikes", "A1")
    assert (order.visitor, order.visit, order.customer) == (None, None, None)
    assert order.value == Money(34900, "EUR")


async def test_a_site_without_a_plan_still_takes_orders(operation: Any, each_store: Store) -> None:
    def add(tx: Tx) -> None:
        from overture.accounts import service as accounts
        from overture.accounts.model import SYSTEM

        accounts.add_site(tx, SYSTEM, "bare", "Bare", ["https://bare.example"])

    await each_store.run(add)
    recorded = await each_store.run(service.record_order, SHOP, "bare", report(visitor=""))
    assert recorded.order.plan_version == 0


async def identify(operation: Any, visitor: str = "v_1", customer: str = "C-7") -> None:
    """The site vouches for the visitor, as a look tells it."""

    def command(tx: Tx) -> None:
        visit_rows.change_visitor(tx, visitor, customer=customer)
        tx.emit(VisitorIdentified("nordic-bikes", "s_1", visitor, customer))

    await operation.store.run(command)


async def test_an_order_of_a_customer_who_identifies_later_becomes_theirs(operation: Any) -> None:
    visit = await operation.visit()
    conversation = await operation.talk()
    operation.clock.move(minutes=10)
    told = (await record(operation, visitor="", customer="C-7")).order
    assert (told.visitor, told.conversation, told.customer) == (None, None, "C-7")
    operation.clock.move(days=3)
    await identify(operation)
    order = await operation.store.read(store.order, "nordic-bikes", "A1")
    assert (order.visitor, order.visit, order.conversation, order.customer) == ("v_1", visit, conversation, "C-7")
    assert order.at == told.at
    assert [notice.params["id"] for notice in await operation.notices(conversation, "order")] == ["A1"]
    assert (await operation.store.read(visit_rows.visitor, "v_1")).orders == 1
    await identify(operation)  # every page of theirs says so again
    await identify(operation, "v_other", "C-7")
    assert (await operation.store.read(visit_rows.visitor, "v_1")).orders == 1
    assert (await operation.store.read(store.order, "nordic-bikes", "A1")).visitor == "v_1"
    assert not (await record(operation, visitor="", customer="C-7")).new  # nor does telling it again contradict


async def test_only_orders_of_the_last_thirty_days_wait_for_their_customer(operation: Any) -> None:
    await operation.visit()
    now = operation.clock.now()
    await record(operation, id="old", visitor="", customer="C-7", at=now - timedelta(days=31))
    await record(operation, id="new", visitor="", customer="C-7", at=now - timedelta(days=29))
    await record(operation, id="other", visitor="", customer="C-8")
    await identify(operation)
    of = {each: await operation.store.read(store.order, "nordic-bikes", each) for each in ("old", "new", "other")}
    assert {each: order.visitor for each, order in of.items()} == {"old": None, "new": "v_1", "other": None}


async def test_told_again_after_the_customer_came_by_another_browser_it_is_the_same(operation: Any) -> None:
    await operation.visit()
    await identify(operation)
    first = await record(operation, visitor="", customer="C-7")
    operation.clock.move(hours=1)
    await operation.visit("v_2", customer="C-7")
    again = await record(operation, visitor="", customer="C-7")
    assert (again.new, again.order) == (False, first.order)


async def test_erased_the_customers_id_goes_from_orders_told_before_too(operation: Any) -> None:
    await operation.visit()
    await record(operation, id="old", visitor="", customer="C-7", at=operation.clock.now() - timedelta(days=40))
    await identify(operation)
    await operation.store.run(privacy.erase_visitor, operation.maija, "nordic-bikes", "v_1")
    assert (await operation.store.read(store.order, "nordic-bikes", "old")).customer is None
