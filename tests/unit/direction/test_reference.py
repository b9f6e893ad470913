"""The reference describes every key and every fact, and what it shows works as shown."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from click.testing import CliRunner

from overture.cli.plan import group
from overture.direction.catalogue import plan_keys
from overture.direction.check import KNOWN_MEASURES, check
from overture.direction.conditions import FACTS, MAX_DEPTH, MAX_LENGTH, Names, check_condition
from overture.direction.conditions.catalogue import METHODS
from overture.direction.hours import MAX_LENGTH as LONGEST_HOURS
from overture.direction.hours import Hours
from overture.direction.load import (
    AFTER_CHAT_KEYS,
    ESCALATE_KEYS,
    GOAL_KEYS,
    QUIET_KEYS,
    ROUTE_KEYS,
    TEAM_KEYS,
    TOP_KEYS,
    TRIGGER_KEYS,
)
from overture.direction.messages import MAX_MESSAGE
from overture.direction.model import Plan, Quiet, Team, Trigger
from overture.direction.values import MAX_NAME, MAX_TEXT
from overture.direction.yaml_tree import MAX_BYTES
from overture.kit.clock import to_ms

DOCS = Path(__file__).parents[3] / "docs" / "reference"
PAGES = {page.name: page.read_text("utf-8") for page in sorted(DOCS.glob("*.md"))}
PLAN, CONDITIONS, MISTAKES = PAGES["plan.md"], PAGES["conditions.md"], PAGES["mistakes.md"]
NOW = 1_790_000_000_000  # 2026-09-21
HELSINKI = ZoneInfo("Europe/Helsinki")


def rows(text: str, cells: int) -> list[list[str]]:
    """The rows of every table with that many columns, bars in cells unescaped."""
    found = []
    for line in text.splitlines():
        if line.startswith("|"):
            row = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            if len(row) == cells and not set("".join(row)) <= {"-"}:
                found.append(row)
    return found


def code(cell: str) -> str:
    """What stands in a cell's back-quotes."""
    match = re.fullmatch(r"`+ ?(.*?) ?`+", cell)
    assert match, cell
    return match[1]


def blocks(kind: str) -> list[tuple[str, str]]:
    """Every fenced block of a kind: page, text."""
    fence = re.compile(rf"^```{kind}\n(.*?)^```", re.M | re.S)
    return [(name, text) for name, page in PAGES.items() for text in fence.findall(page)]


def parts(text: str) -> dict[str, str]:
    """A plan's text by its top-level keys."""
    found: dict[str, str] = {}
    key = ""
    for line in text.splitlines(keepends=True):
        if match := re.match(r"([a-z]+):", line):
            key = match[1]
        found[key] = found.get(key, "") + line
    return found


WHOLE = next(text for _, text in blocks("yaml") if "# " not in text and "routes:" in text and "overture: 1" in text)


def completed(fragment: str) -> str:
    """A fragment of a plan, put in the place of those parts of the whole one that it names."""
    return "".join((parts(WHOLE) | parts(fragment)).values())


def told(text: str) -> list[str]:
    return [str(problem) for problem in check(text, now_ms=NOW).problems]


# Keys and facts


def test_every_key_is_described_and_marked_if_it_must_be_there():
    described = {row[0]: row for row in rows(PLAN, 4)}
    for key in plan_keys():
        row = described.get(f"**`{key.path}`**" if key.needed else f"`{key.path}`")
        assert row, key.path
        assert row[1], key.path
        assert row[3], key.path
        assert bool(row[2]) is not key.needed, f"{key.path}: what holds if it is left out"


def test_the_catalogue_has_every_key_that_is_read():
    read = {*TOP_KEYS, *(f"quiet.{key}" for key in QUIET_KEYS), *(f"teams.NAME.{key}" for key in TEAM_KEYS)}
    read |= {f"teams.NAME.goal.{key}" for key in GOAL_KEYS} | {f"routes.{key}" for key in ROUTE_KEYS}
    read |= {f"teams.NAME.escalate.{key}" for key in ESCALATE_KEYS}
    read |= {f"teams.NAME.after_chat.{key}" for key in AFTER_CHAT_KEYS} | {f"triggers.{key}" for key in TRIGGER_KEYS}
    assert {key.path for key in plan_keys()} == read


