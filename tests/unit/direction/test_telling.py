"""Plans in words, differences in meaning, explanations, playbooks, schema."""

from __future__ import annotations

import json
import random
from pathlib import Path

import jsonschema
import pytest
from ruamel.yaml import YAML

from overture.direction.check import check
from overture.direction.compiled import compile_plan
from overture.direction.conditions import Names, check_condition
from overture.direction.decide import Past, Unlimited
from overture.direction.diff import diff
from overture.direction.errors import NoSuchTrigger
from overture.direction.explain import explain, explain_all, state_at
from overture.direction.load import load
from overture.direction.moments import replay
from overture.direction.phrases import Phrases
from overture.direction.playbook import adopt, playbook, playbooks
from overture.direction.schema import plan_schema
from overture.direction.words import plan_in_words
from overture.kit.clock import parse_instant, to_ms
from overture.visits.facts import CartEvent, PageEvent, VisitHead, VisitState

DOCS = Path(__file__).parents[3] / "docs" / "reference"
FREE = Unlimited()


def plan(text: str):
    found = load(text).plan
    assert found is not None
    return found


def test_whom_a_team_calls_stands_in_words_and_in_the_difference(nordic):
    calls = nordic.replace("chats_per_agent: 3", "escalate: {after: 60s, to: [managers, care]}", 1)
    assert plan_in_words(plan(calls)).teams[0].endswith("Unanswered for 1 minute, it calls the managers, care.")
    told = [one.text for one in diff(plan(nordic), plan(calls))]
    assert "bike-sales: escalate is managers, care after 1 minute instead of none" in told


def test_a_plan_in_words(nordic):
    words = plan_in_words(plan(nordic))
    assert words.triggers[0] == (
        "big-basket: when they are in the audience hesitating and they have never chatted before, bike-sales invites "
        "with a teaser, at most once in 7 days; 20% of those visitors are held out to measure what it causes."
    )
    assert words.audiences[0] == (
        "hesitating: when the basket is worth 200 or more and they have been on this page for 45 seconds or longer."
    )
    assert words.stages[-1] == "awareness: everything else."
    assert words.routes[-1] == "Everybody else comes to bike-sales."
    assert words.manners[0] == (
        "Nobody is invited more than once in one visit, nor for 7 days after saying no, nor for 1 day after a chat."
    )
    assert words.manners[1].startswith("5% of visitors get no invitation at all")
    assert words.teams[0] == (
        "bike-sales (sales) is to reach 120 orders a month, by 2027-03-31. One conversation should lead to: A test "
        "ride is booked, or the last question before buying is answered. Open Mo-Fr 10:00-21:00, Sa 10:00-16:00, "
        "closed on public holidays; answers within 20 seconds; afterwards bike-sales acts by phone, within 5 minutes."
    )


