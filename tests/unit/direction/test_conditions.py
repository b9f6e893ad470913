"""The language of conditions: meaning, faults with their place, limits, crossings."""

from __future__ import annotations

import time
from zoneinfo import ZoneInfo

import pytest

from overture.direction.conditions import MAX_LENGTH, Names, Surroundings, check_condition, compile_condition
from overture.direction.conditions.render import render
from overture.visits.facts import IdentifyEvent, NamedEvent, PageEvent

PAGE = PageEvent(0.0, "https://shop.example/bikes/7?utm_source=news&x=", "https://www.google.fi/", "Bike ä😀")
HELSINKI = Surroundings(zone=ZoneInfo("Europe/Helsinki"))
TRAITS = {"vip": True, "no": False, "n": 3, "s": "abc", "nil": None, "list": [1], "big": 10**400}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('page.path.startsWith("/bikes")', True), ('page.path.endsWith("7")', True), ('page.url.contains("://")', True),
        ('page.path.matches("^/bikes/[0-9]+$")', True), ('page.path.matches("ike")', True),
        ('page.path.matches(r"\\d")', True), ("page.title.size() == 7", True), ("size(page.title) == 7", True),
        ('page.query["x"] == ""', True), ('page.query["gone"] == ""', True), ('page.count["gone"] == 0', True),
        ('page.path in ["/a", "/bikes/7"]', True), ('page.path in ["/a", "/bikes/7",]', True), ("1 in []", False),
        ("visit.pages in [1, 2.5]", True), ("1 + 2 * 3 == 7", True), ("(1 + 2) * 3 == 9", True),
        ("8 / 4 / 2 == 1", True),
        ("2 - 3 - 4 == -5", True), ("--5 == 5", True), ("-2 * -3 == 6", True), ("1 / 2 == 0.5", True),
        ("1 / 0 > 1e308", True), ("-1 / 0 < -1e308", True), ("1 / -0 < 0", True), ("0 / 0 == 0 / 0", False),
        ("0 / 0 != 0 / 0", True), ("0.1 + 0.2 == 0.3", False), ("0x1F == 31", True), (".5 == 0.5", True),
        ("1e3 == 1000", True), ("9007199254740993 == 9007199254740992", True),
        ("true || false && false", True), ("!true || true", True), ("!(true || true)", False), ("!!true", True),
        ("1 < 2 == true", True), ("false < true", True), ('"a" < "b"', True), ('"Z" < "a"', True), ('"é" > "z"', True),
        ('"\\u00e4\\x41\\101\\n\\"" == \'äA\' + "x"', None), ('"\\u00e4\\x41\\101" == "äAA"', True),
        ("'a\\'b' == \"a'b\"", True), ('"""a"b""" == \'a"b\'', True), ("'''x\ny''' == \"x\\ny\"", True),
        ('r"\\n" == "\\\\n"', True), ('"\\U0001F600".size() == 1', True),
        ("// a note\n true // another", True), ("true\n&&\n\tfalse", False),
        ('visit.source == "news" && visit.medium == "organic"', True), ('visit.referrer == "www.google.fi"', True),
        ("team.free > 1e300 && team.queue == 0 && team.wait_seconds == 0", True),
        ("now.hour == 11 && now.minute == 14 && now.weekday == 1", True),
    ],
)  # fmt: skip
def test_meaning(state_of, text, value):
    if value is None:
        assert check_condition(text, Names())[1]
        return
    assert compile_condition(text, HELSINKI).holds(state_of(PAGE)) is value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('visitor.traits["vip"]', True), ('visitor.traits["no"]', False), ('visitor.traits["gone"]', False),
        ('visitor.traits["s"]', False), ('visitor.traits["n"]', False), ('!visitor.traits["gone"]', True),
        ('visitor.traits["n"] == 3', True), ('visitor.traits["n"] != 4', True), ('visitor.traits["n"] == "3"', False),
        ('visitor.traits["n"] != "3"', False), ('visitor.traits["gone"] != 1', False),
        ('visitor.traits["gone"] == ""', False),
        ('visitor.traits["nil"] != "x"', False), ('visitor.traits["list"] != "x"', False),
        ('visitor.traits["vip"] == true', True), ('visitor.traits["vip"] == 1', False),
        ('visitor.traits["n"] == true', False),
        ('!(visitor.traits["gone"] > 1)', True), ('visitor.traits["n"] + 1 > 3', True),
        ('visitor.traits["s"] + 1 > 0', False),
        ('-visitor.traits["n"] == -3', True), ('-visitor.traits["s"] != 1', False), ('1 < visitor.traits["n"]', True),
        ('visitor.traits["s"].startsWith("a")', True), ('visitor.traits["n"].startsWith("3")', False),
        ('!visitor.traits["n"].startsWith("3")', True), ('visitor.traits["s"].matches("b")', True),
        ('visitor.traits["gone"].matches("")', False), ('size(visitor.traits["s"]) == 3', True),
        ('visitor.traits["gone"].size() == 0', False), ('visitor.traits["n"].size() != 1', False),
        ('visitor.traits["s"] in ["abc", "d"]', True), ('visitor.traits["n"] in [3, 4]', True),
        ('visitor.traits["gone"] in ["", "x"]', False), ('!(visitor.traits["gone"] in ["x"])', True),
        ('visitor.traits["n"] + 1 in [4]', True), ('"abc" in [visitor.traits["s"], "q"]', True),
        ('visitor.traits["s"] == visitor.traits["s"]', True), ('visitor.traits["n"] != visitor.traits["s"]', False),
        ('visitor.traits["gone"] == visitor.traits["gone"]', False), ('visitor.traits["big"] > 1e308', True),
        ('page.title.contains(visitor.traits["s"])', False), ('page.title.contains(visitor.traits["n"])', False),
        ('visitor.traits["n"] > 2 == true', True), ('visitor.traits["gone"] > 2 == false', True),
    ],
)  # fmt: skip
def test_traits_missing_or_unfit_make_the_enclosing_comparison_or_call_false(state_of, text, value):
    assert compile_condition(text).holds(state_of(PAGE, traits=TRAITS)) is value


