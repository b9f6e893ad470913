"""What is refused and what is warned of, once the whole plan is seen."""

from __future__ import annotations

import random
from zoneinfo import ZoneInfo

import pytest

from overture.direction.check import check
from overture.direction.conditions import Names, check_condition, compile_condition, logic
from overture.direction.conditions.logic import Proofs, always, implies, never
from overture.direction.conditions.near import near
from overture.direction.hours import reopens_holidays
from overture.direction.load import load
from overture.direction.odd_values import odd_values
from overture.kit.clock import parse_instant, to_ms

NOW = to_ms(parse_instant("2026-11-02T09:00:00Z"))


LAST = "  - {to: bike-sales}"


def codes(text: str) -> list[str]:
    return [problem.code for problem in check(text, now_ms=NOW).problems]


def with_trigger(nordic: str, name: str, team: str, when: str, more: str = "") -> str:
    say = "say: {fi: a, en: b, sv: c}"
    return f"{nordic}  - name: {name}\n    team: {team}\n    when: '{when}'\n    at_most: 1 ever\n    {say}\n{more}"


def test_the_example_is_sound_without_a_word(nordic):
    checked = check(nordic, now_ms=NOW)
    assert checked.plan is not None
    assert checked.problems == []


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('hours: "Mo-Fr 09:00-17:00; PH off"', 'hours: "2020 Mo-Fr 09:00-17:00"', "never_open"),
        ('hours: "Mo-Fr 09:00-17:00; PH off"', "hours: off", "never_open"),
        ("  - {to: bike-sales}", "  - {to: bike-sales}\n  - {to: care}", "unreachable_route"),
        ("  - {to: bike-sales}", "  - {when: true, to: bike-sales}\n  - {to: care}", "unreachable_route"),
        (LAST, '  - {when: visit.stage == "support", to: care}\n  - {to: care}', "unreachable_route"),
        (LAST, '  - {when: visit.campaign.startsWith("retargeting"), to: care}\n  - {to: care}', "unreachable_route"),
        ("  - {to: bike-sales}", "  - {when: visitor.visits < 1, to: care}\n  - {to: care}", "unreachable_route"),
    ],
)  # fmt: skip
def test_refused(nordic, old, new, code):
    checked = check(nordic.replace(old, new, 1), now_ms=NOW)
    assert checked.plan is None
    assert [problem.code for problem in checked.problems] == [code]
    assert checked.problems[0].severity == "error"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("country: FI ", "# ", "no_country"), ("owner: care", "owner: caree", "unknown_owner"),
        ("owner: care", "owner: anna@acme.example", "unknown_owner"),
        ("measure: solved", "measure: solvd", "unknown_measure"),
        ("measure: solved", "measure: answered", "unknown_measure"),
        ("measure: orders", "measure: test_ride", "unknown_measure"),
        ('hours: "Mo-Fr 09:00-17:00; PH off"', 'hours: "PH off; Mo-Fr 09:00-17:00"', "holidays_open"),
        ('hours: "Mo-Fr 09:00-17:00; PH off"', 'hours: "Mo-Fr 09:00-17:00; PH off; Dec Mo-Fr 09:00-15:00"',
         "holidays_open"),
        ("chats_per_agent: 3", "escalate: {after: 5s, to: care}", "early_escalation"),
        ("visitor.chats == 0", 'visitor.device in ["tablet", "phone"]', "odd_value"),
        ("by: 2027-03-31", "by: 2026-03-31", "goal_past"),
        ("  - {to: bike-sales}\n", "", "no_last_route"), ("per_visit: 1", "per_visit: 0", "never_invites"),
        ("holdout: 20%", "holdout: 0.1%", "small_holdout"), ("holdout: 5%", "holdout: 0.4%", "small_holdout"),
        ("holdout: 20%", "holdout: 100%", "never_invites"),
        ('when: visit.stage == "support" &&', 'when: visit.stage == "suport" &&', "unknown_stage"),
        ("visitor.chats == 0", "visitor.chats == 0 && visitor.chats > 3", "never_fires"),
        ("visitor.chats == 0", "visitor.chats < 0", "never_fires"),
        ("visitor.chats == 0", "chat.open", "never_fires"),
        ("visitor.chats == 0", "page.seconds < 40", "never_fires"),
        ("visitor.chats == 0", 'page.path == "/a" && page.path.startsWith("/b")', "never_fires"),
        ("visitor.chats == 0", "now.hour < 10", "never_while_open"),
        ("visitor.chats == 0", "now.weekday == 7", "never_while_open"),
        ("visitor.chats == 0", "!(now.hour >= 10 && now.hour < 22)", "never_while_open"),
    ],
)  # fmt: skip
def test_warned_of(nordic, old, new, code):
    text = nordic.replace(old, new, 1)
    assert text != nordic
    checked = check(text, now_ms=NOW)
    assert {problem.code for problem in checked.problems} == {code}, [str(one) for one in checked.problems]
    assert checked.plan is not None
    assert checked.problems[0].severity == "warning"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("chats_per_agent: 3", "escalate: {after: 60s, to: boss}", "unknown_team"),
        ("chats_per_agent: 3", "escalate: {after: 60s, to: bike-sales}", "own_team"),
        ("chats_per_agent: 3", "escalate: {after: 60s, to: [managers, '@example.com']}", "bad_value"),
        ("channel: email", "channel: call", "bad_value"), ("channel: email", "channel: none", "bad_value"),
        ("languages: [fi, en, sv]", "languages: [fi, en, sv, zh-Hant-TW]", "bad_language"),
    ],
)  # fmt: skip
def test_refused_although_an_old_version_of_it_can_still_be_read(nordic, old, new, code):
    """What is refused only from now on must not keep a version that was published before from being read."""
    text = nordic.replace(old, new, 1)
    assert text != nordic
    text = text.replace("sv: ", "zh-Hant-TW: x, sv: ") if "zh" in new else text
    checked = check(text, now_ms=NOW)
    assert [problem.code for problem in checked.problems] == [code], [str(one) for one in checked.problems]
    assert checked.plan is None
    assert load(text).plan is not None


