import { http } from "@shared/http";
import { queryOptions } from "@tanstack/react-query";

export interface FactReading {
  fact: string;
  value: boolean | number | string | null;
}

export interface Clause {
  text: string;
  words: string;
  holds: boolean;
  readings: FactReading[];
  parts: Clause[];
}

export interface Gate {
  name: string;
  passes: boolean;
  words: string;
}

export interface Explanation {
  trigger: string;
  team: string;
  at_ms: number;
  clauses: Clause[];
  gates: Gate[];
  arm: "invited" | "held_out" | "held_out_all";
  variant: string;
  fires: boolean;
  fires_in_ms: number | null;
  why: string;
}

export interface VisitExplanation {
  visit: string;
  visitor: string;
  started_at: string;
  ended_at: string | null;
  at_ms: number;
  plan_version: number;
  decisions: { trigger: string; arm: string; variant: string; at_ms: number; state: string; plan_version: number }[];
  triggers: Explanation[];
}

const REFRESH = 2000;

/** `at` in seconds after the visit's first event; without it now, which for a live visit moves on. */
export const explainQuery = (site: string, visit: string, at: number | null) =>
  queryOptions({
    queryKey: ["explain", site, visit, at],
    queryFn: ({ signal }) => http.get<VisitExplanation>(`/sites/${site}/visits/${visit}/explain`, { at }, signal),
    refetchInterval: ({ state }) => (at === null && !state.data?.ended_at ? REFRESH : false),
    staleTime: 0,
  });

export type Verdict = "fires" | "soon" | "decided" | "not_so" | "refused";

/** What it comes to: it fires, will, was decided in this visit, its condition does not hold, or a gate is shut. */
export function verdictOf(one: Explanation): Verdict {
  if (one.fires) return "fires";
  if (one.gates.some((gate) => gate.name === "once_a_visit" && !gate.passes)) return "decided";
  if (one.fires_in_ms !== null) return "soon";
  return one.clauses.every((clause) => clause.holds) ? "refused" : "not_so";
}

/** How near a trigger is: for the order in which they are told. */
export const NEARNESS: Record<Verdict, number> = { fires: 0, soon: 1, decided: 2, refused: 3, not_so: 4 };

/** ms until it fires at `now`, when it was told at `toldAt` that it would in `inMs`. */
export const remaining = (inMs: number, toldAt: number, now: number): number => Math.max(0, inMs - (now - toldAt));
