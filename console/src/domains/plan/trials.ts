import { ApiError, http } from "@shared/http";
import { type Store, store, useStore } from "@shared/lib/store";
import { useEffect, useMemo } from "react";
import type { Trial } from "./trial";

/** Who would be at the desk: agents by team while it is open; a team that is not named has no limit. */
export interface Staffing {
  teams: Record<string, number>;
  /** "5%" */
  acceptance: string;
}

export interface Question {
  text: string;
  compare?: string | undefined;
  since: string;
  survey: boolean;
  staffing?: Staffing | undefined;
}

/** A trial beside the server: visits done of all. */
export interface Asked {
  /** "" if it was done at once. */
  id: string;
  state: "waiting" | "reading" | "trying" | "done" | "cancelled" | "failed";
  done: number;
  total: number;
  asked_by_name: string;
  result: Trial | null;
  error: string;
}

/** Somebody else's trial on the same visits. */
export interface Other {
  id: string;
  name: string;
  done: number;
  total: number;
}

const base = (site: string) => `/sites/${site}/plan/trials`;

export const trialsOf = (site: string): Trials => ({
  start: (question) => http.post<Asked>(base(site), question),
  find: (id) => http.get<Asked>(`${base(site)}/${id}`),
  cancel: (id) => http.delete<Asked>(`${base(site)}/${id}`),
});

export interface Trials {
  start(question: Question): Promise<Asked>;
  find(id: string): Promise<Asked>;
  cancel(id: string): Promise<unknown>;
}

export interface Trying {
  state: "idle" | "running" | "done" | "cancelled" | "failed";
  /** What is known of the trial, while it runs and after. */
  asked: Asked | null;
  error: unknown;
}

export interface Trier {
  now: Store<Trying>;
  /** Try, unless this is what is being tried. A trial that was begun here before is given up. */
  ask(question: Question): void;
  /** Try again what failed or was given up. */
  again(): void;
  cancel(): Promise<void>;
  /** Give up somebody else's trial, then try. */
  instead(of: Other): Promise<void>;
  /** Look no longer. What runs goes on: whoever comes back finds it. */
  leave(): void;
}

const RUNNING = new Set(["waiting", "reading", "trying"]);
const KEPT = 6;
const LOOK_AGAIN = 1000;

export const isRunning = (asked: Asked): boolean => RUNNING.has(asked.state);

/** Whose trial stands in the way, if that is why one was refused. */
export function otherTrial(error: unknown): Other | null {
  if (!(error instanceof ApiError) || error.code !== "trial_running") return null;
  const { id, asked_by_name, done, total } = error.details as Record<string, unknown>;
  return { id: String(id), name: String(asked_by_name ?? ""), done: Number(done), total: Number(total) };
}

const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

/** One trial after the other: begun, looked at now and then, and let go when another is wanted. */
export function trier(trials: Trials, wait = LOOK_AGAIN): Trier {
  const now = store<Trying>({ state: "idle", asked: null, error: null });
  const answers = new Map<string, Asked>();
  let key = "";
  let question: Question | null = null;
  let turn = 0;
  let cancelled = 0;
  let running = "";

  async function giveUp(): Promise<void> {
    const id = running;
    running = "";
    // It may have ended meanwhile: what matters is that it no longer runs.
    if (id) await trials.cancel(id).catch(() => undefined);
  }

  async function go(): Promise<void> {
    const asked = question;
    if (!asked) return;
    const mine = ++turn;
    const mineKey = key;
    const current = () => mine === turn;
    // Who only looked away may come back to it.
    const unwanted = () => mine <= cancelled || (key !== "" && key !== mineKey);
    now.set({ state: "running", asked: null, error: null });
    try {
      await giveUp();
      if (!current()) return;
      let found = await trials.start(asked);
      while (isRunning(found)) {
        if (!current()) {
          // It was given up, or another question came, while it was on its way.
          if (unwanted()) await trials.cancel(found.id).catch(() => undefined);
          return;
        }
        running = found.id;
        now.set({ state: "running", asked: found, error: null });
        await sleep(wait);
        if (!current()) return;
        found = await look(found);
      }
      if (!current()) return;
      running = "";
      settle(found);
    } catch (error) {
      if (current()) now.set({ state: "failed", asked: null, error });
    }
  }

  /** The trial as it is now; as it was, if the server could not be reached for once. */
  async function look(before: Asked): Promise<Asked> {
    try {
      return await trials.find(before.id);
    } catch (error) {
      if (error instanceof ApiError && error.passing) return before;
      throw error;
    }
  }

  function settle(found: Asked): void {
    if (found.state === "done") {
      answers.set(key, found);
      for (const old of [...answers.keys()].slice(0, -KEPT)) answers.delete(old);
      now.set({ state: "done", asked: found, error: null });
    } else if (found.state === "cancelled") {
      now.set({ state: "cancelled", asked: found, error: null });
    } else {
      now.set({ state: "failed", asked: found, error: new ApiError(400, "trial_failed", found.error) });
    }
  }

  return {
    now,
    ask(next) {
      const nextKey = JSON.stringify(next);
      if (nextKey === key) return;
      key = nextKey;
      question = next;
      const known = answers.get(key);
      if (known) {
        turn++;
        void giveUp();
        now.set({ state: "done", asked: known, error: null });
        return;
      }
      void go();
    },
    again() {
      void go();
    },
    async cancel() {
      cancelled = turn++;
      const { asked } = now.get();
      now.set({ state: "cancelled", asked, error: null });
      await giveUp();
    },
    async instead(of) {
      await trials.cancel(of.id).catch(() => undefined);
      await go();
    },
    leave() {
      turn++;
      key = "";
      question = null;
      running = "";
    },
  };
}

// A field that is being filled in changes the question with every key.
const ASK_AFTER = 400;

/** Tries the question on the site's recorded visits, to the end however long it takes. */
export function useTrial(site: string, question: Question | null): { now: Trying; trier: Trier } {
  const trying = useMemo(() => trier(trialsOf(site)), [site]);
  useEffect(() => () => trying.leave(), [trying]);
  const asked = question && JSON.stringify(question);
  useEffect(() => {
    if (!asked) return;
    const timer = setTimeout(() => trying.ask(JSON.parse(asked) as Question), ASK_AFTER);
    return () => clearTimeout(timer);
  }, [trying, asked]);
  return { now: useStore(trying.now), trier: trying };
}
