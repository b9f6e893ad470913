"""Random plans on random visits: the decisions must equal a slow, separate reading of design section 5.

The reading below shares nothing with the product but the event and plan structs. It works from a list of
plain dictionaries, builds every fact anew at every instant from all events so far, finds crossings by
comparing each time comparison with its value one millisecond earlier, and evaluates conditions as trees of
its own.
"""

from __future__ import annotations

import hashlib
import json
import math
import random
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest
from opening_hours import OpeningHours

from overture.direction.backtest import Options, run
from overture.direction.load import load
from overture.visits.log import read_line

ENGINES = ["google", "bing", "duckduckgo", "yahoo", "ecosia", "yandex", "baidu", "brave", "qwant"]
HOURS = ["24/7", "Mo-Fr 09:00-17:00; PH off", "Mo-Su 08:00-20:00", "Sa-Su 10:00-16:00", "Mo-Su 11:00-11:02"]
PATHS = ["/", "/bikes", "/bikes/7", "/basket", "/help", "/help/faq"]


# The reading


def ms(at: float) -> int:
    return round(at * 1000)


def facts_at(visit: dict, prior: dict, before_events: list[dict], t: int, zone: ZoneInfo) -> dict:
    """Every fact at `t` ms, with exactly `before_events` having happened."""
    pages = [e for e in before_events if e["type"] == "page"]
    page, first = pages[-1], pages[0]
    since_page = before_events[max(i for i, e in enumerate(before_events) if e["type"] == "page") :]
    url, entry = urlsplit(page["url"]), urlsplit(first["url"])
    query = {k: v[0] for k, v in parse_qs(url.query, keep_blank_values=True).items()}
    entry_query = {k: v[0] for k, v in parse_qs(entry.query, keep_blank_values=True).items()}
    host = urlsplit(first.get("referrer") or "").hostname or ""
    if host == entry.hostname:
        host = ""
    traits = dict(visit["traits"])
    identified = visit["identified"]
    cart = (0, 0)
    for e in before_events:
        if e["type"] == "identify":
            identified, traits = True, {**traits, **e["traits"]}
        if e["type"] == "cart":
            cart = (e["value"], e["items"])
    local = (visit["start"] + timedelta(milliseconds=t)).astimezone(zone)
    medium = "direct"
    if host:
        medium = "organic" if any(label in ENGINES for label in host.split(".")) else "referral"

    def count(events):
        names = [e["name"] for e in events if e["type"] == "event"]
        return {name: names.count(name) for name in names}

    return {
        "page.url": page["url"],
        "page.path": url.path or "/",
        "page.title": page.get("title") or "",
        "page.query": query,
        "page.seconds": (t - ms(page["at"])) / 1000,
        "page.scroll": max([0.0] + [e["depth"] for e in since_page if e["type"] == "scroll"]),
        "page.nth": sum((urlsplit(p["url"]).path or "/") == (url.path or "/") for p in pages),
        "page.count": count(since_page),
        "visit.seconds": t / 1000,
        "visit.idle_seconds": (t - ms(before_events[-1]["at"])) / 1000,
        "visit.pages": len(pages),
        "visit.entry_path": entry.path or "/",
        "visit.query": entry_query,
        "visit.referrer": host,
        "visit.source": entry_query.get("utm_source") or host or "direct",
        "visit.medium": entry_query.get("utm_medium") or medium,
        "visit.campaign": entry_query.get("utm_campaign") or "",
        "visit.count": count(before_events),
        "visitor.visits": prior["visits"] + 1,
        "visitor.chats": prior["chats"],
        "visitor.orders": prior["orders"],
        "visitor.days_since_last": -1
        if prior["ended"] is None
        else (visit["start"] - prior["ended"]) / timedelta(days=1),
        "visitor.identified": identified,
        "visitor.traits": traits,
        "visitor.language": visit["language"],
        "visitor.country": visit["country"],
        "visitor.device": visit["device"],
        "cart.value": cart[0],
        "cart.items": cart[1],
        "chat.open": any(e["type"] == "chat" for e in before_events),
        "team.free": math.inf,
        "team.queue": 0,
        "team.wait_seconds": 0,
        "now.hour": local.hour,
        "now.minute": local.minute,
        "now.weekday": local.isoweekday(),
    }


