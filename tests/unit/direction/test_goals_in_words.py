"""A goal in words counts as people do."""

from __future__ import annotations

import pytest

from overture.direction.english import ENGLISH
from overture.direction.model import Goal
from overture.direction.words import Speaker


@pytest.mark.parametrize(
    ("measure", "amount", "words"),
    [
        ("orders", 1, "1 order"),
        ("orders", 120, "120 orders"),
        ("solved", 1, "1 solved conversation"),
        ("won_leads", 1, "1 won lead"),
        ("booking:test_ride", 1, "1 test ride booking"),
        ("booking:test_ride", 2, "2 test ride bookings"),
        ("csat", 0.9, "a satisfaction (CSAT) of 90%"),
    ],
)
def test_one_of_something_is_one(measure: str, amount: float, words: str) -> None:
    assert Speaker(ENGLISH).goal(Goal(measure=measure, amount=amount, per="month"), "EUR") == words
