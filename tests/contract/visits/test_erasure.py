"""Erasure on both databases: no column of any table, and no byte of SQLite's files, tells of who was erased.

What is searched for is a word that stands in everything the visitor brought and everything said about them, so a
table that is added later is searched too.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text

from overture.accounts import service as accounts
from overture.accounts.model import SYSTEM
from overture.conversations import service as conversations
from overture.followups import promises
from overture.followups import service as followups
from overture.followups.model import NextStep
from overture.followups.service import MessageLeft
from overture.kit.clock import to_ms
from overture.outcomes import service as outcomes
from overture.outcomes.model import OrderReport
from overture.store import Tx
from overture.visits import privacy
from overture.visits.identity import identity_token
from overture.visits.intake import read_look
from overture.visits.live import VisitBook
from overture.visits.looks import SentEvent, SentOrder
from overture.visits.record import Sighting, record
from overture.visits.store_problems import SnippetProblem, add_problem

SITE = "nordic-bikes"
MARK = "zebra"
VISITOR = f"v_{MARK}"
CUSTOMER = f"C-{MARK}"
SHOP = f"https://shop.example/{MARK}"


def look(operation: Any, *events: dict[str, Any], n: int = 1, read: tuple[SentEvent, ...] = ()) -> Any:
    """Something happens on the visitor's page, in the look's own command; `read` are events that were read already."""
    import msgspec

    sent = read_look(msgspec.json.encode({"site": "key", "key": "0" * 32, "tab": "a", "n": n, "events": events}))[0]
    sent = msgspec.structs.replace(sent, events=[*sent.events, *read])

    def command(tx: Tx) -> None:
        secret = accounts.identity_secret(tx, SYSTEM, SITE)
        who = Sighting(site=SITE, visitor=VISITOR, at_ms=to_ms(tx.now), language="fi", identity_secret=secret)
        record(tx, VisitBook(), who, sent)

    return operation.store.run(command)


async def token(operation: Any) -> str:
    secret = await operation.store.read(accounts.identity_secret, SYSTEM, SITE)
    return identity_token(secret, CUSTOMER)


async def a_life(operation: Any) -> str:
    """Everything that can be held of a visitor, each part with the mark; the conversation's id."""
    run = operation.store.run
    await run(outcomes.record_order, SYSTEM, SITE, OrderReport(id="A-1", value=10, currency="EUR", customer=CUSTOMER))
    await look(
        operation,
        {"type": "page", "url": f"{SHOP}?q={MARK}", "title": MARK, "referrer": f"https://{MARK}.example/", "ago": 3},
        {"type": "event", "name": MARK, "props": {"is": MARK}, "ago": 2},
        {"type": "order", "id": "A-2", "value": 20.0, "currency": "EUR", "ago": 1},
        {"type": "identify", "id": "", "traits": {"email": f"{MARK}@example.com"}},
        read=(SentOrder(id=f"{MARK}-3", value=0.001, currency="EUR"),),  # refused by the books, and that is kept
    )
    vouched = {"type": "identify", "id": CUSTOMER, "token": await token(operation), "traits": {"name": MARK}}
    await look(operation, vouched, n=2)
    opener = conversations.Opener(site=SITE, visitor=VISITOR, language="fi", page=SHOP, team="bike-sales")
    said = await run(conversations.say_as_visitor, VISITOR, "c-1", f"I am {MARK}", lambda: opener)
    await run(conversations.say_as_agent, operation.aino, said.conversation, "c-2", f"Hello {MARK}")
    await run(conversations.write_note, operation.aino, said.conversation, "c-3", f"{MARK} is nice")
    soon = operation.clock.now() + timedelta(days=3)
    await run(outcomes.book, operation.aino, SITE, "test_ride", "bike-sales", soon, said.conversation)
    due = operation.clock.now() + timedelta(hours=2)
    step = NextStep(what=f"Call {MARK}", who="agent", channel="phone", due_at=due)
    await run(followups.wrap_up, operation.aino, said.conversation, "lead", step, (MARK, f"{MARK}@example.com", ""))
    lead = (await operation.store.read(outcomes.leads, operation.aino, SITE, None, None, None)).items[0].lead
    await run(outcomes.change_lead, operation.aino, lead.id, None, f"{MARK} called back")
    left = MessageLeft(site=SITE, visitor=VISITOR, cid="m-1", text=f"Call {MARK}", email=f"{MARK}@example.com",
                       language="en", team="bike-sales")  # fmt: skip
    await run(followups.leave_message, left)
    line = (await operation.store.read(promises.promises, operation.aino, SITE)).items[0]
    await run(promises.move, operation.aino, line.promise.id, due + timedelta(hours=1), f"{MARK} asked for it")
    problem = SnippetProblem(
        event="cart", field="value", message="no number", example=MARK, first_at=due, last_at=due, times=1
    )
    await run(add_problem, SITE, problem)
    await run(privacy.export_visitor, operation.maija, SITE, VISITOR)
    return str(said.conversation)


