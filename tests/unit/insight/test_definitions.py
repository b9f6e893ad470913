"""No number without its definition, no definition without its number."""

from __future__ import annotations

from datetime import UTC, date, datetime

from overture.insight.definitions import DEFINITIONS
from overture.insight.model import (
    Amount,
    ConversationLine,
    CurrencyLine,
    DayLine,
    FirstResponse,
    LeadLine,
    MissedWhy,
    OrderLine,
    Overview,
    PromiseLine,
    TriggerLine,
)
from overture.insight.tables import overview_table

AT = datetime(2026, 11, 2, tzinfo=UTC)
FULL = Overview(
    since=AT,
    until=AT,
    timezone="UTC",
    decisions=[
        TriggerLine(
            trigger="big-basket", invited=1, held_out=1, held_out_all=1, shown=1, seen=1, accepted=1, declined=1,
            conversations=1,
        )
    ],
    conversations=ConversationLine(
        opened=1, answered=1, closed=1, missed=1, missed_why=MissedWhy(1, 1, 1),
        first_response_seconds=FirstResponse(1.0, 1.0, 1),
    ),
    promises=PromiseLine(1, 1, 1, 1, 1),
    orders=OrderLine("EUR", Amount(1, 1.0), Amount(1, 1.0), [CurrencyLine("SEK", Amount(1, 1.0), Amount(1, 1.0))]),
    leads=LeadLine(1),
    by_day=[DayLine(date(2026, 11, 2), 1, 1, 1)],
)  # fmt: skip


def defined(path: str) -> str | None:
    """The definition that covers a number: its own, or that of what it belongs to."""
    while path:
        if path in DEFINITIONS:
            return path
        path = path.rpartition(".")[0]
    return None


def test_every_number_of_the_report_is_defined_and_nothing_else() -> None:
    paths = {row[0] for row in overview_table(FULL)[1]}
    covering = {path: defined(path) for path in paths}
    assert [path for path, by in covering.items() if by is None] == []
    assert set(DEFINITIONS) - {"period"} == set(covering.values())


def test_the_table_leaves_no_number_out() -> None:
    assert all(row[2] in (1, 1.0) for row in overview_table(FULL)[1])
    assert len(overview_table(FULL)[1]) == 8 + 4 + 3 + 3 + 5 + 8 + 1 + 3


def test_definitions_are_sentences_that_claim_no_cause() -> None:
    for text in DEFINITIONS.values():
        assert text.endswith(".")
        assert text[0].isupper()
        assert len(text) < 200
