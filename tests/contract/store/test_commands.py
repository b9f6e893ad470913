"""What a command may rely on, on both databases."""

from __future__ import annotations

import asyncio
import threading

import pytest
from sqlalchemy import func, select, text

from overture.bus.local import LocalBus
from overture.kit.clock import FixedClock
from overture.kit.errors import Invalid
from overture.store import Event, Store, Tx, engine
from overture.store.errors import DatabaseBusy, DatabaseFailed, DatabaseUnreachable
from overture.store.outbox import outbox


class Said(Event, frozen=True, tag="test.said"):
    text: str

    def topics(self) -> tuple[str, ...]:
        return ("conversation:1",)


def say(tx: Tx, text: str) -> str:
    tx.emit(Said(text))
    return text.upper()


def say_and_fail(tx: Tx, text: str) -> None:
    tx.emit(Said(text))
    raise Invalid("no")


def say_and_break(tx: Tx, text: str) -> None:
    tx.emit(Said(text))
    tx.execute(select(func.nonexistent_function()))


def kept(tx: Tx) -> int:
    """How many pieces of news the outbox holds."""
    return sum(len(news) for news in tx.execute(select(outbox.c.news)).scalars())


def listen(bus: LocalBus) -> list[bytes]:
    heard: list[bytes] = []
    bus.subscribe("conversation:1", lambda _topic, body: heard.append(body))
    return heard


async def test_a_command_answers_and_its_news_is_out_before(each_store: Store, bus: LocalBus) -> None:
    heard = listen(bus)
    assert await each_store.run(say, "hello") == "HELLO"
    assert heard == [b'{"event":"test.said","text":"hello"}']


async def test_a_refused_command_leaves_nothing_and_spares_its_neighbours(each_store: Store, bus: LocalBus) -> None:
    heard = listen(bus)
    answers = await asyncio.gather(
        each_store.run(say, "a"),
        each_store.run(say_and_fail, "b"),
        each_store.run(say_and_break, "c"),
        each_store.run(say, "d"),
        return_exceptions=True,
    )
    assert answers[0] == "A"
    assert isinstance(answers[1], Invalid)
    assert getattr(answers[2], "code", None) == "database_failed"
    assert answers[3] == "D"
    assert len(heard) == 2
    assert await each_store.read(kept) == 2


async def test_settled_news_leaves_the_outbox(each_store: Store) -> None:
    await asyncio.gather(*(each_store.run(say, str(n)) for n in range(20)))
    await each_store.settle()
    assert await each_store.read(kept) == 0


async def test_what_a_crash_left_is_swept_once(
    database_url: str, clock: FixedClock, each_store: Store, bus: LocalBus
) -> None:
    crashed = Store(database_url, LocalBus(), clock=clock)  # commits, then never settles
    await crashed.start()
    await crashed.run(say, "lost?")
    crashed._published.clear()
    await crashed.stop()

    heard = listen(bus)
    assert await each_store.sweep() == 0  # too fresh: its own request may still publish it
    clock.move(seconds=10)
    assert await each_store.sweep() == 1
    await each_store.settle()
    assert await each_store.sweep() == 0
    assert len(heard) == 1


async def test_handlers_run_in_the_same_transaction(each_store: Store) -> None:
    seen: list[str] = []

    def on_said(tx: Tx, event: Said) -> None:
        seen.append(event.text)
        if event.text == "bad":
            raise Invalid("refused upstairs")

    each_store.on(Said, on_said)
    await each_store.run(say, "good")
    with pytest.raises(Invalid):
        await each_store.run(say, "bad")
    assert seen == ["good", "bad"]
    assert await each_store.read(kept) == 1


async def test_reading_can_not_write(each_store: Store) -> None:
    with pytest.raises(RuntimeError, match="while reading"):
        await each_store.read(say, "no")
    with pytest.raises(DatabaseFailed):
        await each_store.read(lambda tx: tx.execute(outbox.delete()))


