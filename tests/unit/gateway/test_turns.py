"""Turns: first come, first served, so many at a time, and nobody waits longer than their patience."""

from __future__ import annotations

import asyncio

import pytest

from overture.gateway import turns as module
from overture.gateway.turns import Crowded, Turns


async def stand(turns: Turns) -> str:
    try:
        async with turns.turn():
            return "served"
    except Crowded:
        return "crowded"


async def test_they_come_in_order_and_never_more_than_allowed() -> None:
    turns = Turns(2, 100)
    came: list[int] = []
    under_way = most = 0

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


async def test_a_full_line_is_told_at_once_and_who_stands_in_it_is_served() -> None:
    turns = Turns(1, 2)
    async with turns.turn():
        standing = [asyncio.create_task(stand(turns)) for _ in range(2)]
        await asyncio.sleep(0)
        assert await stand(turns) == "crowded"
    assert await asyncio.gather(*standing) == ["served", "served"]
    assert await stand(turns) == "served"


@pytest.mark.parametrize(("flood", "patience"), [(True, "PATIENCE_IN_FLOOD_S"), (False, "PATIENCE_S")])
async def test_patience_ends_sooner_in_a_flood(monkeypatch: pytest.MonkeyPatch, flood: bool, patience: str) -> None:
    monkeypatch.setattr(module, "PATIENCE_IN_FLOOD_S", 0.02)
    monkeypatch.setattr(module, "PATIENCE_S", 0.02 if patience == "PATIENCE_S" else 30.0)
    turns = Turns(1, 1)
    async with turns.turn():
        standing = asyncio.create_task(stand(turns))
        await asyncio.sleep(0)
        if flood:
            assert await stand(turns) == "crowded"
        async with asyncio.timeout(10):
            assert await standing == "crowded"
    assert await stand(turns) == "served"


async def test_a_turn_ends_with_an_error_and_with_who_goes_away() -> None:
    turns = Turns(1, 10)
    with pytest.raises(ValueError, match="refused"):
        async with turns.turn():
            raise ValueError("refused")
    async with turns.turn():
        gone = asyncio.create_task(stand(turns))
        await asyncio.sleep(0)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
    assert await stand(turns) == "served"
