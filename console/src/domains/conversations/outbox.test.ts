import { beforeEach, expect, it, vi } from "vitest";
import { drop, due, leftBehind, put, type Unsent } from "./outbox";

const stored = new Map<string, string>();

beforeEach(() => {
  stored.clear();
  const fake = {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, value: string) => void stored.set(name, value),
    removeItem: (name: string) => void stored.delete(name),
  };
  vi.stubGlobal(
    "localStorage",
    new Proxy(fake, {
      ownKeys: () => [...stored.keys()],
      getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
    }),
  );
});

const item = (cid: string, at: number, state: Unsent["state"] = "waiting"): Unsent => ({
  cid,
  conversation: "c_1",
  kind: "send",
  text: cid,
  at,
  state,
});

it("keeps what was not acknowledged over a reload, in the order it was written", () => {
  put("me", item("b", 2));
  put("me", item("a", 1, "sending"));
  put("other", item("x", 0));
  expect(leftBehind("me").map((one) => [one.cid, one.state])).toEqual([
    ["a", "waiting"],
    ["b", "waiting"],
  ]);
});

it("forgets what is stored for good", () => {
  put("me", item("a", 1));
  drop("me", "a");
  expect(leftBehind("me")).toEqual([]);
});

it("says when the browser would not keep it", () => {
  vi.stubGlobal("localStorage", {
    setItem: () => {
      throw new Error("full");
    },
  });
  expect(put("me", item("a", 1))).toBe(false);
});

it("sends one at a time in each conversation, and leaves out what was refused", () => {
  const cids = (items: Unsent[]) => due(items).map((one) => one.cid);
  const elsewhere: Unsent = { ...item("z", 9), conversation: "c_other" };
  expect(cids([item("b", 2), item("no", 0, "failed"), item("a", 1), elsewhere])).toEqual(["a", "z"]);
  expect(cids([item("b", 2), item("a", 1, "sending"), elsewhere])).toEqual(["z"]);
  expect(cids([item("b", 2), elsewhere])).toEqual(["b", "z"]);
});
