"""Four weeks of recorded history, told through the services in the order in which it happened.

Every visitor in it carries the claimed trait `demo`; the same seed tells the same story, drawn back from the
present. Nothing of it is written past the services, so that it can hold nothing that could not happen.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import TypeVar

from overture.accounts import service as accounts
from overture.accounts.model import Actor, Site, User
from overture.demo import operation, sorts
from overture.demo.stories import ZONE, Guest, Story, Talk, Visit, script, talk_for
from overture.desk import service as desk
from overture.desk import store as desk_store
from overture.invitations.service import Memory
from overture.invitations.surroundings import Surroundings
from overture.store import Tx
from overture.visits import service as visits

T = TypeVar("T")
LENGTH = timedelta(days=28)
SEED = 20
VISITS_A_DAY = 40
QUIET_END = timedelta(minutes=40)  # before the present: nobody of the history is still there
TAIL = timedelta(hours=30)  # the last stretch, which leaves promises open
# Visits by hour of the day, Helsinki time: after breakfast, at lunch, and most of all in the evening.
BY_HOUR = (2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 11, 12, 13, 12, 11, 11, 12, 13, 14, 17, 20, 18, 10, 5)
SHIFTS = {operation.ADMIN.email: (9, 16), operation.AINO.email: (8, 20), operation.VILLE.email: (8, 20)}
_HOUSEKEEPING = timedelta(hours=6)
_FRESH_S = 4 * 3_600  # how long the desk is taken to be as it was: shifts say when it changes


class History:
    """Tells stories in the order of their instants, in one transaction."""

    def __init__(self, tx: Tx, site: Site) -> None:
        self.tx = tx
        self.site = site
        self.choice = random.Random(SEED)  # noqa: S311 - a story, not a secret
        self.memory = Memory(surroundings=Surroundings(fresh_s=_FRESH_S, monotonic=lambda: tx.now.timestamp()))
        self._users = {user.id: user for user in accounts.members(tx, site.id)}
        self._due: list[tuple[datetime, int, Story]] = []
        self._order = count()
        self._drawn: Counter[int] = Counter()

    def actor(self, user_id: str) -> Actor:
        """The agent of that id."""
        return accounts.actor_of(self._users[user_id])

    def owners(self, team: str) -> list[str]:
        """The ids of the team's agents."""
        return [user.id for user in self._users.values() if any(one.team == team for one in user.teams)]

    def user(self, email: str) -> User:
        """The agent with that address."""
        return next(user for user in self._users.values() if user.email == email)

    def draw(self, cards: Sequence[T]) -> T:
        """One of those that were drawn least so far, so that nothing is told twice in a row."""
        least = min(self._drawn[id(card)] for card in cards)
        card = self.choice.choice([card for card in cards if self._drawn[id(card)] == least])
        self._drawn[id(card)] += 1
        return card

    def begin(self, story: Story, after_s: float = 0.0) -> None:
        """Let a story begin so long after the instant that is being told."""
        self.begin_at(self.tx.now + timedelta(seconds=after_s), story)

    def begin_at(self, at: datetime, story: Story) -> None:
        """Let a story begin at an instant."""
        heapq.heappush(self._due, (at, next(self._order), story))

    def tell(self, until: datetime) -> None:
        """Go on with whatever comes next, until the present."""
        while self._due and self._due[0][0] <= until:
            at, _, story = heapq.heappop(self._due)
            self.tx.now = at.replace(microsecond=at.microsecond // 1000 * 1000)
            pause = next(story, None)
            if pause is not None:
                self.begin(story, pause)


def first_plan() -> str:
    """The plan under which the history happened: measured, with a holdout of everybody and of the main trigger."""
    changes = (
        ("holdout: 0%\nquiet", "holdout: 5%\nquiet"),
        ("holdout: 0%                          # the story is to be seen by everybody who tries it", "holdout: 20%"),
    )
    text = operation.plan_text()
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return text


def record(tx: Tx, site: Site, present: datetime) -> None:
    """Record the history up to `present`. It begins `LENGTH` earlier, where the transaction's clock stands."""
    history = History(tx, site)
    start, end = present - LENGTH, present - QUIET_END
    _plan_shifts(history, start, present - TAIL, end)
    _plan_visits(history, start, end)
    _plan_missed(history, start)
    _plan_tail(history, present)
    history.begin_at(start, _housekeeping(tx))
    history.tell(end)
    tx.now = end
    for user_id in history.owners(operation.SALES) + history.owners(operation.CARE):
        desk.set_available(tx, history.actor(user_id), False)
    visits.finish_silent(tx, limit=10_000)


def _housekeeping(tx: Tx) -> Story:
    """End silent visits, as the worker would."""
    while True:
        yield _HOUSEKEEPING.total_seconds()
        visits.finish_silent(tx)


def _plan_shifts(history: History, start: datetime, tail: datetime, end: datetime) -> None:
    """Days at the desk, and then one long one, so that the last talks find somebody whatever the hour."""
    for email, (begins, ends) in SHIFTS.items():
        actor = accounts.actor_of(history.user(email))
        for day in _days(start, tail):
            at, until = day.replace(hour=begins), day.replace(hour=ends)
            if start <= at and until <= tail and (day.weekday() < 5 or email != operation.EMAIL):
                history.begin_at(at, _shift(history, actor, (until - at).total_seconds()))
        history.begin_at(tail, _shift(history, actor, (end - tail).total_seconds() - 1))


def _shift(history: History, actor: Actor, seconds: float) -> Story:
    tx = history.tx
    desk.set_available(tx, actor, True)
    history.memory.surroundings.forget(history.site.id)
    began, tx.now = tx.now, tx.now + timedelta(seconds=seconds)
    desk_store.set_alive(tx, [actor.id])  # their console answers until the shift is over
    tx.now = began
    yield seconds
    desk.set_available(tx, actor, False)
    history.memory.surroundings.forget(history.site.id)


def _plan_visits(history: History, start: datetime, end: datetime) -> None:
    choice = history.choice
    regulars: list[Guest] = []
    sorts_of_visits = (sorts.browse, sorts.read_help, sorts.struggle)
    for day in _days(start, end):
        for _ in range(round(choice.gauss(VISITS_A_DAY, 6))):
            hour = choice.choices(range(24), BY_HOUR)[0]
            at = day.replace(hour=hour) + timedelta(seconds=choice.uniform(0, 3_600))
            if not start + timedelta(hours=1) <= at <= end - timedelta(minutes=35):
                continue
            again = regulars and choice.random() < 0.3
            guest = choice.choice(regulars) if again else _guest(history)
            if not again and choice.random() < 0.3:
                regulars.append(guest)
            sort = choice.choices(sorts_of_visits, (88, 9, 3))[0]
            history.begin_at(at, _told_late(history, guest, sort))
        _plan_talks(history, day, start, end)


def _told_late(history: History, guest: Guest, sort: sorts.Sort) -> Story:
    """A story whose visit is made when it begins, not when it is planned."""
    yield from sort(Visit(history, guest))


def _plan_talks(history: History, day: datetime, start: datetime, end: datetime) -> None:
    """One or two talks a day by day, and a message in some nights, whatever the triggers brought."""
    choice, words = history.choice, script()
    for _ in range(choice.choices((0, 1, 2, 3), (1, 4, 4, 1))[0]):
        at = day.replace(hour=choice.randint(8, 18), minute=choice.randint(0, 59))
        if start + timedelta(hours=1) <= at <= end - TAIL:
            talk = history.draw(words.talk)
            history.begin_at(at, sorts.ask(Visit(history, _guest(history, talk.language, named=True)), talk))
    if choice.random() < 0.4:
        at = day.replace(hour=choice.choice((21, 22, 23)), minute=choice.randint(0, 59))
        if start <= at <= end - TAIL:
            left = history.draw(words.message)
            history.begin_at(at, sorts.message(Visit(history, _guest(history, left.language, named=True)), left))


# Talks that got no answer: after how many days of the history, at what time of the day, of which team, and after
# how many seconds the visitor went: some at once, some when they had waited too long.
_MISSED = ((4, 17, "bike-sales", 14.0), (9, 12, "care", 41.0), (13, 18, "bike-sales", 95.0), (18, 16, "care", 130.0),
           (22, 18, "bike-sales", 19.0), (25, 13, "bike-sales", 62.0))  # fmt: skip


def _plan_missed(history: History, start: datetime) -> None:
    for day, hour, team, patience_s in _MISSED:
        at = next(iter(_days(start + timedelta(days=day), start + timedelta(days=day)))).replace(hour=hour)
        guest = _guest(history)
        talk: Talk = talk_for(history, team, guest.language)
        history.begin_at(at, sorts.give_up(Visit(history, guest), talk, patience_s))


# The last talks and messages: which, how many hours before the present; their promises stay as they are.
_LAST_TALKS = ((0, 27.0), (12, 5.2), (5, 3.1), (7, 2.3), (3, 1.6))
_LAST_MESSAGES = ((2, 4.0), (3, 1.2))


def _plan_tail(history: History, present: datetime) -> None:
    words = script()
    for index, hours in _LAST_TALKS:
        talk = words.talk[index]
        visit = Visit(history, _guest(history, talk.language, named=True))
        history.begin_at(present - timedelta(hours=hours), sorts.ask(visit, talk, settle=False))
    for index, hours in _LAST_MESSAGES:
        left = words.message[index]
        visit = Visit(history, _guest(history, left.language, named=True))
        history.begin_at(present - timedelta(hours=hours), sorts.message(visit, left, settle=False))


def _guest(history: History, language: str = "", *, named: bool = False) -> Guest:
    choice = history.choice
    language = language or choice.choices(("fi", "en", "sv"), (7, 2, 2))[0]
    name = history.draw(script().names[language]) if named or choice.random() < 0.12 else ""
    device = choice.choices(("desktop", "mobile", "tablet"), (5, 6, 1))[0]
    return Guest(key=f"{choice.getrandbits(128):032x}", language=language, device=device, name=name, basket=[])


def _days(start: datetime, end: datetime) -> Iterable[datetime]:
    """Midnights in Helsinki, from the day of `start` to that of `end`."""
    day = start.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    while day <= end:
        yield day
        day += timedelta(days=1)
