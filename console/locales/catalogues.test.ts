import { describe, expect, it } from "vitest";
import en from "./en.json";
import fi from "./fi.json";
import sv from "./sv.json";

const others: Record<string, Record<string, string>> = { fi, sv };
const english: Record<string, string> = en;
const holes = (text: string) => [...text.matchAll(/\{(\w+)(?:\}|, plural,)/g)].map((match) => match[1]).sort();

describe.each(Object.entries(others))("the %s catalogue", (_language, catalogue) => {
  it("has the keys of the English one, in its order", () => {
    expect(Object.keys(catalogue)).toEqual(Object.keys(english));
  });

  it("says everything", () => {
    expect(Object.entries(catalogue).filter(([, text]) => !text.trim())).toEqual([]);
  });

  it("uses the parameters that the English one uses", () => {
    const wrong = Object.keys(english).filter((key) => {
      // One of something can be a word: "Wait a minute".
      if (key.endsWith("_one"))
        return holes(catalogue[key] ?? "").some(
          (hole) => !holes(english[key.replace(/_one$/, "_other")] ?? "").includes(hole),
        );
      return holes(catalogue[key] ?? "").join() !== holes(english[key] ?? "").join();
    });
    expect(wrong).toEqual([]);
  });
});

it("every plural has both forms", () => {
  const keys = new Set(Object.keys(english));
  const single = [...keys].filter((key) => key.endsWith("_one") && !keys.has(key.replace(/_one$/, "_other")));
  const plural = [...keys].filter((key) => key.endsWith("_other") && !keys.has(key.replace(/_other$/, "_one")));
  expect([...single, ...plural]).toEqual([]);
});

const sources = import.meta.glob<string>("../src/**/*.{ts,tsx}", { eager: true, query: "?raw", import: "default" });

it("no string is left that nothing shows", () => {
  const code = Object.values(sources).join("\n");
  // Keys made from data: t(`state.${state}`).
  const made = [...code.matchAll(/`([\w.]+?)\$\{/g)].map((match) => match[1]!).filter((start) => start.includes("."));
  const unused = Object.keys(english)
    .map((key) => key.replace(/_(one|other)$/, ""))
    .filter((key) => !code.includes(`"${key}"`) && !made.some((start) => key.startsWith(start)));
  expect([...new Set(unused)]).toEqual([]);
});

/** Names of parameters that are numbers, and words that stay as they are after any number. */
const NUMBERS = "count|visits|total|done|days|invited|hours|agents|free|waiting|left|nobody|silent|rows|size|times";
const UNCHANGED = new Set(
  (
    "of an over more fewer left nobody agent s min h silent early " + // English
    "enemmän vähemmän lähti ei s min t tunnissa " + // Finnish
    "av fler färre gick ingen tyst i under s min per"
  ).split(" "), // Swedish
);

it.each(Object.entries({ en: english, ...others }))("what is counted has its plural in %s", (_language, catalogue) => {
  const before = new RegExp(`\\{(?:${NUMBERS})\\}\\s+(?:\\{\\w+\\}\\s+)?(\\p{L}+)`, "gu");
  const wrong = Object.entries(catalogue)
    .filter(([key]) => !/_(one|other)$/.test(key))
    .filter(([, text]) => [...text.matchAll(before)].some((match) => !UNCHANGED.has(match[1]!.toLowerCase())));
  expect(wrong).toEqual([]);
});
