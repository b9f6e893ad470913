import type { PageSeen, VisitorFacts } from "@domains/conversations/api";
import { http } from "@shared/http";
import { queryClient } from "@shared/http/query";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

export interface LiveVisitors {
  items: VisitorFacts[];
  total: number;
  /** Only who is in a conversation of one's teams: that is all one sees of the site. */
  of_talks?: boolean;
}

export interface EarlierVisit {
  visit: string;
  started_at: string;
  ended_at: string | null;
  pages: PageSeen[];
  source: string;
  medium: string;
  campaign: string;
  stage: string;
}

export interface VisitorDetail extends VisitorFacts {
  /** Whether they are on the site now; the visit shown is the present or the latest one. */
  present: boolean;
  first_seen_at: string;
  earlier: EarlierVisit[];
  conversations: { conversation: string; opened_at: string; team: string; state: string; result: string }[];
}

/** Twenty lines of motion are enough for an eye; the server is asked this often while the page is in front. */
const REFRESH = 2500;

export const liveQuery = (site: string) =>
  queryOptions({
    queryKey: ["visitors", site, "live"],
    queryFn: ({ signal }) => http.get<LiveVisitors>(`/sites/${site}/visitors/live`, { limit: 200 }, signal),
    refetchInterval: REFRESH,
    staleTime: 0,
    placeholderData: keepPreviousData,
  });

export const visitorQuery = (site: string, visitor: string) =>
  queryOptions({
    queryKey: ["visitors", site, "one", visitor],
    queryFn: ({ signal }) => http.get<VisitorDetail>(`/sites/${site}/visitors/${visitor}`, {}, signal),
    refetchInterval: 5000,
  });

const path = (site: string, visitor: string) => `/sites/${site}/visitors/${visitor}`;
const refresh = () => queryClient.invalidateQueries({ queryKey: ["visitors"] });

export async function setBlocked(site: string, visitor: string, on: boolean): Promise<void> {
  await http.post(`${path(site, visitor)}/${on ? "block" : "unblock"}`);
  await refresh();
}

export async function erase(site: string, visitor: string): Promise<void> {
  await http.post(`${path(site, visitor)}/erase`);
  await refresh();
}

export const exportVisitor = (site: string, visitor: string) => http.get<unknown>(`${path(site, visitor)}/export`);
