"""`overture staff size` and `overture lift` as a shell meets them."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from overture.cli.numbers import lift, staff
from overture.numbers.stats.comparison import TUNED_FOR

DESK = ["size", "--per-hour", "240", "--handle", "180,210,240", "--patience", "60", "--answer-within", "19.98"]


def run(command: click.Command, *arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def answer(command: click.Command, *arguments: str | Path) -> Any:
    result = run(command, *arguments, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


def refused(command: click.Command, *arguments: str | Path) -> str:
    result = run(command, *arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    return result.stderr


def test_what_five_agents_give() -> None:
    found = answer(staff, *DESK, "--agents", "5")
    assert found["model"] == "chat"
    assert found["service_level"] == pytest.approx(0.7444, abs=5e-5)
    assert found["abandonment"] == pytest.approx(0.1544, abs=5e-5)
    assert found["occupancy"] == pytest.approx(0.8678, abs=5e-5)
    assert found["mean_wait_seconds"] == pytest.approx(13.449, abs=5e-4)
    assert found["probability_of_waiting"] == pytest.approx(0.4218, abs=5e-5)


def test_the_fewest_agents_for_a_goal_and_the_rota() -> None:
    found = answer(staff, "size", "--per-hour", "200", "--handle", "180", "--goal", "80%", "--shrinkage", "30%")
    assert (found["agents"], found["agents_scheduled"], found["model"]) == (14, 20, "erlang-c")
    assert found["service_level"] == pytest.approx(0.88835, abs=5e-6)


def test_a_goal_reached_by_people_leaving_is_told() -> None:
    busy = ["size", "--per-hour", "18000", "--handle", "180,210,240", "--patience", "60", "--goal", "80%"]
    found = answer(staff, *busy)
    assert found["answered_within"] < 0.7
    assert found["agents_for_answered_within"] > found["agents"]
    assert "people leaving: answering 80% in time in fact takes" in run(staff, *busy).stdout


def test_a_table_without_a_question() -> None:
    rows = answer(staff, *DESK)["table"]
    assert [row["agents"] for row in rows] == [4, 5, 6, 7, 8]
    printed = run(staff, *DESK).stdout.splitlines()
    assert len(printed) == 6
    assert printed[2].split()[:2] == ["5", "74.4%"]


def test_a_queue_without_end_is_null_in_json_and_said_in_words() -> None:
    alone = ["size", "--per-hour", "240", "--handle", "180", "--agents", "3"]
    assert answer(staff, *alone)["mean_wait_seconds"] is None
    assert "grows without end" in run(staff, *alone).stdout


def test_a_goal_that_no_desk_reaches_is_a_no() -> None:
    result = run(staff, "size", "--per-hour", "240", "--handle", "180", "--lines", "5", "--goal", "80%")
    assert result.exit_code == 1
    assert "no number of agents answers 80% in time" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--goal", "80"], "as in 80%"),
        (["--goal", "101%"], "as in 80%"),
        (["--goal", "100%"], "below 100%"),
        (["--goal", "80%", "--agents", "5"], "opposite questions"),
        (["--agents", "-1"], "agents must be"),
        (["--per-hour", "nan"], "arrivals must be"),
        (["--handle", "180,,240"], "as in 180,210,240"),
        (["--handle", "0"], "above 0 seconds"),
        (["--patience", "-3"], "patience must be"),
        (["--answer-within", "-1"], "answer time"),
        (["--shrinkage", "100%"], "shrinkage must be"),
    ],
)
def test_sizes_that_can_not_be_asked_for(arguments: list[str], says: str) -> None:
    if "--agents" not in arguments and "--goal" not in arguments:
        arguments = [*arguments, "--agents", "5"]
    assert says in refused(staff, *DESK, *arguments)


def experiment(path: Path, shares: dict[str, float], rows: int = 3_000, extra: str = "") -> Path:
    draw = random.Random(4)
    lines = ["visitor,arm,bought,value"]
    for n in range(rows):
        arm = draw.choice(list(shares))
        bought = draw.random() < shares[arm]
        lines.append(f"{n},{arm},{int(bought)},{draw.uniform(20, 200):.2f}" if bought else f"{n},{arm},0,0")
    path.write_text("\n".join(lines) + "\n" + extra)
    return path


def asked(path: Path, outcome: str = "bought", control: str = "holdout") -> list[str | Path]:
    return [path, "--arm", "arm", "--control", control, "--outcome", outcome]


def test_lift_of_a_share(tmp_path: Path) -> None:
    found = answer(lift, *asked(experiment(tmp_path / "e.csv", {"holdout": 0.05, "invited": 0.12})))
    (arm,) = found["arms"]
    assert (found["kind"], found["rows"], found["used"], found["skipped"]) == ("binary", 3_000, 3_000, {})
    assert not found["sample_ratio"]["mismatch"]
    assert arm["difference"]["estimate"] == pytest.approx(arm["mean"] - found["control"]["mean"])
    assert arm["difference"]["low"] < 0.07 < arm["difference"]["high"]
    assert arm["relative"]["estimate"] == pytest.approx(arm["mean"] / found["control"]["mean"] - 1)
    assert arm["newcombe"]["low"] == pytest.approx(arm["difference"]["low"], abs=0.002)
    assert arm["confidence_sequence"]["low"] < arm["difference"]["low"]
    assert arm["msprt"]["p"] >= arm["difference"]["p"]
    assert (arm["verdict"], arm["verdict_any_time"]) == ("higher", "higher")


def test_lift_of_money_has_no_share_intervals(tmp_path: Path) -> None:
    path = experiment(tmp_path / "e.csv", {"holdout": 0.05, "invited": 0.12})
    found = answer(lift, *asked(path, "value"))
    assert found["kind"] == "number"
    assert found["arms"][0]["newcombe"] is None
    assert "wilson" not in found["control"]
    printed = run(lift, *asked(path, "value")).stdout
    assert "verdict" in printed
    assert "Newcombe" not in printed


def test_rows_left_out_are_named_and_counted(tmp_path: Path) -> None:
    path = experiment(tmp_path / "e.csv", {"holdout": 0.05, "invited": 0.12}, extra="x,invited,,\ny,invited,soon,\nz\n")
    assert answer(lift, *asked(path))["skipped"] == {
        "missing_outcome": {"count": 1, "lines": [3002]},
        "unparseable_outcome": {"count": 1, "lines": [3003]},
        "wrong_number_of_cells": {"count": 1, "lines": [3004]},
    }
    assert "1 without an outcome: line 3002\n" in run(lift, *asked(path)).stdout


def test_several_arms_are_each_compared_with_control(tmp_path: Path) -> None:
    found = answer(lift, *asked(experiment(tmp_path / "e.csv", {"holdout": 0.05, "b": 0.12, "a": 0.06})))
    assert [arm["arm"] for arm in found["arms"]] == ["a", "b"]
    assert all(arm["p_holm"] >= arm["difference"]["p"] for arm in found["arms"])
    assert found["sample_ratio"]["expected"] == pytest.approx({"holdout": 1 / 3, "a": 1 / 3, "b": 1 / 3})
    assert any("p_holm" in warning for warning in found["warnings"])


def test_unplanned_shares_withhold_the_verdict(tmp_path: Path) -> None:
    path = experiment(tmp_path / "e.csv", {"holdout": 0.05, "invited": 0.3})
    found = answer(lift, *asked(path), "--expected", "20,80")
    assert found["sample_ratio"]["expected"] == {"holdout": 0.2, "invited": 0.8}
    assert found["sample_ratio"]["mismatch"]
    assert found["arms"][0]["difference"]["low"] > 0
    assert found["arms"][0]["verdict"] == found["arms"][0]["verdict_any_time"] == "cannot_tell"
    assert "MISMATCH" in run(lift, *asked(path), "--expected", "20,80").stdout


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ("holdout,0\n" * 50 + "invited,0\n" * 50, "no_variation"),
        ("holdout,3.5\n" * 50 + "invited,3.5\n" * 50, "no_variation"),
        ("holdout,1\nholdout,2\ninvited,3\n", "too_few"),
        ("holdout,1\nholdout,2\ninvited,\n", "no_values"),
        ("holdout,\ninvited,1\ninvited,4\n", "no_values"),
    ],
)
def test_what_can_not_be_told_is_said_so(tmp_path: Path, rows: str, code: str) -> None:
    path = tmp_path / "e.csv"
    path.write_text("arm,value\n" + rows)
    (arm,) = answer(lift, *asked(path, "value"))["arms"]
    for method in ("difference", "relative", "confidence_sequence"):
        assert arm[method]["cannot_tell"] == code
        assert "p" not in arm[method]
    assert arm["verdict"] == "cannot_tell"
    assert "cannot tell" in run(lift, *asked(path, "value")).stdout


def test_one_row_is_an_answer_too(tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text("arm,value\nholdout,1\n")
    found = answer(lift, *asked(path, "value"))
    assert found["arms"] == []
    assert found["sample_ratio"]["cannot_tell"] == "one_arm"
    assert found["warnings"][0] == "there is only control, so there is nothing to compare"
    assert "only control" in run(lift, *asked(path, "value")).stdout


def test_the_default_tuning_is_that_of_the_library() -> None:
    (option,) = [parameter for parameter in lift.params if parameter.name == "tuned_for"]
    assert option.default == TUNED_FOR


def test_files_that_can_not_be_used(tmp_path: Path) -> None:
    path = experiment(tmp_path / "e.csv", {"holdout": 0.05, "invited": 0.12}, rows=200)
    assert "its arms are holdout, invited" in refused(lift, *asked(path, control="Holdout"))
    assert "no column 'profit': the file has visitor, arm" in refused(lift, *asked(path, "profit"))
    assert "No such file" in refused(lift, *asked(tmp_path / "none.csv"))
    assert "directory" in refused(lift, *asked(tmp_path))
    assert "2 expected shares are needed" in refused(lift, *asked(path), "--expected", "50,25,25")
    assert "above 0" in refused(lift, *asked(path), "--expected", "0,100")
    assert "tau must be above 0" in refused(lift, *asked(path), "--tau", "nan")
    (tmp_path / "header.csv").write_text("arm,bought\n")
    assert "has no rows" in refused(lift, *asked(tmp_path / "header.csv"))
    (tmp_path / "latin.csv").write_bytes("arm,bought\nmyöhään,1\n".encode("latin-1"))
    assert "not UTF-8" in refused(lift, *asked(tmp_path / "latin.csv"))


def test_a_spreadsheets_own_exports_are_read(tmp_path: Path) -> None:
    rows = "\r\n".join(
        ["arm;value", *(f"{arm};{n % 7},{n % 10}5" for n in range(100) for arm in ("holdout", "invited"))]
    )
    told = set()
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        path = tmp_path / f"{encoding}.csv"
        path.write_bytes(rows.encode(encoding))
        done = CliRunner().invoke(lift, list(map(str, asked(path, "value"))))
        assert done.exit_code == 0, done.output
        told.add(done.stdout)
    assert len(told) == 1
    assert told.pop().startswith("200 of 200 rows used")