async def test_a_cancelled_caller_harms_nobody(each_store: Store) -> None:
    task = asyncio.create_task(each_store.run(say, "gone"))
    await asyncio.sleep(0)
    task.cancel()
    assert await each_store.run(say, "here") == "HERE"


async def test_starting_twice_migrates_once(database_url: str, each_store: Store) -> None:
    second = Store(database_url, LocalBus())
    await second.start()
    assert await second.run(say, "hi") == "HI"
    await second.stop()


@pytest.mark.parametrize(
    "url",
    ["nonsense", "mysql://a@b/c", "postgresql://nobody@127.0.0.1:1/none", "sqlite:////proc/none/overture.db"],
)
async def test_a_wrong_address_is_one_coded_error(url: str) -> None:
    with pytest.raises(DatabaseUnreachable):
        await Store(url, LocalBus()).start()


async def test_what_comes_first_does_not_wait_behind_a_crowd(each_store: Store) -> None:
    entered, gate, done = threading.Event(), threading.Event(), list[str]()

    def hold(_tx: Tx) -> None:
        entered.set()
        gate.wait(10)

    def note(_tx: Tx, name: str) -> None:
        done.append(name)

    held = [asyncio.create_task(each_store.run(hold))]
    await asyncio.to_thread(entered.wait, 10)
    held += [asyncio.create_task(each_store.run(hold)) for _ in range(8)]  # as many as any database works on at once
    crowd = [asyncio.create_task(each_store.run(note, "crowd")) for _ in range(300)]
    await asyncio.sleep(0)
    sign = asyncio.create_task(each_store.run_first(note, "sign"))
    await asyncio.sleep(0)
    if each_store.url.get_backend_name() == "postgresql":
        await sign  # others hold their own connections
    gate.set()
    await asyncio.gather(sign, *held, *crowd)
    assert (done[0], len(done)) == ("sign", 301)


async def test_a_lock_that_is_never_let_go_is_waited_for_so_long_and_no_longer(
    each_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else, a person at a prompt say, holds what a command needs."""
    if each_store.url.get_backend_name() == "sqlite":
        monkeypatch.setattr(engine, "BUSY_TIMEOUT_S", 1)
        other = engine.sqlite_engine(each_store.url)
    else:
        monkeypatch.setattr(engine, "LOCK_TIMEOUT_MS", 500)
        other = engine.postgresql_engine(each_store.url, pool=1)
    store = Store(each_store.url.render_as_string(hide_password=False), LocalBus())
    await store.start()
    with other.begin() as held:
        held.execute(_TOUCH)
        with pytest.raises(DatabaseBusy):
            await store.run(lambda tx: tx.execute(_TOUCH).rowcount)
        assert await store.read(lambda tx: tx.execute(text("SELECT 1")).scalar()) == 1
    assert await store.run(lambda tx: tx.execute(_TOUCH).rowcount) == 1
    other.dispose()
    await store.stop()


_TOUCH = text("UPDATE alembic_version SET version_num = version_num")


async def test_what_fails_apart_leaves_nothing_and_stops_no_neighbour(each_store: Store, bus: LocalBus) -> None:
    def round_of_three(tx: Tx) -> list[object]:
        tx.memo[("read",)] = "before"
        done = [
            tx.apart(lambda: say(tx, "first"), ""),
            tx.apart(lambda: say_and_break(tx, "second"), "failed"),
            tx.apart(lambda: say_and_fail(tx, "third"), "refused"),
            tx.apart(lambda: say(tx, "fourth"), ""),
        ]
        return [*done, tx.memo]

    heard = listen(bus)
    assert await each_store.run(round_of_three) == ["FIRST", "failed", "refused", "FOURTH", {}]
    assert [body.decode() for body in heard] == [
        '{"event":"test.said","text":"first"}',
        '{"event":"test.said","text":"fourth"}',
    ]
