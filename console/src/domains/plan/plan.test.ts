import { describe, expect, it } from "vitest";
import type { HeldBackCount } from "./api";
import { type Explanation, remaining, verdictOf } from "./explain";
import { byDay, totalsBy } from "./held-back";
import { choicesOf, completionAt, type Language, meaningAt, namesIn, triggerNames } from "./language";
import { lineOf, rangeOf } from "./places";
import { answersIn } from "./teaser";
import { busiest, expectedByHour, type Numbers, overlaps, triggersOf, weeksOf } from "./trial";

const TEXT = `overture: 1
quiet: {per_visit: 2, after_decline: 7d}
stages:
  - mid: cart.items > 0
audiences:
  hesitating: cart.value >= 200
teams:
  bike-sales:
    aim: sales
    goal: {measure: orders, amount: 120}
  care:
    aim: service
triggers:                     # in order
  - name: big-basket
    team: bike-sales
    when: audience.hesitating
    say:
      a: {fi: Ehkä 🚲 nyt?, en: Now?}
  - {name: other, team: care}
`;

const key = (path: string, holds = "word", needed = false, example = "x") => ({
  path,
  holds,
  needed,
  meaning: `what ${path} is`,
  example,
});
const LANGUAGE: Language = {
  facts: [
    { name: "page.seconds", kind: "time", meaning: "since that page event" },
    { name: "page.count", kind: "counts", meaning: "named events" },
    { name: "page.path", kind: "string", meaning: "the path" },
    { name: "visit.stage", kind: "string", meaning: "the stage" },
    { name: "audience.NAME", kind: "bool", meaning: "an audience" },
  ],
  keys: [
    key("overture"),
    key("quiet", "mapping"),
    key("quiet.per_visit"),
    key("quiet.after_decline"),
    key("quiet.after_chat", "duration", false, "1d"),
    key("teams"),
    key("teams.NAME.aim"),
    key("teams.NAME.goal", "mapping"),
    key("teams.NAME.goal.measure"),
    key("teams.NAME.goal.per"),
    key("triggers"),
    key("triggers.name"),
    key("triggers.team"),
    key("triggers.when"),
    key("triggers.show"),
    key("triggers.at_most", "cap", true, "1 per 7d"),
  ],
  choices: { "teams.NAME.aim": ["sales", "service"], "triggers.show": ["badge", "teaser"] },
};

/** What is offered at the `|` in a text. */
function offered(text: string): string[] {
  const at = text.indexOf("|");
  return completionAt(text.replace("|", ""), at, LANGUAGE)?.options.map((option) => option.label) ?? [];
}
const inTrigger = (line: string) => TEXT.replace("    when: audience.hesitating", line);

describe("completion", () => {
  it("offers the keys that fit and are not there yet", () => {
    expect(offered(inTrigger("    s|"))).toEqual(["when", "show", "at_most"]);
    expect(offered(`${TEXT}q|`)).not.toContain("quiet");
    expect(offered(TEXT.replace("after_decline: 7d}", "af|}"))).toEqual(["after_decline", "after_chat"]);
    expect(offered(TEXT.replace("amount: 120}", "p|}"))).toContain("per");
    expect(offered(TEXT.replace("  care:\n", "    |\n  care:\n"))).toEqual([]);
  });
  it("offers facts in conditions, audiences only where one may ask them", () => {
    expect(offered(inTrigger("    when: pa|"))).toEqual([
      "page.seconds",
      "page.count",
      "page.path",
      "visit.stage",
      "audience.hesitating",
    ]);
    expect(offered(inTrigger("    when: page.seconds >= 3 && audience.|"))).toContain("audience.hesitating");
    expect(offered(TEXT.replace("cart.value >= 200", "pag|"))).not.toContain("audience.hesitating");
    expect(offered(TEXT.replace("mid: cart.items > 0", "mid: vis|"))).not.toContain("visit.stage");
    expect(offered(inTrigger("    when: page.path.st|"))).toContain("startsWith");
  });
  it("offers words to choose from, and the plan's own teams", () => {
    expect(offered(TEXT.replace("aim: service", "aim: s|"))).toEqual(["sales", "service"]);
    expect(offered(inTrigger("    show: |"))).toEqual(["badge", "teaser"]);
    expect(offered(TEXT.replace("team: bike-sales", "team: |"))).toEqual(["bike-sales", "care"]);
    expect(offered(TEXT.replace("team: care}", "team: c|}"))).toEqual(["bike-sales", "care"]);
    expect(offered(inTrigger("    at_most: |"))).toEqual(["1 per 7d"]);
  });
  it("leaves comments and messages alone", () => {
    expect(offered(TEXT.replace("in order", "in o|"))).toEqual([]);
    expect(offered(TEXT.replace("Now?", "N|"))).toEqual([]);
  });
  it("puts the word in the place of what was typed", () => {
    const text = inTrigger("    when: page.sec");
    const at = text.indexOf("page.sec") + "page.sec".length;
    expect(completionAt(text, at, LANGUAGE)?.from).toBe(at - "page.sec".length);
  });
});

