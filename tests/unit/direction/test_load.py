"""Reading plans: every mistake told, with its place and way out, and nothing that YAML can do gets through."""

from __future__ import annotations

import random
import time

import pytest

from overture.direction.check import check
from overture.direction.load import load
from overture.direction.model import AtMost

TEAM = """\
  care:
    aim: service
    goal: {measure: solved, amount: 10}
    conversation_goal: solved
    results: [solved]
    after_chat: {owner: care}
"""
TRIGGER = """\
  - name: hello
    team: care
    when: page.seconds >= 5
    say: {a: {fi: Hei, en: Hello}}
    at_most: 1 ever
"""
HEAD = "overture: 1\nsite: shop\ntimezone: Europe/Helsinki\nlanguages: [fi, en]\n"
SOUND = f"{HEAD}teams:\n{TEAM}triggers:\n{TRIGGER}"


def test_the_example_is_read_whole(nordic):
    plan = load(nordic).plan
    assert plan is not None
    assert (plan.site, plan.languages, plan.holdout, plan.epoch) == ("nordic-bikes", ("fi", "en", "sv"), 0.05, 1)
    assert plan.quiet.after_decline_ms == 604_800_000
    assert [stage.name for stage in plan.stages][:2] == ["support", "closing"]
    assert plan.triggers[0].at_most == AtMost(1, 604_800_000)
    assert [variant.name for variant in plan.triggers[0].say] == ["a", "b"]
    assert plan.team("bike-sales").after_chat.within_ms == 300_000
    assert plan.routes[-1].when is None


def test_defaults():
    plan = load(SOUND).plan
    assert plan is not None
    team, trigger = plan.teams[0], plan.triggers[0]
    assert (plan.quiet.per_visit, plan.holdout, plan.epoch) == (1, 0.0, 1)
    assert (team.department, team.hours, team.answer_within_ms, team.chats_per_agent) == ("service", "24/7", 20_000, 3)
    assert (trigger.show, trigger.holdout, trigger.epoch) == ("teaser", 0.0, 1)


def test_yaml_1_2_no_is_a_language():
    text = SOUND.replace("[fi, en]", "[no, en]").replace("{fi: Hei,", "{no: Hei,")
    plan = load(text).plan
    assert plan is not None
    assert plan.languages == ("no", "en")


def test_a_single_wording_needs_no_variant():
    plan = load(SOUND.replace("{a: {fi: Hei, en: Hello}}", "{fi: Hei, en: Hello}")).plan
    assert plan is not None
    assert plan.triggers[0].say[0].name == "a"


