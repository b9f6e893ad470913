import type { Channel, StepOwner } from "@domains/conversations/model";
import { daysApart } from "@shared/i18n";

export interface PromiseItem {
  id: string;
  what: string;
  who: StepOwner;
  who_name: string;
  agent_id: string | null;
  agent_name: string | null;
  team: string | null;
  channel: Channel;
  due_at: string | null;
  state: "open" | "done" | "cancelled";
  late: boolean;
  conversation: string | null;
  lead: string | null;
  visitor: string | null;
  visitor_name?: string;
  contact: { name?: string | null; email?: string | null; phone?: string | null } | null;
  text: string;
  created_at: string;
  done_at: string | null;
  message?: string;
  language?: string;
  simulated?: boolean;
  /** The kind of the meeting that is promised, which begins at `due_at`. */
  booking?: string;
  history: { at: string; by: string; what: string; note?: string }[];
}

export interface PromiseCounts {
  open: number;
  late: number;
  today: number;
}

export type LeadState = "new" | "contacted" | "qualified" | "won" | "lost";
export const LEAD_STATES: LeadState[] = ["new", "contacted", "qualified", "won", "lost"];

export interface Lead {
  id: string;
  state: LeadState;
  source: string;
  team: string;
  agent_id: string;
  name: string;
  email: string;
  phone: string;
  message: string;
  language: string;
  visitor: string | null;
  conversation: string | null;
  created_at: string;
  changed_at: string;
  ledger: { at: string; by_name: string; what: string; note?: string }[];
}

export type When = "late" | "today" | "later" | "no_date";

/** Which part of the day's work a promise is. Late is judged by this clock, so that it turns while one looks. */
export function whenOf(promise: Pick<PromiseItem, "due_at">, now: number): When {
  if (!promise.due_at) return "no_date";
  if (Date.parse(promise.due_at) < now) return "late";
  return daysApart(promise.due_at, now) === 0 ? "today" : "later";
}