@pytest.mark.parametrize(
    ("text", "code", "at", "hint"),
    [
        ('page.pth == "a"', "unknown_fact", 0, "page.path"), ("visitor.vists > 1", "unknown_fact", 0, "visitor.visits"),
        ("true && cart.valu > 1", "unknown_fact", 8, "cart.value"), ("foo > 1", "unknown_fact", 0, "facts begin with"),
        ("page.query.x == 1", "unknown_fact", 0, 'page.query["x"]'), ("null == 1", "wrong_type", 0, ""),
        ('cart.value > "3"', "wrong_type", 0, "without quotes"), ("page.path == 3", "wrong_type", 0, "quotes"),
        ("page.path", "wrong_type", 0, "compare"), ("cart.value", "wrong_type", 0, "compare"),
        ("page.query", "wrong_type", 0, "entry"),
        ("true && cart.items", "wrong_type", 8, "compare"), ("!page.path", "wrong_type", 1, "compare"),
        ('page.path + "x" == "a"', "wrong_type", 0, ""), ("page.path.size", "wrong_type", 0, "size()"),
        ("page.path.startsWith(3)", "wrong_type", 21, ""), ("page.query == page.query", "wrong_type", 0, "entry"),
        ('page.query[visit.source] == ""', "wrong_type", 11, 'page.query["key"]'),
        ('page.path["x"] == ""', "wrong_type", 0, ""),
        ('page.path in ["/a", 3]', "wrong_type", 20, "one type"),
        ("page.path in page.url", "wrong_type", 13, "contains"),
        ('"x" in page.query', "wrong_type", 7, "page.query"), ("[1] == 1", "wrong_type", 0, "in"),
        ("page.seconds == 3", "time_fact", 0, "page.seconds >= 40"), ("page.seconds != 3", "time_fact", 0, ""),
        ("page.seconds + 1 > 3", "time_fact", 0, ""), ("page.seconds > cart.value", "time_fact", 0, ""),
        ("page.seconds > visit.seconds", "time_fact", 0, ""), ("page.seconds > 1 + 1", "time_fact", 0, ""),
        ("-page.seconds < 3", "time_fact", 1, ""), ("page.seconds in [1]", "time_fact", 0, ""),
        ('page.seconds > "3"', "time_fact", 0, ""), ("page.seconds", "wrong_type", 0, "compare"),
        ('visitor.traits["n"] > page.seconds', "time_fact", 22, ""),
        ("audience.nobody", "unknown_audience", 0, ""),
        ("audience.hesitatng", "unknown_audience", 0, "audience.hesitating"),
        ('page.path.startswith("x")', "unknown_function", 0, "startsWith"),
        ("has(page.path)", "unknown_function", 0, ""),
        ('page.path.startsWith("a", "b")', "wrong_type", 0, ""), ("page.path.startsWith()", "wrong_type", 0, ""),
        ('page.path.matches("(")', "bad_pattern", 18, ""), ("page.path.matches(page.url)", "bad_pattern", 18, "as in"),
        ('page.path.matches("(?=a)")', "bad_pattern", 18, ""),
        ('page.path.matches("(\\\\w{1,500}){1,500}")', "bad_pattern", 18, ""),
        ("a and b", "condition_syntax", 2, "&&"), ("true or false", "condition_syntax", 5, "||"),
        ('page.path = "x"', "condition_syntax", 10, "=="), ("true & false", "condition_syntax", 5, "&&"),
        ("true | false", "condition_syntax", 5, "||"), ("true ? 1 : 2", "condition_syntax", 5, "&&"),
        ("5 % 2 == 1", "condition_syntax", 2, ""),
        ("((true)", "condition_syntax", 7, ""), ("true)", "condition_syntax", 4, ""),
        ('"abc', "condition_syntax", 0, "end it"),
        ("1u == 1", "condition_syntax", 0, ""), ("40s > 1", "condition_syntax", 0, ""),
        ("1. == 1", "condition_syntax", 3, ""),
        ("1e999 > 1", "condition_syntax", 0, "1e308"), ('b"x" == "x"', "condition_syntax", 0, ""),
        ("'\\q' == ''", "condition_syntax", 1, ""), ("'\\ud800' == ''", "condition_syntax", 1, ""),
        ("", "condition_syntax", 0, ""),
        ("page.path inx", "condition_syntax", 10, ""), ("true false", "condition_syntax", 5, ""),
        ("True", "unknown_fact", 0, "true"),
        ("__import__('os')", "unknown_function", 0, ""), ("page.path.__class__ == 1", "unknown_fact", 0, ""),
        ("(1).real == 1", "unknown_fact", 1, ""),
    ],
)  # fmt: skip
def test_faults_have_a_code_a_place_and_a_way_out(text, code, at, hint):
    _, faults = check_condition(text, Names(("hesitating",)))
    assert [(fault.code, fault.at) for fault in faults] == [(code, at)]
    assert hint in faults[0].hint
    assert faults[0].hint


