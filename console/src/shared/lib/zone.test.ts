import { afterEach, expect, it } from "vitest";
import { cityOf, instantOf, isElsewhere, pageZone, setPageZone, wallClock } from "./zone";

afterEach(() => void setPageZone(undefined));

it("reads and sets the wall's clock of a zone", () => {
  const at = new Date("2026-12-03T08:00:00Z");
  expect(wallClock(at, "Europe/Helsinki")).toEqual({ year: 2026, month: 12, day: 3, hour: 10, minute: 0 });
  expect(instantOf({ year: 2026, month: 12, day: 3, hour: 10, minute: 0 }, "Europe/Helsinki")).toEqual(at);
  expect(instantOf({ year: 2026, month: 7, day: 3, hour: 10, minute: 0 }, "America/New_York").toISOString()).toBe(
    "2026-07-03T14:00:00.000Z",
  );
});

it("goes on from an hour that the clocks skip, and takes one of those they repeat", () => {
  const skipped = instantOf({ year: 2026, month: 3, day: 29, hour: 3, minute: 30 }, "Europe/Helsinki");
  expect([0, 1]).toContain(Math.abs(wallClock(skipped, "Europe/Helsinki").hour - 3));
  const repeated = instantOf({ year: 2026, month: 10, day: 25, hour: 3, minute: 30 }, "Europe/Helsinki");
  expect(wallClock(repeated, "Europe/Helsinki")).toMatchObject({ hour: 3, minute: 30 });
});

it("has one zone a page, and knows when it is not the reader's", () => {
  expect(isElsewhere()).toBe(false);
  expect(setPageZone("Pacific/Kiritimati")).toBe(true);
  expect(pageZone()).toBe("Pacific/Kiritimati");
  expect(isElsewhere()).toBe(true);
  expect(setPageZone("Nowhere/At_all")).toBe(true);
  expect(isElsewhere()).toBe(false);
});

it("calls a zone by its city", () => expect(cityOf("America/New_York")).toBe("New York"));
