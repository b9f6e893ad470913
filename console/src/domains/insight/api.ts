import { address, http } from "@shared/http";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

export interface TriggerCounts {
  trigger: string;
  invited: number;
  held_out: number;
  held_out_all: number;
  shown: number;
  seen: number;
  accepted: number;
  declined: number;
  conversations: number;
}

export interface DayCounts {
  day: string;
  conversations: number;
  decisions: number;
  orders: number;
}

export interface Overview {
  from: string;
  to: string;
  decisions: TriggerCounts[];
  conversations: {
    opened: number;
    answered: number;
    closed: number;
    missed: number;
    missed_why?: { left_early: number; nobody_free: number; agent_silent: number };
    first_response_seconds: { median: number | null; p90: number | null; n: number };
  };
  promises: { due: number; kept: number; late: number; open: number };
  orders: {
    all: { count: number; value: number };
    with_chat: { count: number; value: number };
    currency: string;
  };
  leads: { new: number };
  by_day: DayCounts[];
}

export const overviewQuery = (site: string, from: string, to: string) =>
  queryOptions({
    queryKey: ["insight", site, from, to],
    queryFn: ({ signal }) => http.get<Overview>(`/sites/${site}/insight/overview`, { from, to }, signal),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });

export const csvAddress = (site: string, from: string, to: string) =>
  address(`/sites/${site}/insight/overview.csv`, { from, to });
