"""Backtest: visits a second and core, on made-up visits of 20 events under a plan of 20 triggers.

    python -m bench backtest                                  20,000 visits, beside the bare reading of the log
    python -m bench.backtest --visits 1000000                 one run of `overture plan backtest`, with the most memory
                                                              that all its processes took (some 2 GB of log in /tmp)
    python -m bench.backtest --visits 1000000 --keep DIR      the log and the plan, to be tried by hand

`--once` lets nobody come again; `--shuffled` puts the log in no order; `--workers N` and `--agents N` are the
command's own.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
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
        write_log(log, VISITS)
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


def plan_text() -> str:
    """Twenty triggers for two teams."""
    team = "goal: {measure: orders, amount: 100}, conversation_goal: x, results: [x], after_chat: {owner: sales}"
    triggers = "".join(
        f"  - name: t{n}\n    team: {'sales' if n % 2 else 'care'}\n    when: '{when}'\n    at_most: 1 per 7d\n"
        f"    holdout: 10%\n    say: {{a: {{en: Hello}}}}\n"
        for n, when in enumerate(CONDITIONS)
    )
    return f"""overture: 1
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


def _plan() -> Plan:
    plan = load(plan_text()).plan
    assert plan is not None
    return plan


def write_log(log: Path, visits: int, *, once: bool = False, shuffled: bool = False) -> None:
    """Visits over two months, two of the same visitor on the average; each of another one with `once`.

    It is written line by line, and is the same for the same numbers. `shuffled` lets time run in jumps.
    """
    draw = random.Random(1)
    base = datetime(2026, 10, 1, tzinfo=UTC)
    step = timedelta(days=60) / visits
    prime = 1_000_003  # n x prime modulo the number of visits is each place once, unless it divides
    with log.open("w", encoding="utf-8") as out:
        for n in range(visits):
            place = n * prime % visits if shuffled and visits % prime else n
            visit = {
                "visit": f"v{n}", "visitor": f"p{n if once else int(draw.random() ** 2 * visits)}", "language": "fi",
                "started": (base + step * place).isoformat(), "device": "desktop", "country": "FI",
                "identified": False, "traits": {}, "events": _events(draw, n),
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


def _memory_of(process: int) -> int:
    """Bytes that a process and all below it hold at present (proportional set size: what is shared counts once)."""
    held = 0
    for entry in _family(process):
        try:
            text = Path(f"/proc/{entry}/smaps_rollup").read_text()
        except OSError:  # it has ended meanwhile
            continue
        held += sum(int(line.split()[1]) << 10 for line in text.splitlines() if line.startswith("Pss:"))
    return held


def _family(process: int) -> list[int]:
    try:
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except OSError:
        return [process]
    return [process, *(one for child in children for one in _family(int(child)))]


def main() -> None:
    """One run of the command on a log of any size."""
    parser = argparse.ArgumentParser(description="Try twenty triggers on a made-up log with `overture plan backtest`.")
    parser.add_argument("--visits", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--agents", type=int, help="for each team: capacity and pacing are part of it")
    parser.add_argument("--once", action="store_true", help="nobody comes again")
    parser.add_argument("--shuffled", action="store_true", help="visits in no order")
    parser.add_argument("--keep", type=Path, help="leave the log and the plan there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="overture-bench-") as folder:
        there = options.keep or Path(folder)
        there.mkdir(parents=True, exist_ok=True)
        log, plan = there / "visits.jsonl", there / "plan.yaml"
        print(f"writing {options.visits:,} visits ...", file=sys.stderr, flush=True)
        write_log(log, options.visits, once=options.once, shuffled=options.shuffled)
        plan.write_text(plan_text(), encoding="utf-8")
        print(json.dumps(_run_command(options, plan, log, there / "decisions.jsonl"), indent=2))


def _run_command(options: argparse.Namespace, plan: Path, log: Path, decisions: Path) -> dict[str, Any]:
    command = [sys.executable, "-c", "from overture.cli import main; main()", "plan", "backtest", str(plan), "--json"]
    command += ["--visits", str(log), "--decisions", str(decisions)]
    if options.workers:
        command += ["--workers", str(options.workers)]
    if options.agents is not None:
        command += [word for team in ("sales", "care") for word in ("--agents", f"{team}={options.agents}")]
    before, began, most = os.times(), time.perf_counter(), 0
    with tempfile.TemporaryFile() as answer, subprocess.Popen(command, stdout=answer) as run:
        while run.poll() is None:
            most = max(most, _memory_of(run.pid))
            time.sleep(0.25)
        took, after = time.perf_counter() - began, os.times()
        if run.returncode:
            sys.exit(run.returncode)
        answer.seek(0)
        report = json.load(answer)
    assert report["visits"] == options.visits
    with decisions.open("rb") as file:
        decided = sum(1 for _ in file)
    return {
        "visits": report["visits"], "visitors": report["visitors"], "decisions": decided,
        "log_bytes": log.stat().st_size, "cores": os.cpu_count(), "seconds": round(took, 1),
        "processor_seconds": round(after.children_user + after.children_system
                                   - before.children_user - before.children_system, 1),
        "visits_per_second": round(options.visits / took), "most_memory_mb": round(most / 1e6),
    }  # fmt: skip


if __name__ == "__main__":
    main()
