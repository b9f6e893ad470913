"""What holds of every desk, and the same figures found in ways that share nothing with the product."""

from __future__ import annotations

import heapq
import math
import random
from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm

from overture.numbers.staffing import MOST_AGENTS, Demand, Performance, around, expected_wait, least_agents, performance
from overture.numbers.staffing.chat import finish_rates
from overture.numbers.staffing.erlang import erlang_b, erlang_c, erlang_c_mean_wait, erlang_c_service_level

handles = st.lists(st.floats(0, 200), min_size=1, max_size=4).map(
    lambda added: tuple(accumulate(added, initial=60.0))[1:]
)
demands = st.builds(
    Demand,
    arrivals=st.floats(1e-4, 1),
    handle=handles,
    patience=st.none() | st.floats(5, 2_000),
    lines=st.none() | st.integers(1, 300),
)


@settings(max_examples=80, deadline=None)
@given(demands, st.integers(1, 60), st.floats(0, 300))
def test_shares_are_shares_and_fit_together(demand: Demand, agents: int, within: float) -> None:
    found = performance(demand, agents, within)
    shares = ("probability_of_waiting", "service_level", "answered_within", "abandonment", "blocking", "occupancy")
    assert all(-1e-12 <= getattr(found, name) <= 1 + 1e-12 for name in shares)
    assert found.answered_within <= found.service_level + 1e-9
    assert found.answered_within + found.abandonment + found.blocking <= 1 + 1e-9
    assert found.mean_wait >= found.mean_wait_answered * (1 - 1e-9) - 1e-9
    if found.steady and demand.patience is not None:
        assert found.abandonment * demand.arrivals * demand.patience == pytest.approx(found.mean_queue, abs=1e-9)


@settings(max_examples=80, deadline=None)
@given(demands, st.integers(1, 60), st.floats(0, 300))
def test_what_comes_in_goes_out(demand: Demand, agents: int, within: float) -> None:
    """Little's law on the slots: finished per second, from occupancy alone where handling does not slow down."""
    flat = Demand(
        arrivals=demand.arrivals,
        handle=demand.handle[:1] * len(demand.handle),
        patience=demand.patience,
        lines=demand.lines,
    )
    found = performance(flat, agents, within)
    if not found.steady:
        return
    finished = found.occupancy * agents * flat.at_once / flat.handle[0]
    assert finished == pytest.approx(flat.arrivals * (1 - found.abandonment - found.blocking), rel=1e-7)


@settings(max_examples=120, deadline=None)
@given(demands, st.integers(1, 60), st.floats(0, 300))
def test_more_agents_never_worsen_the_service_level(demand: Demand, agents: int, within: float) -> None:
    fewer, more = performance(demand, agents, within), performance(demand, agents + 1, within)
    assert more.service_level >= fewer.service_level - 1e-9
    assert more.answered_within >= fewer.answered_within - 1e-9
    assert more.mean_wait <= fewer.mean_wait * (1 + 1e-9) + 1e-9


@settings(max_examples=60, deadline=None)
@given(demands, st.integers(1, 40), st.floats(0, 200), st.floats(0, 200))
def test_more_time_never_worsens_the_service_level(demand: Demand, agents: int, within: float, longer: float) -> None:
    assert (
        performance(demand, agents, within + longer).service_level
        >= performance(demand, agents, within).service_level - 1e-12
    )


@settings(max_examples=60, deadline=None)
@given(demands, st.floats(0, 120), st.floats(0.01, 0.99), st.sampled_from(["service_level", "answered_within"]))
def test_the_fewest_agents_are_the_fewest(demand: Demand, within: float, goal: float, measure: str) -> None:
    found = least_agents(demand, within, goal, measure)  # type: ignore[arg-type]
    if found is None:
        assert demand.lines is not None
        assert getattr(performance(demand, demand.lines, within), measure) < goal
        return
    assert getattr(found, measure) >= goal
    if found.agents > 1:
        assert getattr(performance(demand, found.agents - 1, within), measure) < goal


def test_handle_times_that_fall_are_searched_one_by_one() -> None:
    demand = Demand(arrivals=0.05, handle=(300, 100), patience=60)
    found = least_agents(demand, 20, 0.9)
    assert found is not None
    assert all(performance(demand, n, 20).service_level < 0.9 for n in range(1, found.agents))


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 50), st.integers(1, 80), st.floats(0, 100))
def test_the_chain_without_patience_is_erlang_c(load: float, agents: int, within: float) -> None:
    found = performance(Demand(arrivals=load / 100, handle=(100.0,)), agents, within)
    if not found.steady:
        assert load >= agents * (1 - 1e-9)
        return
    assert found.probability_of_waiting == pytest.approx(erlang_c(load, agents), rel=1e-8)
    assert found.service_level == pytest.approx(erlang_c_service_level(load, agents, 100, within), abs=1e-8)
    assert found.mean_wait == pytest.approx(erlang_c_mean_wait(load, agents, 100), rel=1e-8)


