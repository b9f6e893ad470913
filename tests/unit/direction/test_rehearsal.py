"""A backtest with a staffing: who is not invited because nobody could answer."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from overture.direction import backtest
from overture.direction.backtest import Options, Report, run, run_all
from overture.direction.errors import BadStaffing
from overture.direction.load import load
from overture.direction.model import Plan
from overture.direction.staffing import Shift, Staffing, read_staffing

MONDAY = datetime(2026, 11, 2, 7, tzinfo=UTC)  # nine in Helsinki
PLAN = """overture: 1
site: shop
timezone: Europe/Helsinki
country: FI
languages: [en]
teams:
  care: &team
    aim: service
    goal: {measure: solved, amount: 1}
    conversation_goal: x
    results: [x]
    after_chat: {owner: care}
    chats_per_agent: 1
  sales:
    aim: sales
    goal: {measure: orders, amount: 1}
    conversation_goal: x
    results: [x]
    after_chat: {owner: sales}
routes:
  - {when: page.path == "/buy", to: sales}
  - {to: care}
triggers:
  - {name: ask, team: care, when: page.path == "/help" && page.seconds >= 10, at_most: 1 ever, say: {a: {en: Hello}}}
"""


@pytest.fixture
def plan() -> Plan:
    found = load(PLAN.replace("&team", "")).plan
    assert found is not None
    return found


def visit(name: str, second: float, *events: dict[str, Any], path: str = "/help", end: float = 120) -> dict[str, Any]:
    """A visit that begins so many seconds after nine o'clock on Monday."""
    page = {"at": 0, "type": "page", "url": f"https://shop.example{path}"}
    started = (MONDAY + timedelta(seconds=second)).isoformat()
    return {"visit": name, "visitor": name, "started": started, "events": [page, *events, {"at": end, "type": "end"}]}


CHAT = {"at": 1, "type": "chat"}


@pytest.fixture
def tried(plan: Plan, tmp_path: Path) -> Callable[..., tuple[list[tuple[str, float]], Report]]:
    """(visit, at) of each decision, and the report."""

    def run_on(staffing: Staffing, *visits: dict[str, Any]) -> tuple[list[tuple[str, float]], Report]:
        log, out = tmp_path / "log.jsonl", tmp_path / "out.jsonl"
        log.write_text("".join(json.dumps(one) + "\n" for one in visits))
        report = run(plan, log, Options(out, 1, survey=True, staffing=staffing))
        rows = [json.loads(line) for line in out.read_bytes().splitlines()]
        return [(row["visit"], row["at"]) for row in rows], report

    return run_on


def test_who_comes_while_the_only_agent_talks_is_held_back(tried):
    decisions, report = tried(Staffing({"care": 1}), visit("a", 0, CHAT, end=600), visit("b", 100))
    assert decisions == []
    care = report.numbers.triggers["ask"]
    assert (care.eligible, care.invited, care.held_back) == (1, 0, 1)


def test_whoever_waits_for_capacity_is_looked_at_again_for_a_minute(tried):
    # b meets the moment at 110 s; the chat ends at 118 s, which is seen at the look 9 s after the moment.
    decisions, report = tried(Staffing({"care": 1}), visit("a", 0, CHAT, end=118), visit("b", 100))
    assert decisions == [("b", 19.0)]
    assert report.numbers.triggers["ask"].held_back == 0
    assert tried(Staffing({"care": 1}), visit("a", 0, CHAT, end=170), visit("b", 100))[0] == [("b", 70.0)]
    assert tried(Staffing({"care": 1}), visit("a", 0, CHAT, end=171), visit("b", 100))[0] == []
    # An event is a moment of its own: whoever is held back long ago is looked at again there.
    scroll = {"at": 110, "type": "scroll", "depth": 0.5}
    assert tried(Staffing({"care": 1}), visit("a", 0, CHAT, end=171), visit("b", 100, scroll))[0] == [("b", 110.0)]


def test_a_chat_takes_a_slot_of_the_team_its_route_leads_to(tried):
    busy = visit("a", 0, CHAT, path="/buy", end=600)
    assert tried(Staffing({"care": 1}), busy, visit("b", 100))[0] == [("b", 10.0)]


def test_a_chat_that_an_older_invitation_brought_is_left_out(tried):
    brought = visit("a", 0, CHAT | {"trigger": "old"}, end=600)
    assert tried(Staffing({"care": 1}), brought, visit("b", 100))[0] == [("b", 10.0)]


def test_more_agents_and_more_chats_at_once_hold_more(tried):
    visits = [visit("a", 0, CHAT, end=600), visit("b", 1, CHAT, end=600), visit("c", 100)]
    assert tried(Staffing({"care": 2}), *visits)[0] == []
    # Two chats of the last hour came by themselves: of the free slot 2 x 20 / 3600 are kept for the next.
    assert tried(Staffing({"care": 3}), *visits)[0] == [("c", 10.0)]
    assert tried(Staffing({"care": 3}, acceptance="99%"), *visits)[0] == []