@pytest.mark.parametrize(
    ("goal", "words"),
    [
        ("{measure: satisfaction, amount: 90%, per: quarter}", "a satisfaction of 90% every quarter"),
        ("{measure: promises_kept, amount: 100%}", "100% of promises kept every month"),
        ("{measure: revenue, amount: 20000}", "20,000 EUR of revenue a month"),
        ("{measure: solved, amount: 12.5, per: day}", "12.5 solved conversations a day"),
        ("{measure: first_response, amount: 20}", "a first answer within 20 seconds every month"),
        ('{measure: "booking:test_ride", amount: 30}', "30 test ride bookings a month"),
        ("{measure: test_rides, amount: 30, per: week}", "30 test rides a week"),
        ("{measure: renewed, amount: 40%}", "renewed of 40% every month"),
    ],
)
def test_a_goal_in_words(nordic, goal, words):
    text = nordic.replace("{measure: solved, amount: 200, per: month}", goal)
    assert text != nordic
    assert plan_in_words(plan(text)).teams[1].startswith(f"care (service) is to reach {words}. ")


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ('visitor.device == "mobile"', "they are on a phone"),
        ('visitor.country in ["FI", "SE"]', "the visitor's country is “FI” or “SE”"),
        ('visit.query["gclid"] != ""', "the first page's address has “gclid”"),
        ('page.query["sort"] == "price"', "“sort” in the page's address is “price”"),
        ('!page.path.startsWith("/book")', "the page's path does not start with “/book”"),
        ('visit.campaign == ""', "the visit's campaign is empty"),
        ("visit.pages <= 2", "they have opened 2 pages or fewer"),
        ("visitor.chats >= 1", "they have chatted before"),
        ("visitor.orders < 1", "they have never ordered before"),
        ("visitor.days_since_last < 7", "their last visit was less than 7 days ago, or this is their first"),
        ("-1 == visitor.days_since_last", "this is their first visit (by the days since the last)"),
        ("page.scroll >= 0.8", "they have scrolled through 80% of the page or more"),
        ("page.seconds < 90.5", "they have been on this page for less than 1 minute 30.5 seconds"),
        ("!(page.seconds < 3600)", "they have been on this page for 1 hour or longer"),
        ("team.wait_seconds < 30", "the expected wait is less than 30 seconds"),
        ("team.free >= 2 && team.queue == 0", "the team has room for 2 chats or more and nobody waits for the team"),
        ("now.weekday <= 5", "it is Monday to Friday"),
        ("!(now.weekday in [1, 3])", "it is Tuesday or Thursday to Sunday"),
        ("now.hour in [10, 11]", "it is between 10:00 and 12:00"),
        ("now.hour < 17", "it is before 17:00"),
        ('page.count["form_error"] >= 2', "a form field was refused 2 times or more on this page"),
        ('visit.count["form_error"] < 1', "no form field was refused in this visit"),
        ('page.count["hover:price"] > 0', "they pointed at “price” on this page"),
        ('page.count["bike_seen"] == 3', "“bike_seen” happened exactly 3 times on this page"),
        ('visitor.traits["plan"] == "pro"', "the customer's plan is “pro”"),
        ('visitor.traits["plan"] != "pro"', "the customer's plan is known and is not “pro”"),
        ('!(visitor.traits["plan"] == "pro")', "the customer's plan is not “pro”, or not known"),
        ('visitor.traits["vip"]', "the customer is vip"),
        ("visitor.identified == false", "the site does not know who they are"),
        ("!(cart.items > 0 && visitor.identified)",
         "it is not so that (there is something in the basket and the site knows who they are)"),
        ("cart.items > 0 && (page.nth == 1 || chat.open)",
         "there is something in the basket and (they opened this page for the first time or they are chatting)"),
        ("cart.items == 0 || page.nth >= 2 || visit.pages == 1",
         "the basket is empty, they have opened this page 2 times or more or they have opened exactly 1 page"),
        ("!audience.h", "they are not in the audience h"),
    ],
)  # fmt: skip
def test_a_condition_in_words(condition, words):
    node, faults = check_condition(condition, Names(("h",)))
    assert node is not None
    assert not faults
    assert Phrases().condition(node) == words


def test_every_condition_has_words_and_its_opposite_others(naive):
    """Whatever can be written can be said, and is never said like its opposite."""
    choice = random.Random(11)
    for _ in range(3_000):
        text = naive.text_of(naive.a_tree(choice, 3, ["h"], True))
        node, faults = check_condition(text, Names(("h",), place="trigger"))
        opposite, _ = check_condition(f"!({text})", Names(("h",), place="trigger"))
        if node is None or opposite is None or faults:
            continue
        assert Phrases().condition(node) != Phrases().condition(opposite), text


@pytest.mark.parametrize(
    ("old", "new", "kind", "text"),
    [
        ("page.seconds >= 20", "page.seconds >= 30", "changed", "help-page now waits 30 s instead of 20 s"),
        ("page.seconds >= 45", "page.seconds >= 60", "changed",
         "The audience hesitating (big-basket) now waits 60 s instead of 45 s"),
        ("holdout: 20%", "holdout: 10%", "changed", "big-basket now holds out 10% instead of 20%"),
        ("holdout: 5%", "holdout: 2%", "changed", "Held out from all invitations are 2% instead of 5%"),
        ("at_most: 2 per 1d", "at_most: 1 ever", "changed",
         "help-page now comes only once ever instead of at most 2 times in 1 day"),
        ("en: Can I help?", "en: Need help?", "changed",
         "help-page (a, en) now says “Need help?” instead of “Can I help?”"),
        ("epoch: 1", "epoch: 2", "changed", "big-basket: the arms are drawn anew (epoch 2)"),
        ("per_visit: 1", "per_visit: 2", "changed", "A visitor is invited at most 2 times instead of once in a visit"),
        ("after_decline: 7d", "after_decline: 14d", "changed",
         'After a "no" there is quiet for 14 days instead of 7 days'),
        ("&& visitor.chats == 0", "", "changed", "big-basket now no longer asks that they have never chatted before"),
        ("name: help-page", "name: helping", "removed", "The trigger help-page is gone"),
        ("  - {to: bike-sales}", "  - {to: care}", "added", "New route: everybody else to care"),
        ("answer_within: 20s", "answer_within: 30s", "changed",
         "bike-sales: answer within is 30 seconds instead of 20 seconds"),
        ("after_decline: 7d, ", "", "changed", 'After a "no" there is no quiet instead of 7 days'),
        ("amount: 200, per: month", "amount: 250, per: week", "changed",
         "care: goal is 250 solved conversations per week instead of 200 solved conversations per month"),
        ("{owner: care, channel: email, within: 4h}", "{owner: bike-sales}", "changed",
         "care: after chat is bike-sales acts instead of care acts by email within 4 hours"),
        ("    guidelines: Ask what they will use it for before naming a model.\n", "", "changed",
         "bike-sales: guidelines are none instead of Ask what they will use it for before naming a model."),
    ],
)  # fmt: skip
def test_a_difference_speaks_in_meaning(nordic, old, new, kind, text):
    assert old in nordic
    changes = diff(plan(nordic), plan(nordic.replace(old, new, 1)))
    assert (kind, text) in [(change.kind, change.text) for change in changes]