@pytest.mark.parametrize(
    ("old", "new", "code", "place"),
    [
        ("overture: 1", "overture: 2", "bad_version", (1, 11)), ("overture: 1\n", "", "missing_overture", (1, 1)),
        ("site: shop", "site: My Shop", "bad_name", (2, 7)), ("site: shop\n", "", "missing_site", (1, 1)),
        ("Europe/Helsinki", "Europe/Helsinky", "unknown_timezone", (3, 11)),
        ("languages: [fi, en]", "languages: fi", "wrong_type", (4, 12)),
        ("[fi, en]", "[fi, en, fi]", "duplicate_name", (4, 21)), ("[fi, en]", "[fi, Finnish]", "bad_language", (4, 17)),
        ("site: shop", "site: shop\nsite: shop", "duplicate_key", (3, 1)),
        ("site: shop", "site: shop\nhodlout: 5%", "unknown_key", (3, 1)),
        ("site: shop", "site: shop\nholdout: 5", "bad_percentage", (3, 10)),
        ("site: shop", "site: shop\nholdout: 0.05", "bad_percentage", (3, 10)),
        ("site: shop", "site: shop\nholdout: 101%", "bad_percentage", (3, 10)),
        ("site: shop", "site: shop\nholdout: -1%", "bad_percentage", (3, 10)),
        ("site: shop", "site: shop\ncountry: Finland", "unknown_country", (3, 10)),
        ("site: shop", "site: shop\ncurrency: euro", "bad_currency", (3, 11)),
        ("site: shop", "site: shop\nepoch: 0", "bad_number", (3, 8)),
        ("site: shop", "site: shop\nepoch: '1'", "bad_number", (3, 8)),
        ("site: shop", "site: shop\nquiet: {per_visit: 1.5}", "bad_number", (3, 20)),
        ("site: shop", "site: shop\nquiet: {after_chat: 1 day}", "bad_duration", (3, 21)),
        ("site: shop", "site: shop\nquiet: {afterchat: 1d}", "unknown_key", (3, 9)),
        ("site: shop", "site: shop\nstages: {a: 'true'}", "wrong_type", (3, 9)),
        ("site: shop", "site: shop\nstages: [{a: 'true'}, {a: 'true'}]", "duplicate_name", (3, 24)),
        ("site: shop", "site: shop\nstages: [{a: audience.x}]", "stage_uses_audience", (3, 14)),
        ("site: shop", "site: shop\nstages: [{a: visit.stage == ''}]", "stage_uses_stage", (3, 14)),
        ("site: shop", "site: shop\naudiences: {a: 'true', b: audience.a}", "audience_uses_audience", (3, 27)),
        ("    aim: service\n", "", "missing_aim", (6, 3)), ("aim: service", "aim: servise", "bad_value", (7, 10)),
        ("    goal: {measure: solved, amount: 10}\n", "", "missing_goal", (6, 3)),
        ("amount: 10", "amount: -10", "bad_number", (8, 37)), (", amount: 10", "", "missing_amount", (8, 11)),
        ("amount: 10", "amount: 10, by: 2027-02-30", "bad_date", (8, 45)),
        ("amount: 10", "amount: 10, per: year2", "bad_value", (8, 46)),
        ("    conversation_goal: solved\n", "", "missing_conversation_goal", (6, 3)),
        ("    results: [solved]\n", "", "missing_results", (6, 3)),
        ("results: [solved]", "results: []", "wrong_type", (10, 14)),
        ("    after_chat: {owner: care}\n", "", "missing_after_chat", (6, 3)),
        ("{owner: care}", "{channel: phone}", "missing_owner", (11, 17)),
        ("    aim: service", "    hours: Mo-Fr 25:00\n    aim: service", "bad_hours", (7, 12)),
        ("    aim: service", "    escalate: {after: 60s}\n    aim: service", "missing_to", (7, 15)),
        ("    aim: service", "    escalate: {to: managers}\n    aim: service", "missing_after", (7, 15)),
        ("    aim: service", "    escalate: {after: 60, to: managers}\n    aim: service", "bad_duration", (7, 23)),
        ("    aim: service", "    escalate: {after: 60s, to: []}\n    aim: service", "wrong_type", (7, 32)),
        ("    aim: service", "    escalate: managers\n    aim: service", "wrong_type", (7, 15)),
        ("    team: care\n", "", "missing_team", (13, 5)), ("team: care", "team: cars", "unknown_team", (14, 11)),
        ("    at_most: 1 ever\n", "", "missing_at_most", (13, 5)), ("1 ever", "once", "bad_cap", (17, 14)),
        ("1 ever", "0 ever", "bad_cap", (17, 14)), ("1 ever", "1 per week", "bad_cap", (17, 14)),
        ("fi: Hei, ", "", "missing_language", (16, 14)), ("fi: Hei", "fi: ''", "bad_text", (16, 19)),
        ("{fi: Hei,", "{sv: Hej, fi: Hei,", "unknown_language", (16, 15)),
        ("    say: {a: {fi: Hei, en: Hello}}\n", "", "missing_say", (13, 5)),
        ("    when: page.seconds >= 5\n", "", "missing_when", (13, 5)),
        ("page.seconds >= 5", "", "missing_when", (15, 5)),
        ("page.seconds >= 5", "page.secs >= 5", "unknown_fact", (15, 11)),
        ("page.seconds >= 5", "cart.items > 1 && page.secs >= 5", "unknown_fact", (15, 29)),
        ("page.seconds >= 5", "'cart.items > 1 && page.secs >= 5'", "unknown_fact", (15, 30)),
        ("page.seconds >= 5", '"page.path == \\"x\\" && page.secs >= 5"', "unknown_fact", (15, 34)),
        ("page.seconds >= 5", "|\n      cart.items > 1 &&\n      page.secs >= 5", "unknown_fact", (17, 7)),
        ("page.seconds >= 5", ">-\n      cart.items > 1 &&\n      page.secs >= 5", "unknown_fact", (17, 7)),
        ("page.seconds >= 5", "cart.items > 1\n      && page.secs >= 5", "unknown_fact", (16, 10)),
        ("page.seconds >= 5", "!audience.x", "yaml_tag", (15, 11)), ("page.seconds >= 5", "*x", "yaml_alias", (15, 11)),
        ("page.seconds >= 5", "&x", "yaml_quote", (15, 11)),
        ("page.seconds >= 5", "[page.seconds >= 5]", "yaml_quote", (15, 11)),
        ("languages: [fi, en]", "languages: [fi, en", "yaml_syntax", (4, 12)),
        ("results: [solved]", "guidelines: \"Ask first\n    results: [\"solved\"]", "yaml_syntax", (10, 17)),
        ("site: shop", "site shop", "yaml_syntax", (2, 1)), ("site: shop", "site: sh\0p", "yaml_syntax", (2, 9)),
        ("page.seconds >= 5", "{a: b}", "yaml_quote", (15, 11)),
        ("page.seconds >= 5", "page.title == 'a: b'", "yaml_syntax", (15, 27)),
        ("page.seconds >= 5", "\"page.path\" == '/x'", "yaml_syntax", (15, 23)),
        ("page.seconds >= 5", "page.url.contains(\"a #b\")", "condition_syntax", (15, 29)),
        ("page.seconds >= 5", "5", "wrong_type", (15, 11)),
        ("at_most: 1 ever", "at_most: 1 ever\n    show: popup", "bad_value", (18, 11)),
        ("name: hello", "name: Hello", "bad_name", (13, 11)),
        ("site: shop", "site: shop\nroutes: [{to: cars}]", "unknown_team", (3, 15)),
        ("site: shop", "site: shop\nroutes: [{when: 'true'}]", "missing_to", (3, 10)),
    ],
)  # fmt: skip
def test_a_mistake_has_its_code_and_place(old, new, code, place):
    text = SOUND.replace(old, new, 1)
    assert text != SOUND
    problems = load(text, "my.yaml").problems
    assert (code, *place) in [(one.code, one.line, one.column) for one in problems], [str(one) for one in problems]
    assert len(problems) <= 2
    for problem in problems:
        assert problem.hint
        assert str(problem).startswith(f"my.yaml:{problem.line}:{problem.column}: ")


