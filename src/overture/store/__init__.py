"""The database: engine, commands, outbox, migrations.

A command is a plain synchronous function of a transaction, `def send_message(tx: Tx, …) -> Message`; run it
with `await store.run(send_message, …)`. Queries that change nothing: `await store.read(query, …)`.
A domain keeps all its SQL in its own `store.py`, its tables there too, on the `metadata` of this package.
"""

from __future__ import annotations

from overture.store.events import Event
from overture.store.store import Store
from overture.store.tables import Instant, Json, metadata
from overture.store.tx import Body, Tx

__all__ = ["Body", "Event", "Instant", "Json", "Store", "Tx", "metadata"]