def test_what_is_gone_is_told_in_the_order_it_stood(nordic):
    assert "stages:" in nordic
    rest = nordic[: nordic.index("stages:")] + nordic[nordic.index("audiences:") :].replace(
        'visit.stage == "support"', "true"
    )
    gone = [one.text for one in diff(plan(nordic), plan(rest)) if one.text.startswith("The stage")]
    assert gone == [f"The stage {stage.name} is gone" for stage in plan(nordic).stages]


def test_what_means_the_same_is_no_difference(nordic):
    spelled = nordic.replace("cart.value >= 200 && page.seconds >= 45", "(cart.value >= 200.0) &&  page.seconds >= 45")
    assert diff(plan(nordic), plan(spelled + "# a note\n")) == []


def test_another_order_of_triggers_is_told(nordic):
    head, _, rest = nordic.partition("  - name: big-basket")
    first, _, second = rest.partition("  - name: help-page")
    turned = f"{head}  - name: help-page{second}  - name: big-basket{first}"
    assert [change.kind for change in diff(plan(nordic), plan(turned))] == ["moved"]


def a_visit(nordic: str, *events, at: str = "2026-11-02T09:14:03Z"):
    compiled = compile_plan(plan(nordic))
    state = VisitState(VisitHead(visit="v", visitor="x", started_ms=to_ms(parse_instant(at))))
    for event in events:
        state.apply(event)
    return compiled, state


def test_explain_names_each_clause_with_its_value_and_when_it_would_fire(nordic):
    compiled, state = a_visit(nordic, PageEvent(0.0, "https://x/bikes"), CartEvent(10.0, 349.0, 1.0))
    found = explain(compiled, state, Past(), FREE, "big-basket")
    (audience, chats) = found.clauses
    assert (audience.holds, chats.holds) == (False, True)
    assert [(part.text, part.holds, part.readings[0].value) for part in audience.parts] == [
        ("cart.value >= 200", True, 349.0), ("page.seconds >= 45", False, 10.0),
    ]  # fmt: skip
    assert (found.fires, found.fires_in_ms, found.why) == (False, 35_000, "It would fire in 35 s if they stay")
    assert all(gate.passes for gate in found.gates)
    state.at(45_000)
    assert explain(compiled, state, Past(), FREE, "big-basket").fires
    assert state.now_ms == 45_000


@pytest.mark.parametrize(
    ("past", "gate"),
    [
        (Past(decided={"other"}), "per_visit"), (Past(decided={"big-basket"}), "once_a_visit"),
        (Past(last_decline_ms=to_ms(parse_instant("2026-11-01T09:00:00Z"))), "after_decline"),
        (Past(last_chat_ms=to_ms(parse_instant("2026-11-02T09:00:00Z"))), "after_chat"),
        (Past({"big-basket": [to_ms(parse_instant("2026-11-01T09:00:00Z"))]}), "at_most"),
    ],
)  # fmt: skip
def test_explain_names_what_stands_in_the_way(nordic, past, gate):
    compiled, state = a_visit(nordic, PageEvent(0.0, "https://x/bikes"), CartEvent(1.0, 349.0, 1.0))
    state.at(45_000)
    found = explain(compiled, state, past, FREE, "big-basket")
    assert gate in [one.name for one in found.gates if not one.passes]
    assert not found.fires
    assert found.fires_in_ms is None


