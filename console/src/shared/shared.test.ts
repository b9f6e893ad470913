import english from "@locales/en.json";
import { describe, expect, it } from "vitest";
import { clock, daysApart, formats } from "./i18n/format";
import { translator } from "./i18n/translate";
import { pieces } from "./lib/links";
import { humane, spoken } from "./lib/names";
import { pressed } from "./lib/shortcuts";
import { isComposing, lengthOf, toJson } from "./lib/text";
import { delayBefore } from "./socket";

describe("words", () => {
  const t = translator(
    { "common.close": "Close {name}", "inbox.unread_one": "{count} message", "inbox.unread_other": "{count} messages" },
    "en",
  );
  it("fill in parameters and leave unknown ones visible", () => {
    expect(t("common.close", { name: "it" })).toBe("Close it");
    expect(t("common.close")).toBe("Close {name}");
  });
  it("count several things in one sentence", () => {
    const say = translator({ "common.close": "{a, plural, one {# day} other {# days}} of {b}" }, "en");
    expect(say("common.close", { a: 1, b: 2 })).toBe("1 day of 2");
    expect(say("common.close", { a: 1200, b: 2 })).toBe("1,200 days of 2");
  });
  it("count numbers, never what is written already: its form would be unknown", () => {
    const sources = import.meta.glob<string>("../**/*.tsx", { query: "?raw", import: "default", eager: true });
    const code = Object.values(sources).join("\n");
    for (const [key, text] of Object.entries(english)) {
      for (const [, name] of text.matchAll(/\{(\w+), plural/g)) {
        const calls = [...code.matchAll(new RegExp(`"${key}", \\{([^;]*?)\\}\\)`, "g"))].map(([, given]) => given);
        expect(
          calls.filter((given) => new RegExp(`\\b${name}: fmt\\.`).test(given ?? "")),
          key,
        ).toEqual([]);
      }
    }
  });
  it("take the plural of the language", () => {
    expect(t("inbox.unread", { count: 1 })).toBe("1 message");
    expect(t("inbox.unread", { count: 1200 })).toBe("1,200 messages");
  });
});

describe("times", () => {
  it("run as a clock", () => {
    expect([0, 42_000, 725_000, 3_729_000].map(clock)).toEqual(["0:00", "0:42", "12:05", "1:02:09"]);
  });
  it("are told as spans in the reader's units", () => {
    expect(formats("en").span(2 * 3_600_000 + 10 * 60_000)).toBe("2\u00a0h 10\u00a0min");
    expect(formats("en").span(-40 * 60_000 - 5000)).toBe("40\u00a0min");
    expect(formats("fi").span(86_400_000)).toMatch(/^1.pv$/);
  });
  it("count days by the calendar, not by 24 hours", () => {
    expect(daysApart(new Date(2026, 10, 22, 0, 5), new Date(2026, 10, 21, 23, 55))).toBe(1);
    expect(daysApart(new Date(2026, 10, 21, 1), new Date(2026, 10, 21, 23))).toBe(0);
  });
});

describe("links in what people write", () => {
  it("are made of http, https and mail only, without the full stop after them", () => {
    expect(pieces("See https://a.example/x?y=1. Or mail a@b.fi!")).toEqual([
      { text: "See " },
      { text: "https://a.example/x?y=1", href: "https://a.example/x?y=1" },
      { text: ". Or mail " },
      { text: "a@b.fi", href: "mailto:a@b.fi" },
      { text: "!" },
    ]);
  });
  it("are never scripts or markup", () => {
    for (const text of ["javascript:alert(1)", "<a href='x'>y</a>", "data:text/html,x", "JAVASCRIPT://a"]) {
      expect(pieces(text)).toEqual([{ text }]);
    }
    expect(pieces("https://bank.example@evil.example/")).toEqual([{ text: "https://bank.example@evil.example/" }]);
    expect(pieces('https://a.example/"><script>')[0]).toEqual({
      text: "https://a.example/",
      href: "https://a.example/",
    });
  });
});

it("names of the plan are spoken as people would", () => {
  expect(spoken("bike-sales")).toBe("Bike sales");
  expect(spoken("booking:test_ride")).toBe("Booking test ride");
});

it("a second key belongs to the first only if there is such a pair", () => {
  const none = () => undefined;
  expect(pressed({ "g i": none, i: none }, "g", "i")).toBe("g i");
  expect(pressed({ "g i": none, i: none }, "", "i")).toBe("i");
  expect(pressed({ "g i": none }, "", "g")).toBeUndefined();
});

it("a lost line is tried again soon, then more rarely, never all at once", () => {
  expect(delayBefore(0, 0)).toBe(200);
  expect(delayBefore(0, 1)).toBe(400);
  expect(delayBefore(20, 1)).toBe(15_000);
});

it("sentences say a plan's names as people do, and leave paths and longer names alone", () => {
  const names = ["bike-sales", "care", "bike-sales-fi"];
  expect(humane("bike-sales invites, bike-sales-fi does not", names)).toBe(
    "Bike sales invites, Bike sales fi does not",
  );
  expect(humane("the path starts with “/bike-sales”, care answers", names)).toBe(
    "the path starts with “/bike-sales”, care answers",
  );
});

it("half a character never leaves, and none is counted", () => {
  expect(toJson({ text: "half \ud83d emoji" })).toBe('{"text":"half \ufffd emoji"}');
  expect(lengthOf("\u{1f600}".repeat(8000))).toBe(8000);
});

it("the Enter that ends a word of an input method is not ours, also where Safari tells of it late", () => {
  expect(isComposing({ isComposing: false, keyCode: 229 })).toBe(true);
  expect(isComposing({ isComposing: true, keyCode: 13 })).toBe(true);
  expect(isComposing({ isComposing: false, keyCode: 13 })).toBe(false);
});
