"""Looks of a tab may come twice, late, or out of order: each counts once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from overture.visits.live import SEEN_BEHIND, Tab


@given(order=st.lists(st.integers(1, 30), max_size=80))
def test_each_look_counts_once(order: list[int]) -> None:
    tab = Tab()
    taken: set[int] = set()
    for n in order:
        if not tab.knows(n):
            assert n not in taken
            taken.add(n)
            tab.take(n, 0, left=False)
        assert tab.knows(n)
    assert taken == set(order)


@given(jump=st.integers(1, 2**53))
def test_a_wild_number_costs_no_memory(jump: int) -> None:
    tab = Tab()
    tab.take(1, 0, left=False)
    tab.take(1 + jump, 0, left=False)
    assert len(tab.missing) <= SEEN_BEHIND
    assert tab.knows(1)


def test_a_late_look_of_a_tab_that_left_leaves_it_left() -> None:
    tab = Tab()
    tab.take(2, 5, left=True)
    tab.take(1, 6, left=False)
    assert tab.left
    tab.take(3, 7, left=False)  # back out of the page cache
    assert not tab.left
