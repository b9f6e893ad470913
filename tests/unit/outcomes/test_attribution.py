"""Orders *with chat*, at the edges of the window."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overture.outcomes.attribution import WINDOW, Talk, with_chat

ORDER = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MS = timedelta(milliseconds=1)


@pytest.mark.parametrize(
    ("before", "counts"),
    [
        (timedelta(0), True),
        (timedelta(hours=1), True),
        (WINDOW, True),
        (WINDOW + MS, False),
        (-MS, False),
        (timedelta(days=30), False),
    ],
)
def test_the_window_is_seven_days_after_both_wrote(before: timedelta, counts: bool) -> None:
    assert with_chat(ORDER, [Talk("c_1", ORDER - before)]) == ("c_1" if counts else None)


def test_the_latest_conversation_takes_it() -> None:
    talks = [
        Talk("c_latest", ORDER - timedelta(hours=2)),
        Talk("c_first", ORDER - timedelta(days=6)),
        Talk("c_after", ORDER + timedelta(hours=1)),
    ]
    assert with_chat(ORDER, talks) == "c_latest"


def test_nobody_talked() -> None:
    assert with_chat(ORDER, []) is None


@given(st.lists(st.integers(-(10**9), 10**9), max_size=20))
def test_exactly_one_or_none_and_never_an_older_one(offsets: list[int]) -> None:
    talks = [Talk(f"c_{n}", ORDER - offset * MS) for n, offset in enumerate(offsets)]
    inside = [talk for talk in talks if timedelta(0) <= ORDER - talk.both_wrote_at <= WINDOW]
    taken = with_chat(ORDER, talks)
    assert (taken is None) == (not inside)
    if taken:
        latest = max(talk.both_wrote_at for talk in inside)
        assert next(talk for talk in talks if talk.conversation == taken).both_wrote_at == latest
