"""An invitation's life, from the basket to the answer, through the endpoint and on both databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from overture.accounts.model import Actor
from overture.conversations import service as conversations
from overture.conversations.model import Opener
from overture.gateway.frames.visitor import VisitorHello
from overture.gateway.welcome import Greeted, greet
from overture.invitations import service
from overture.invitations import store as rows
from overture.invitations.model import Made
from overture.store import Tx
from overture.visits import service as visits
from overture.visits import store as visit_rows
from overture.visits.identity import visitor_id

KEY = "0" * 32
VISITOR = visitor_id("shop", KEY)


def decided(tx: Tx) -> list[Made]:
    return rows.of_visitor(tx, VISITOR)


def invitation_of(answer: dict[str, Any]) -> str:
    invitation = answer["invitation"]
    assert invitation is not None
    return str(invitation["id"])


async def invited(shop: Any, wait: Any, tab: Any) -> str:
    """A visitor with a full basket, 45 s on the page."""
    await tab.page(boot=True)
    answer = await tab.basket()
    await wait(milliseconds=answer["look_again_in_ms"])
    answer = await tab.look()
    await wait(milliseconds=answer["look_again_in_ms"])
    answer = await tab.look()
    await wait(milliseconds=answer["look_again_in_ms"])
    return invitation_of(await tab.look())


async def test_the_teaser_is_there_on_the_instant(shop: Any, wait: Any) -> None:
    tab = shop.tab()
    first = await tab.page(boot=True)
    assert first["config"]["words"]["reply"] == "Vastaa"
    assert first["invitation"] is None
    answer = await tab.basket()
    looked = 0
    for pause in (20_000, 20_000, 5_000):
        assert answer["look_again_in_ms"] == pause
        assert answer["invitation"] is None
        await wait(milliseconds=pause)
        looked += pause
        answer = await tab.look()
    assert looked == 45_000
    assert answer["invitation"] == {
        "id": invitation_of(answer), "text": "Onko jokin vielä auki?", "show": "teaser", "agent": "Aino",
    }  # fmt: skip
    (made,) = await shop.store.read(decided)
    assert (made.trigger, made.arm, made.at_ms, made.plan_version, made.state) == (
        "big-basket", "invited", 45_000, 1, "invited",
    )  # fmt: skip


async def test_a_language_with_a_region_is_spoken_from_the_teaser_to_the_chat(shop: Any, wait: Any, plan: str) -> None:
    """The button has no Portuguese words and says English ones; what the plan says comes in the visitor's language."""
    await shop.publish(
        plan.replace("languages: [fi, en]", "languages: [fi, en, pt-BR]").replace(
            "fi: Onko jokin vielä auki?", "fi: Onko jokin vielä auki?, pt-BR: Ficou alguma dúvida?"
        )
    )
    tab = shop.tab(languages=("pt-PT", "en"))
    first = await tab.page(boot=True)
    assert first["config"]["language"] == "pt-BR"
    assert first["config"]["words"]["reply"] == "Reply"
    await tab.basket()
    await wait(seconds=45)
    answer = await tab.look()
    assert answer["invitation"]["text"] == "Ficou alguma dúvida?"
    (made,) = await shop.store.read(decided)
    assert made.language == "pt-BR"

    def greeted(tx: Tx) -> Greeted:
        hello = VisitorHello(v=1, site=shop.site.key, key=KEY, language="pt-BR", invitation=made.id)
        return greet(tx, hello, simulated=False)

    welcome = (await shop.store.read(greeted)).welcome
    assert (welcome.language, welcome.invitation_text) == ("pt-BR", "Ficou alguma dúvida?")


async def test_a_late_timer_still_decides_at_the_crossing(shop: Any, wait: Any) -> None:
    tab = shop.tab()
    await tab.page()
    await tab.basket()
    await wait(seconds=44)
    assert (await tab.look())["look_again_in_ms"] == 1_000
    await wait(milliseconds=1_130)
    assert (await tab.look())["invitation"]
    (made,) = await shop.store.read(decided)
    assert made.at_ms == 45_000


async def test_what_nobody_was_there_to_see_is_looked_at_when_they_come_back(shop: Any, wait: Any) -> None:
    tab = shop.tab()
    await tab.page()
    await tab.basket()
    await wait(minutes=9)
    assert (await tab.look())["invitation"]
    (made,) = await shop.store.read(decided)
    assert made.at_ms == 9 * 60_000


async def test_no_thanks_is_for_good(shop: Any, wait: Any) -> None:
    tab = shop.tab()
    invitation = await invited(shop, wait, tab)
    await tab.says(invitation, "shown")
    await tab.says(invitation, "seen")
    answer = await tab.says(invitation, "declined")
    assert answer["invitation"] is None
    assert answer["withdraw"] == [invitation]
    (made,) = await shop.store.read(decided)
    assert made.state == "declined"
    assert made.shown_at is not None
    assert made.seen_at is not None

    await tab.look({"type": "end"})
    reloaded = shop.tab(tab="b")
    assert (await reloaded.page(boot=True))["invitation"] is None
    for days, comes in ((3, False), (3, False), (2, True)):  # 7 days after the no
        await wait(days=days)
        shop.restart()
        tab = shop.tab(tab=f"day{days}{comes}")
        await tab.page()
        await tab.basket()
        await wait(seconds=45)
        assert bool((await tab.look())["invitation"]) is comes