def test_what_yaml_takes_for_something_else_is_answered_quote_it():
    for when in ("!audience.x", "*x", "[a]", "page.title == 'a: b'", '"a" == "b"', 'page.url.contains("a #b")'):
        hints = [one.hint for one in load(SOUND.replace("page.seconds >= 5", when)).problems]
        assert any("quote it" in hint for hint in hints), when


def test_fifty_mistakes_get_fifty_problems():
    wrong = "".join(TRIGGER.replace("hello", f"t{i}").replace("page.seconds", f"page.secs{i}") for i in range(50))
    problems = load(f"{HEAD}teams:\n{TEAM}triggers:\n{wrong}").problems
    assert [one.code for one in problems] == ["unknown_fact"] * 50
    assert len({one.line for one in problems}) == 50


BOMB = "a: &a [x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
)


@pytest.mark.parametrize("text", [
    BOMB, "[" * 10_000, "{" * 10_000, "a:\n" + "".join(" " * i + "a:\n" for i in range(1, 400)), "- " * 5_000,
    "x" * 10_000_000, b"\xff\xfe", b"\x00", "\x00", "\ufeff", "", "null", "a: !!python/object/apply:os.system [x]",
    "%YAML 1.1\n---\nb: yes", "--- a\n--- b", "? [a]\n: b",
    "? {a: b}\n: c", "<<: *a", "&a a: b", "'" * 5_000, '"' + "\\" * 5_000,
    "|" + "\n x" * 5_000, "a: " + "b: " * 500, "a: 'b\nc: d", "\t", "a:\n\t- b", "@a", "`a", "a: >9\n  b",
    "\u2028", "\ud800",
    "overture: {1: [2, {3: 4}]}\nsite: [a]\nteams: [b]\ntriggers: {c: d}\nstages: e\nroutes: 5\n"
    "quiet: []\naudiences: []",
    "overture: 1\nteams: {x: 1, 'y': [], z: {goal: 5, after_chat: [], hours: {}, results: x, aim: {}}}",
    "triggers: [1, [], {}, {name: []}, {name: a, say: {a: 1}}, {name: b, say: {a: {b: {}}}}, {when: {}}]",
])  # fmt: skip
def test_hostile_texts_are_answered_quickly(text):
    begun = time.perf_counter()
    checked = check(text)
    assert checked.plan is None
    assert checked.errors
    assert time.perf_counter() - begun < 3.0


def test_mangled_plans_never_break_the_check(nordic):
    draw = random.Random(5)
    for _ in range(150):
        text = list(nordic)
        for _ in range(draw.randint(1, 4)):
            at = draw.randrange(len(text))
            text[at : at + draw.randint(0, 30)] = draw.choice(
                ["", ":", "- ", "\n", "{", "}", "[", '"', "'", "&a ", "!x ", "&&"]
            )
        check("".join(text), now_ms=1_790_000_000_000)