def test_where_a_goal_and_an_owner_are_wrong(nordic):
    text = nordic.replace("owner: care", "owner: nobody").replace("measure: solved", "measure: slved")
    lines = text.splitlines()
    for problem in check(text, now_ms=NOW).problems:
        word = {"unknown_owner": "nobody", "unknown_measure": "slved"}[problem.code]
        assert lines[problem.line - 1][problem.column - 1 :].startswith(word)


@pytest.mark.parametrize(
    ("measure", "outcomes", "hint"),
    [
        ("orders", "", None), ("test_rides", "", "write it among"), ("test_rides", "test_rides", None),
        ('"booking:test_ride"', '"booking:test_ride"', None), ("booking", '"booking:test_ride"', None),
        ("test_rides", '"booking:test_ride"', "did you mean booking:test_ride?"), ("order", "", "did you mean orders?"),
        ("order", "order", None), ('"bookings:test_ride"', '"booking:test_ride"', "did you mean booking:test_ride?"),
    ],
)  # fmt: skip
def test_a_measure_is_a_reports_or_an_outcome_of_the_team(nordic, measure, outcomes, hint):
    text = nordic.replace("measure: solved", f"measure: {measure}", 1)
    text = text.replace(
        "    aim: service\n", f"    aim: service\n    outcomes: [{outcomes}]\n" if outcomes else "    aim: service\n"
    )
    problems = [one for one in check(text, now_ms=NOW).problems if one.code == "unknown_measure"]
    assert bool(problems) is (hint is not None)
    assert all(hint in one.hint for one in problems)


@pytest.mark.parametrize(
    ("hours", "country", "reopened"),
    [
        ("Mo-Fr 09:00-17:00; PH off", "FI", False), ("PH off; Mo-Fr 09:00-17:00", "FI", True),
        ("PH closed; 09:00-17:00", "FI", True), ("PH off; Su 09:00-17:00", "FI", True),
        ("Mo-Fr 09:00-17:00", "FI", False),
        ("Mo-Fr 09:00-17:00; PH off; Dec 24 09:00-12:00", "FI", False),
        ("Mo-Fr 09:00-17:00; PH off; 2026 Dec 28-2027 Jan 01 off", "FI", False),
        ("Mo-Fr 09:00-17:00; PH off; Sa off", "FI", False), ("PH off; Mo-Fr 09:00-17:00; PH off", "FI", False),
        ("PH off; PH 12:00-16:00", "FI", False), ("Mo-Fr 09:00-17:00; PH off; Dec 09:00-12:00", "FI", True),
        ("Mo-Fr 09:00-17:00; PH off; Aug 09:00-12:00", "FI", False), ("PH off; Mo-Fr 09:00-17:00", "DE", True),
    ],
)  # fmt: skip
def test_holidays_that_are_opened_again(hours, country, reopened):
    assert reopens_holidays(hours, ZoneInfo("Europe/Helsinki"), country, NOW) is reopened


