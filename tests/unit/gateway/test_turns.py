"""Turns: first come, first served, so many at a time, and nobody waits longer than their patience."""

from __future__ import annotations

import asyncio

import pytest

from overture.gateway.turns import Crowded, Turns


async def test_they_come_in_order_and_never_more_than_allowed() -> None:
    turns, came, under_way, most = Turns(2), [], 0, 0

    async def work(number: int) -> None:
        nonlocal under_way, most
        async with turns.turn():
            came.append(number)
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0)
            under_way -= 1

    await asyncio.gather(*map(work, range(20)))
    assert (came, most) == (list(range(20)), 2)


async def test_who_would_wait_too_long_is_told_and_the_turn_stays_free_for_others() -> None:
    turns = Turns(1, 0.01)
    async with turns.turn():
        with pytest.raises(Crowded):
            async with turns.turn():
                pass
    async with turns.turn():
        pass


async def test_a_turn_ends_with_an_error() -> None:
    turns = Turns(1, 0.01)
    with pytest.raises(ValueError, match="refused"):
        async with turns.turn():
            raise ValueError("refused")
    async with turns.turn():
        pass
