import type { VisitorFacts } from "@domains/conversations/api";
import { expect, it } from "vitest";
import { fits, inPlace } from "./order";

const visitor = (visit: string, started_at: string, more: Partial<VisitorFacts> = {}) =>
  ({
    visit,
    visitor: visit,
    started_at,
    last_at: started_at,
    name: "",
    stage: "mid",
    pages: [],
    ...more,
  }) as VisitorFacts;

it("keeps a visit's place while its pages change", () => {
  const [a, b] = [visitor("a", "2026-11-21T09:00:00Z"), visitor("b", "2026-11-21T09:01:00Z")];
  const before = inPlace([a, b]).map((one) => one.visit);
  const after = inPlace([{ ...a, last_at: "2026-11-21T09:30:00Z" }, b]).map((one) => one.visit);
  expect(before).toEqual(["b", "a"]);
  expect(after).toEqual(before);
});

it("finds by stage and by any word that is shown", () => {
  const one = visitor("a", "2026-11-21T09:00:00Z", { name: "Liisa", campaign: "spring-2026" });
  expect(fits(one, "mid", "")).toBe(true);
  expect(fits(one, "closing", "")).toBe(false);
  expect(fits(one, "", "SPRING")).toBe(true);
  expect(fits(one, "", "autumn")).toBe(false);
});