class Unfit(Exception):
    pass


def value(tree, facts, plan, wanted):
    """The value of a tree; Unfit if a trait in it is missing or of another type."""
    kind = tree[0]
    if kind == "lit":
        return tree[1]
    if kind == "fact":
        return stage(facts, plan) if tree[1] == "visit.stage" else facts[tree[1]]
    if kind == "entry":
        return facts[tree[1]].get(tree[2], "" if tree[1].endswith("query") else 0)
    if kind == "trait":
        found = facts["visitor.traits"].get(tree[1])
        fits = {
            "number": isinstance(found, int | float) and not isinstance(found, bool),
            "string": isinstance(found, str),
            "bool": isinstance(found, bool),
        }
        if not fits[wanted]:
            raise Unfit
        return found
    if kind == "arith":
        a, b = value(tree[2], facts, plan, "number"), value(tree[3], facts, plan, "number")
        a, b = float(a), float(b)
        if tree[1] == "/":
            if b == 0:
                if a == 0 or math.isnan(a):
                    return math.nan
                return math.copysign(math.inf, a) * math.copysign(1, b)
            return a / b
        return {"+": a + b, "-": a - b, "*": a * b}[tree[1]]
    if kind == "neg":
        return -float(value(tree[1], facts, plan, "number"))
    if kind == "size":
        return len(value(tree[1], facts, plan, "string"))
    return holds(tree, facts, plan)


def holds(tree, facts, plan) -> bool:
    kind = tree[0]
    if kind == "and":
        return all(holds(part, facts, plan) for part in tree[1:])
    if kind == "or":
        return any(holds(part, facts, plan) for part in tree[1:])
    if kind == "not":
        return not holds(tree[1], facts, plan)
    if kind == "audience":
        return holds(dict(plan["audiences"])[tree[1]], facts, plan)
    if kind == "trait":
        return facts["visitor.traits"].get(tree[1]) is True
    if kind in ("lit", "fact"):
        return value(tree, facts, plan, "bool")
    try:
        if kind == "cmp":
            _, op, wanted, left, right = tree
            a, b = value(left, facts, plan, wanted), value(right, facts, plan, wanted)
            return {
                "==": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b,
            }[op]  # fmt: skip
        if kind == "in":
            a = value(tree[2], facts, plan, tree[1])
            return any(a == item for item in tree[3])
        assert kind == "call"
        text = value(tree[2], facts, plan, "string")
        if tree[1] == "matches":
            return re.search(tree[3], text) is not None
        return {
            "startsWith": text.startswith(tree[3]), "endsWith": text.endswith(tree[3]), "contains": tree[3] in text,
        }[tree[1]]  # fmt: skip
    except Unfit:
        return False


def stage(facts, plan) -> str:
    for name, tree in plan["stages"]:
        if holds(tree, facts, plan):
            return name
    return ""


def comparisons(tree, plan) -> list:
    """Every comparison of a time in a condition: its audiences and, if it asks for the stage, the stages."""
    if not isinstance(tree, tuple):
        return []
    if tree[0] == "cmp" and any(
        side[0] == "fact" and side[1] in ("page.seconds", "visit.seconds", "visit.idle_seconds") for side in tree[3:]
    ):
        return [tree]
    if tree[0] == "audience":
        return comparisons(dict(plan["audiences"])[tree[1]], plan)
    if tree == ("fact", "visit.stage"):
        return [found for _, one in plan["stages"] for found in comparisons(one, plan)]
    return [found for part in tree[1:] for found in comparisons(part, plan)]


def h(text: str) -> float:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") / 2**64


