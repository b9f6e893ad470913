import { setPageZone } from "@shared/lib/zone";
import { afterEach, describe, expect, it } from "vitest";
import type { ConversationContext } from "./api";
import type { ConversationHead } from "./model";
import {
  fromLocalInput,
  isReachable,
  localInput,
  nextOf,
  problemsOf,
  quickChoices,
  startForm,
  stepOf,
  suggestedResult,
  type WrapUpForm,
  withResult,
  wrapUpOf,
} from "./wrap-up";

const now = new Date(2026, 10, 21, 14, 7, 30);
const me = { id: "u_1", name: "Aino" };
const people = [{ id: "u_2", name: "Mikko" }];
const form = (more: Partial<WrapUpForm> = {}): WrapUpForm => ({
  ...startForm(undefined, now),
  result: "lead",
  what: "Call about the size",
  ...more,
});

describe("what keeps it from being sent", () => {
  it("is nothing when all is there", () => expect(problemsOf(form(), now)).toEqual({}));
  it("is a missing result, step, person and time, each at its field", () => {
    const empty = form({ result: "", what: " ", who: "other", due: "" });
    expect(Object.keys(problemsOf(empty, now)).sort()).toEqual(["due", "other", "result", "what"]);
  });
  it("is a time that has gone by", () => {
    expect(problemsOf(form({ due: "2026-11-21T14:00" }), now)).toEqual({ due: "wrap_up.due_past" });
  });
  it("is only the result when nothing more is needed", () => {
    expect(problemsOf(form({ nothing: true, what: "", due: "" }), now)).toEqual({});
  });
});

describe("the step", () => {
  it("is mine", () =>
    expect(stepOf(form(), me, people)).toMatchObject({ who: "agent", agent_id: "u_1", who_name: "Aino" }));
  it("is a colleague's", () => {
    expect(stepOf(form({ who: "other", other: "agent:u_2" }), me, people)).toMatchObject({
      who: "agent",
      agent_id: "u_2",
      who_name: "Mikko",
    });
  });
  it("is a team's", () => {
    expect(stepOf(form({ who: "other", other: "team:care" }), me, people)).toMatchObject({
      who: "other",
      team: "care",
    });
  });
  it("is somebody else's, by name", () => {
    const step = stepOf(form({ who: "other", other: "name", otherName: " The workshop " }), me, people);
    expect(step).toMatchObject({ who: "other", who_name: "The workshop" });
  });
  it("is none, with no contact, when nothing more is needed", () => {
    expect(wrapUpOf(form({ nothing: true, phone: "+358" }), me, people)).toEqual({
      result: "lead",
      next_step: null,
      contact: null,
    });
  });
  it("is due at the instant that the reader's clock shows", () => {
    expect(stepOf(form({ due: "2026-11-21T16:00" }), me, people).due_at).toBe(new Date(2026, 10, 21, 16).toISOString());
  });
});

it("begins as the plan's after-chat rule says, at a round time", () => {
  const context = { team: { after_chat: { owner: "x", channel: "email", within_ms: 300_000 } } } as ConversationContext;
  expect(startForm(context, now)).toMatchObject({ channel: "email", due: "2026-11-21T14:15", who: "agent" });
});

it("offers today 16:00 only while it is to come", () => {
  expect(quickChoices(now).map((one) => localInput(one.due))).toEqual([
    "2026-11-21T15:10",
    "2026-11-21T16:00",
    "2026-11-22T09:00",
  ]);
  expect(quickChoices(new Date(2026, 10, 21, 16, 0))).toHaveLength(2);
});

it("knows whether somebody can be reached", () => {
  const context = (visitor: object) => ({ visitor }) as ConversationContext;
  expect(isReachable("phone", context({ traits: { phone: "+358401234567" } }))).toBe(true);
  expect(isReachable("phone", context({ traits: { plan: "pro" } }))).toBe(false);
  expect(isReachable("email", context({ contact: { email: "a@b.fi" } }))).toBe(true);
  expect(isReachable("chat", context({}))).toBe(true);
});

describe("what a result leaves to be done", () => {
  const kinds = ["test_ride", "appraisal"];
  it("is nothing after a no and after a yes", () => {
    for (const result of ["not_now", "not_for_us", "bought", "solved", "explained", "no_answer", "ei_nyt", "köpt"]) {
      expect(nextOf(result, kinds), result).toBe("nothing");
    }
  });
  it("is a promise where something is open", () => {
    for (const result of ["lead", "not_solved", "passed_on", "return_agreed", "ei_ratkaistu", "inte_löst", "xyz"]) {
      expect(nextOf(result, kinds), result).toBe("promise");
    }
  });
  it("is a booking of its kind, where the plan has any", () => {
    expect(nextOf("booked", kinds)).toBe("booking");
    expect(nextOf("koeajo-varattu", kinds)).toBe("booking");
    expect(nextOf("booked", [])).toBe("promise");
    expect(nextOf("not_booked", kinds)).toBe("nothing");
    expect(withResult("appraisal-booked", kinds)).toMatchObject({ booking: true, kind: "appraisal", nothing: false });
  });
});

describe("a booking", () => {
  const ride = form({ booking: true, kind: "test_ride", what: "", due: "2026-12-03T10:00" });
  it("needs a kind and a time, and no words", () => {
    expect(problemsOf(ride, now)).toEqual({});
    expect(problemsOf({ ...ride, kind: "", due: "" }, now)).toEqual({
      kind: "wrap_up.need_kind",
      due: "wrap_up.need_start",
    });
  });
  it("is a step of ours", () => {
    expect(stepOf({ ...ride, who: "visitor" }, me, people)).toMatchObject({
      booking: "test_ride",
      channel: "visit",
      who: "agent",
      agent_id: "u_1",
    });
  });
});

describe("the suggested result", () => {
  const head = { opened_at: "2026-11-21T12:00:00Z" } as ConversationHead;
  const context = (aim: string, results: string[], orders: object[] = []) =>
    ({ team: { aim, results }, orders }) as unknown as ConversationContext;
  it("is what an order since the beginning says", () => {
    const results = ["bought", "booked", "not_now"];
    expect(suggestedResult(context("sales", results, [{ at: "2026-11-21T12:30:00Z" }]), head)).toBe("bought");
    expect(suggestedResult(context("sales", results, [{ at: "2026-11-20T12:30:00Z" }]), head)).toBe("not_now");
  });
  it("is solved for service, and none where nothing is usual", () => {
    expect(suggestedResult(context("service", ["solved", "not_solved"]), head)).toBe("solved");
    expect(suggestedResult(context("sales", ["a", "b"]), head)).toBe("");
  });
});

describe("in the site's zone", () => {
  afterEach(() => void setPageZone(undefined));
  it("a time is the one on the site's clock", () => {
    setPageZone("Pacific/Kiritimati");
    expect(fromLocalInput("2026-12-03T10:00")?.toISOString()).toBe("2026-12-02T20:00:00.000Z");
    expect(localInput(new Date("2026-12-02T20:00:00Z"))).toBe("2026-12-03T10:00");
    expect(fromLocalInput("")).toBeNull();
  });
});
