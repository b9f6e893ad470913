"""A tab that comes back when it is told to gets its teaser at the very moment, whatever it told late."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from overture.kit.clock import FixedClock


@pytest.mark.parametrize("ago", [0.0, 40.0, 800.0])
async def test_the_teaser_is_there_when_the_tab_was_told_to_come(
    shop: Any, agent: Any, plan: str, clock: FixedClock, ago: float
) -> None:
    await shop.publish(plan.replace("page.seconds >= 45", "page.seconds >= 1.5"))
    tab = shop.tab()
    due = clock.now() - timedelta(milliseconds=ago) + timedelta(seconds=1.5)
    answer = await tab.look(
        {"type": "page", "ago": ago, "url": "https://shop.example/"},
        {"type": "cart", "ago": ago, "value": 300, "items": 1},
        boot=True,
    )
    looks = 0
    while answer["invitation"] is None:
        assert looks < 5
        looks += 1
        clock.move(milliseconds=answer["look_again_in_ms"])
        answer = await tab.look()
    late = clock.now() - due
    assert timedelta(0) <= late <= timedelta(milliseconds=5)