def read_visit(plan: dict, visit: dict, prior: dict, hours: dict) -> list[dict]:
    zone = ZoneInfo(plan["timezone"])
    events = visit["events"]
    last = ms(events[-1]["at"])
    times = {ms(e["at"]) for e in events}
    interesting = set(times)
    for trigger in plan["triggers"]:
        for comparison in comparisons(trigger["tree"], plan):
            for side in comparison[3:]:
                if side[0] == "lit" and 0 <= side[1] < 10_000:
                    for zero in times:
                        for off in (-1, 0, 1, 2):
                            t = zero + math.floor(side[1] * 1000) + off
                            if 0 < t <= last:
                                interesting.add(t)
    done: list[dict] = []
    for t in sorted(interesting):
        earlier = [e for e in events if ms(e["at"]) < t]
        if earlier:
            was = facts_at(visit, prior, earlier, t - 1, zone)
            now = facts_at(visit, prior, earlier, t, zone)
            due = [
                trigger
                for trigger in plan["triggers"]
                if any(holds(c, was, plan) != holds(c, now, plan) for c in comparisons(trigger["tree"], plan))
            ]
            moment(plan, visit, prior, hours, t, now, due, done)
        for place, event in enumerate(events):
            if ms(event["at"]) == t and event["type"] != "end":
                facts = facts_at(visit, prior, events[: place + 1], t, zone)
                moment(plan, visit, prior, hours, t, facts, plan["triggers"], done)
    return done


def moment(plan, visit, prior, hours, t, facts, due, done) -> None:
    if facts["chat.open"]:
        return
    at = visit["start"] + timedelta(milliseconds=t)
    for trigger in due:
        quiet = plan["quiet"]
        if any(d["trigger"] == trigger["name"] for d in done) or len(done) >= quiet["per_visit"]:
            continue
        if prior["last_chat"] is not None and at - prior["last_chat"] < quiet["after_chat"]:
            continue
        number, per = trigger["at_most"]
        past = [d for d in prior["decisions"] if d[0] == trigger["name"] and (per is None or at - d[1] < per)]
        if len(past) >= number or not holds(trigger["tree"], facts, plan):
            continue
        if not hours[trigger["team"]].is_open(at.astimezone(ZoneInfo(plan["timezone"]))):
            continue
        site, who = plan["site"], visit["visitor"]
        arm = "invited"
        if h(f"{site}/*/{plan['epoch']}/{who}") < plan["holdout"] / 100:
            arm = "held_out_all"
        elif h(f"{site}/{trigger['name']}/{trigger['epoch']}/{who}") < trigger["holdout"] / 100:
            arm = "held_out"
        variant = "abc"[math.floor(h(f"{site}/{trigger['name']}/variant/{who}") * trigger["variants"])]
        done.append(
            {"visit": visit["visit"], "visitor": who, "trigger": trigger["name"], "at": t / 1000, "arm": arm,
             "variant": variant}
        )  # fmt: skip
        prior["decisions"].append((trigger["name"], at))


def read_whole_log(plan: dict, visits: list[dict]) -> list[dict]:
    hours = {
        name: OpeningHours(text, timezone=ZoneInfo(plan["timezone"]), country="FI")
        for name, text in plan["teams"].items()
    }
    known: dict[str, dict] = {}
    decisions = []
    for visit in sorted(visits, key=lambda one: one["start"]):
        who = visit["visitor"]
        if who not in known:
            before = visit.get("before") or {}

            def instant(text):
                return None if text is None else datetime.fromisoformat(text)

            known[who] = {
                "visits": before.get("visits", 0), "chats": before.get("chats", 0), "orders": before.get("orders", 0),
                "ended": instant(before.get("ended")), "last_chat": instant(before.get("last_chat")),
                "decisions": [],
            }  # fmt: skip
        prior = known[who]
        decisions += read_visit(plan, visit, prior, hours)
        prior["visits"] += 1
        for event in visit["events"]:
            prior["chats"] += event["type"] == "chat"
            prior["orders"] += event["type"] == "order"
            if event["type"] == "chat":
                at = visit["start"] + timedelta(milliseconds=ms(event["at"]))
                prior["last_chat"] = max(filter(None, [prior["last_chat"], at]))
        prior["ended"] = visit["start"] + timedelta(milliseconds=ms(visit["events"][-1]["at"]))
    return decisions


# Random plans, as trees and as text


def quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def text_of(tree) -> str:
    kind = tree[0]
    if kind == "lit":
        if isinstance(tree[1], bool):
            return "true" if tree[1] else "false"
        return quoted(tree[1]) if isinstance(tree[1], str) else repr(tree[1])
    if kind == "fact":
        return tree[1]
    if kind == "entry":
        return f"{tree[1]}[{quoted(tree[2])}]"
    if kind == "trait":
        return f"visitor.traits[{quoted(tree[1])}]"
    if kind == "audience":
        return f"audience.{tree[1]}"
    if kind == "arith":
        return f"({text_of(tree[2])} {tree[1]} {text_of(tree[3])})"
    if kind == "neg":
        return f"-({text_of(tree[1])})"
    if kind == "size":
        return f"size({text_of(tree[1])})"
    if kind in ("and", "or"):
        return "(" + (" && " if kind == "and" else " || ").join(text_of(part) for part in tree[1:]) + ")"
    if kind == "not":
        return f"!({text_of(tree[1])})"
    if kind == "cmp":
        return f"{text_of(tree[3])} {tree[1]} {text_of(tree[4])}"
    if kind == "in":
        return f"{text_of(tree[2])} in [{', '.join(text_of(('lit', item)) for item in tree[3])}]"
    return f"{text_of(tree[2])}.{tree[1]}({quoted(tree[3])})"


NUMBERS = (
    "page.scroll", "page.nth", "visit.pages", "visitor.visits", "visitor.chats", "visitor.orders",
    "visitor.days_since_last", "cart.value", "cart.items", "team.free", "team.queue", "now.hour",
    "now.minute", "now.weekday",
)  # fmt: skip
TEXTS = (
    "page.path", "page.path", "page.path", "page.url", "page.title", "visit.entry_path", "visit.referrer",
    "visit.source", "visit.medium", "visit.campaign", "visitor.language", "visitor.country", "visitor.device",
)  # fmt: skip


def a_number(r: random.Random, depth: int):
    pick = r.random()
    if pick < 0.55 or depth <= 0:
        return ("fact", r.choice(NUMBERS))
    if pick < 0.7:
        return ("entry", r.choice(["page.count", "visit.count"]), r.choice(["form_error", "hover:price", "x"]))
    if pick < 0.8:
        return ("trait", r.choice("abcd"))
    if pick < 0.85:
        return ("size", a_string(r))
    if pick < 0.9:
        return ("neg", a_number(r, depth - 1))
    return ("arith", r.choice("+-*/"), a_number(r, depth - 1), ("lit", r.choice([0, 1, 2.5, 3])))


def a_string(r: random.Random):
    pick = r.random()
    if pick < 0.15:
        return ("trait", r.choice("abcd"))
    if pick < 0.4:
        return ("entry", r.choice(["page.query", "visit.query"]), r.choice(["utm_source", "q", "z"]))
    return ("fact", r.choice(TEXTS))


def a_time(r: random.Random):
    fact = ("fact", r.choice(["page.seconds", "page.seconds", "visit.seconds", "visit.idle_seconds"]))
    number = ("lit", r.choice([0, 0.5, 1, 2, 3.001, 5, 7.25, 10, 12.3456, 20, 33.3, -1, 1000000]))
    op = r.choice([">", ">=", ">=", ">=", "<", "<="])
    if r.random() < 0.2:
        return ("cmp", op, "number", number, fact)
    return ("cmp", op, "number", fact, number)


STRINGS = [
    "/",
    "/bikes",
    "/basket",
    "/help",
    "news",
    "email",
    "organic",
    "google",
    "fi",
    "FI",
    "mobile",
    "",
    "x",
    "pro",
]


def an_atom(r: random.Random, names: list[str], staged: bool):
    pick = r.random()
    if pick < 0.3:
        return a_time(r)
    if pick < 0.5:
        wanted = r.choice([0, 1, 2, 3, 0.5, 9, 12, 100])
        return ("cmp", r.choice(["==", "!=", "<", "<=", ">", ">="]), "number", a_number(r, 2), ("lit", wanted))
    if pick < 0.62:
        return ("cmp", r.choice(["==", "!=", "<", ">="]), "string", a_string(r), ("lit", r.choice(STRINGS)))
    if pick < 0.75:
        method = r.choice(["startsWith", "startsWith", "endsWith", "contains", "matches"])
        return ("call", method, a_string(r), r.choice(["/", "/bikes", "/h", "o", "7"]))
    if pick < 0.82:
        return ("in", "string", a_string(r), tuple(r.sample(STRINGS, 3)))
    if pick < 0.85:
        return ("in", "number", a_number(r, 1), (0, 1, 2))
    if pick < 0.88:
        return ("trait", r.choice("abcd"))
    if pick < 0.9:
        return r.choice([("fact", "visitor.identified"), ("fact", "chat.open"), ("lit", True), ("lit", False)])
    if pick < 0.95 and names:
        return ("audience", r.choice(names))
    if staged:
        return ("cmp", r.choice(["==", "!="]), "string", ("fact", "visit.stage"), ("lit", r.choice(["s0", "s1", ""])))
    return a_time(r)


