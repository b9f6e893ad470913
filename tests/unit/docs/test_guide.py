"""The guide to the backtest is true: its plan is sound, and on the log it speaks of every figure comes out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from overture.cli.plan import group as plan
from overture.cli.visits import group as visits
from overture.direction.backtest import Options, run
from overture.direction.check import check

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "guide" / "backtest.md").read_text("utf-8")
YAML = re.findall(r"^```yaml\n(.*?)^```", GUIDE, re.M | re.S)
PLANS = [text for text in YAML if text.startswith("overture: 1")]
STAFFING = next(text for text in YAML if "agents:" in text)
SHOWN = re.findall(r"^```text\n(.*?)^```", GUIDE, re.M | re.S)
REAL = ROOT.parent / "shared" / "data" / "weblogs" / "apache_logs"


def test_the_plan_is_sound():
    assert [check(text).problems for text in PLANS] == [[]]


@pytest.fixture(scope="module")
def imported(tmp_path_factory) -> tuple[Path, str]:
    if not REAL.exists():
        pytest.skip(f"the log is not at {REAL}")
    log = tmp_path_factory.mktemp("guide") / "visits.jsonl"
    done = CliRunner().invoke(visits, ["import", str(REAL), "--format", "combined", "--output", str(log)])
    assert done.exit_code == 0
    return log, done.stderr


def test_the_import_tells_what_is_shown(imported):
    assert imported[1] in SHOWN
    lines = imported[0].read_bytes().splitlines()
    single = sum(line.count(b'"type":"page"') == 1 for line in lines)
    assert f"a single page: {single} of them" in GUIDE


def test_the_tables_are_those_that_are_shown(imported, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("plan.yaml").write_text(PLANS[0], "utf-8")
    other = PLANS[0].replace('"organic" && visit.pages >= 2', '"organic" && visit.pages >= 3')
    assert other != PLANS[0]
    Path("other.yaml").write_text(other, "utf-8")
    command = ["backtest", "plan.yaml", "--visits", str(imported[0]), "--compare", "other.yaml"]
    done = CliRunner().invoke(plan, command)
    assert done.exit_code == 0
    first, second = done.stdout.split("\n\n")
    assert first + "\n" in SHOWN
    assert second in SHOWN


def test_one_agent_is_plenty(imported, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("plan.yaml").write_text(PLANS[0], "utf-8")
    command = next(text for text in SHOWN if "--agents" in text).split()[2:]
    command[command.index("visits.jsonl")] = str(imported[0])
    with_agents = CliRunner().invoke(plan, command)
    assert with_agents.exit_code == 0
    shown = next(text for text in SHOWN if text.startswith("plan.yaml: "))
    for before, after in zip(shown.splitlines()[2:], with_agents.stdout.splitlines()[2:], strict=True):
        name, *figures, visitors = before.split()
        assert after.split() == [name, *figures, "0", visitors]


def test_the_staffing_does_what_is_shown(imported, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("staffing.yaml").write_text(STAFFING, "utf-8")
    Path("plan.yaml").write_text(PLANS[0], "utf-8")
    command = ["backtest", "plan.yaml", "--visits", str(imported[0]), "--staffing", "staffing.yaml"]
    assert CliRunner().invoke(plan, command).stdout in SHOWN


def test_the_figures_in_the_text(imported):
    found = check(PLANS[0]).plan
    assert found is not None
    numbers = run(found, imported[0], Options()).numbers
    assert numbers.triggers["from-a-search-and-on"].with_others["back-to-the-tool"] == 9
    always = check(PLANS[0].replace("Mo-Su 08:00-22:00", "24/7")).plan
    assert always is not None
    decided = [
        sum(one.invited + one.held_out + one.held_out_all for one in run(each, imported[0]).numbers.triggers.values())
        for each in (always, found)
    ]
    assert f"decided on {decided[0]} visits instead of {decided[1]}" in GUIDE