@pytest.mark.parametrize(
    ("condition", "hint"),
    [
        ('visitor.device == "phone"', "did you mean mobile?"), ('visitor.device != "PC"', "did you mean desktop?"),
        ('visitor.device == "tv"', "devices are"), ('visitor.device == "mobile"', ""),
        ('"FI" == visitor.language', 'write "fi"'), ('visitor.language in ["fi", "sv-FI"]', 'write "sv"'),
        ('visitor.language != "fi" && visitor.language != ""', ""), ('visitor.language == "finnish"', "as in"),
        ('visitor.country == "fi"', 'write "FI"'), ('visitor.country == "FI"', ""),
        ('page.path == "basket"', 'write "/basket"'), ('visit.entry_path.startsWith("a")', 'write "/a"'),
        ('page.path.startsWith("https://shop.example/a")', "leave away"), ('page.path.contains("basket")', ""),
        ('page.path in ["/a", "/b?x=1"]', 'page.query["step"]'),
        ('visit.entry_path == "/a#top"', 'visit.query["step"]'),
        ('page.path.endsWith("#a")', "leave it away"), ('page.path == "/bikes/*"', "startsWith"),
        ('page.path.startsWith("/a b")', 'write "/a%20b"'), ('page.path.contains("ä")', 'write "%C3%A4"'),
        ('page.path == "/a/b-c_d.e~f;g=h,i:j@k%C3%A4(1)"', ""), ('page.path.matches("bikes?/[0-9]*")', ""),
        ('page.path.startsWith("")', ""), ('page.url.contains("?a=*")', ""), ('page.title == "FI?"', ""),
        ('visit.referrer.contains("google.")', ""), ('visit.referrer.startsWith("https://google")', "www.google.com"),
    ],
)  # fmt: skip
def test_values_that_a_fact_never_has(condition, hint):
    node, faults = check_condition(condition, Names())
    assert node is not None
    assert not faults
    told = odd_values(node)
    assert len(told) == (1 if hint else 0), told
    assert all(hint in way_out for _, way_out in told)


def test_hours_that_never_open_are_told_even_of_a_team_that_lacks_more(nordic):
    text = nordic.replace("    conversation_goal: ", "    conversation_goals: ").replace(
        '"Mo-Fr 09:00-17:00; PH off"', "off"
    )
    assert {"missing_conversation_goal", "never_open"} <= {problem.code for problem in check(text, now_ms=NOW).problems}


def test_what_a_broken_part_would_have_said_is_no_second_mistake(nordic):
    assert codes(nordic.replace("country: FI", "country: fi")) == ["unknown_country"]
    broken = nordic.replace("- support: ", "- support: visit.pages >= && ")
    assert codes(broken) == ["condition_syntax"]


def test_a_stage_asked_for_in_a_plan_without_stages(nordic):
    text = nordic[: nordic.index("stages:")] + nordic[nordic.index("audiences:") :]
    hints = {problem.hint for problem in check(text, now_ms=NOW).problems if problem.code == "unknown_stage"}
    assert hints == {"the plan has no stages: write some under `stages`"}


def test_a_small_holdout_is_told_as_a_percentage(nordic):
    problems = check(nordic.replace("holdout: 20%", "holdout: 0.1%"), now_ms=NOW).problems
    assert problems[0].message == "The holdout of big-basket (0.1%) is too small to ever tell a difference"


def test_a_result_that_stands_twice(nordic):
    assert codes(nordic.replace("results: [bought, ", "results: [bought, bought, ")) == ["duplicate_name"]


def test_overshadowed(nordic):
    narrower = 'cart.value > 300 && page.seconds >= 50 && visitor.chats < 1 && page.path == "/x"'
    assert codes(with_trigger(nordic, "later", "bike-sales", narrower)) == ["overshadowed"]
    assert codes(with_trigger(nordic, "later", "bike-sales", narrower.replace("300", "100"))) == []
    assert codes(with_trigger(nordic, "later", "care", narrower)) == []
    assert codes(with_trigger(nordic, "later", "bike-sales", narrower).replace("per_visit: 1", "per_visit: 2")) == []