async def test_one_screen_at_a_time(shop: Any, wait: Any) -> None:
    first, second = shop.tab(tab="a"), shop.tab(tab="b")
    await second.page(boot=True)
    invitation = await invited(shop, wait, first)
    answer = await second.look()
    assert answer["invitation"] is None
    assert answer["withdraw"] == [invitation]
    assert invitation_of(await first.look()) == invitation
    await first.look({"type": "end"})
    assert invitation_of(await second.look()) == invitation


async def test_a_reload_brings_the_same_invitation_back(shop: Any, wait: Any) -> None:
    tab = shop.tab()
    invitation = await invited(shop, wait, tab)
    await tab.says(invitation, "shown")
    await tab.look({"type": "end"})
    shop.restart()
    reloaded = shop.tab(tab="b")
    assert invitation_of(await reloaded.page(boot=True)) == invitation
    assert len(await shop.store.read(decided)) == 1
    await wait(minutes=6)  # no longer fresh: another page load is left alone
    await reloaded.look({"type": "end"})
    later = await shop.tab(tab="c").page(boot=True)
    assert later["invitation"] is None


async def test_a_lost_answer_is_given_again(shop: Any, wait: Any) -> None:
    tab = shop.tab()
    invitation = await invited(shop, wait, tab)
    again = await tab.look(n=tab.n)
    assert invitation_of(again) == invitation
    assert len(await shop.store.read(decided)) == 1


async def test_a_process_that_missed_the_decision_makes_no_second(shop: Any, wait: Any, each_store: Any) -> None:
    tab = shop.tab()
    await tab.page()
    await tab.basket()
    stale = shop.endpoint
    shop.restart()
    other = shop.tab(tab="b")
    await other.page()
    await wait(seconds=45)
    invitation = invitation_of(await other.look())
    shop.endpoint, fresh = stale, shop.endpoint
    shop.client._transport.app = stale
    answer = await tab.look()
    assert answer["invitation"] is None
    assert answer["withdraw"] == [invitation]
    shop.client._transport.app = fresh
    assert len(await shop.store.read(decided)) == 1


async def test_reply_opens_a_conversation_and_nothing_more_is_offered(shop: Any, wait: Any) -> None:
    tab = shop.tab()
    invitation = await invited(shop, wait, tab)
    await tab.says(invitation, "shown")
    await tab.says(invitation, "accepted")
    opener = Opener(site="shop", visitor=VISITOR, invitation=invitation, trigger="big-basket", team="sales")
    sent = await shop.store.run(conversations.say_as_visitor, VISITOR, "cid-1", "Hei!", lambda: opener)
    accepted = await shop.store.run(service.accept, "shop", VISITOR, invitation, sent.conversation)
    again = await shop.store.run(service.accept, "shop", VISITOR, invitation, sent.conversation)
    assert accepted.conversation == again.conversation == sent.conversation
    answer = await tab.basket(900)
    assert answer["invitation"] is None
    assert answer["withdraw"] == [invitation]
    assert answer["chat"]["conversation"] == sent.conversation
    (made,) = await shop.store.read(decided)
    assert (made.state, made.conversation) == ("accepted", sent.conversation)
    visit = await shop.store.read(visit_rows.open_visit, VISITOR)
    events = await shop.store.read(visits.events_of, visit)
    assert [type(event).__name__ for event in events] == ["PageEvent", "CartEvent", "ChatEvent", "CartEvent"]


async def test_what_nobody_answers_is_ignored_when_the_visit_ends(shop: Any, wait: Any) -> None:
    tab = shop.tab()
    await invited(shop, wait, tab)
    await wait(minutes=31)
    assert await shop.store.run(visits.finish_silent) == 1
    (made,) = await shop.store.read(decided)
    assert made.state == "ignored"


async def test_who_is_held_out_never_sees_it(shop: Any, wait: Any, plan: str) -> None:
    await shop.publish(plan.replace("holdout: 0%", "holdout: 100%"))
    tab = shop.tab()
    await tab.page()
    await tab.basket()
    await wait(seconds=45)
    answer = await tab.look()
    assert answer["invitation"] is None
    assert answer["withdraw"] == []
    (made,) = await shop.store.read(decided)
    assert (made.arm, made.state, made.plan_version) == ("held_out", "", 2)


async def test_a_plan_takes_effect_at_the_next_look(shop: Any, wait: Any, plan: str) -> None:
    tab = shop.tab()
    await tab.page()
    await tab.basket()
    await wait(seconds=30)
    assert (await tab.look())["look_again_in_ms"] == 15_000
    await shop.publish(plan.replace("page.seconds >= 45", "page.seconds >= 60"))
    assert (await tab.look())["look_again_in_ms"] == 20_000
    await wait(seconds=20)
    assert (await tab.look())["look_again_in_ms"] == 10_000


async def test_without_consent_nothing_is_kept(shop: Any, agent: Actor) -> None:
    answer = await shop.tab(key="").page(boot=True)
    assert answer["config"]["consented"] is False
    assert answer["answering"] is True
    await shop.tab().page(consent=False)

    def count(tx: Tx) -> int:
        number: int = tx.execute(select(func.count()).select_from(visit_rows.visitors)).scalar_one()
        return number

    assert await shop.store.read(count) == 0
