import { http, type Page } from "@shared/http";
import { queryClient } from "@shared/http/query";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import type { Channel, ConversationHead, StepOwner } from "./model";

export interface PageSeen {
  path: string;
  title: string;
  at: string;
  url?: string;
}

export interface VisitorFacts {
  visit: string;
  visitor: string;
  name: string;
  page: { url: string; path: string; title: string } | null;
  pages: PageSeen[];
  source: string;
  medium: string;
  campaign: string;
  started_at: string;
  last_at: string;
  cart: { value: number; items: number } | null;
  /** The site's, once it has a plan. */
  currency?: string;
  stage: string;
  visits: number;
  chats: number;
  orders: number;
  language: string;
  device: string;
  country: string;
  identified: boolean;
  conversation: string | null;
  invitation: { trigger: string; arm: string; state: string } | null;
  simulated: boolean;
  blocked: boolean;
  traits?: Record<string, unknown>;
  /** What the page said without proof. */
  claimed?: Record<string, unknown>;
  present?: boolean;
  /** The name an agent gave them; "" if none did. */
  called?: string;
  contact?: { name?: string; email?: string; phone?: string };
}

export interface TalkOrder {
  id: string;
  value: number;
  currency: string;
  at: string;
  with_chat: boolean;
}

export interface ConversationContext {
  visitor: VisitorFacts | null;
  goal: string;
  guidelines: string;
  team: {
    name: string;
    aim: string;
    results: string[];
    after_chat: { owner: string; channel?: Channel | null; within_ms?: number | null } | null;
    /** Kinds of meetings that can be booked with it. */
    bookings?: string[];
  };
  pages: PageSeen[];
  orders: TalkOrder[];
  earlier: { conversation: string; at: string; team: string; result: string | null }[];
  /** What our side still owes them, in the words they read. */
  promises?: {
    promise: string;
    text: string;
    due_at: string;
    team: string;
    late: boolean;
    conversation: string | null;
  }[];
  invitation: { trigger: string; text: string; at: string } | null;
  teams: string[];
  /** Who of this site is there now, oneself left out. */
  colleagues?: Colleague[];
  /** The site's, for who does not read its plan. */
  timezone?: string;
  currency?: string;
}

export interface Colleague {
  id: string;
  name: string;
  teams: string[];
  active: number;
  capacity: number;
}

export interface CannedReply {
  id: string;
  shortcut: string;
  team: string | null;
  text: Record<string, string>;
}

export interface NextStep {
  what: string;
  who: StepOwner;
  who_name?: string;
  agent_id?: string;
  team?: string;
  channel: Channel;
  due_at: string | null;
  /** The kind of a meeting, which begins at `due_at`. */
  booking?: string;
}

export interface Contact {
  name: string;
  email: string;
  phone: string;
}

export interface WrapUp {
  result: string;
  next_step: NextStep | null;
  /** How the visitor can be reached, if they said it in the talk. */
  contact: Contact | null;
}

export const contextQuery = (conversation: string) =>
  queryOptions({
    queryKey: ["context", conversation],
    queryFn: ({ signal }) => http.get<ConversationContext>(`/conversations/${conversation}/context`, {}, signal),
  });

export const cannedQuery = (site: string) =>
  queryOptions({
    queryKey: ["canned", site],
    queryFn: () => http.get<Page<CannedReply>>(`/sites/${site}/canned-replies`),
    staleTime: 60_000,
  });

/** Closed ones; with `q`, those of any state in which it occurs, or whose visitor is called or reached by it. */
export const foundQuery = (site: string, q: string, state: "closed" | "all" = "closed") =>
  infiniteQueryOptions({
    queryKey: ["conversations", site, state, q],
    queryFn: ({ pageParam, signal }) =>
      http.get<Page<ConversationHead>>(`/sites/${site}/conversations`, { state, q, cursor: pageParam }, signal),
    initialPageParam: "",
    getNextPageParam: (last) => last.next || undefined,
  });

export const take = (conversation: string) => http.post(`/conversations/${conversation}/take`);
export const transfer = (conversation: string, to: { team: string } | { to_agent: string }, note: string) =>
  http.post(`/conversations/${conversation}/transfer`, { ...to, note });

export async function wrapUp(conversation: string, form: WrapUp): Promise<void> {
  await http.post(`/conversations/${conversation}/wrap-up`, form);
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: ["promises"] }),
    queryClient.invalidateQueries({ queryKey: ["conversations"] }),
    queryClient.invalidateQueries({ queryKey: ["context"] }),
  ]);
}

/** Calls a visitor by a name, everywhere; "" gives back what the site or they themselves said. */
export async function nameVisitor(site: string, visitor: string, name: string): Promise<void> {
  await http.put(`/sites/${site}/visitors/${visitor}/name`, { name });
  await Promise.all(
    ["context", "conversations", "visitors", "visitor", "promises"].map((key) =>
      queryClient.invalidateQueries({ queryKey: [key] }),
    ),
  );
}