def test_lines_that_yaml_stumbles_over_do_not_hide_the_other_mistakes():
    text = SOUND.replace("page.seconds >= 5", '"news" == visit.medium').replace("site: shop", "site: Shop: b")
    problems = load(text.replace("1 ever", "once")).problems
    assert [(one.code, one.line) for one in problems] == [("yaml_syntax", 2), ("yaml_syntax", 15), ("bad_cap", 17)]


def test_of_a_text_that_stays_unreadable_only_the_first_slip_is_told():
    text = SOUND.replace("page.seconds >= 5", '"news" == visit.medium') + " }\n"
    assert [(one.code, one.line) for one in load(text).problems] == [("yaml_syntax", 15)]


def test_a_thousand_slips_end():
    triggers = "".join(f'  - name: t{n}\n    when: "a" == visit.medium\n' for n in range(1_000))
    problems = load(SOUND + triggers).problems
    assert 1 < len(problems) < 100
    assert {one.code for one in problems} == {"yaml_syntax"}


@pytest.mark.parametrize(("text", "place"), [(b"overture: 1\nsite: caf\xe9\n", (2, 10)), (b"\xff\xfeo\0", (1, 1))])
def test_text_that_is_not_utf8_is_told_where(text, place):
    (problem,) = load(text).problems
    assert (problem.code, (problem.line, problem.column)) == ("not_utf8", place)


@pytest.mark.parametrize(
    ("name", "better"),
    [("minä", "mina"), ("Éclair à la carte", "eclair-a-la-carte"), ("R&S", "r-s"), ("Straße", "strasse"),
     ("smørrebrød", "smorrebrod"), ("Big basket!", "big-basket"), ("日本", "as in"), ("ŁÓDŹ_1", "lodz-1")],
)  # fmt: skip
def test_a_name_is_proposed_without_accents(name, better):
    (problem,) = [
        one for one in load(SOUND.replace("name: hello", f"name: '{name}'")).problems if one.code == "bad_name"
    ]
    assert problem.hint == ("as in big-basket" if better == "as in" else f"write {better}")


SHORT = SOUND.replace("{a: {fi: Hei, en: Hello}}", "{fi: Hei, en: Hello}")


def test_the_short_form_is_a_single_wording():
    found = load(SHORT).plan
    assert found is not None
    assert [(one.name, one.text) for one in found.triggers[0].say] == [("a", {"fi": "Hei", "en": "Hello"})]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("en: Hello", "en: Hello, can I help?", ['unquoted_comma: put the text in quotes: en: "Hello, can I help?"']),
        (
            "en: Hello",
            "en: Hello, you, can I help?",
            ['unquoted_comma: put the text in quotes: en: "Hello, you, can I help?"'],
        ),
        ("fi: Hei", "fi: Hei, voinko auttaa?", ['unquoted_comma: put the text in quotes: fi: "Hei, voinko auttaa?"']),
        ("en: Hello", "en: Hello, no: Hei", ["unknown_language: the plan's languages are fi, en"]),
        ("fi: Hei, en: Hello", "no: Hei, da: Hej", ["wrong_type: write {fi: ..., en: ...}"] * 2),
        ("fi: Hei, en: Hello", "en: Hello", ["missing_language: add fi: ..."]),
        ("fi: Hei, en: Hello", "a: Hei, b: Hello", ["wrong_type: write {fi: ..., en: ...}"] * 2),
    ],
)
def test_what_is_wrong_in_the_short_form(old, new, told):
    for text in (SHORT, SOUND):
        assert old in text
    problems = load(SHORT.replace(old, new, 1)).problems
    assert [f"{one.code}: {one.hint}" for one in problems] == told


def test_messages_are_no_second_mistake_where_the_languages_are_missing():
    assert [one.code for one in load(SHORT.replace("languages: [fi, en]", "languages: fi")).problems] == ["wrong_type"]


def test_a_language_may_have_a_region():
    found = load(SOUND.replace("[fi, en]", "[fi, pt-BR]").replace("en: Hello", "pt-BR: Oi")).plan
    assert found is not None
    assert found.languages == ("fi", "pt-BR")
    assert found.triggers[0].say[0].text["pt-BR"] == "Oi"
    twice = SOUND.replace("[fi, en]", "[fi, en, EN]".replace("EN", "en-gb, en-GB"))
    assert "duplicate_name" in [one.code for one in load(twice).problems]
