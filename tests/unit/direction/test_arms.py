"""Arms and wordings: vectors worked out by hand from the design's formula, and shares that come out."""

from __future__ import annotations

from hashlib import blake2b

import pytest

from overture.direction.arms import draw, site_draw, threshold, trigger_draw, variant_index
from overture.direction.compiled import compile_plan
from overture.direction.load import load


def h(text: str) -> float:
    return int.from_bytes(blake2b(text.encode("utf-8"), digest_size=8).digest(), "big") / 2**64


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 0xE4A6A0577479B2B4),
        ("nordic-bikes/*/1/v1", 0x0793E24BDD5F0A77),
        ("nordic-bikes/big-basket/1/åsa", 0x2E5F59DF0FCD7BBC),
    ],
)
def test_known_draws(text, number):
    assert draw(text) == number
    assert draw(text) / 2**64 == h(text)


def test_texts_that_are_drawn():
    assert site_draw("nordic-bikes", 3, "åsa") == draw("nordic-bikes/*/3/åsa")
    assert trigger_draw("nordic-bikes", "big-basket", 2, "åsa") == draw("nordic-bikes/big-basket/2/åsa")
    for count in (1, 2, 3, 7):
        assert variant_index("nordic-bikes", "big-basket", "åsa", count) == int(
            h("nordic-bikes/big-basket/variant/åsa") * count
        )


def test_thresholds():
    assert threshold(0.0) == 0
    assert threshold(1.0) == 2**64
    assert threshold(0.5) == 2**63
    assert draw("x") < threshold(1.0)


def test_shares_come_out_and_arms_stick(nordic):
    plan = load(nordic).plan
    assert plan is not None
    compiled = compile_plan(plan)
    trigger = compiled.by_name["big-basket"]
    arms = [compiled.arm(trigger, f"visitor-{n}") for n in range(20_000)]
    assert abs(arms.count("held_out_all") / 20_000 - 0.05) < 0.006
    assert abs(arms.count("held_out") / 20_000 - 0.95 * 0.20) < 0.011
    variants = [compiled.variant(trigger, f"visitor-{n}") for n in range(20_000)]
    assert abs(variants.count("a") / 20_000 - 0.5) < 0.014
    for n in range(500):
        who = f"visitor-{n}"
        expected = "invited"
        if h(f"nordic-bikes/*/1/{who}") < 0.05:
            expected = "held_out_all"
        elif h(f"nordic-bikes/big-basket/1/{who}") < 0.2:
            expected = "held_out"
        assert arms[n] == expected


def test_another_epoch_draws_anew(nordic):
    first, second = load(nordic).plan, load(nordic.replace("epoch: 1", "epoch: 2")).plan
    assert first is not None
    assert second is not None
    one, two = compile_plan(first), compile_plan(second)
    changed = sum(one.arm(one.triggers[0], f"v{n}") != two.arm(two.triggers[0], f"v{n}") for n in range(1_000))
    assert 200 < changed < 400
    assert all(one.variant(one.triggers[0], f"v{n}") == two.variant(two.triggers[0], f"v{n}") for n in range(1_000))
