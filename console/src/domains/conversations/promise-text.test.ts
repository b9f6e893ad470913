import { describe, expect, it } from "vitest";
import type { NextStep } from "./api";
import { promiseText, wordingFor } from "./promise-text";

// The same cases as the server's own sentences, so that preview and promise cannot drift apart.
const now = new Date("2026-11-20T12:00:00Z"); // a Friday, 14:00 in Helsinki
const step = (more: Partial<NextStep> = {}): NextStep => ({
  what: "call about the size",
  who: "agent",
  who_name: "Aino",
  channel: "phone",
  due_at: "2026-11-20T13:00:00Z",
  ...more,
});
const say = async (language: string, more: Partial<NextStep> = {}) =>
  promiseText(await wordingFor(language), step(more), now, "Europe/Helsinki");

describe("the sentence", () => {
  it("names day, time and person", async () => {
    expect(await say("en")).toBe("You will be called today before 15:00 by Aino.");
    expect(await say("fi-FI")).toBe("Sinulle soitetaan tänään ennen klo 15.00, soittajana Aino.");
  });
  it("falls back to English", async () => expect(await say("de")).toMatch(/^You will be called/));
  it("says tomorrow, a weekday, a date", async () => {
    expect(await say("en", { due_at: "2026-11-21T07:05:00Z" })).toContain("tomorrow before 9:05");
    expect(await say("en", { due_at: "2026-11-23T07:00:00Z" })).toContain("on Monday before 9:00");
    expect(await say("en", { due_at: "2026-12-03T10:00:00Z" })).toContain("on 3 December before 12:00");
    expect(await say("en", { due_at: "2027-01-04T10:00:00Z" })).toContain("on 4 January 2027");
  });
  it("counts midnight to the day that ends", async () => {
    expect(await say("en", { due_at: "2026-11-20T22:00:00Z" })).toContain("today before 24:00");
  });
  it("leaves the name out when there is none", async () => {
    expect(await say("en", { who_name: "" })).toBe("You will be called today before 15:00.");
  });
  it("tells a booking as one, with its date and whose clock", async () => {
    const ride = { channel: "visit" as const, booking: "test_ride", due_at: "2026-12-03T08:00:00Z", who_name: "" };
    expect(await say("en", ride)).toBe("Your test ride is booked for Thursday 3 December at 10:00 (Helsinki time).");
    expect(await say("fi", ride)).toBe("Koeajosi on varattu torstaiksi 3. joulukuuta klo 10.00 (Helsingin aikaa).");
    expect(await say("sv", { ...ride, who_name: "Aino" })).toBe(
      "Din provtur är bokad till torsdag den 3 december kl. 10.00 (Helsingforstid). Din kontaktperson är Aino.",
    );
    expect(await say("fi", { ...ride, booking: "bike-fitting", due_at: "2027-01-07T08:00:00Z" })).toBe(
      "Aikasi on varattu torstaiksi 7. tammikuuta 2027 klo 10.00 (Helsingin aikaa): bike fitting.",
    );
  });
  it("tells the visitor's own step as they are to do it", async () => {
    const own = { who: "visitor" as const, who_name: "", what: "Send us the frame number. " };
    expect(await say("en", { ...own, channel: "email", due_at: null })).toBe(
      "Your next step: Send us the frame number, by e-mail.",
    );
  });
});
