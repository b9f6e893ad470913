import { expect, it } from "vitest";
import { lastDays, validDay } from "./range";

it("counts today among the last days, over months", () => {
  expect(lastDays(7, new Date(2026, 10, 3))).toEqual({ from: "2026-10-28", to: "2026-11-03" });
  expect(lastDays(1, new Date(2026, 0, 1))).toEqual({ from: "2026-01-01", to: "2026-01-01" });
});

it("takes nothing else for a day", () => {
  expect(validDay("2026-11-21")).toBe(true);
  expect(validDay("2026-13-40")).toBe(false);
  expect(validDay("yesterday")).toBe(false);
  expect(validDay(undefined)).toBe(false);
});
