import { ApiError, http, type Page } from "@shared/http";
import { queryClient } from "@shared/http/query";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

export type Texts = Record<string, string>;

export interface PlanTeam {
  name: string;
  aim: "sales" | "service";
  department: string;
  goal: { measure: string; amount: number; per: string; by?: string | null };
  conversation_goal: string;
  results: string[];
  after_chat: { owner: string; channel?: string | null; within_ms?: number | null };
  outcomes?: string[];
  hours: string;
  answer_within_ms: number;
  chats_per_agent: number;
  guidelines?: string;
}

export interface PlanTrigger {
  name: string;
  team: string;
  when: string;
  say: { name: string; text: Texts }[];
  at_most: { count: number; per_ms?: number | null };
  show: "teaser" | "badge";
  holdout: number;
  epoch: number;
}

export interface Plan {
  site: string;
  timezone: string;
  languages: string[];
  country?: string | null;
  currency: string;
  holdout: number;
  quiet: { per_visit: number; after_decline_ms: number; after_chat_ms: number };
  stages: { name: string; when: string }[];
  audiences: { name: string; when: string }[];
  teams: PlanTeam[];
  routes: { to: string; when?: string | null }[];
  triggers: PlanTrigger[];
}

export interface PlanAnswer {
  version: number;
  published_at: string;
  published_by: string;
  published_by_name?: string;
  note?: string;
  text: string;
  plan: Plan;
  /** What each line of a section means, in English sentences, in the section's order. */
  words: Partial<Record<"teams" | "routes" | "stages" | "audiences" | "manners" | "triggers", string[]>>;
}

export interface PlanVersion {
  version: number;
  published_at: string;
  published_by: string;
  published_by_name?: string;
  note?: string;
  restores?: number | null;
}

/** How far a site is set up: `plan` is the version in force, null before the first. */
export interface Setup {
  plan: number | null;
  timezone: string | null;
  people: number;
  visits: boolean;
  conversations: boolean;
}

export const setupQuery = (site: string) =>
  queryOptions({
    queryKey: ["setup", site],
    queryFn: () => http.get<Setup>(`/sites/${site}/setup`),
    staleTime: 60_000,
  });

/** The plan in force. A site without one is known from its setup: nothing is asked that would only be refused. */
export const planQuery = (site: string) =>
  queryOptions({
    queryKey: ["plan", site],
    queryFn: async () => {
      const setup = await queryClient.fetchQuery({ ...setupQuery(site), staleTime: 2_000 });
      if (setup.plan === null) throw new ApiError(404, "no_plan", "This site has no plan yet");
      return http.get<PlanAnswer>(`/sites/${site}/plan`);
    },
    staleTime: 60_000,
  });

export const historyQuery = (site: string) =>
  infiniteQueryOptions({
    queryKey: ["plan", site, "history"],
    queryFn: ({ pageParam }) => http.get<Page<PlanVersion>>(`/sites/${site}/plan/history`, { cursor: pageParam }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
  });