@given(st.floats(0.01, 200), st.integers(1, 150))
def test_as_many_lines_as_agents_is_erlang_b(load: float, agents: int) -> None:
    found = performance(Demand(arrivals=load, handle=(1.0,), lines=agents), agents, 5)
    assert found.blocking == pytest.approx(erlang_b(load, agents), rel=1e-8, abs=1e-200)
    assert (found.probability_of_waiting, found.mean_wait) == (0, 0)


def solved_as_a_matrix(demand: Demand, agents: int, within: float) -> tuple[np.ndarray, float, float]:
    """States' probabilities, service level and share answered in time, from generators and matrix exponentials."""
    assert demand.patience is not None
    assert demand.lines is not None
    slots, lines = agents * demand.at_once, demand.lines
    deaths = []
    for k in range(1, lines + 1):
        held = [min(k, slots) // agents + (a < min(k, slots) % agents) for a in range(agents)]
        deaths.append(sum(c / demand.handle[c - 1] for c in held if c) + max(0, k - slots) / demand.patience)
    generator = np.diag([demand.arrivals] * lines, 1) + np.diag(deaths, -1)
    generator -= np.diag(generator.sum(axis=1))
    system = np.vstack([generator.T, np.ones(lines + 1)])
    p = np.linalg.lstsq(system, np.append(np.zeros(lines + 1), 1.0), rcond=None)[0]
    places = max(0, lines - slots)
    finish = agents * demand.at_once / demand.handle[-1]
    offered, lived = np.zeros((places + 2, places + 2)), np.zeros((places + 2, places + 2))
    for ahead in range(places):
        onward = ahead - 1 if ahead else places  # the state before the last is "answered", the last "gone"
        offered[ahead, onward] = lived[ahead, onward] = finish + ahead / demand.patience
        lived[ahead, places + 1] = 1 / demand.patience
    for matrix in (offered, lived):
        matrix -= np.diag(matrix.sum(axis=1))
    queue, at_once = p[slots:lines], p[: min(slots, lines)].sum()
    return (
        p,
        at_once + queue @ expm(offered * within)[:places, places],
        at_once + queue @ expm(lived * within)[:places, places],
    )


@settings(max_examples=40, deadline=None)
@given(handles, st.integers(1, 4), st.integers(2, 30), st.floats(0.005, 0.2), st.floats(10, 500), st.floats(0, 120))
def test_the_closed_formulas_equal_the_matrix_solution(
    handle: tuple[float, ...], agents: int, lines: int, arrivals: float, patience: float, within: float
) -> None:
    slots = agents * len(handle)
    demand = Demand(arrivals=arrivals, handle=handle, patience=patience, lines=slots + lines)
    p, service_level, answered = solved_as_a_matrix(demand, agents, within)
    found = performance(demand, agents, within)
    assert p.sum() == pytest.approx(1)
    assert found.blocking == pytest.approx(p[-1], abs=1e-9)
    assert found.mean_queue == pytest.approx(sum((k - slots) * p[k] for k in range(slots, len(p))), abs=1e-8)
    assert found.service_level == pytest.approx(service_level, abs=1e-8)
    assert found.answered_within == pytest.approx(answered, abs=1e-8)


def simulated(demand: Demand, agents: int, within: float, visitors: int, seed: int) -> tuple[float, float, float]:
    """Answered in time, abandoned, mean wait of the answered, of one-chat agents met one event at a time."""
    draw = random.Random(seed)
    assert demand.patience is not None
    free_at = [0.0] * agents
    now, in_time, gone, waited = 0.0, 0, 0, 0.0
    for _ in range(visitors):
        now += draw.expovariate(demand.arrivals)
        wait = max(0.0, free_at[0] - now)
        if wait > draw.expovariate(1 / demand.patience):
            gone += 1
            continue
        heapq.heapreplace(free_at, now + wait + draw.expovariate(1 / demand.handle[0]))
        in_time += wait <= within
        waited += wait
    return in_time / visitors, gone / visitors, waited / (visitors - gone)


def test_erlang_a_equals_a_simulation_of_it() -> None:
    demand = Demand(arrivals=4, handle=(3,), patience=1)
    found = performance(demand, 11, within=0.2)
    in_time, gone, waited = simulated(demand, 11, 0.2, visitors=60_000, seed=20)
    # correlated draws: four standard errors of 60,000 independent ones are 0.008, doubled
    assert in_time == pytest.approx(found.answered_within, abs=0.016)
    assert gone == pytest.approx(found.abandonment, abs=0.016)
    assert waited == pytest.approx(found.mean_wait_answered, rel=0.06)


def test_agents_share_chats_evenly() -> None:
    demand = Demand(arrivals=1, handle=(100, 120, 150))
    rates = finish_rates(demand, agents=2, most=6)
    one, two, three = 1 / 100, 2 / 120, 3 / 150
    assert rates == pytest.approx([one, 2 * one, two + one, 2 * two, three + two, 2 * three])


@pytest.mark.parametrize("agents", [900, 1_000, 1_100])
def test_a_thousand_agents_are_no_trouble(agents: int) -> None:
    erlang_a = performance(Demand(arrivals=1_000 / 180, handle=(180,), patience=60), agents, within=20)
    assert 0 < erlang_a.service_level <= 1
    # conservation: handled + abandoned = arrived, to all digits
    assert erlang_a.occupancy * agents / 1_000 + erlang_a.abandonment == pytest.approx(1, abs=1e-12)
    chat = performance(Demand(arrivals=20, handle=(180, 210, 240), patience=60, lines=5_000), agents, within=20)
    assert math.isfinite(chat.mean_wait)


def test_a_hundred_thousand_agents_too() -> None:
    found = performance(Demand(arrivals=500, handle=(180,), patience=60), MOST_AGENTS, within=20)
    assert found.occupancy == pytest.approx(0.9)
    assert found.service_level == pytest.approx(1)


def test_very_long_patience_comes_to_erlang_c() -> None:
    patient = performance(Demand(arrivals=100 / 1800, handle=(180,), patience=1e9), 14, within=20)
    assert patient.service_level == pytest.approx(0.8883500192, abs=1e-6)
    assert patient.mean_wait == pytest.approx(7.83593701, rel=1e-5)


def test_too_few_agents_without_patience_is_a_queue_without_end() -> None:
    found = performance(Demand(arrivals=1, handle=(10,)), 10, within=20)
    assert not found.steady
    assert (found.service_level, found.mean_wait) == (0, math.inf)


def test_nobody_comes() -> None:
    found = performance(Demand(arrivals=0, handle=(180,)), 2, within=20)
    assert (found.service_level, found.occupancy, found.mean_wait) == (1, 0, 0)


def test_nobody_there() -> None:
    found = performance(Demand(arrivals=1, handle=(180,), patience=60), 0, within=20)
    assert (found.service_level, found.abandonment, found.mean_queue) == (0, 1, pytest.approx(60))
    limited = performance(Demand(arrivals=1, handle=(180,), patience=60, lines=10), 0, within=20)
    assert limited.blocking == pytest.approx(erlang_b(60, 10))
    assert limited.mean_queue == pytest.approx(60 * (1 - limited.blocking))
    assert not performance(Demand(arrivals=1, handle=(180,)), 0, within=20).steady


def test_expected_wait_in_the_queue() -> None:
    assert expected_wait(0, finish=0.1, patience=None) == pytest.approx(10)
    assert expected_wait(2, finish=0.1, patience=10) == pytest.approx(1 / 0.1 + 1 / 0.2 + 1 / 0.3)
    assert expected_wait(3, finish=0, patience=60) == math.inf


def test_the_table_runs_from_half_to_nearly_all() -> None:
    rows: list[Performance] = around(Demand(arrivals=5, handle=(180, 210, 240), patience=60), within=20)
    assert 2 <= len(rows) <= 12
    assert rows[0].service_level >= 0.5
    assert rows[-1].service_level >= 0.99
    assert [row.agents for row in rows] == sorted({row.agents for row in rows})
    assert around(Demand(arrivals=5, handle=(180,), lines=10), within=20)[-1].agents == 10


@pytest.mark.parametrize(
    "wrong",
    [
        {"arrivals": -1},
        {"arrivals": math.nan},
        {"handle": ()},
        {"handle": (0,)},
        {"handle": (math.inf,)},
        {"handle": (1.0,) * 21},
        {"patience": 0},
        {"lines": 0},
    ],
)
def test_what_is_no_demand_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Demand(**({"arrivals": 1, "handle": (180,)} | wrong))  # type: ignore[arg-type]


def test_what_can_not_be_told_is_refused() -> None:
    demand = Demand(arrivals=1, handle=(180,))
    for agents, within in ((-1, 20), (MOST_AGENTS + 1, 20), (5, -1), (5, math.nan)):
        with pytest.raises(ValueError):
            performance(demand, agents, within)
    with pytest.raises(ValueError, match="below 100%"):
        least_agents(demand, 20, 1.0)
    with pytest.raises(ValueError, match="millions"):
        performance(Demand(arrivals=1e6, handle=(180,), patience=1e6), 1, 20)