def tables_that_tell(tx: Tx, word: str) -> set[str]:
    """Tables of which a column, whatever its type, has the word."""
    found = set()
    dialect = tx.conn.dialect
    for table in inspect(tx.conn).get_table_names():
        for column in inspect(tx.conn).get_columns(table):
            quoted = dialect.identifier_preparer.quote(column["name"])
            query = text(f"SELECT count(*) FROM {table} WHERE lower(CAST({quoted} AS TEXT)) LIKE :word")
            if tx.execute(query, {"word": f"%{word.lower()}%"}).scalar_one():
                found.add(table)
    return found


def files_that_tell(folder: Path, *words: str) -> set[str]:
    """Files of the data folder in whose raw bytes one of the words stands."""
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {file.name for file in files for word in words if word.encode() in file.read_bytes()}


async def test_no_table_tells_of_who_was_erased(operation: Any) -> None:
    await a_life(operation)
    held = await operation.store.read(tables_that_tell, MARK)
    assert held >= {
        *("visitors", "visit_looks", "conversations", "messages", "notes", "leads", "lead_ledger", "promises"),
        *("promise_history", "wrap_ups", "orders", "order_refusals", "bookings", "audit", "snippet_problems"),
    }
    await operation.store.run(privacy.erase_visitor, operation.maija, SITE, VISITOR)
    await operation.store.settle()
    assert await operation.store.read(tables_that_tell, MARK) == set()


async def test_the_books_and_the_fact_stay(operation: Any) -> None:
    await a_life(operation)
    await operation.store.run(privacy.erase_visitor, operation.maija, SITE, VISITOR)
    kept = (await operation.store.read(outcomes.orders, operation.maija, SITE, None, None, None, None)).items
    assert {(order.id, order.value.value, order.customer, order.visitor) for order in kept} == {
        ("A-1", 10, None, None),
        ("A-2", 20, None, None),
    }
    log = (await operation.store.read(accounts.audit, operation.maija, None, 2)).items
    assert [line.action for line in log] == ["visitor.erased", "visitor.exported"]
    assert {line.subject for line in log} == {accounts.erased_subject(VISITOR)}


async def test_nothing_stays_in_the_raw_files(operation: Any, database_url: str, tmp_path: Path) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("PostgreSQL's own VACUUM: docs/reference/erasure.md")
    for n in range(40):  # neighbours, so that rows move from page to page
        await operation.visit(f"v_{n}")
        await operation.ask(f"v_{n}", team="care")
    conversation = await a_life(operation)
    for n in range(40, 60):
        await operation.visit(f"v_{n}")
        await operation.ask(f"v_{n}", team="care")
    assert files_that_tell(tmp_path, MARK, conversation)
    await operation.store.run(privacy.erase_visitor, operation.maija, SITE, VISITOR)
    assert await operation.store.scrub()
    assert files_that_tell(tmp_path, MARK) == set()


async def test_a_reader_that_holds_the_log_only_delays_it(operation: Any, database_url: str, tmp_path: Path) -> None:
    if not database_url.startswith("sqlite"):
        pytest.skip("only SQLite has files of ours")
    import sqlite3

    await a_life(operation)
    reader = sqlite3.connect(tmp_path / "overture.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM visitors").fetchone()
    await operation.store.run(privacy.erase_visitor, operation.maija, SITE, VISITOR)
    assert not await operation.store.scrub()
    reader.close()
    assert await operation.store.scrub()
    assert files_that_tell(tmp_path, MARK) == set()
