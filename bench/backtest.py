"""Backtest: visits a second and core, on made-up visits of 20 events under a plan of 20 triggers."""

from __future__ import annotations

import json
import os
import random
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from overture.direction.backtest import Options
from overture.direction.backtest import run as backtest
from overture.direction.load import load
from overture.direction.model import Plan

VISITS = int(os.environ.get("OVERTURE_BENCH_VISITS", "20000"))
CONDITIONS = (
    "audience.hesitating && visitor.chats == 0", 'visit.stage == "support" && page.seconds >= 20',
    'page.path.startsWith("/bikes") && page.seconds >= 60 && page.scroll > 0.5', 'page.count["form_error"] >= 2',
    'page.count["exit_intent"] > 0 && cart.items > 0', "visit.pages >= 5 && visit.seconds >= 120",
    'page.path == "/checkout" && visit.idle_seconds >= 30', "visitor.visits >= 3 && page.seconds >= 15",
    'visit.source == "news" && page.seconds >= 20', "cart.value >= 300", "page.nth >= 3",
    "audience.familiar && page.seconds >= 40", 'page.path.startsWith("/help") && page.count["hover:price"] > 1',
    'page.path in ["/basket", "/checkout"] && page.seconds >= 25', 'visit.stage == "closing" && page.seconds >= 30',
    'visit.count["hover:price"] >= 4', 'page.url.matches("bikes/[0-9]+$") && page.seconds >= 90',
    "visitor.days_since_last > 7 && visit.pages >= 2", "now.hour >= 17 && cart.items > 0",
    'visit.medium == "organic" && visit.seconds >= 45',
)  # fmt: skip


def run() -> dict[str, Any]:
    """Visits a second and core against reading the same lines as JSON; and what a million would take here."""
    plan = _plan()
    cores = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "visits.jsonl"
        _write(log)
        bare = _read(log)
        plain = _took(plan, log, Options(Path(folder) / "out", 1, survey=False))
        full = _took(plan, log, Options(Path(folder) / "out", 1, survey=True))
        shared = _took(plan, log, Options(Path(folder) / "out", cores, survey=True))
    return {
        "decode_to_backtest_ratio": round(bare / full, 3),
        "cores_used_ratio": round(full / shared / cores, 2),
        "visits_per_second_and_core": round(VISITS / full),
        "visits_per_second_and_core_decisions_only": round(VISITS / plain),
        "visits_per_second_all_cores": round(VISITS / shared),
        "million_visits_minutes": round(1_000_000 / (VISITS / shared) / 60, 1),
        "events_per_visit": 20,
        "triggers": len(CONDITIONS),
    }


def _took(plan: Plan, log: Path, options: Options) -> float:
    begun = time.perf_counter()
    report = backtest(plan, log, options)
    took = time.perf_counter() - begun
    assert report.numbers.visits == VISITS
    assert report.bad_lines == 0
    return took


def _read(log: Path) -> float:
    """Seconds to decode every line and do nothing with it: what no backtest can be quicker than."""
    decoder = msgspec.json.Decoder()
    begun = time.perf_counter()
    with log.open("rb") as file:
        for line in file:
            decoder.decode(line)
    return time.perf_counter() - begun


def _plan() -> Plan:
    team = "goal: {measure: orders, amount: 100}, conversation_goal: x, results: [x], after_chat: {owner: sales}"
    triggers = "".join(
        f"  - name: t{n}\n    team: {'sales' if n % 2 else 'care'}\n    when: '{when}'\n    at_most: 1 per 7d\n"
        f"    holdout: 10%\n    say: {{a: {{en: Hello}}}}\n"
        for n, when in enumerate(CONDITIONS)
    )
    text = f"""overture: 1
site: bench
timezone: Europe/Helsinki
country: FI
languages: [en]
holdout: 5%
quiet: {{per_visit: 1, after_chat: 1d}}
stages:
  - support: page.path.startsWith("/help") || visit.query["order"] != ""
  - closing: cart.items > 0 && page.path.startsWith("/checkout")
  - mid: cart.items > 0
  - early: visit.pages >= 4 || visitor.visits >= 2
  - interest: visit.pages >= 2 || page.seconds >= 30
audiences:
  hesitating: cart.value >= 200 && page.seconds >= 45
  familiar: visitor.visits >= 3 || visit.medium == "email"
teams:
  sales: {{aim: sales, hours: "Mo-Fr 10:00-21:00; Sa 10:00-16:00; PH off", {team}}}
  care: {{aim: service, hours: "Mo-Su 08:00-22:00", {team}}}
triggers:
{triggers}"""
    plan = load(text).plan
    assert plan is not None
    return plan


def _write(log: Path) -> None:
    """Visits over two months, two in five of them of visitors who come again."""
    draw = random.Random(1)
    base = datetime(2026, 10, 1, tzinfo=UTC)
    step = timedelta(days=60) / VISITS
    with log.open("w", encoding="utf-8") as out:
        for n in range(VISITS):
            visit = {
                "visit": f"v{n}", "visitor": f"p{int(draw.random() ** 2 * VISITS)}", "language": "fi",
                "started": (base + step * n).isoformat(), "device": "desktop", "country": "FI", "identified": False,
                "traits": {}, "events": _events(draw, n),
            }  # fmt: skip
            out.write(json.dumps(visit) + "\n")


def _events(draw: random.Random, number: int) -> list[dict[str, Any]]:
    paths = ["/", "/basket", "/checkout", "/help", "/help/faq", *(f"/bikes/{n}" for n in range(50))]
    events: list[dict[str, Any]] = []
    at = 0.0
    for place in range(19):
        pick, event = draw.random(), {"at": round(at, 1)}
        if place == 0 or pick < 0.35:
            query = "?utm_source=news" if draw.random() < 0.1 else ""
            event |= {"type": "page", "url": f"https://shop.example{draw.choice(paths)}{query}", "title": "Shop"}
        elif pick < 0.6:
            event |= {"type": "scroll", "depth": round(draw.random(), 2)}
        elif pick < 0.85:
            event |= {"type": "event", "name": draw.choice(["hover:price", "form_error", "exit_intent"]), "props": {}}
        elif pick < 0.99:
            event |= {"type": "cart", "value": draw.choice([0, 100.0, 349.0]), "items": draw.choice([0, 1, 2])}
        else:
            event |= {"type": "order", "id": f"A{number}", "value": 3.0, "currency": "EUR"}
        events.append(event)
        at += draw.expovariate(1 / 12)
    return [*events, {"at": round(at, 1), "type": "end"}]