def test_what_invitations_can_be_expected_to_bring_takes_room(tried):
    """Of one slot: an invitation at 30% takes .30 for as long as a chat, .21 more while it may still be accepted."""
    some = [visit(f"v{n}", n * 60) for n in range(14)]
    staffing = Staffing({"care": 1}, acceptance="30%", handle="10m")
    decisions, report = tried(staffing, *some)
    # v0 at 10 s: 1 >= .3. v1 at 70 s: 1 - .51 >= .3. v2: 1 - 1.02 < .3. Even when v0's is 5 minutes old: 1 - .81 < .3;
    # at 370 s, when v1's is, 1 - .6 >= .3: v5, waiting since 310 s. Then 1 - 1.11 < .3, until at 670 s v1's chat would
    # be over and v5's invitation is old: 1 - .3 >= .3, for v10, waiting since 610 s.
    assert decisions == [("v0", 10.0), ("v1", 10.0), ("v5", 70.0), ("v10", 70.0)]
    assert report.numbers.triggers["ask"].held_back == 10


def test_a_shift_has_hours(tried):
    staffing = Staffing({"care": [Shift(1, "Mo 09:00-09:10"), Shift(1, "Mo 09:30-10:00")]}, acceptance="0%")
    visits = [visit(f"v{minute}", minute * 60) for minute in (1, 15, 31, 70)]
    assert [name for name, _ in tried(staffing, *visits)[0]] == ["v1", "v31"]


def test_a_team_that_is_not_named_has_no_limit(tried):
    assert tried(Staffing({"sales": 0}), visit("a", 0, CHAT, end=600), visit("b", 100))[0] == [("b", 10.0)]


def test_visits_of_one_visitor_that_overlap_are_taken_one_after_the_other(tried):
    again = visit("a2", 50, end=500) | {"visitor": "a"}
    third = visit("a3", 60, end=70) | {"visitor": "a"}
    decisions, report = tried(Staffing({"care": 1}), visit("a", 0), again, third, visit("c", 700))
    assert decisions == [("a", 10.0), ("c", 10.0)]  # once ever
    assert (report.numbers.visits, report.numbers.visitors) == (4, 2)


def test_lines_that_turn_out_bad_stop_nothing(tried):
    bad = visit("bad", 5) | {"events": []}
    late = visit("a2", 20) | {"visitor": "a", "events": []}
    decisions, report = tried(Staffing({"care": 9}), visit("a", 0), bad, late, visit("c", 30))
    assert [name for name, _ in decisions] == ["a", "c"]
    assert (report.bad_lines, [one.line for one in report.problems]) == (2, [2, 3])


@pytest.mark.parametrize("seed", range(60))
def test_with_room_for_everybody_nothing_changes(naive, seed, tmp_path):
    """Visits beside each other, moment by moment, give the decisions of visits one after the other."""
    r = random.Random(seed)
    _, text = naive.a_plan(r)
    found = load(text).plan
    assert found is not None
    log = tmp_path / "log.jsonl"
    visits = [one for _ in range(3) for one in naive.some_visits(r)]
    log.write_bytes(b"".join(naive.log_line(one, r) for one in visits))
    told = []
    for staffing in (None, Staffing({})):
        out = tmp_path / "out"
        report = run(found, log, Options(out, 1, bool(seed % 2), staffing))
        told.append((out.read_bytes(), report))
    assert told[0] == told[1]


def test_processes_and_a_plan_beside_make_no_difference(plan, tmp_path, monkeypatch):
    monkeypatch.setattr(backtest, "_SMALL", 0)
    log = tmp_path / "log.jsonl"
    log.write_text("".join(json.dumps(visit(f"v{n}", n * 20)) + "\n" for n in range(60)))
    staffing = Staffing({"care": 3}, acceptance="20%")
    found = []
    for workers in (1, 2):
        out = tmp_path / f"out-{workers}"
        reports = run_all([plan, plan], log, Options(out, workers, staffing=staffing))
        assert reports[0] == reports[1]
        found.append((out.read_bytes(), reports))
    assert found[0] == found[1]
    assert 0 < found[0][1][0].numbers.triggers["ask"].invited < 60


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("teams: {nobody: 2}", "its teams are care, sales"),
        ("teams: {care: -1}", "care"), ("teams: {care: 1.5}", "care"),
        ("teams: {care: 1}\nacceptance: 5", "acceptance"), ("teams: {care: 1}\nacceptance: 101%", "0% to 100%"),
        ("teams: {care: 1}\nhandle: soon", "duration"), ("teams: {care: 1}\nhandle: 0s", "handle is 0"),
        ("teams: {care: [{agents: 1, hours: Monday}]}", "hours"), ("teams: [", "no YAML"), ("", "teams"),
        ("teams: {care: 1}\nagents: 5", "agents"), ("care: 2", "teams"),
    ],
)  # fmt: skip
def test_a_staffing_that_can_not_be_used_says_why(plan, tmp_path, text, why):
    file = tmp_path / "staffing.yaml"
    file.write_text(text)
    with pytest.raises(BadStaffing, match=why):
        read_staffing(file).check(plan)


def test_a_staffing_is_read_from_a_file(plan, tmp_path):
    file = tmp_path / "staffing.yaml"
    file.write_text('teams: {care: 2, sales: [{agents: 3, hours: "Mo-Fr 10:00-15:00"}]}\nacceptance: 4%\nhandle: 6m\n')
    found = read_staffing(file)
    found.check(plan)
    assert (found.acceptance_share, found.handle_ms) == (0.04, 360_000)
    assert found.shifts("sales") == [Shift(3, "Mo-Fr 10:00-15:00")]
