import { useSite } from "@domains/session";
import { http, type Page } from "@shared/http";
import { queryClient } from "@shared/http/query";
import { infiniteQueryOptions, useQuery } from "@tanstack/react-query";
import type { Lead, LeadState, PromiseCounts, PromiseItem } from "./model";

export type PromisePage = Page<PromiseItem> & { counts: PromiseCounts };
export type Owner = "me" | "team" | "all";

export const promisesQuery = (site: string, state: "open" | "done" | "all", owner: Owner) =>
  infiniteQueryOptions({
    queryKey: ["promises", site, state, owner],
    queryFn: ({ pageParam, signal }) =>
      http.get<PromisePage>(`/sites/${site}/promises`, { state, owner, cursor: pageParam }, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
    refetchInterval: 15_000,
  });

/** How many promises of mine are late: the red number in the navigation. */
export function useLateCount(): number {
  const { id } = useSite();
  const { data } = useQuery({
    queryKey: ["promises", id, "counts"],
    queryFn: () => http.get<PromisePage>(`/sites/${id}/promises`, { state: "open", owner: "me" }),
    select: (page) => page.counts?.late ?? 0,
    refetchInterval: 30_000,
  });
  return data ?? 0;
}

const changed = () => queryClient.invalidateQueries({ queryKey: ["promises"] });
const after = async (request: Promise<unknown>) => {
  await request;
  await changed();
};

export const markDone = (id: string, note: string) => after(http.post(`/promises/${id}/done`, { note }));
export const move = (id: string, due_at: string, note: string) =>
  after(http.post(`/promises/${id}/move`, { due_at, note }));
export const cancel = (id: string, note: string) => after(http.post(`/promises/${id}/cancel`, { note }));
export const handOn = (id: string, to: { agent_id?: string; team?: string }, note: string) =>
  after(http.post(`/promises/${id}/hand-on`, { ...to, note }));

export const leadsQuery = (site: string, state: LeadState | "") =>
  infiniteQueryOptions({
    queryKey: ["leads", site, state],
    queryFn: ({ pageParam, signal }) =>
      http.get<Page<Lead>>(`/sites/${site}/leads`, { state, cursor: pageParam }, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
    refetchInterval: 30_000,
  });

export async function changeLead(id: string, state: LeadState, note: string): Promise<void> {
  await http.patch(`/leads/${id}`, { state, note });
  await queryClient.invalidateQueries({ queryKey: ["leads"] });
}