describe("what is known of a text", () => {
  it("names its teams, audiences and triggers", () => {
    expect(namesIn(TEXT, "teams")).toEqual(["bike-sales", "care"]);
    expect(namesIn(TEXT, "routes")).toEqual([]);
    expect(triggerNames(TEXT)).toEqual(["big-basket", "other"]);
  });
  it("tells what a fact or a key means", () => {
    expect(meaningAt(TEXT, TEXT.indexOf("audience.hes") + 3, LANGUAGE)?.text).toBe("an audience");
    expect(meaningAt(TEXT, TEXT.indexOf("aim: service") + 1, LANGUAGE)?.text).toBe("what teams.NAME.aim is");
    expect(meaningAt(TEXT, TEXT.indexOf("Now?") + 1, LANGUAGE)).toBeNull();
    const asked = 'when: page.path.startsWith("/help")';
    expect(meaningAt(asked, 8, LANGUAGE)).toEqual({ from: 6, to: 15, title: "page.path · string", text: "the path" });
    expect(meaningAt(asked, asked.indexOf("starts") + 3, LANGUAGE)).toBeNull();
  });
  it("finds the words to choose from in the schema", () => {
    const schema = {
      properties: {
        teams: { additionalProperties: { properties: { aim: { enum: ["sales", "service"] } } } },
        triggers: { items: { properties: { show: { enum: ["badge"] } } } },
      },
    };
    expect(choicesOf(schema)).toEqual({ "teams.NAME.aim": ["sales", "service"], "triggers.show": ["badge"] });
  });
});

describe("places", () => {
  const under = (line: number, column: number) => {
    const { from, to } = rangeOf(TEXT, line, column);
    return TEXT.slice(from, to);
  };
  it("are the word at a line and column", () => {
    expect(under(1, 1)).toBe("overture");
    expect(under(6, 29)).toBe("200");
    expect(under(6, 26)).toBe(">=");
  });
  it("count characters as the server does", () => expect(under(18, 22)).toBe("nyt"));
  it("stay in the text, however wrong the place is", () => {
    expect(under(1, 99)).toBe("overture: 1");
    expect(rangeOf(TEXT, 999, 1)).toEqual({ from: TEXT.length, to: TEXT.length });
  });
  it("are found by name in their section", () => {
    expect(lineOf(TEXT, "triggers", "big-basket")).toBe(14);
    expect(lineOf(TEXT, "triggers", "other")).toBe(19);
    expect(lineOf(TEXT, "teams", "care")).toBe(11);
    expect(lineOf(TEXT, "stages", "mid")).toBe(4);
    expect(lineOf(TEXT, "teams", "big-basket")).toBe(0);
  });
});

