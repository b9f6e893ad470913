"""What a backtest costs when the log grows: memory with visitors who come again, time with visits."""

from __future__ import annotations

import json
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from overture.direction import log_index
from overture.direction.backtest import Options, Report, run
from overture.direction.load import load
from overture.direction.model import Plan

PLAN = """overture: 1
site: shop
timezone: Europe/Helsinki
languages: [en]
teams:
  care:
    {aim: service, goal: {measure: orders, amount: 1}, conversation_goal: x, results: [x], after_chat: {owner: care}}
triggers:
  - {name: basket, team: care, when: cart.value > 9 && page.seconds >= 45, at_most: 3 per 1h, say: {a: {en: Hello}}}
"""
BASE = datetime(2026, 11, 2, tzinfo=UTC)
EVENTS = [
    {"at": 0, "type": "page", "url": "https://shop.example/basket"},
    {"at": 5, "type": "cart", "value": 300, "items": 1},
    {"at": 90, "type": "end"},
]  # fmt: skip


@pytest.fixture
def plan() -> Plan:
    found = load(PLAN).plan
    assert found is not None
    return found


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is in memory whatever the log's length, so small that a thousand visits fill it."""
    for name, value in (("_BATCH", 64), ("_RUN", 128), ("_READ", 16)):
        monkeypatch.setattr(log_index, name, value)


def log_of(path: Path, visits: int, visitor_of: Callable[[int], str]) -> Path:
    """Visits over ten days, however many they are."""
    step = timedelta(days=10) / visits
    with path.open("w") as out:
        for n in range(visits):
            line = {"visit": f"v{n}", "visitor": visitor_of(n), "started": (BASE + n * step).isoformat()}
            out.write(json.dumps(line | {"events": EVENTS}) + "\n")
    return path


def peak(plan: Plan, log: Path, out: Path) -> int:
    """Most bytes in use at once while a log is tried."""
    tracemalloc.start()
    try:
        run(plan, log, Options(out, 1, survey=True))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def growth(plan: Plan, tmp_path: Path, visitor_of: Callable[[int, int], str]) -> float:
    """Bytes that each visit more takes."""
    peak(plan, log_of(tmp_path / "warm", 500, lambda n: f"p{n}"), tmp_path / "out")  # fills what caches there are
    sizes = (1_500, 4_500)
    small, large = (
        peak(plan, log_of(tmp_path / str(size), size, lambda n, size=size: visitor_of(n, size)), tmp_path / "out")
        for size in sizes
    )
    return (large - small) / (sizes[1] - sizes[0])


def test_nothing_stays_of_visitors_who_never_come_again(plan, tmp_path):
    # A run more for every 128 visits, with its path, reader and rows at hand, is some 20 bytes a visit here.
    assert growth(plan, tmp_path, lambda n, _: f"p{n}") < 40


def test_what_stays_is_of_visitors_who_come_again(plan, tmp_path):
    """The same measure does see what stays: everybody comes twice, first all for the first time, then all again."""
    assert growth(plan, tmp_path, lambda n, size: f"p{n % (size // 2)}") > 150


def test_a_visitor_with_very_many_visits_takes_no_more_memory_and_time_in_proportion(plan, tmp_path):
    assert growth(plan, tmp_path, lambda n, _: "one") < 40

    def took(visits: int) -> tuple[float, Report]:
        log = log_of(tmp_path / "log", visits, lambda _: "one")
        began = time.process_time()
        report = run(plan, log, Options(tmp_path / "out", 1))
        return time.process_time() - began, report

    took(500)
    small, _ = took(1_500)
    large, report = took(12_000)
    assert (report.numbers.visits, report.numbers.visitors) == (12_000, 1)
    assert large < 8 * small * 2  # eight times the visits; were it quadratic, 64 times the time
