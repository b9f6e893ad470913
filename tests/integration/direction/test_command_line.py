"""`overture plan` and `overture visits` as a person uses them: files in, answers and exit status out."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PLAN = ROOT / "tests" / "unit" / "direction" / "plans" / "nordic-bikes.yaml"


@pytest.fixture
def overture(tmp_path: Path):
    def run(*args: object, status: int = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-c", "from overture.cli import main; main()", *map(str, args)],
            capture_output=True, text=True, timeout=120, cwd=tmp_path,
            env={**os.environ, "OVERTURE_DATA": str(tmp_path / "data")},
        )  # fmt: skip
        assert done.returncode == status, done.stderr
        assert "Traceback" not in done.stderr
        return done

    return run


def log_of(path: Path, visits: int = 3) -> Path:
    lines = []
    for n in range(visits):
        events = [{"at": 0, "type": "page", "url": "https://shop.example/basket"},
                  {"at": 5, "type": "cart", "value": 300, "items": 1}, {"at": 90, "type": "end"}]  # fmt: skip
        lines.append({"visit": f"v{n}", "visitor": f"p{n}", "started": f"2026-11-0{n + 2}T09:14:03Z", "events": events})
    path.write_text("".join(json.dumps(line) + "\n" for line in reversed(lines)), encoding="utf-8")
    return path


def test_check(overture, tmp_path):
    assert "sound" in overture("plan", "check", PLAN).stdout
    bad = tmp_path / "bad.yaml"
    bad.write_text(
        PLAN.read_text("utf-8").replace("visitor.chats", "visitor.chat").replace("5%", "5"), encoding="utf-8"
    )
    lines = overture("plan", "check", bad, status=1).stderr.splitlines()
    assert [line.rpartition(" ")[2] for line in lines] == ["[bad_percentage]", "[unknown_fact]"]
    assert lines[1].startswith(f"{bad}:51:34: ")
    answer = json.loads(overture("plan", "check", bad, "--json", status=1).stdout)
    assert [problem["line"] for problem in answer["problems"]] == [7, 51]
    assert overture("plan", "check", tmp_path / "none.yaml", status=2).stderr.count("\n") == 1


def test_the_meaning_in_words(overture, tmp_path):
    told = overture("plan", "check", PLAN, "--words").stdout
    said = "\n".join(line for line in told.split("\n") if " is open: " not in line)
    assert told.count(" is open: ") == 2
    assert said.startswith(
        f"{PLAN}: sound: 2 teams, 2 audiences, 2 triggers\n\nTeams\n  bike-sales (sales) is to reach "
    )
    assert "\nTriggers, the upper one first\n  big-basket: when they are in the audience hesitating and" in said
    assert json.loads(overture("plan", "check", PLAN, "--words", "--json").stdout)["words"]["manners"]
    small = tmp_path / "small.yaml"
    text = PLAN.read_text("utf-8")
    small.write_text(text[: text.index("  - name: help-page")], "utf-8")
    told = overture("plan", "check", small).stdout
    assert told.startswith(f"{small}: sound: 2 teams, 2 audiences, 1 trigger\n  bike-sales is open: ")
    assert re.search(r"is open: (\w\w \d+ \w{3} \d{4} \d\d:00-\d\d:00(, )?){7}\n", told)
    overture("site", "add", "nordic-bikes", "--origin", "https://shop.example")
    overture("plan", "publish", PLAN)
    assert overture("plan", "show").stdout == text
    assert overture("plan", "show", "--words").stdout == said.partition("\n")[2]


def test_backtest_writes_decisions_in_order_and_tells_bad_lines(overture, tmp_path):
    log = log_of(tmp_path / "log.jsonl")
    with log.open("a") as file:
        file.write('nonsense\n{"visit": "x"}\n')
    out = tmp_path / "out.jsonl"
    done = overture("plan", "backtest", PLAN, "--visits", log, "--decisions", out, "--json")
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [(row["visit"], row["trigger"], row["at"]) for row in rows] == [
        (f"v{n}", "big-basket", 45.0) for n in range(3)
    ]
    assert rows[0].keys() == {"visit", "visitor", "trigger", "at", "arm", "variant"}
    answer = json.loads(done.stdout)
    assert (answer["visits"], answer["visitors"], answer["bad_lines"]) == (3, 3, 2)
    assert [problem["line"] for problem in answer["problems"]] == [4, 5]
    assert "line 4: " in done.stderr
    assert answer["triggers"]["big-basket"]["eligible"] == 3
    table = overture("plan", "backtest", PLAN, "--visits", log, "--compare", PLAN).stdout
    assert table.count("big-basket") == 2


def test_processes_make_no_difference(overture, tmp_path):
    log = log_of(tmp_path / "log.jsonl", 8)
    found = []
    for workers in (1, 3):
        out = tmp_path / f"out-{workers}.jsonl"
        overture("plan", "backtest", PLAN, "--visits", log, "--decisions", out, "--workers", workers)
        found.append(out.read_bytes())
    assert found[0] == found[1]


def test_a_plan_with_mistakes_or_no_log_is_not_tried(overture, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("overture: 1\n", encoding="utf-8")
    overture("plan", "backtest", bad, "--visits", log_of(tmp_path / "log.jsonl"), status=1)
    overture("plan", "backtest", PLAN, "--visits", tmp_path / "none", status=2)
    overture("plan", "backtest", PLAN, status=2)


def test_publish_history_diff_show_rollback(overture, tmp_path):
    later = tmp_path / "later.yaml"
    later.write_text(PLAN.read_text("utf-8").replace("page.seconds >= 20", "page.seconds >= 25"), encoding="utf-8")
    overture("plan", "show", "--site", "nordic-bikes", status=2)
    overture("site", "add", "nordic-bikes", "--origin", "https://shop.example")
    overture("plan", "show", status=1)
    assert "version 1" in overture("plan", "publish", PLAN, "--note", "first").stdout
    assert overture("plan", "diff", later).stdout == "~ help-page now waits 25 s instead of 20 s\n"
    assert overture("plan", "diff", PLAN).stdout == "nothing changes\n"
    assert overture("plan", "diff", PLAN, later).stdout.startswith("~ help-page")
    overture("plan", "publish", later)
    assert overture("plan", "show").stdout == later.read_text("utf-8")
    assert overture("plan", "show", 1).stdout == PLAN.read_text("utf-8")
    assert "version 3" in overture("plan", "rollback", 1, "--note", "too late").stdout
    history = overture("plan", "history").stdout.splitlines()
    assert [line.split()[0] for line in history] == ["3", "2", "1"]
    assert "(version 1 again)  too late" in history[0]
    overture("plan", "rollback", 9, status=1)
    overture("plan", "rollback", "x", status=2)


def test_import_and_export(overture, tmp_path):
    log = log_of(tmp_path / "log.jsonl")
    copy = tmp_path / "copy.jsonl"
    overture("visits", "import", log, "--output", copy)
    assert len(copy.read_text().splitlines()) == 3
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:126.0) Firefox/126.0"
    access = tmp_path / "access.log"
    access.write_text(f'1.2.3.4 - - [02/Nov/2026:09:00:00 +0200] "GET /help HTTP/1.1" 200 5 "-" "{agent}"\n')
    done = overture("visits", "import", access, "--format", "combined")
    assert json.loads(done.stdout)["events"][0]["url"] == "http://localhost/help"
    assert "1 visits of 1 visitors" in done.stderr
    access.write_text("nonsense\n")
    assert "line 1: " in overture("visits", "import", access, "--format", "combined", status=1).stderr
    overture("site", "add", "nordic-bikes", "--origin", "https://shop.example")
    assert overture("visits", "export").stdout == ""


def test_a_backtest_with_agents_holds_back(overture, tmp_path):
    log = log_of(tmp_path / "log.jsonl")
    same = tmp_path / "same.jsonl"  # all three at once
    same.write_text(log.read_text().replace("2026-11-03", "2026-11-02").replace("2026-11-04", "2026-11-02"))
    run = ("plan", "backtest", PLAN, "--visits", same)
    assert "held back" not in overture(*run).stdout
    table = overture(*run, "--agents", "bike-sales=0").stdout.splitlines()
    assert table[1].split() == [
        "trigger",
        "eligible",
        "invited",
        "held",
        "out",
        "of",
        "all",
        "held",
        "back",
        "visitors",
    ]
    assert table[2].split() == ["big-basket", "3", "0", "0", "0", "3", "0"]
    file = tmp_path / "staffing.yaml"
    file.write_text('teams: {bike-sales: [{agents: 1, hours: "Tu 10:00-12:00"}]}\n')
    answer = json.loads(overture(*run, "--staffing", file, "--json").stdout)
    assert answer["triggers"]["big-basket"]["held_back"] == 3
    answer = json.loads(overture(*run, "--staffing", file, "--agents", "bike-sales=9", "--json").stdout)
    assert answer["triggers"]["big-basket"]["held_back"] == 0
    assert "its teams are" in overture(*run, "--agents", "nobody=1", status=2).stderr
    assert "care=2" in overture(*run, "--agents", "care=many", status=2).stderr
    overture(*run, "--handle", "5m", status=2)
