"""Decision record 8, and the table of moments in the reference: each reading with a plan, a log and its decisions.

Expectations are worked out by hand from the words, never taken from the program.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from overture.direction.arms import site_draw, trigger_draw
from overture.direction.backtest import Options, run
from overture.direction.check import check
from overture.visits.facts import referrer_host
from overture.visits.log import BadLine, read_line

DOCS = Path(__file__).parents[3] / "docs"
MONDAY, TUESDAY, WEDNESDAY = (f"2026-11-0{day}T09:00:00Z" for day in (2, 3, 4))
HEAD = """
overture: 1
site: lab
timezone: {zone}
country: FI
languages: [en]
{top}
teams:
  desk:
    aim: sales
    goal: {{measure: orders, amount: 5000}}
    conversation_goal: An answer
    results: [done]
    after_chat: {{owner: desk}}
    hours: "{hours}"
triggers:
"""
TRIGGER = """
  - name: {name}
    team: desk
    when: {when}
    say: {{a: {{en: One}}, b: {{en: Two}}}}
    at_most: {at_most}
    holdout: {holdout}
    epoch: {epoch}
"""


def trigger(when: str, at_most: str = "1 ever", holdout: str = "0%", epoch: int = 1) -> dict[str, object]:
    return {"when": when, "at_most": at_most, "holdout": holdout, "epoch": epoch}


def plan(*triggers: str | dict[str, object], top: str = "", hours: str = "24/7", zone: str = "UTC"):
    text = HEAD.format(top=top, hours=hours, zone=zone)
    for place, one in enumerate(triggers):
        parts = trigger(one) if isinstance(one, str) else one
        text += TRIGGER.format(name=f"t{place}", **(parts | {"when": json.dumps(parts["when"])}))
    checked = check(text, now_ms=1_790_000_000_000)
    assert checked.plan is not None, checked.problems
    return checked.plan


def line(*events: tuple, started: str = MONDAY, visit: str = "v", visitor: str = "ann", **more: object) -> dict:
    told = []
    for at, kind, *fields in events:
        told.append({"at": at, "type": kind, **(fields[0] if fields else {})})
        if kind == "page":
            told[-1].setdefault("url", "https://shop.example/")
    return {"visit": visit, "visitor": visitor, "started": started, "events": told, **more}


@pytest.fixture
def decided(tmp_path):
    """The decisions of a plan on visits: (visit, trigger, at, arm)."""

    def decide(direction, *visits: dict) -> list[tuple[str, str, float, str]]:
        log, out = tmp_path / "log.jsonl", tmp_path / "out.jsonl"
        log.write_text("".join(json.dumps(one) + "\n" for one in visits), "utf-8")
        report = run(direction, log, Options(decisions=out, workers=1))
        assert report.problems == []
        rows = map(json.loads, out.read_text("utf-8").splitlines())
        return [(row["visit"], row["trigger"], row["at"], row["arm"]) for row in rows]

    return decide


PAGE = (0, "page")


# What a log counts


def test_chats_and_orders_are_counted_as_events(decided):
    told = [(1, "order", {"id": "A"}), (2, "order", {"id": "A"}), (3, "chat"), (4, "chat")]
    first, second = line(PAGE, *told, visit="first"), line(PAGE, started=TUESDAY, visit="second")
    assert decided(plan("visitor.chats == 2 && visitor.orders == 2"), first, second) == [("second", "t0", 0, "invited")]


def test_rest_is_counted_from_the_later_chat(decided):
    rest = plan(trigger("visitor.visits == 2"), top="quiet: {after_chat: 1d}")
    chatted = line(PAGE, (10, "chat"), (60, "chat"), (61, "end"), visit="first")
    too_early = line(PAGE, (59.999, "scroll", {"depth": 0.5}), started=TUESDAY, visit="second")
    in_time = line(PAGE, (60, "scroll", {"depth": 0.5}), started=TUESDAY, visit="second")
    assert decided(rest, chatted, too_early) == []
    assert decided(rest, chatted, in_time) == [("second", "t0", 60, "invited")]


def test_a_past_without_its_end(decided):
    direction = plan("visitor.days_since_last == -1 && visitor.visits == 3")
    assert decided(direction, line(PAGE, before={"visits": 2})) == [("v", "t0", 0, "invited")]


def test_the_past_is_read_at_the_first_visit_only(decided):
    visits = [line(PAGE, visit="first"), line(PAGE, started=TUESDAY, visit="second", before={"visits": 7})]
    assert decided(plan("visitor.visits == 8"), *visits) == []
    assert decided(plan("visitor.visits == 2"), *visits) == [("second", "t0", 0, "invited")]


def test_identification_is_of_its_visit(decided):
    direction = plan(trigger('visitor.identified && visitor.traits["a"] == "x"', at_most="9 ever"))
    known = line(PAGE, (1, "identify", {"traits": {"a": "x"}}), visit="first")
    assert decided(direction, known, line(PAGE, started=TUESDAY)) == [("first", "t0", 1, "invited")]
    forgotten = line(PAGE, (1, "identify", {"traits": {"a": None}}), traits={"a": "x"})
    assert decided(direction, forgotten) == []


# Time


@pytest.mark.parametrize(("at", "rounded"), [(1.0004, 1.0), (1.0005, 1.0), (1.0006, 1.001), (0.0015, 0.002)])
def test_finer_times_are_rounded(decided, at, rounded):
    assert decided(plan("page.scroll >= 0.5"), line(PAGE, (at, "scroll", {"depth": 1}))) == [
        ("v", "t0", rounded, "invited")
    ]


def test_two_events_at_one_instant_are_two_moments(decided):
    at = [(5, "page", {"url": "https://shop.example/a"}), (5, "page", {"url": "https://shop.example/b"}), (9, "end")]
    assert decided(plan('page.path == "/a"'), line(PAGE, *at)) == [("v", "t0", 5, "invited")]
    # The crossing at 5 s comes before both: the first page is still there.
    assert decided(plan('page.seconds >= 5 && page.path == "/"'), line(PAGE, *at)) == [("v", "t0", 5, "invited")]


def test_crossings_at_one_instant_are_one_moment_in_the_plans_order(decided):
    direction = plan("visit.seconds >= 5", "page.seconds >= 5", top="quiet: {per_visit: 2}")
    assert decided(direction, line(PAGE, (9, "end"))) == [("v", "t0", 5, "invited"), ("v", "t1", 5, "invited")]


@pytest.mark.parametrize(
    ("when", "end", "at"),
    [
        ("page.seconds >= 5", 5, 5), ("page.seconds > 5", 5, None), ("page.seconds > 5", 5.001, 5.001),
        ("page.seconds >= 5", 4.999, None), ("page.seconds < 5", 9, 0), ("page.seconds >= 0", 9, 0),
        ("page.seconds > 0", 9, 0.001), ("!(page.seconds < 5)", 9, 5), ("page.seconds >= -1", 9, 0),
        ("!(page.seconds <= 5)", 9, 5.001), ("5 <= page.seconds", 9, 5), ("visit.idle_seconds >= 5", 5, 5),
    ],
)  # fmt: skip
def test_limits_reached_exactly(decided, when, end, at):
    expected = [] if at is None else [("v", "t0", at, "invited")]
    assert decided(plan(when), line(PAGE, (end, "end"))) == expected


@pytest.mark.parametrize(("second", "free"), [("2026-11-03T08:59:59.999Z", False), ("2026-11-03T09:00:00Z", True)])
def test_the_edge_of_a_cap(decided, second, free):
    capped = plan(trigger("true", at_most="1 per 1d"))
    found = decided(capped, line(PAGE, visit="first"), line(PAGE, started=second, visit="second"))
    assert ("second", "t0", 0, "invited") in found if free else len(found) == 1
    rest = plan("true", top="quiet: {after_chat: 1d}")
    assert bool(decided(rest, line(PAGE, started=second, before={"chats": 1, "last_chat": MONDAY}))) is free


def test_a_cap_that_runs_out_and_hours_that_begin_are_no_moments(decided):
    capped = plan(trigger("true", at_most="1 per 1d"))
    early = "2026-11-03T08:59:59Z"
    assert len(decided(capped, line(PAGE), line(PAGE, (5, "end"), started=early))) == 1
    later = line(PAGE, (5, "scroll", {"depth": 0.2}), started=early, visit="second")
    assert decided(capped, line(PAGE), later)[1:] == [("second", "t0", 5, "invited")]
    opening = plan("page.seconds >= 5", hours="Mo-Su 10:00-11:00")
    visit = line(PAGE, (20, "scroll", {"depth": 0.2}), (30, "end"), started="2026-11-02T09:59:50Z")
    assert decided(opening, visit) == [("v", "t0", 20, "invited")]


@pytest.mark.parametrize(
    ("instant", "hour"),
    [
        ("2026-10-25T00:30:00Z", 3), ("2026-10-25T01:30:00Z", 3),  # comes twice
        ("2026-03-29T00:59:59Z", 2), ("2026-03-29T01:00:00Z", 4),  # 3 is left out
    ],
)  # fmt: skip
def test_the_hour_where_clocks_change(decided, instant, hour):
    local = plan(f"now.hour == {hour}", zone="Europe/Helsinki")
    assert decided(local, line(PAGE, started=instant)) == [("v", "t0", 0, "invited")]
    open_hour = plan("true", zone="Europe/Helsinki", hours=f"Mo-Su 0{hour}:00-0{hour + 1}:00")
    assert decided(open_hour, line(PAGE, started=instant)) == [("v", "t0", 0, "invited")]


def test_a_day_is_24_hours(decided):
    direction = plan(trigger("true", at_most="1 per 1d"), zone="Europe/Helsinki")
    first = line(PAGE, started="2026-10-24T12:00:00+03:00")  # the day after it has 25 hours
    assert len(decided(direction, first, line(PAGE, started="2026-10-25T10:59:59+02:00"))) == 1
    assert len(decided(direction, first, line(PAGE, started="2026-10-25T11:00:00+02:00"))) == 2


@pytest.mark.parametrize("at", [1, 2])
def test_nothing_comes_after_the_end(at):
    with pytest.raises(BadLine, match="after its end"):
        read_line(json.dumps(line(PAGE, (1, "end"), (at, "page"))).encode())


@pytest.mark.parametrize("event", [(1, "cart", {"value": None}), (1, "scroll", {"depth": None}), (1, "click")])
def test_what_can_not_be_read_makes_the_line_bad(event):
    with pytest.raises(BadLine):
        read_line(json.dumps(line(PAGE, event)).encode())


def test_overlapping_visits_are_taken_one_after_the_other(decided):
    long = line(PAGE, (600, "scroll", {"depth": 0.9}), visit="long")
    within = line(PAGE, started="2026-11-02T09:05:00Z", visit="within")
    since = plan("visitor.days_since_last < 0 && visitor.visits == 2")
    assert decided(since, within, long) == [("within", "t0", 0, "invited")]
    # The decision at 09:10 counts against the cap at 09:05.
    capped = plan(trigger("page.scroll > 0.5 || visitor.visits == 2", at_most="1 per 1h"))
    assert decided(capped, within, long) == [("long", "t0", 600, "invited")]


def test_visits_that_begin_together_are_taken_as_they_stand(decided):
    visits = [line(PAGE, visit="b"), line(PAGE, visit="a", started="2026-11-02T11:00:00+02:00")]
    assert decided(plan("visitor.visits == 2"), *visits) == [("a", "t0", 0, "invited")]


# Caps and arms


@pytest.mark.parametrize(("top", "arm"), [("", "held_out"), ("holdout: 100%", "held_out_all")])
def test_who_is_held_out_counts_as_invited_everywhere(decided, top, arm):
    held = trigger("true", holdout="100%", at_most="1 per 7d")
    assert decided(plan(held, "true", top=top), line(PAGE)) == [("v", "t0", 0, arm)]
    again = line(PAGE, started=WEDNESDAY, visit="second")
    assert decided(plan(held, top=top), line(PAGE), again) == [("v", "t0", 0, arm)]


def test_an_epoch_draws_anew_and_caps_go_on(decided):
    who = next(
        name for name in (f"visitor-{n}" for n in range(1000))
        if trigger_draw("lab", "t0", 1, name) < 1 << 63 <= trigger_draw("lab", "t0", 2, name)
    )  # fmt: skip
    for epoch, arm in ((1, "held_out"), (2, "invited")):
        direction = plan(trigger("true", holdout="50%", epoch=epoch, at_most="1 per 7d"))
        visits = [line(PAGE, visitor=who), line(PAGE, visitor=who, started=TUESDAY)]
        assert decided(direction, *visits) == [("v", "t0", 0, arm)]
    assert site_draw("lab", 1, who) != site_draw("lab", 2, who)


@pytest.mark.parametrize(("per_visit", "names"), [(0, []), (1, ["t0"]), (2, ["t0", "t1"]), (3, ["t0", "t1", "t2"])])
def test_decisions_of_one_moment_share_the_room_of_the_visit(decided, per_visit, names):
    direction = plan("true", "true", "true", top=f"quiet: {{per_visit: {per_visit}}}")
    assert [row[1] for row in decided(direction, line(PAGE))] == names


def test_nothing_is_decided_in_a_conversation(decided):
    direction = plan("visit.pages >= 2", "chat.open", "page.seconds >= 5")
    assert decided(direction, line(PAGE, (1, "chat"), (2, "page"), (900, "end"))) == []
    # The crossing at the instant of the chat comes before it.
    assert decided(direction, line(PAGE, (5, "chat"), (9, "end"))) == [("v", "t2", 5, "invited")]


# Values


@pytest.mark.parametrize(
    ("referrer", "host"),
    [
        (None, ""), ("https://SHOP.example/", ""), ("https://shop.example:8443/x", ""), ("about:blank", ""),
        ("https://www.shop.example/", "www.shop.example"), ("https://shop.example./", "shop.example."),
        ("https://xn--shp-sna.example/", "xn--shp-sna.example"), ("https://WWW.Google.fi/", "www.google.fi"),
        ("android-app://com.google.android.gm/", "com.google.android.gm"),
    ],
)  # fmt: skip
def test_own_host(referrer, host):
    assert referrer_host(referrer, "shop.example") == host


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ('page.title.contains("bike")', False), ('page.title.matches("(?i)bike")', True),
        ('visitor.language == "" && visitor.country == ""', True),
        ('visitor.traits["none"] != "x"', False), ('!(visitor.traits["none"] == "x")', True),
        ('visitor.traits["null"] != "x"', False), ('visitor.traits["one"] == visitor.traits["uno"]', True),
        ('visitor.traits["one"] != visitor.traits["text"]', False),
        ('visitor.traits["list"] == visitor.traits["list"]', False),
        ('!(visitor.traits["none"] + 1 > 0)', True), ('visitor.traits["none"].contains("")', False),
        ('visitor.traits["text"] in ["1", "x"]', True), ('visitor.traits["one"] in ["1"]', False),
        ('visitor.traits["one"]', False), ('visitor.traits["yes"]', True), ('visitor.traits["yes"] != false', True),
        ("cart.value / cart.items >= 0", False), ("0 / 0 != 0 / 0", True), ("1 / cart.items > 1e300", True),
        ("page.scroll > 1", False), ("page.scroll < 0", False), ('page.query["x"] == ""', True),
        ('page.count["x"] == 0', True),
    ],
)  # fmt: skip
def test_values(decided, when, holds):
    traits = {"null": None, "one": 1, "uno": 1.0, "text": "1", "list": [1], "yes": True}
    events = [(0, "page", {"title": "BIKE"}), (1, "scroll", {"depth": -1}), (2, "scroll", {"depth": 60})]
    assert bool(decided(plan(when), line(*events, language=None, country=None, traits=traits))) is holds


# The reference's table of moments


def test_the_table_of_moments(decided):
    page = (10, "page", {"url": "https://shop.example/here"})
    basket = (60, "cart", {"value": 9, "items": 1})
    scroll, early = (20, "scroll", {"depth": 0.5}), (5, "cart", {"value": 9, "items": 1})
    cases = [[], [], [], [basket], [basket], [scroll], [early], []]
    text = (DOCS / "reference" / "conditions.md").read_text("utf-8")
    table = re.findall(
        r"^\| `([^`]+)`(?:, [^|]*)? \| (never|not before|[\d.]+ s)", text.partition("| Looked at")[2], re.M
    )
    assert len(table) == len(cases)
    for (when, said), more in zip(table, cases, strict=True):
        shown = plan(f'({when}) && page.path == "/here"')
        events = sorted([PAGE, page, *more, (200, "end")], key=lambda one: one[0])
        started = "2026-11-02T11:59:40Z" if "now" in when else MONDAY
        found = decided(shown, line(*events, started=started))
        expected = [] if said in ("never", "not before") else [("v", "t0", float(said.removesuffix(" s")), "invited")]
        assert found == expected, when