def a_tree(r: random.Random, depth: int, names: list[str], staged: bool):
    pick = r.random()
    if depth <= 0 or pick < 0.35:
        return an_atom(r, names, staged)
    if pick < 0.5:
        return ("not", a_tree(r, depth - 1, names, staged))
    parts = [a_tree(r, depth - 1, names, staged) for _ in range(r.randint(2, 4))]
    return ("and" if pick < 0.8 else "or", *parts)


def a_plan(r: random.Random) -> tuple[dict, str]:
    teams = {f"t{i}": r.choice(HOURS[:3] if i else HOURS) for i in range(2)}
    stages = [(f"s{i}", a_tree(r, 1, [], False)) for i in range(r.randint(0, 3))]
    audiences = [(f"a-{i}", a_tree(r, 2, [], bool(stages))) for i in range(r.randint(0, 3))]
    names = [name for name, _ in audiences]
    plan = {
        "site": "shop", "timezone": r.choice(["Europe/Helsinki", "America/New_York", "UTC"]),
        "holdout": r.choice([0, 0, 20]), "epoch": r.choice([1, 2]), "teams": teams, "stages": stages,
        "audiences": audiences,
        "quiet": {"per_visit": r.choice([1, 1, 2, 5]), "after_chat": timedelta(hours=r.choice([0, 1, 24]))},
        "triggers": [
            {"name": f"tr-{i}", "team": r.choice(list(teams)), "tree": a_tree(r, 2, names, bool(stages)),
             "at_most": r.choice([(1, None), (2, None), (1, timedelta(days=1)), (2, timedelta(hours=2))]),
             "holdout": r.choice([0, 0, 33.5]), "epoch": r.choice([1, 1, 4]), "variants": r.randint(1, 3)}
            for i in range(r.randint(1, 8))
        ],
    }  # fmt: skip
    return plan, yaml_of(plan)


def duration(delta: timedelta) -> str:
    return f"{int(delta.total_seconds())}s"


def yaml_of(plan: dict) -> str:
    quiet = plan["quiet"]
    lines = ["overture: 1", "site: shop", f"timezone: {plan['timezone']}", "country: FI", "currency: EUR",
             "languages: [en]", f"holdout: {plan['holdout']}%", f"epoch: {plan['epoch']}",
             f"quiet: {{per_visit: {quiet['per_visit']}, after_chat: {duration(quiet['after_chat'])}}}"]  # fmt: skip

    def q(tree) -> str:
        return "'" + text_of(tree).replace("'", "''") + "'"

    if plan["stages"]:
        lines += ["stages:"] + [f"  - {name}: {q(tree)}" for name, tree in plan["stages"]]
    if plan["audiences"]:
        lines += ["audiences:"] + [f"  {name}: {q(tree)}" for name, tree in plan["audiences"]]
    lines += ["teams:"]
    for name, hours in plan["teams"].items():
        lines += [f"  {name}:", "    aim: sales", "    goal: {measure: orders, amount: 1}", "    results: [won]",
                  f"    hours: {quoted(hours)}", "    conversation_goal: an order",
                  f"    after_chat: {{owner: {name}}}"]  # fmt: skip
    lines += ["triggers:"]
    for trigger in plan["triggers"]:
        number, per = trigger["at_most"]
        lines += [f"  - name: {trigger['name']}", f"    team: {trigger['team']}", f"    when: {q(trigger['tree'])}",
                  f"    at_most: {number} {'ever' if per is None else 'per ' + duration(per)}",
                  f"    holdout: {trigger['holdout']}%", f"    epoch: {trigger['epoch']}", "    say:"]  # fmt: skip
        lines += [f"      {'abc'[i]}: {{en: Hello {i}}}" for i in range(trigger["variants"])]
    return "\n".join(lines) + "\n"


