"""The statements that every message runs, as the drivers take them: some five times cheaper than built ones.

Columns stand in the tables' order (store.py), which is the order of the structs' fields too; tests on both
databases hold them together. Everything rarer goes through SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from overture.conversations.model import Conversation, MessageView
from overture.kit.clock import from_ms, to_ms
from overture.store import Tx
from overture.store.statement import Statement

COLUMNS: Final = Conversation.__struct_fields__
_INSTANTS: Final = tuple(place for place, name in enumerate(COLUMNS) if name.endswith(("_at", "_since")))
_BOOLEANS: Final = (COLUMNS.index("simulated"), COLUMNS.index("both_wrote"))


_ALL = "SELECT " + ", ".join(COLUMNS) + " FROM conversations"  # noqa: S608 - names of our own columns
_ONE = Statement(f"{_ALL} WHERE id = ?")
_LOCKED_ONE = Statement(f"{_ALL} WHERE id = ?", lock=True)
OPEN = Statement(f"{_ALL} WHERE visitor = ? AND state != 'closed'")
_LOCKED_OPEN = Statement(f"{_ALL} WHERE visitor = ? AND state != 'closed'", lock=True)
_BY_CID = Statement("SELECT conversation, seq, at FROM messages WHERE author_id = ? AND cid = ?")
ADD = Statement(
    "INSERT INTO messages (conversation, seq, author_kind, author_id, author_name, text, at, cid, notice, params,"
    " canned) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (author_id, cid) DO NOTHING"
)
END = Statement(
    "UPDATE conversations SET last_seq = ?, last_text = ?, last_at = ?, last_author = ?, unread = ?, version = ?,"
    " unanswered_since = ?, escalated_at = ? WHERE id = ?"
)


NEW = Statement(
    f"INSERT INTO conversations ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608 - own names
    " ON CONFLICT (visitor) WHERE state != 'closed' DO NOTHING"
)


def add(tx: Tx, new: Conversation) -> bool:
    """Keep a new conversation; False if the visitor has an open one already."""
    values = [getattr(new, name) for name in COLUMNS]
    for place in _INSTANTS:
        if values[place] is not None:
            values[place] = to_ms(values[place])
    return bool(NEW.run(tx, values).rowcount == 1)


def conversation_of(row: Sequence[Any]) -> Conversation:
    """The conversation in a row as the driver gives it."""
    values = list(row)
    for place in _INSTANTS:
        if values[place] is not None:
            values[place] = from_ms(values[place])
    for place in _BOOLEANS:
        values[place] = bool(values[place])
    return Conversation(*values)


def conversation(tx: Tx, conversation_id: str, *, lock: bool = False) -> Conversation | None:
    row = (_LOCKED_ONE if lock else _ONE).run(tx, (conversation_id,)).fetchone()
    return None if row is None else conversation_of(row)


def open_of(tx: Tx, visitor: str, *, lock: bool = False) -> Conversation | None:
    """The visitor's conversation that is not closed; there is at most one."""
    row = (_LOCKED_OPEN if lock else OPEN).run(tx, (visitor,)).fetchone()
    return None if row is None else conversation_of(row)


def message_by_cid(tx: Tx, author_id: str, cid: str) -> tuple[str, int, datetime] | None:
    """(conversation, seq, instant) of what this author has said under this cid."""
    row = _BY_CID.run(tx, (author_id, cid)).fetchone()
    return None if row is None else (row[0], row[1], from_ms(row[2]))


def append(tx: Tx, new: Conversation, view: MessageView, canned: str = "") -> bool:
    """Write the next message of a conversation that this command has locked, and the conversation's new end.

    False, and nothing written, if its author has said something under this cid before.
    """
    author = view.author
    at = to_ms(view.at)
    params = msgspec.json.encode(view.params).decode() if view.params else None
    added = ADD.run(
        tx,
        (new.id, view.seq, author.kind, author.id, author.name, view.text, at, view.cid or None, view.notice or None,
         params, canned or None),
    ).rowcount  # fmt: skip
    if not added:
        return False
    since, escalated = new.unanswered_since, new.escalated_at
    END.run(
        tx,
        (new.last_seq, new.last_text, at, new.last_author, new.unread, new.version,
         None if since is None else to_ms(since), None if escalated is None else to_ms(escalated), new.id),
    )  # fmt: skip
    return True
