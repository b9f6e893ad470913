"""What an opening costs does not grow with the queue, and a queue is not endless; on both databases."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from tests.contract.conftest import SITE, Operation

from overture.conversations.errors import NotAnswering
from overture.desk import service as desk
from overture.desk import store as desk_rows
from overture.desk import views as desk_views
from overture.desk.model import Ticket
from overture.store import Tx
from overture.store.statement import Statement

TEAM = "bike-sales"


def queue(tx: Tx, first: int, count: int, *, simulated: bool = False, silent: tuple[str, ...] = ()) -> None:
    """So many visitors wait, the first for longest."""
    for number in range(first, first + count):
        since = tx.now - timedelta(hours=1) + timedelta(milliseconds=number)
        desk_rows.add(
            tx,
            Ticket(
                id=f"c_waiting_{number:05}", site=SITE, team=TEAM, visitor=f"v_waiting_{number}", state="waiting",
                agent=None, known_agent=None, simulated=simulated, opened_at=since, waiting_since=since,
                assigned_at=None, attended_at=None, answered_at=None, done_at=None, silent=list(silent),
            ),
        )  # fmt: skip


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Statements that are run, and rows that come back from those through SQLAlchemy."""
    counted: Counter[str] = Counter()
    execute, run, row = Tx.execute, Statement.run, desk_rows._ticket

    def counting_execute(self: Tx, statement: Any, params: Any = None) -> Any:
        counted["statements"] += 1
        return execute(self, statement, params)

    def counting_run(self: Statement, tx: Tx, params: Any) -> Any:
        counted["statements"] += 1
        return run(self, tx, params)

    def counting_row(found: Any) -> Ticket:
        counted["tickets"] += 1
        return row(found)

    monkeypatch.setattr(Tx, "execute", counting_execute)
    monkeypatch.setattr(Statement, "run", counting_run)
    monkeypatch.setattr(desk_rows, "_ticket", counting_row)
    return counted


async def test_an_opening_does_the_same_work_whatever_the_queue(operation: Operation, work: Counter[str]) -> None:
    for number in range(3):
        await operation.ask(f"v_held_{number}")  # the plan's limit: nobody is free any more
    seen = []
    for first, count in ((0, 10), (10, 890)):
        await operation.store.run(queue, first, count)
        work.clear()
        await operation.ask(f"v_new_{first}")
        seen.append(dict(work))
    assert seen[0] == seen[1]
    assert seen[0].get("tickets", 0) == 0


async def test_an_agent_who_comes_gets_the_head_of_a_long_queue(operation: Operation, work: Counter[str]) -> None:
    await operation.store.run(desk.set_available, operation.aino, False)
    await operation.store.run(queue, 0, 900)
    await operation.store.run(lambda tx: desk_rows.change_presence(tx, operation.aino.id, available=True))
    work.clear()
    assert await operation.store.run(desk.fill, SITE, TEAM) == 3
    assert sorted(await operation.store.read(desk_rows.held_by, operation.aino.id)) == [
        f"c_waiting_{number:05}" for number in range(3)
    ]
    assert work["tickets"] <= desk.FILL_AT_ONCE


async def test_simulated_and_real_queues_do_not_hide_each_other(operation: Operation) -> None:
    await operation.store.run(desk.set_available, operation.aino, False)
    await operation.store.run(queue, 0, 50, simulated=True)
    await operation.store.run(queue, 50, 2)
    await operation.store.run(desk.set_available, operation.aino, True)
    assert sorted(await operation.store.read(desk_rows.held_by, operation.aino.id)) == [
        "c_waiting_00050", "c_waiting_00051",
    ]  # fmt: skip


async def test_a_full_queue_is_told_and_ends_with_the_crowd(operation: Operation) -> None:
    for number in range(3):
        await operation.ask(f"v_held_{number}")
    await operation.store.run(queue, 0, desk_views.QUEUE_LIMIT)
    with pytest.raises(NotAnswering) as refused:
        await operation.ask("v_new")
    assert refused.value.details["reason"] == "full"
    shown = (await operation.store.read(desk_views.availabilities, SITE))[TEAM]
    assert (shown.answering, shown.reason) == (False, "full")
    await operation.store.run(desk.forget, ["c_waiting_00007"])
    assert await operation.ask("v_new")
