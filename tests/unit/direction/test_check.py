"""What is refused and what is warned of, once the whole plan is seen."""

from __future__ import annotations

import random

import pytest

from overture.direction.check import check
from overture.direction.conditions import Names, check_condition, compile_condition
from overture.direction.conditions.logic import always, implies, never
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
        ("measure: solved", "measure: solvd", "unknown_measure"), ("by: 2027-03-31", "by: 2026-03-31", "goal_past"),
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
