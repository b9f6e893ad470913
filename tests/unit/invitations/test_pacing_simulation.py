"""The pacing simulation: right where the exact answer is known, and pacing does in it what it is for."""

from __future__ import annotations

import importlib.util
import math
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from overture.numbers.staffing.chat import performance
from overture.numbers.staffing.model import Demand

SEEDS = range(3)


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    path = Path(__file__).parents[3] / "bench" / "pacing.py"
    spec = importlib.util.spec_from_file_location("bench_pacing", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def days(bench: ModuleType, regime: str, rule: str) -> list[dict[str, float]]:
    return [bench.simulate(bench.REGIMES[regime], seed, bench.RULES[rule]) for seed in SEEDS]


@pytest.mark.parametrize("handle", [(200.0,), (240.0, 280.0, 330.0)])
def test_with_reactive_chats_alone_it_is_the_staffing_model(bench: ModuleType, handle: tuple[float, ...]) -> None:
    demand = Demand(arrivals=100 / 3_600, handle=handle, patience=60.0)
    agents = 6 if len(handle) == 1 else 2
    exact = performance(demand, agents, within=20.0)
    regime = bench.Regime(
        moments=0, reactive=100, acceptance=0.05, agents=agents, handle=handle, patience=60.0, day=(1.0,) * 300
    )
    simulated = bench.simulate(regime, 1, bench.RULES["paced"])
    assert math.isnan(simulated["accepted_in_time"])
    assert simulated["reactive_in_time"] == pytest.approx(exact.answered_within, abs=0.015)
    assert simulated["occupancy"] == pytest.approx(exact.occupancy, abs=0.015)


@pytest.mark.parametrize("regime", ["load", "overload", "one_agent", "newsletter"])
def test_under_load_those_who_accept_are_answered_in_time_sooner_than_unpaced(bench: ModuleType, regime: str) -> None:
    for paced, unpaced in zip(days(bench, regime, "paced"), days(bench, regime, "unpaced"), strict=True):
        assert paced["accepted_in_time"] > unpaced["accepted_in_time"]
        assert paced["accepted_in_time"] >= 0.9
        assert paced["reactive_in_time"] >= unpaced["reactive_in_time"]
        assert 0 < paced["invitations"] < unpaced["invitations"]


def test_with_ample_capacity_it_costs_almost_no_invitation(bench: ModuleType) -> None:
    for paced, unpaced in zip(days(bench, "ample", "paced"), days(bench, "ample", "unpaced"), strict=True):
        assert paced["invitations"] >= 0.99 * unpaced["invitations"]


def test_the_arms_meet_the_same_people(bench: ModuleType) -> None:
    def people(seed: int) -> list[Any]:
        found = bench.visitors(bench.REGIMES["load"], seed)
        return [(one.at, one.accepts, one.answers, one.work, one.patience) for one in found]

    assert people(3) == people(3)
    assert people(3) != people(4)
    # Where nothing is ever held back the arms are one day.
    assert days(bench, "ample", "slot_free") == days(bench, "ample", "unpaced")
