import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { latest } from "./latest";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Answers when it is told to. */
function slow() {
  const asked: string[] = [];
  const open: { yes: (value: string) => void; no: (error: Error) => void }[] = [];
  const run = (question: string) => {
    asked.push(question);
    return new Promise<string>((yes, no) => open.push({ yes, no }));
  };
  return { asked, open, run };
}

describe("questions that come faster than their answers", () => {
  it("wait until it is quiet, and only the newest is asked", async () => {
    const { asked, run } = slow();
    const asker = latest(run, 100);
    for (const text of ["a", "ab", "abc"]) asker.ask(text);
    expect(asker.now.get().state).toBe("waiting");
    await vi.advanceTimersByTimeAsync(100);
    expect(asked).toEqual(["abc"]);
    expect(asker.now.get().state).toBe("running");
  });
  it("are one at a time, and a late answer is never taken for the newest one's", async () => {
    const { asked, open, run } = slow();
    const asker = latest(run, 100);
    asker.ask("a");
    await vi.advanceTimersByTimeAsync(100);
    asker.ask("b");
    await vi.advanceTimersByTimeAsync(100);
    expect(asked).toEqual(["a"]);
    open[0]!.yes("A");
    await vi.advanceTimersByTimeAsync(0);
    expect(asker.now.get()).toMatchObject({ asked: "b", state: "running", answer: { asked: "a", value: "A" } });
    open[1]!.yes("B");
    await vi.advanceTimersByTimeAsync(0);
    expect(asker.now.get()).toMatchObject({ state: "done", answer: { asked: "b", value: "B" } });
  });
  it("tell a failure and can be asked again", async () => {
    const { asked, open, run } = slow();
    const asker = latest(run, 0);
    asker.ask("a");
    await vi.advanceTimersByTimeAsync(0);
    open[0]!.no(new Error("no"));
    await vi.advanceTimersByTimeAsync(0);
    expect(asker.now.get().state).toBe("failed");
    asker.again();
    open[1]!.yes("A");
    await vi.advanceTimersByTimeAsync(0);
    expect([asked, asker.now.get().state]).toEqual([["a", "a"], "done"]);
  });
  it("are not asked twice, and not heard once stopped", async () => {
    const { asked, open, run } = slow();
    const asker = latest(run, 0);
    asker.ask("a");
    await vi.advanceTimersByTimeAsync(0);
    asker.stop();
    open[0]!.yes("A");
    await vi.advanceTimersByTimeAsync(0);
    expect(asker.now.get()).toMatchObject({ state: "idle", answer: null });
    asker.ask("b");
    await vi.advanceTimersByTimeAsync(0);
    open[1]!.yes("B");
    await vi.advanceTimersByTimeAsync(0);
    asker.stop();
    asker.ask("b");
    expect([asked, asker.now.get().state]).toEqual([["a", "b"], "done"]);
  });
});
