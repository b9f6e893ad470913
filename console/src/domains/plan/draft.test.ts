import { describe, expect, it } from "vitest";
import { type Draft, isDirty, keepMine, met, opened, type SavedDraft, saved, takeTheirs, typed } from "./draft";

const at = (text: string, revision: number, base_version = 2, saved_by_name = "Aino"): SavedDraft => ({
  text,
  revision,
  base_version,
  saved_by_name,
  saved_at: "2026-11-21T09:00:00Z",
});
const open = (text = "one", revision = 1): Draft => opened(at(text, revision), null);

describe("a draft", () => {
  it("begins as it was saved, and is dirty once another text stands in it", () => {
    expect(isDirty(open())).toBe(false);
    expect(isDirty(typed(open(), "two"))).toBe(true);
    expect(typed(open(), "one")).toEqual(open());
  });
  it("goes on with what this browser kept of unsaved work", () => {
    const kept = { text: "mine", seen: at("one", 1) };
    expect(opened(at("one", 1), kept)).toMatchObject({ text: "mine", theirs: null });
    const met = opened(at("theirs", 2), kept);
    expect([met.text, met.theirs?.text]).toEqual(["mine", "theirs"]);
  });
  it("follows what others save as long as nothing was typed", () => {
    expect(met(open(), at("theirs", 2))).toMatchObject({ text: "theirs", theirs: null, seen: { revision: 2 } });
  });
  it("never loses a typed text to somebody else's", () => {
    const clash = met(typed(open(), "mine"), at("theirs", 2));
    expect([clash.text, clash.theirs?.text, clash.seen.revision]).toEqual(["mine", "theirs", 1]);
    expect(met(clash, at("theirs", 2))).toBe(clash);
    expect(met(clash, at("later", 3)).theirs?.text).toBe("later");
  });
  it("is not set back by an answer of before its last save", () => {
    const after = saved(typed(open(), "mine"), at("mine", 2));
    expect(met(after, at("one", 1))).toBe(after);
  });
  it("sees a draft that was published by somebody else", () => {
    const gone = met(typed(open(), "mine"), at("theirs", 0, 3));
    expect(gone.theirs?.base_version).toBe(3);
    // What I have not touched since is the plan in force now.
    expect(met(open(), at("one", 0, 3))).toMatchObject({ text: "one", theirs: null, seen: { base_version: 3 } });
    // Published as I had read it: mine is still only mine.
    expect(met(typed(open(), "mine"), at("one", 0, 3))).toMatchObject({
      text: "mine",
      theirs: null,
      seen: { revision: 0 },
    });
  });
  it("keeps what was typed while a save was on its way", () => {
    const after = saved(typed(open(), "mine, longer"), at("mine", 2));
    expect([after.text, isDirty(after)]).toEqual(["mine, longer", true]);
  });
  it("puts aside the text that is not gone on with", () => {
    const clash = met(typed(open(), "mine"), at("theirs", 2));
    const theirs = takeTheirs(clash, "Me", "2026-11-21T10:00:00Z");
    expect([theirs.text, isDirty(theirs), theirs.asides[0]]).toEqual([
      "theirs",
      false,
      { text: "mine", by: "Me", at: "2026-11-21T10:00:00Z" },
    ]);
    const mine = keepMine(clash, "2026-11-21T10:00:00Z");
    expect([mine.text, mine.seen.revision, isDirty(mine), mine.asides[0]?.text]).toEqual(["mine", 2, true, "theirs"]);
  });
});
