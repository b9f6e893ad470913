"""Visits of all sorts, as they come to the shop in the recorded history."""

from __future__ import annotations

from collections.abc import Callable

from overture.demo.shop.catalogue import BIKES, EVERYTHING, GEAR
from overture.demo.stories import SHOP, Left, Story, Talk, Visit, talk_for
from overture.visits.looks import SentNamed, SentScroll

Sort = Callable[[Visit], Story]
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
    for place in range(choice.choices((1, 2, 3, 6), (7, 4, 3, 2))[0]):
        entry = {"query": query, "referrer": referrer} if place == 0 else {"referrer": f"{SHOP}/bikes"}
        product = choice.choice((*BIKES, *BIKES, *GEAR))
        yield from visit.page(product.path, choice.lognormvariate(3.4, 0.7), **entry)
        if choice.random() < 0.5:
            visit.look(SentScroll(depth=round(choice.uniform(0.2, 1), 2)))
        if not visit.guest.basket and choice.random() < 0.05:
            visit.add(product)
    if visit.guest.basket:
        yield from visit.page("/cart", choice.lognormvariate(3.2, 0.8))
    if not visit.talked and choice.random() < 0.008:
        yield from visit.talk(talk_for(visit.telling, "bike-sales", visit.guest.language))
    if visit.guest.basket and choice.random() < (0.5 if visit.talked else 0.22):
        yield from visit.order()
    visit.leave()


def read_help(visit: Visit) -> Story:
    """Look for an answer on the help pages, and ask if there is none."""
    choice = visit.choice
    articles = ("delivery-and-returns", "service-and-guarantee", "paying", "electric-bikes", "choosing-a-size")
    for _ in range(choice.choices((1, 2), (3, 1))[0]):
        yield from visit.page(f"/help/{choice.choice(articles)}", choice.lognormvariate(3.5, 0.6))
    if not visit.talked and choice.random() < 0.05:
        yield from visit.talk(talk_for(visit.telling, "care", visit.guest.language))
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
    if choice.random() < 0.5:
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


def give_up(visit: Visit, talk: Talk, patience_s: float) -> Story:
    """Ask, and go before anybody has answered."""
    yield from visit.page(talk.page, visit.choice.uniform(10, 40))
    yield from visit.ask_in_vain(talk, patience_s)
    visit.leave()


def message(visit: Visit, left: Left, *, settle: bool = True) -> Story:
    """Come when nobody is there, and leave a message."""
    yield from visit.page(left.page, visit.choice.uniform(20, 60))
    visit.leave_message(left, settle=settle)
    yield 5
    visit.leave()
