"""By the clock on the wall: a teaser that is due is on its way within a quarter of a second."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from overture.kit.clock import FixedClock, SystemClock


@pytest.fixture
def clock() -> Any:
    return SystemClock()


async def test_the_teaser_is_there_within_250_ms(shop: Any, agent: Any, plan: str, clock: FixedClock) -> None:
    await shop.publish(plan.replace("page.seconds >= 45", "page.seconds >= 1.5"))
    tab = shop.tab()
    ago = 40.0  # the loader gathers for so long before it tells
    opened = time.monotonic() - ago / 1000
    answer = await tab.look(
        {"type": "page", "ago": ago, "url": "https://shop.example/"},
        {"type": "cart", "ago": ago, "value": 300, "items": 1},
        boot=True,
    )
    looks = 0
    while answer["invitation"] is None:
        assert looks < 5
        looks += 1
        await asyncio.sleep(answer["look_again_in_ms"] / 1000)
        answer = await tab.look()
    late = time.monotonic() - opened - 1.5
    assert -0.005 <= late <= 0.25