def test_all_faults_of_a_condition_are_told_in_order():
    _, faults = check_condition('page.pth == "a" || cart.value > "3" || audience.x', Names())
    assert [fault.code for fault in faults] == ["unknown_fact", "wrong_type", "unknown_audience"]


def test_audience_names_may_hold_hyphens_and_begin_with_digits(state_of):
    around = Surroundings(audiences={name: compile_condition("true") for name in ("big-spender", "3rd-visit")})
    for text in (
        "audience.big-spender",
        "audience.3rd-visit",
        'audience["big-spender"]',
        "!audience.big-spender || true",
    ):
        assert compile_condition(text, around).holds(state_of()) is True


@pytest.mark.parametrize("hostile", [
    "(" * 5000, "(" * 1900 + "true" + ")" * 1900, "!" * 3000 + "true", "-" * 3000 + "1 > 0", "1" + "+1" * 1900 + " > 0",
    "true" + " && true" * 400, "true" + " || (true && false)" * 180, "[" * 3000, 'page.query["' * 300,
    "1 in [" * 600, "page" + ".path" * 700, '"' + "\\" * 3000, "'''" + "'" * 3000, '"""' + '""x' * 900,
    'page.path.matches("' + "(a*)*" * 300 + 'b")', 'page.path.matches("' + "(" * 1500 + '")', "/*" * 2000,
    "//" + "x" * 3900,
    "\x00", "é" * 3000, "true && " * 499, "9" * 3999 + ">0", "0x" + "f" * 3900 + " > 0", "." * 3999,
])  # fmt: skip
def test_hostile_texts_are_answered_at_once(hostile, state_of):
    begun = time.perf_counter()
    node, faults = check_condition(hostile, Names())
    if node is not None and not faults:
        compile_condition(hostile).holds(state_of())
    assert time.perf_counter() - begun < 2.0
    assert faults or node is not None