def test_explain_agrees_with_deciding(nordic):
    compiled, state = a_visit(nordic, PageEvent(0.0, "https://x/help"), at="2026-11-02T20:00:00Z")
    state.at(20_000)
    found = explain(compiled, state, Past(), FREE, "help-page")
    assert not found.fires
    assert [gate.name for gate in found.gates if not gate.passes] == ["hours"]
    assert "closed" in found.why
    assert len(explain_all(compiled, state, Past(), FREE)) == 2
    with pytest.raises(NoSuchTrigger):
        explain(compiled, state, Past(), FREE, "none")


def test_a_past_moment_can_be_explained(nordic):
    head = VisitHead(visit="v", visitor="x", started_ms=to_ms(parse_instant("2026-11-02T09:14:03Z")))
    events = [PageEvent(0.0, "https://x/a"), CartEvent(5.0, 300.0, 1.0), PageEvent(60.0, "https://x/b")]
    assert state_at(head, events, 50_000).page_path == "/a"
    compiled = compile_plan(plan(nordic))
    assert explain(compiled, state_at(head, events, 50_000), Past(), FREE, "big-basket").fires
    assert not explain(compiled, state_at(head, events, 60_000), Past(), FREE, "big-basket").fires


def test_there_are_ten_playbooks_for_sales_and_ten_for_service():
    assert [book.aim for book in playbooks()] == ["sales"] * 10 + ["service"] * 10


@pytest.mark.parametrize("name", [book.name for book in playbooks()])
def test_a_playbook_is_adopted_sound_and_does_what_it_says(nordic, name):
    book = playbook(name)
    bare = nordic[: nordic.index("  - name: big-basket")].replace("triggers:  ", "triggers: []  ")
    bare = bare.replace("holdout: 5%", "holdout: 0%")
    adoption = adopt(bare, book)
    assert [str(problem) for problem in check(adoption.text).problems] == []
    assert "# for public holidays" in adoption.text
    adopted = plan(adoption.text)
    trigger = adopted.triggers[0]
    assert adopted.team(trigger.team).aim == book.aim
    assert {language for variant in trigger.say for language in variant.text} == {"fi", "en", "sv"}
    assert len(trigger.say) == 2
    compiled = compile_plan(adopted)
    earlier = {"visits_before": 2, "chats_before": 1} if name == "known-customer" else {"visits_before": 2}
    head = VisitHead(
        visit="v", visitor="x", started_ms=to_ms(parse_instant("2026-11-02T09:14:03Z")), device="desktop", **earlier
    )
    fired = replay(compiled, VisitState(head), book.tries.fires, Past(), FREE)
    assert [decision.trigger for decision in fired] == [name]
    assert replay(compiled, VisitState(head), book.tries.stays_quiet, Past(), FREE) == []
    for text in (book.about, book.audience, book.conversation_goal, book.next_step, book.measure, book.meaning()):
        assert text.strip()
    assert book.needs


def test_a_playbook_adopted_twice_gets_another_name(nordic):
    once = adopt(nordic, playbook("form-trouble")).text
    twice = plan(adopt(once, playbook("form-trouble")).text)
    assert [trigger.name for trigger in twice.triggers][-2:] == ["form-trouble", "form-trouble-2"]


def test_a_playbook_cannot_be_adopted_into_what_is_no_plan():
    adoption = adopt("a: [", playbook("form-trouble"))
    assert adoption.text == "a: ["
    assert adoption.problems


def test_the_schema_takes_the_example_and_is_the_published_file(nordic):
    schema = plan_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    document = json.loads(json.dumps(YAML(typ="safe", pure=True).load(nordic), default=str))
    jsonschema.validate(document, schema, format_checker=jsonschema.FormatChecker())
    for break_it in (
        lambda d: d.update(holdout="5"), lambda d: d.pop("teams"), lambda d: d.update(hodlout="5%"),
        lambda d: d["triggers"][0].update(at_most="often"), lambda d: d["teams"]["care"].pop("aim"),
    ):  # fmt: skip
        broken = json.loads(json.dumps(document))
        break_it(broken)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(broken, schema)
    assert json.loads((DOCS / "plan.schema.json").read_text("utf-8")) == schema
