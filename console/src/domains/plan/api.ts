import type { Plan, PlanVersion, Texts } from "@domains/direction/api";
import { http, type Page } from "@shared/http";
import { queryClient } from "@shared/http/query";
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { SavedDraft } from "./draft";
import type { Language } from "./language";
import type { Trial } from "./trial";

export interface Problem {
  code: string;
  message: string;
  hint: string;
  /** Both count from 1; a column counts characters, not bytes. */
  line: number;
  column: number;
  severity: "error" | "warning";
}

/** The plan's meaning, a sentence for each line of a section. In English. */
export type PlanWords = Partial<Record<"teams" | "routes" | "stages" | "audiences" | "manners" | "triggers", string[]>>;

/** What a text means: its problems, and the plan it is if it is sound. */
export interface Reading {
  sound: boolean;
  problems: Problem[];
  plan: Plan | null;
  words: PlanWords | null;
}

export interface Change {
  kind: "added" | "removed" | "changed" | "moved";
  subject: string;
  text: string;
}

export interface VersionText extends PlanVersion {
  text: string;
}

export interface Playbook {
  name: string;
  aim: "sales" | "service";
  title: string;
  about: string;
  audience: string;
  needs: string[];
  meaning: string;
  say: Record<string, Texts>;
  conversation_goal: string;
  next_step: string;
  measure: string;
}

export interface HeldBackCount {
  day: string;
  team: string;
  trigger: string;
  reason: string;
  count: number;
}

export interface HeldBackLine {
  id: string;
  visit: string;
  visitor: string;
  trigger: string;
  team: string;
  at: string;
  reason: string;
  free: number;
  unanswered: number;
  simulated: boolean;
}

const base = (site: string) => `/sites/${site}/plan`;

export const draftQuery = (site: string) =>
  queryOptions({
    queryKey: ["draft", site],
    queryFn: ({ signal }) => http.get<SavedDraft>(`${base(site)}/draft`, {}, signal),
    // Somebody else may be at it: they are told of within this time.
    refetchInterval: 5000,
    staleTime: 0,
  });

export const languageQuery = queryOptions({
  queryKey: ["plan-language"],
  queryFn: async (): Promise<Language> => {
    const [language, schema] = await Promise.all([
      http.get<Omit<Language, "choices">>("/plan/language"),
      http.get<unknown>("/plan/schema"),
    ]);
    const { choicesOf } = await import("./language");
    return { ...language, choices: choicesOf(schema) };
  },
  staleTime: Number.POSITIVE_INFINITY,
});

export const versionQuery = (site: string, version: number) =>
  queryOptions({
    queryKey: ["plan-version", site, version],
    queryFn: ({ signal }) => http.get<VersionText>(`${base(site)}/versions/${version}`, {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const playbooksQuery = queryOptions({
  queryKey: ["playbooks"],
  queryFn: ({ signal }) => http.get<Playbook[]>("/playbooks", {}, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

export const heldBackQuery = (site: string, since: string) =>
  queryOptions({
    queryKey: ["held-back", site, "counts", since],
    queryFn: ({ signal }) => http.get<Page<HeldBackCount>>(`/sites/${site}/held-back/counts`, { since }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });

export const heldBackLinesQuery = (site: string) =>
  infiniteQueryOptions({
    queryKey: ["held-back", site, "lines"],
    queryFn: ({ pageParam }) =>
      http.get<Page<HeldBackLine>>(`/sites/${site}/held-back`, { cursor: pageParam, limit: 20 }),
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
  });

export const checkText = (site: string, text: string) => http.post<Reading>(`${base(site)}/check`, { text });

export const changesOf = (site: string, text: string) => http.post<Change[]>(`${base(site)}/diff`, { text });

export interface TrialOptions {
  compare?: string | undefined;
  since?: string;
  survey?: boolean;
}

export const tryText = (site: string, text: string, options: TrialOptions = {}) =>
  http.post<Trial>(`${base(site)}/backtest`, { text, ...options });

/** Every decision as a file, a line of JSON each. */
export const decisionsFile = (site: string, text: string, since: string) =>
  http.file(`${base(site)}/backtest/decisions`, { text, since });

const afterPublishing = () =>
  Promise.all(["plan", "draft", "plan-changes"].map((key) => queryClient.invalidateQueries({ queryKey: [key] })));

export const saveDraft = (site: string, text: string, seen: SavedDraft) =>
  http.put<SavedDraft>(`${base(site)}/draft`, { text, revision: seen.revision, base_version: seen.base_version });

export const discardDraft = (site: string, revision: number) =>
  http.delete<void>(`${base(site)}/draft?revision=${revision}`);

export async function publishDraft(site: string, revision: number, note: string): Promise<PlanVersion> {
  const published = await http.post<PlanVersion>(`${base(site)}/draft/publish`, { revision, note });
  await afterPublishing();
  return published;
}

export async function rollBack(site: string, version: number, note: string): Promise<PlanVersion> {
  const published = await http.post<PlanVersion>(`${base(site)}/rollback`, { version, note });
  await afterPublishing();
  return published;
}

export const adoptPlaybook = (site: string, name: string, revision: number, team: string) =>
  http.post<SavedDraft>(`${base(site)}/draft/playbooks/${name}`, { revision, team });