def test_too_long_and_too_deep_are_said_so():
    assert check_condition("true" + " " * MAX_LENGTH, Names())[1][0].code == "condition_too_long"
    assert check_condition("!" * 200 + "true", Names())[1][0].code == "condition_too_deep"
    assert not check_condition("true" + " || true" * 400, Names())[1]


def test_patterns_take_linear_time(state_of):
    condition = compile_condition('page.url.matches("(a+)+$")')
    state = state_of(PageEvent(0.0, "https://x/" + "a" * 50_000 + "!"))
    begun = time.perf_counter()
    assert condition.holds(state) is False
    assert time.perf_counter() - begun < 0.5


@pytest.mark.parametrize(
    ("text", "crossings"),
    [
        ("page.seconds >= 40", {("page.seconds", 40_000)}), ("page.seconds < 40", {("page.seconds", 40_000)}),
        ("page.seconds > 40", {("page.seconds", 40_001)}), ("page.seconds <= 40", {("page.seconds", 40_001)}),
        ("40 <= page.seconds", {("page.seconds", 40_000)}), ("40 < page.seconds", {("page.seconds", 40_001)}),
        ("page.seconds >= 0", set()), ("page.seconds > 0", {("page.seconds", 1)}), ("page.seconds >= -3", set()),
        ("page.seconds > -3", set()), ("page.seconds >= 0.0005", {("page.seconds", 1)}),
        ("page.seconds >= 40.0004", {("page.seconds", 40_001)}), ("page.seconds > 40.0004", {("page.seconds", 40_001)}),
        ("page.seconds >= 0.1", {("page.seconds", 100)}), ("page.seconds >= (40)", {("page.seconds", 40_000)}),
        ("visit.seconds > 1e300", set()), ("!(visit.idle_seconds >= 1) && false", {("visit.idle_seconds", 1_000)}),
        ("page.seconds >= 1.1 || visit.seconds < 4.35", {("page.seconds", 1_100), ("visit.seconds", 4_350)}),
    ],
)  # fmt: skip
def test_crossings(text, crossings):
    assert compile_condition(text).crossings == crossings


def test_crossings_come_through_audiences_and_stages():
    stages = (("late", compile_condition("visit.seconds >= 9")),)
    audience = compile_condition('visit.stage == "late" && page.seconds >= 5', Surroundings(stages=stages))
    found = compile_condition("audience.x", Surroundings(audiences={"x": audience}, stages=stages))
    assert found.crossings == {("visit.seconds", 9_000), ("page.seconds", 5_000)}
    assert "visit.stage" in found.facts


@pytest.mark.parametrize("text", [
    'a == "x"', "!(page.path == \"/\") && (cart.items > 1 || cart.value / (2 - 1) >= -3)", "(1 - 2) - 3 == 1 - (2 - 3)",
    'visitor.traits["a b"] in ["x", 1]',
    "-(1 + 2) < 3 * (4 + 5)", '(true || false) && !audience.x', '"a\\"b\\n".size() == 1',
    "(true && true) && true", "(1 < 2) == (3 < 4)",
])  # fmt: skip
def test_rendered_text_means_the_same(text):
    names = Names(("x",))
    node, faults = check_condition(text.replace("a ==", "page.path =="), names)
    assert node is not None
    assert not faults
    again, faults = check_condition(render(node), names)
    assert again is not None
    assert not faults
    assert render(again) == render(node)