describe("a trial", () => {
  const week = (at: number, count: number) => Array.from({ length: 168 }, (_, hour) => (hour === at ? count : 0));
  const trigger = (eligible: number, with_others: Record<string, number>, by_hour = week(10, 20)) => ({
    eligible,
    invited: 20,
    held_out: 1,
    held_out_all: 0,
    held_back: 0,
    visitors: 20,
    by_hour,
    with_others,
  });
  const numbers: Numbers = {
    visits: 100,
    visitors: 90,
    disturbed: 20,
    chats: 14,
    orders: 3,
    first_ms: 0,
    last_ms: 2 * 604_800_000,
    chats_by_hour: week(10, 14),
    triggers: { a: trigger(50, { b: 10, c: 0 }), b: trigger(20, { a: 10 }, week(11, 2)), c: trigger(4, {}) },
  };
  it("expects conversations that came by themselves and accepted invitations, an hour of one week", () => {
    const expected = expectedByHour(numbers, 0.1);
    expect(expected[10]).toBeCloseTo((14 + 0.1 * 40) / 2);
    expect(expected[11]).toBeCloseTo(0.1);
    expect(busiest(expected)).toBe(10);
    expect(busiest([])).toBe(-1);
  });
  it("runs over a day at least, so that rates stay finite", () => {
    expect(weeksOf({ ...numbers, last_ms: 1 })).toBeCloseTo(1 / 7);
    expect(weeksOf({ ...numbers, first_ms: null, last_ms: null })).toBeCloseTo(1 / 7);
  });
  it("tells each overlap once, the closest first", () => {
    expect(overlaps(numbers)).toEqual([{ one: "a", other: "b", visits: 10, share: 0.5 }]);
    expect(triggersOf(numbers, { ...numbers, triggers: { d: trigger(1, {}), a: trigger(1, {}) } })).toEqual([
      "a",
      "b",
      "c",
      "d",
    ]);
  });
});

describe("what was held back", () => {
  const one = (day: string, reason: string, count: number, team = "care"): HeldBackCount => ({
    day,
    reason,
    count,
    team,
    trigger: "t",
  });
  const counts = [
    one("2026-11-20", "busy", 2),
    one("2026-11-21", "busy", 1),
    one("2026-11-21", "nobody_there", 5, "sales"),
  ];
  it("adds up by team, trigger and reason", () => {
    expect(totalsBy(counts, "reason")).toEqual([
      { name: "nobody_there", count: 5 },
      { name: "busy", count: 3 },
    ]);
  });
  it("shows the days without any, too", () => {
    expect(byDay(counts, 3, "2026-11-22")).toEqual([
      { day: "2026-11-20", reasons: { busy: 2 } },
      { day: "2026-11-21", reasons: { busy: 1, nobody_there: 5 } },
      { day: "2026-11-22", reasons: {} },
    ]);
  });
});

describe("why it fires or not", () => {
  const explained = (change: Partial<Explanation>): Explanation => ({
    trigger: "t",
    team: "care",
    at_ms: 0,
    clauses: [],
    gates: [],
    arm: "invited",
    variant: "a",
    fires: false,
    fires_in_ms: null,
    why: "",
    ...change,
  });
  const clause = (holds: boolean) => ({ text: "", words: "", holds, readings: [], parts: [] });
  const gate = (name: string) => ({ name, passes: false, words: "" });
  it("comes to one of five verdicts", () => {
    expect(verdictOf(explained({ fires: true }))).toBe("fires");
    expect(verdictOf(explained({ fires_in_ms: 12_000 }))).toBe("soon");
    expect(verdictOf(explained({ clauses: [clause(true)], gates: [gate("once_a_visit")] }))).toBe("decided");
    expect(verdictOf(explained({ clauses: [clause(true)], gates: [gate("capacity")] }))).toBe("refused");
    expect(verdictOf(explained({ clauses: [clause(true), clause(false)] }))).toBe("not_so");
  });
  it("counts down, and not below nothing", () => {
    expect(remaining(12_000, 1000, 4000)).toBe(9000);
    expect(remaining(12_000, 1000, 99_000)).toBe(0);
  });
});

it("says the teaser's answers in the visitor's language, else in English", () => {
  expect([answersIn("sv").no, answersIn("de").no]).toEqual(["Nej tack", "No thanks"]);
});