def test_the_whole_is_judged_even_where_a_part_cannot_be_read(nordic):
    text = nordic.replace("page.seconds >= 45", "page.secs >= 45").replace('"Mo-Fr 09:00-17:00; PH off"', "off")
    assert codes(text) == ["unknown_fact", "never_open"]


ATOMS = [
    "cart.items > 1", "cart.items >= 2", "cart.items < 2", "cart.items == 1", "cart.items != 1", "visit.pages >= 3",
    "visit.pages < 1", 'page.path == "/a"', 'page.path != "/a"', 'page.path.startsWith("/a")',
    'page.path.endsWith("a")',
    'page.path in ["/a", "/b"]', 'page.path.contains("b")', "page.seconds >= 2", "page.seconds < 1", "true", "false",
    'visitor.traits["n"] > 1', 'visitor.traits["n"] <= 1', 'visitor.traits["n"] == "x"', "visitor.identified",
    'page.count["x"] > 0', 'page.count["x"] < 1', "now.hour > 21", "now.hour < 22", "chat.open",
]  # fmt: skip


def a_condition(draw: random.Random, depth: int = 3) -> str:
    pick = draw.random()
    if depth == 0 or pick < 0.3:
        return draw.choice(ATOMS)
    if pick < 0.45:
        return f"!({a_condition(draw, depth - 1)})"
    return "(" + draw.choice([" && ", " || "]).join(a_condition(draw, depth - 1) for _ in range(2)) + ")"


def test_what_is_claimed_of_conditions_is_so(state_of, naive):
    """Never, always and implies are proofs: no visit may show otherwise. And the plain cases must be found."""
    draw = random.Random(11)
    states = []
    for _ in range(60):
        state = state_of(
            started_ms=NOW + draw.randrange(86_400_000), traits=draw.choice([{}, {"n": 1}, {"n": 2}, {"n": "x"}])
        )
        state.page_path = draw.choice(["/", "/a", "/b", "/ab", "/aa", "/c/a"])
        state.cart_items = draw.choice([0.0, 1.0, 1.5, 2.0, 3.0])
        state.visit_pages = draw.choice([1.0, 2.0, 3.0])
        state.page_count = draw.choice([{}, {"x": 1.0}])
        state.identified = draw.random() < 0.5
        state.at(draw.choice([0, 999, 1_000, 1_999, 2_000]))
        states.append(state)
    claims = 0
    for _ in range(1_500):
        texts = a_condition(draw), a_condition(draw)
        (one, _), (other, _) = (check_condition(text, Names()) for text in texts)
        assert one is not None
        assert other is not None
        a, b = (compile_condition(text).holds for text in texts)
        if never(one, {}):
            claims += 1
            assert not any(a(state) for state in states), texts[0]
        if always(one, {}):
            claims += 1
            assert all(a(state) for state in states), texts[0]
        if implies(one, other, {}):
            claims += 1
            assert all(b(state) for state in states if a(state)), texts
    assert claims > 300


def test_proofs_of_a_plan_too_large_to_prove_claim_nothing(monkeypatch):
    """What is remembered and bounded never says more than a proof of its own."""
    wide, narrow = (check_condition(text, Names())[0] for text in ("cart.items > 1", "cart.items > 2 && chat.open"))
    assert wide is not None
    assert narrow is not None
    proofs = Proofs({})
    assert [proofs.implies(narrow, wide), proofs.implies(wide, narrow), proofs.never(narrow)] == [True, False, True]
    monkeypatch.setattr(logic, "_MOST_WORK", 2)
    spent = Proofs({})
    assert not spent.never(narrow) or not spent.implies(narrow, wide)
    assert not spent.implies(narrow, wide)
    assert spent.spent


def test_the_name_that_was_meant_is_looked_for_among_few():
    assert near("bike-sale", ["care", "bike-sales"], 0.5) == "bike-sales"
    assert near("xyz", ["care", "bike-sales"], 0.5) == ""
    many = [f"squad-{number}" for number in range(1_500)]
    assert near("teem-7", [*many, "teem-8"], 0.5) == "teem-8"
    assert near("teem-7", [*many, *many, "teem-8"], 0.5) == ""