def test_counts_and_identity_follow_events(state_of):
    state = state_of(PAGE, NamedEvent(1.0, "form_error"), IdentifyEvent(2.0, {"plan": "pro"}))
    text = 'page.count["form_error"] == 1 && visit.count["form_error"] == 1 && visitor.identified'
    text += ' && visitor.traits["plan"] == "pro"'
    assert compile_condition(text).holds(state)
    state.apply(PageEvent(3.0, "https://shop.example/other"))
    assert compile_condition('page.count["form_error"] == 0 && visit.count["form_error"] == 1').holds(state)


@pytest.mark.parametrize(
    ("text", "at", "told"),
    [
        ("page.seconds >= 45s", 16, "`45s` is not a number: times are plain seconds: write 45"),
        ("page.seconds >= 1.5min", 16, "write 90"), ("page.seconds >= 2 minutes", 16, "`2 minutes` is not a number"),
        ("page.seconds >= 2h && cart.items > 0", 16, "write 7200"), ("visitor.days_since_last < 7d", 26, "write 7"),
        ("page.scroll >= 80%", 17, "write 0.8 for 80%"), ("cart.items % 2 == 0", 11, "a remainder as"),
        ("cart.value >= 200€", 17, "leave the currency away"), ("cart.value >= 200eur", 14, "write 200"),
        ("cart.value >= 200,50", 17, "decimals come after a point: 200.50"),
        ("hesitating", 0, "write audience.hesitating"), ("!hesitating || true", 1, "write audience.hesitating"),
        ("big-spender && cart.items > 0", 0, "write audience.big-spender"),
        ('page.path.includes("a")', 0, 'write text.contains("...")'),
        ('page.path.indexOf("a") >= 0', 0, 'write text.contains("...")'),
        ("page.path.length > 3", 0, "write page.path.size()"), ("len(page.path) > 3", 0, "write text.size()"),
        ("visitor.language in [fi]", 21, 'text stands in quotes: "fi"'),
        ('visitor.traits["plan"] == pro', 26, 'text stands in quotes: "pro"'),
        ("page.path == /basket/2", 13, 'text stands in quotes: "/basket/2"'),
        ("page.path in [/a, /b]", 14, 'text stands in quotes: "/a"'),
        ("cart.items > 0 and chat.open", 15, "write &&"), ("cart.items > 0 Or chat.open", 15, "write ||"),
        ("not chat.open", 0, "`not` is no operator: write !"), ("not(chat.open)", 0, "write !"),
        ("cart.items > 0 && NOT chat.open", 18, "write !"), ('page.path is "/a"', 10, "write =="),
        ('page.path = "/a"', 10, "write =="), ('page.path === "/a"', 10, "`===` is no comparison: write =="),
        ('page.path !== "/a"', 10, "write !="), ("cart.value => 2", 11, "write >="),
        ("cart.value =< 2", 11, "write <="),
        ("cart.value <> 2", 12, "write != for <>"), ("cart.value ≥ 2", 11, "write >="),
        ("chat.open & chat.open", 10, "write &&"), ("chat.open | chat.open", 10, "write ||"),
        ("page.path == “/a”", 13, "write straight quotes"), ("page.path == ’/a’", 13, "write straight quotes"),
        ('page.path contains "a"', 10, "page.path.contains("),
        ('page.path starts with "/a"', 10, "page.path.startsWith("),
        ("now.hour between 9 and 17", 9, "now.hour >= 9 && now.hour < 17"), ("now.hour >= 9:30", 13, "now.minute"),
        ("visitor.identified == yes", 22, "write true"),
    ],
)  # fmt: skip
def test_what_is_written_by_habit_is_answered_with_the_way_out(text, at, told):
    _, faults = check_condition(text, Names(("hesitating", "big-spender"), place="trigger"))
    assert len(faults) == 1, faults
    assert faults[0].at == at
    assert told in f"{faults[0].message}: {faults[0].hint}"
