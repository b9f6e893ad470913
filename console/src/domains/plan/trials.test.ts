import { ApiError } from "@shared/http";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Asked, otherTrial, type Question, type Trials, trier } from "./trials";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const asked = (id: string, state: Asked["state"], done = 0): Asked => ({
  id,
  state,
  done,
  total: 10,
  asked_by_name: "Aino",
  result: null,
  error: state === "failed" ? "no room" : "",
});

const question = (text: string): Question => ({ text, since: "2026-11-01T00:00:00Z", survey: true });

/** A server on which each trial takes three looks; says what it was asked. */
function server() {
  const said: string[] = [];
  const looks = new Map<string, number>();
  let count = 0;
  const trials: Trials = {
    async start({ text }) {
      said.push(`start ${text}`);
      if (text === "small") return asked("", "done", 10);
      count += 1;
      return asked(`t${count}`, "waiting");
    },
    async find(id) {
      const nth = (looks.get(id) ?? 0) + 1;
      looks.set(id, nth);
      return nth < 3 ? asked(id, "trying", nth * 3) : asked(id, "done", 10);
    },
    async cancel(id) {
      said.push(`cancel ${id}`);
    },
  };
  return { said, trials };
}

describe("a trial beside the server", () => {
  it("is there at once if it is small", async () => {
    const { trials } = server();
    const trying = trier(trials, 100);
    trying.ask(question("small"));
    await vi.advanceTimersByTimeAsync(0);
    expect(trying.now.get().state).toBe("done");
  });
  it("is looked at until it has ended", async () => {
    const { trials, said } = server();
    const trying = trier(trials, 100);
    trying.ask(question("a"));
    await vi.advanceTimersByTimeAsync(100);
    expect(trying.now.get()).toMatchObject({ state: "running", asked: { done: 3, total: 10 } });
    await vi.advanceTimersByTimeAsync(200);
    expect(trying.now.get()).toMatchObject({ state: "done", asked: { done: 10 } });
    trying.ask(question("a"));
    expect(said).toEqual(["start a"]);
  });
  it("is given up for the next question, and what was answered is not asked again", async () => {
    const { trials, said } = server();
    const trying = trier(trials, 100);
    trying.ask(question("a"));
    await vi.advanceTimersByTimeAsync(100);
    trying.ask(question("small"));
    await vi.advanceTimersByTimeAsync(0);
    expect(said).toEqual(["start a", "cancel t1", "start small"]);
    trying.ask(question("b"));
    await vi.advanceTimersByTimeAsync(1000);
    trying.ask(question("small"));
    expect(trying.now.get()).toMatchObject({ state: "done", asked: { id: "" } });
    expect(said.slice(3)).toEqual(["start b"]);
  });
  it("is given up too if the next question came while it was being begun", async () => {
    const { trials, said } = server();
    let open: (value: Asked) => void = () => undefined;
    const slow: Trials = {
      ...trials,
      start: (one) => (one.text === "a" ? new Promise((yes) => (open = yes)) : trials.start(one)),
    };
    const trying = trier(slow, 100);
    trying.ask(question("a"));
    await vi.advanceTimersByTimeAsync(0);
    trying.ask(question("small"));
    await vi.advanceTimersByTimeAsync(0);
    open(asked("t9", "waiting"));
    await vi.advanceTimersByTimeAsync(0);
    expect(said).toEqual(["start small", "cancel t9"]);
    expect(trying.now.get().asked?.id).toBe("");
  });
  it("is found again by who only looked away while it was being begun", async () => {
    const { trials, said } = server();
    const trying = trier(trials, 100);
    trying.ask(question("a"));
    trying.leave();
    trying.ask(question("a"));
    await vi.advanceTimersByTimeAsync(50);
    expect(said.filter((one) => one.startsWith("cancel"))).toEqual([]);
    await trying.cancel();
    expect(said.filter((one) => one.startsWith("cancel"))).toHaveLength(1);
  });
  it("can be cancelled and tried again", async () => {
    const { trials, said } = server();
    const trying = trier(trials, 100);
    trying.ask(question("a"));
    await vi.advanceTimersByTimeAsync(100);
    await trying.cancel();
    expect(trying.now.get()).toMatchObject({ state: "cancelled", asked: { done: 3 } });
    await vi.advanceTimersByTimeAsync(1000);
    expect(trying.now.get().state).toBe("cancelled");
    trying.again();
    await vi.advanceTimersByTimeAsync(300);
    expect(trying.now.get().state).toBe("done");
    expect(said).toEqual(["start a", "cancel t1", "start a"]);
  });
  it("goes on when nobody looks, and outlasts a server that is away for a moment", async () => {
    const { trials, said } = server();
    let away = true;
    const shaky: Trials = {
      ...trials,
      find: (id) => {
        if (!away) return trials.find(id);
        away = false;
        return Promise.reject(new ApiError(0, "network", "away"));
      },
    };
    const trying = trier(shaky, 100);
    trying.ask(question("a"));
    await vi.advanceTimersByTimeAsync(400);
    expect(trying.now.get().state).toBe("done");
    trying.ask(question("b"));
    await vi.advanceTimersByTimeAsync(100);
    trying.leave();
    await vi.advanceTimersByTimeAsync(1000);
    expect(said).toEqual(["start a", "start b"]);
  });
  it("tells why it failed, and whose trial stands in the way", async () => {
    const { trials } = server();
    const details = { id: "t5", asked_by_name: "Ville", done: 40, total: 90 };
    let refused = true;
    const trying = trier(
      {
        ...trials,
        start: (one) =>
          refused ? Promise.reject(new ApiError(409, "trial_running", "busy", details)) : trials.start(one),
        find: async (id) => asked(id, "failed"),
        cancel: async (id) => {
          if (id === "t5") refused = false;
        },
      },
      100,
    );
    trying.ask(question("a"));
    await vi.advanceTimersByTimeAsync(0);
    const other = otherTrial(trying.now.get().error);
    expect(other).toEqual({ id: "t5", name: "Ville", done: 40, total: 90 });
    if (other) void trying.instead(other);
    await vi.advanceTimersByTimeAsync(100);
    expect(trying.now.get()).toMatchObject({ state: "failed", error: { message: "no room" } });
    expect(otherTrial(trying.now.get().error)).toBeNull();
  });
});
