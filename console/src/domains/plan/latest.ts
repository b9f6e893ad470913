import { type Store, store } from "@shared/lib/store";

/** What is known of the newest question: its answer is only that of `answer.asked`, which may be an older one. */
export interface Latest<Q, A> {
  asked: Q | null;
  state: "idle" | "waiting" | "running" | "done" | "failed";
  answer: { asked: Q; value: A } | null;
  error: unknown;
}

export interface Asker<Q, A> {
  now: Store<Latest<Q, A>>;
  /** Ask once it has been quiet for the delay. What was answered last is not asked again. */
  ask(question: Q): void;
  /** Ask again what failed. */
  again(): void;
  /** Forget the question; a running one is let end and not heard. */
  stop(): void;
}

/**
 * Questions that come faster than their answers, as one types: one is on its way at a time, the newest is next, and
 * an answer that came too late for its question is kept as what it is, an older one.
 */
export function latest<Q, A>(
  run: (question: Q) => Promise<A>,
  delay: number,
  same: (one: Q, other: Q) => boolean = Object.is,
): Asker<Q, A> {
  const now = store<Latest<Q, A>>({ asked: null, state: "idle", answer: null, error: null });
  let timer: ReturnType<typeof setTimeout> | undefined;
  let busy = false;
  let due = false;
  const stopped = () => now.get().asked === null;

  async function go(): Promise<void> {
    const { asked } = now.get();
    if (asked === null) return;
    if (busy) {
      due = true;
      return;
    }
    busy = true;
    due = false;
    now.set((before) => ({ ...before, state: "running", error: null }));
    try {
      const value = await run(asked);
      if (!stopped()) now.set((before) => ({ ...before, answer: { asked, value } }));
      settle(asked, "done", null);
    } catch (error) {
      settle(asked, "failed", error);
    }
    busy = false;
    if (due) void go();
  }

  function settle(asked: Q, state: "done" | "failed", error: unknown): void {
    now.set((before) => (before.asked !== null && same(before.asked, asked) ? { ...before, state, error } : before));
  }

  return {
    now,
    ask(question) {
      const { asked } = now.get();
      if (asked !== null && same(asked, question)) return;
      clearTimeout(timer);
      due = false;
      const { answer } = now.get();
      if (answer !== null && same(answer.asked, question)) {
        now.set((before) => ({ ...before, asked: question, state: "done", error: null }));
        return;
      }
      now.set((before) => ({ ...before, asked: question, state: "waiting" }));
      timer = setTimeout(() => void go(), delay);
    },
    again() {
      clearTimeout(timer);
      void go();
    },
    stop() {
      clearTimeout(timer);
      due = false;
      now.set((before) => ({ ...before, asked: null, state: "idle", error: null }));
    },
  };
}

/** Whether what is shown is the answer to what was asked last. */
export const isCurrent = <Q, A>(latest: Latest<Q, A>): boolean => latest.state === "done";
