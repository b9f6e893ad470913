import { http, type Page } from "@shared/http";
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

export interface TeamPeople {
  name: string;
  aim: string;
  department?: string;
  members: { id: string; name: string; email: string }[];
}

export const staffingQuery = (site: string) =>
  queryOptions({
    queryKey: ["staffing", site],
    queryFn: () => http.get<{ teams: TeamStaffing[] }>(`/sites/${site}/staffing`),
    refetchInterval: 5000,
  });

export const teamsQuery = (site: string) =>
  queryOptions({
    queryKey: ["teams", site],
    queryFn: () => http.get<Page<TeamPeople>>(`/sites/${site}/teams`),
    staleTime: 60_000,
  });
