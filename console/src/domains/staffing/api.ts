import { http } from "@shared/http";
import { queryOptions } from "@tanstack/react-query";

export interface Member {
  id: string;
  name: string;
  available: boolean;
  online: boolean;
  active: number;
  capacity: number;
  since: string | null;
}

export interface TeamStaffing {
  name: string;
  aim: string;
  hours: string;
  open: boolean;
  next_change_at: string | null;
  next_open_at: string | null;
  answer_within_ms: number;
  chats_per_agent: number;
  members: Member[];
  waiting: number;
  free_slots: number;
  week: number[];
}

const fetchStaffing = (site: string) =>
  http.get<{ timezone: string; teams: TeamStaffing[] }>(`/sites/${site}/staffing`);

/** Who is there now: asked again every few seconds. */
export const staffingQuery = (site: string) =>
  queryOptions({ queryKey: ["staffing", site], queryFn: () => fetchStaffing(site), refetchInterval: 5000 });

/** The site's time zone, for everybody: not all may read the plan that says it. */
export const zoneQuery = (site: string) =>
  queryOptions({
    queryKey: ["staffing", site],
    queryFn: () => fetchStaffing(site),
    staleTime: 60_000,
    select: ({ timezone }) => timezone,
  });

/** The same, for those who only want to know which teams there are and who is on them. */
export const teamsQuery = (site: string) =>
  queryOptions({
    queryKey: ["staffing", site],
    queryFn: () => fetchStaffing(site),
    staleTime: 60_000,
    select: ({ teams }) => teams,
  });
