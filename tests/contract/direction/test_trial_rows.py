"""A site's latest trial, on both databases: one at a time, until it ends or is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec

from overture.accounts import service as accounts
from overture.accounts.model import SYSTEM
from overture.direction import store as sql
from overture.direction.store import TrialRow
from overture.direction.trials import RUNNING
from overture.store import Store, Tx

SITE = "nordic-bikes"


async def test_one_trial_of_a_site_at_a_time(each_store: Store) -> None:
    await each_store.run(accounts.add_site, SYSTEM, SITE, "Nordic Bikes", ["https://shop.example"])
    await each_store.run(accounts.add_site, SYSTEM, "other", "Other", ["https://other.example"])

    def row(tx: Tx, name: str) -> TrialRow:
        return TrialRow(
            id=name, question="q", state="waiting", done=0, total=9, since=tx.now, until=tx.now, asked_at=tx.now,
            asked_by="u", asked_by_name="Aino", beat_at=tx.now,
        )  # fmt: skip

    def begin(tx: Tx, name: str, site: str = SITE, lost_after: int = 30) -> bool:
        return sql.begin_trial(tx, site, row(tx, name), RUNNING, tx.now - timedelta(seconds=lost_after))

    def move(tx: Tx, name: str, **changes: Any) -> bool:
        return sql.move_trial(tx, name, RUNNING, **changes)

    assert await each_store.run(begin, "a")
    assert not await each_store.run(begin, "b")
    assert await each_store.run(begin, "c", "other")
    assert await each_store.run(move, "a", state="trying", done=5)
    found = await each_store.read(sql.trial, SITE)
    assert found is not None
    assert (found.id, found.state, found.done, found.answer) == ("a", "trying", 5, "")
    assert await each_store.run(begin, "d", lost_after=-1)  # nothing was heard of the other in the last -1 seconds
    assert not await each_store.run(move, "a", state="done")
    assert await each_store.run(move, "d", state="done", answer="{}")
    assert not await each_store.run(move, "d", state="trying")
    assert await each_store.run(begin, "e")
    found = await each_store.read(sql.trial, SITE)
    assert found is not None
    assert msgspec.structs.asdict(found)["id"] == "e"
