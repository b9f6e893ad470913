import { http } from "@shared/http";
import { queryOptions } from "@tanstack/react-query";

/** What the console reads of the published plan. Parts it does not show are left out. */
export interface PlanAnswer {
  version: number;
  published_at: string;
  published_by: string;
  text: string;
  words: unknown;
  plan: Plan;
}

export interface Plan {
  site?: string;
  timezone?: string;
  country?: string;
  currency?: string;
  languages?: string[];
  [part: string]: unknown;
}

export const planQuery = (site: string) =>
  queryOptions({
    queryKey: ["plan", site],
    queryFn: () => http.get<PlanAnswer>(`/sites/${site}/plan`),
    staleTime: 60_000,
  });