def test_what_is_left_out_is_what_the_reference_says():
    said = {row[0].strip("*`"): row[2].strip("`") for row in rows(PLAN, 4)}
    plain = {one.name: one.default for kind in (Plan, Trigger) for one in msgspec.structs.fields(kind)}
    team = {one.name: one.default for one in msgspec.structs.fields(Team)}
    assert said["currency"] == plain["currency"]
    assert said["triggers.show"] == plain["show"]
    assert said["holdout"] == said["triggers.holdout"] == f"{plain['holdout']:.0%}"
    assert said["epoch"] == said["triggers.epoch"] == str(plain["epoch"])
    assert said["quiet.per_visit"] == str(Quiet().per_visit)
    assert said["teams.NAME.hours"] == team["hours"]
    assert said["teams.NAME.answer_within"] == f"{team['answer_within_ms'] // 1000}s"
    assert said["teams.NAME.chats_per_agent"] == str(team["chats_per_agent"])


def test_every_measure_the_reports_know_is_described():
    described = {name for row in rows(PLAN, 2) for name in re.findall(r"`([a-z_]+)`", row[0])}
    assert set(KNOWN_MEASURES) <= described


def test_every_fact_is_described_with_its_type():
    kinds = {
        "string": "text", "number": "number", "time": "time", "bool": "true or false", "strings": "map to text",
        "counts": "map to number", "traits": "map to anything",
    }  # fmt: skip
    described = {row[0]: row for row in rows(CONDITIONS, 4)}
    for fact in FACTS.values():
        row = described.get(f"`{fact.name}`")
        assert row, fact.name
        assert row[1] == kinds[fact.kind], fact.name
        assert row[2], fact.name
        assert row[3], f"{fact.name}: when it is known"
    assert described["`audience.NAME`"]


def test_the_editor_says_too_when_a_fact_is_known():
    known = {row[0].strip("`"): row[3] for row in rows(CONDITIONS, 4)}
    for fact in FACTS.values():
        said = known["page.count" if known[fact.name] == "as `page.count`" else fact.name]
        said = (
            known[
                {
                    "visitor.traits": "visitor.identified",
                    "cart.items": "cart.value",
                    "team.wait_seconds": "team.queue",
                }.get(fact.name, fact.name)
            ]
            if said == "the same"
            else said
        )
        for word, wanted in (
            ("access log", "access log"),
            ("if your site", "if "),
            ("proxy", "proxy"),
            ("backtest", "backtest"),
        ):
            if word in said:
                assert wanted in fact.meaning, f"{fact.name}: {said}"


def test_no_fact_is_described_that_is_not_there():
    named = re.findall(r"`([a-z]+\.[a-z_]+)`", "\n".join(row[0] for row in rows(CONDITIONS, 4)))
    assert set(named) <= set(FACTS)


def test_every_method_is_described():
    for name in METHODS:
        assert f"{name}(" in CONDITIONS


def test_the_limits_are_those_that_hold():
    assert f"at most {MAX_LENGTH:,} characters and {MAX_DEPTH} levels" in CONDITIONS
    assert f"at most {MAX_BYTES // 1024:,} KiB; a text {MAX_TEXT:,} characters, a message {MAX_MESSAGE}." in PLAN
    assert f"at most {LONGEST_HOURS} characters" in PLAN
    assert f"hyphens, at most {MAX_NAME}:" in PLAN
    for path, most in (("quiet.per_visit", 1_000), ("teams.NAME.chats_per_agent", 100)):
        assert any(row[0] == f"`{path}`" and f"to {most:,}" in row[1] for row in rows(PLAN, 4)), path


# Examples


@pytest.mark.parametrize(("page", "text"), blocks("yaml"), ids=lambda one: one[:40].replace("\n", " "))
def test_every_piece_of_a_plan_that_is_shown_is_sound(page, text):
    whole = "overture: 1" in text and "triggers:" in text
    assert told(text if whole else completed(text)) == [], page


def test_there_are_pieces_to_check():
    assert len([page for page, _ in blocks("yaml") if page == "plan.md"]) >= 8
    assert len([page for page, _ in blocks("yaml") if page == "cookbook.md"]) >= 10
    assert len(blocks("cel")) >= 2