def some_visits(r: random.Random) -> list[dict]:
    visits = []
    base = datetime(2026, 3, 27, 6, tzinfo=UTC)
    for number in range(r.randint(1, 8)):
        start = base + timedelta(minutes=r.randint(0, 5000), milliseconds=r.choice([0, 0, 1, 999]))
        events: list[dict] = [a_page(r, 0.0)]
        at = 0.0
        for _ in range(r.randint(0, 8)):
            at = round(at + r.choice([0, 0.5, 1, 2, 2.999, 3.001, 5, 7.25, 10, 12.3456, 20, 40]), 4)
            events.append(an_event(r, at))
        if r.random() < 0.6:
            events.append({"at": round(at + r.choice([0, 5, 10, 60]), 3), "type": "end"})
        visit = {
            "visit": f"v{number}", "visitor": r.choice(["ann", "bob", "åsa"]), "start": start,
            "language": r.choice(["fi", "en"]), "device": r.choice(["desktop", "mobile"]), "country": "FI",
            "identified": r.random() < 0.3, "traits": some_traits(r), "events": events,
        }  # fmt: skip
        if r.random() < 0.3:
            visit["before"] = {"visits": 2, "chats": 1, "orders": 1, "ended": "2026-03-26T10:00:00+02:00",
                               "last_chat": "2026-03-27T05:00:00+00:00"}  # fmt: skip
        visits.append(visit)
    return visits


def some_traits(r: random.Random) -> dict:
    values = [True, False, 1, 2.5, 0, "pro", "", "fi", None, [1]]
    return {key: r.choice(values) for key in "abc" if r.random() < 0.5}


def a_page(r: random.Random, at: float) -> dict:
    query = r.choice(["", "", "?utm_source=news&utm_medium=email", "?q=a&q=b&z=", "?utm_campaign=retarget%20me#x?y"])
    referrer = r.choice([None, "https://www.google.fi/search?q=x", "https://shop.example/", "https://blog.example/a"])
    return {"at": at, "type": "page", "url": "https://shop.example" + r.choice(PATHS) + query, "referrer": referrer,
            "title": r.choice(["Bikes", None])}  # fmt: skip


def an_event(r: random.Random, at: float) -> dict:
    kind = r.choice(["page", "page", "scroll", "event", "event", "cart", "identify", "order", "chat"])
    if kind == "page":
        return a_page(r, at)
    more = {
        "scroll": {"depth": r.choice([0.1, 0.5, 1.0])}, "event": {"name": r.choice(["form_error", "hover:price"])},
        "cart": {"value": r.choice([0, 100, 349.5]), "items": r.choice([0, 1, 2])},
        "identify": {"traits": some_traits(r)}, "order": {"id": "A1", "value": 10.0, "currency": "EUR"}, "chat": {},
    }  # fmt: skip
    return {"at": at, "type": kind, **more[kind]}


def log_line(visit: dict, r: random.Random) -> bytes:
    offset = ZoneInfo(r.choice(["UTC", "Europe/Helsinki", "America/New_York"]))
    started = visit["start"].astimezone(offset).isoformat(timespec="milliseconds")
    body = {key: value for key, value in visit.items() if key != "start"}
    return json.dumps(body | {"started": started}).encode() + b"\n"


@pytest.mark.parametrize("seed", range(400))
def test_decisions_equal_the_naive_reading(seed, tmp_path):
    r = random.Random(seed)
    plan, text = a_plan(r)
    loaded = load(text)
    assert loaded.plan is not None, [str(problem) for problem in loaded.problems]
    visits = some_visits(r)
    log = tmp_path / "visits.jsonl"
    lines = [log_line(visit, r) for visit in visits]
    assert all(read_line(line) for line in lines)
    log.write_bytes(b"".join(lines))
    out = tmp_path / "decisions.jsonl"
    run(loaded.plan, log, Options(decisions=out, workers=1, survey=bool(seed % 2)))
    found = [json.loads(line) for line in out.read_bytes().splitlines()]
    assert found == read_whole_log(plan, visits)
