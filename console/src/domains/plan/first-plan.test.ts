import en from "@locales/en.json";
import fi from "@locales/fi.json";
import sv from "@locales/sv.json";
import { translator } from "@shared/i18n/translate";
import { expect, it } from "vitest";
import { firstPlan, inHalfAYear } from "./first-plan";

const catalogues = { en, fi, sv };

it.each(Object.entries(catalogues))(
  "a first plan in %s quotes what people wrote, and names each part",
  (code, words) => {
    const t = translator(words, code);
    const text = firstPlan(t, { site: "shop", zone: "Europe/Helsinki", aim: "both", by: "2027-06-30" });
    for (const part of [
      "site: shop",
      "timezone: Europe/Helsinki",
      "  sales:",
      "  care:",
      "routes:",
      "to: care}",
      "triggers:",
    ])
      expect(text).toContain(part);
    // One quotation on a line, closed again: what stands in it may be anything but a quotation mark.
    const quoted = text.split("\n").filter((line) => /^ {4}(conversation_goal|guidelines):/.test(line));
    expect(quoted).toHaveLength(4);
    for (const line of quoted) expect(line).toMatch(/^ {4}\w+: "[^"\\]+"$/);
    expect(text).not.toMatch(/\{routes\}|undefined/);
  },
);

it("sales alone need no routes", () => {
  const text = firstPlan(translator(en, "en"), { site: "shop", zone: "UTC", aim: "sales", by: "2027-06-30" });
  expect(text).not.toContain("routes:");
  expect(text).not.toContain("care");
});

it("the goals are to be reached by the end of a quarter, half a year or so away", () => {
  expect(inHalfAYear(new Date("2026-11-22T10:00:00Z"))).toBe("2027-06-30");
  expect(inHalfAYear(new Date("2026-01-01T10:00:00Z"))).toBe("2026-09-30");
});