@pytest.mark.parametrize(("page", "text"), blocks("cel"), ids=lambda one: one[:40].replace("\n", " "))
def test_every_condition_that_is_shown_is_sound(page, text):
    for line in text.splitlines():
        node, faults = check_condition(line, Names(audiences=("hesitating",), place="trigger"))
        assert node is not None, f"{page}: {line}: {faults}"
        assert not faults, f"{page}: {line}: {faults}"


def test_nothing_that_looks_like_a_plan_escapes_the_checks():
    for name, page in PAGES.items():
        bare = re.sub(r"^```.*?^```", "", page, flags=re.M | re.S)
        assert not re.search(r"^    (overture:|triggers:|teams:|when:|  - name:)", bare, re.M), name


def test_the_backtests_are_those_that_are_shown(tmp_path, monkeypatch):
    """Each plan of the page, on the visits beside it, prints the very table that follows."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "example-visits.jsonl").write_bytes((DOCS / "example-visits.jsonl").read_bytes())
    shown = re.findall(r"^```text\n(plan\.yaml: .*?)^```", PLAN, re.M | re.S)
    plans = [text for page, text in blocks("yaml") if page == "plan.md" and "overture: 1" in text and "when:" in text]
    assert len(shown) == len(plans) == 2
    for text, table in zip(plans, shown, strict=True):
        (tmp_path / "plan.yaml").write_text(text, "utf-8")
        command = ["backtest", "plan.yaml", "--visits", "example-visits.jsonl", "--decisions", "out.jsonl"]
        done = CliRunner().invoke(group, command)
        assert (done.exit_code, done.stdout) == (0, table)


def test_the_worked_example_comes_out_as_told(tmp_path):
    """The rows of the worked example, against the decisions on the visits beside the page."""
    (tmp_path / "plan.yaml").write_text(WHOLE, "utf-8")
    out = tmp_path / "out.jsonl"
    log = DOCS / "example-visits.jsonl"
    command = ["backtest", str(tmp_path / "plan.yaml"), "--visits", str(log), "--decisions", str(out)]
    assert CliRunner().invoke(group, command).exit_code == 0
    visits = {one["visit"]: one for one in map(json.loads, log.read_text("utf-8").splitlines())}
    found = []
    for row in map(json.loads, out.read_text("utf-8").splitlines()):
        local = datetime.fromisoformat(visits[row["visit"]]["started"]).astimezone(HELSINKI)
        day = f"{local:%a}"[:2] + f" {local.day} {local:%b %H:%M}"
        found.append((f"{row['visitor']}, {day}", f"{row['at']:g} s: `{row['trigger']}`", row["arm"]))
    words = {"invited": "invited", "held out": "held_out", "held out of all": "held_out_all"}
    table = PLAN.partition("### A worked example")[2].partition("```text")[0]
    told_of, who = [], ""
    for visit, what, _ in rows(table, 3)[1:]:
        who = visit or who
        if "`" in what:
            moment, _, arm = what.partition(", ")
            told_of.append((who, moment, words[arm.strip("*")]))
    assert sorted(told_of) == sorted(found)
    named = {row[0] for row in rows(table, 3)[1:]} - {""}
    assert len(named) == len(visits)


# Hours


OPEN = {  # hours -> instants at which it is open, and not, by Helsinki's clock
    "Mo-Fr 09:00-17:00": (["2026-12-25T09:00"], ["2026-11-07T12:00", "2026-11-06T17:00"]),
    "Mo-Fr 09:00-17:00; PH off": (["2026-11-06T16:59"], ["2026-12-25T12:00", "2026-06-19T12:00", "2026-12-24T12:00"]),
    "Mo-Fr 09:00-11:30,12:30-17:00; PH off": (["2026-11-06T11:29", "2026-11-06T12:30"], ["2026-11-06T12:00"]),
    "Mo-Fr 08:00-20:00; Sa 09:00-16:00; PH off": (["2026-11-07T15:00"], ["2026-11-07T17:00", "2026-11-08T12:00"]),
    "Mo-Su 10:00-22:00; PH 12:00-16:00": (["2026-12-25T13:00"], ["2026-12-25T11:00"]),
    "Mo-Fr 09:00-17:00; PH off; Dec 24 09:00-12:00": (["2026-12-24T10:00"], ["2026-12-24T13:00", "2026-12-25T10:00"]),
    "Mo-Fr 09:00-17:00; PH off; Jul 09:00-15:00": (["2026-07-04T10:00"], ["2026-07-03T16:00"]),
    "Mo-Fr 09:00-17:00; Jul Mo-Fr 09:00-15:00; PH off": (
        ["2026-07-03T10:00"],
        ["2026-07-03T16:00", "2026-07-04T10:00"],
    ),
    "Mo-Fr 09:00-17:00; 2026 Dec 28-2027 Jan 01 off; PH off": (["2027-01-04T10:00"], ["2026-12-30T10:00"]),
    "Mo-Th 18:00-02:00": (["2026-11-06T01:00"], ["2026-11-07T01:00", "2026-11-02T01:00"]),
    "PH off; Mo-Fr 09:00-17:00": (["2026-12-25T12:00"], []),
    "24/7": (["2026-12-25T03:00"], []),
}


def test_the_hours_that_are_shown_mean_what_is_said():
    shown = [code(row[0]).strip('"') for row in rows(PLAN.partition("| Hours |")[2].partition("\n\n")[0], 2)]
    assert [one for one in shown if one != "---"] == list(OPEN)
    for text, (inside, outside) in OPEN.items():
        hours = Hours(text, HELSINKI, "FI")
        for when, wanted in [(one, True) for one in inside] + [(one, False) for one in outside]:
            at = to_ms(datetime.fromisoformat(when).replace(tzinfo=HELSINKI))
            assert hours.is_open(at) is wanted, f"{text} at {when}"


@pytest.mark.parametrize(
    ("country", "day", "closed"),
    [
        ("FI", "2026-06-19", True), ("FI", "2026-12-24", True), ("FI", "2026-12-31", False),
        ("SE", "2026-06-19", True), ("SE", "2026-12-24", True), ("SE", "2026-12-31", True),
        ("DE", "2026-12-24", False), ("DE", "2026-12-25", True), ("DE", "2026-11-01", False),
    ],
)  # fmt: skip
def test_public_holidays_are_those_that_are_told(country, day, closed):
    at = to_ms(datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=HELSINKI))
    assert Hours("24/7; PH off", HELSINKI, country).is_open(at) is not closed


# Mistakes


def broken(wrong: str) -> str:
    """The whole plan with one line of it as somebody wrote it, by its key."""
    key = wrong.partition(":")[0]
    lines = WHOLE.splitlines(keepends=True)
    places = [place for place, line in enumerate(lines) if re.match(rf" *(- )?{re.escape(key)}:", line)]
    assert places, f"the whole plan has no {key}"
    place = next((one for one in places if lines[one].startswith("    ")), places[0])
    while key in ("when", "say") and place < next(i for i, line in enumerate(lines) if line.startswith("triggers:")):
        place = places[places.index(place) + 1]
    indent = re.match(r" *(- )?", lines[place])
    assert indent
    stop = place + 1
    while stop < len(lines) and len(lines[stop]) - len(lines[stop].lstrip()) > len(indent[0]):
        stop += 1
    return "".join([*lines[:place], f"{indent[0]}{wrong}\n", *lines[stop:]])


def the_mistakes() -> list[tuple[str, str, str]]:
    seen = MISTAKES.partition("## What the check can't see")[0]
    return [(code(wrong), code(said), code(right)) for wrong, said, right in rows(seen, 3)[1:] if "`" in wrong]


@pytest.mark.parametrize(("wrong", "said", "right"), the_mistakes(), ids=lambda one: one[:40])
def test_every_mistake_is_answered_as_the_page_says(wrong, said, right):
    problems = told(broken(wrong))
    assert problems
    assert any(said in problem for problem in problems), problems
    assert told(broken(right)) == []


def test_there_are_mistakes():
    assert len(the_mistakes()) >= 25


@pytest.mark.parametrize(
    "row", rows(MISTAKES.partition("## What the check can't see")[2], 3)[1:], ids=lambda row: row[0]
)
def test_what_the_check_is_said_not_to_see_it_does_not_see(row):
    """When it learns to see one of these, the row belongs in the table above."""
    for cell in (row[0], row[2]):
        for line in re.findall(r"`([a-z_]+: [^`]+)`", cell):
            assert told(broken(line)) == [], line
