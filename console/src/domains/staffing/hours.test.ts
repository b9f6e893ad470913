import { expect, it } from "vitest";
import { openByHour } from "./hours";

const openHours = (hours: string, day: number) =>
  openByHour(hours)
    ?.slice(day * 24, day * 24 + 24)
    .flatMap((open, hour) => (open ? [hour] : []));

it("reads days, spans and exceptions", () => {
  const hours = "Mo-Fr 10:00-13:00; Sa 10:00-12:30; PH off";
  expect(openHours(hours, 0)).toEqual([10, 11, 12]);
  expect(openHours(hours, 5)).toEqual([10, 11, 12]);
  expect(openHours(hours, 6)).toEqual([]);
});

it("reads split shifts, nights and later rules over earlier ones", () => {
  expect(openHours("Mo 09:00-11:00,14:00-15:00", 0)).toEqual([9, 10, 14]);
  expect(openHours("Fr 22:00-02:00", 5)).toEqual([0, 1]);
  expect(openHours("Su 23:00-01:00", 0)).toEqual([0]);
  expect(openHours("Mo-Su 08:00-10:00; We off", 2)).toEqual([]);
});

it("knows what is always open", () => {
  expect(openByHour("24/7")?.every(Boolean)).toBe(true);
});

it("says that it cannot read the rest, instead of guessing", () => {
  expect(openByHour("Mo-Fr sunrise-sunset")).toBeNull();
  expect(openByHour("Dec 24 off")).toBeNull();
});
