import type { TalkOrder, VisitorFacts } from "@domains/conversations/api";
import { http } from "@shared/http";
import { queryClient } from "@shared/http/query";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

export interface LiveVisitors {
  items: VisitorFacts[];
  total: number;
}

export interface VisitorDetail extends VisitorFacts {
  earlier_visits?: { visit?: string; started_at: string; last_at?: string; pages?: number; source?: string; entry_path?: string }[];
  conversations?: { conversation: string; at: string; team: string; result: string | null }[];
  order_list?: TalkOrder[];
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
