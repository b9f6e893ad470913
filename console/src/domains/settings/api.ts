import type { CannedReply } from "@domains/conversations/api";
import type { Role } from "@domains/session";
import { http, type Page } from "@shared/http";
import { queryClient } from "@shared/http/query";
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";

export interface Look {
  name: string;
  colour: string;
  position: "right" | "left";
  greeting: Record<string, string>;
}

export interface SiteSettings {
  id: string;
  name: string;
  key: string;
  origins: string[];
  look: Look;
  consent: "none" | "required";
  /** What of the things a browser asks for counts as no consent. */
  signals: "gpc" | "gpc_dnt" | "ignored";
  retention_days: number | null;
  snippet: string;
}

export interface Membership {
  site: string;
  team: string;
}

export interface Person {
  id: string;
  email: string;
  name: string;
  role: Role;
  state: "invited" | "active" | "revoked";
  capacity: number | null;
  language?: string;
  teams: Membership[];
  last_seen_at?: string | null;
}

export const SCOPES = ["read", "orders", "leads", "messages:write", "admin"] as const;
export type TokenScope = (typeof SCOPES)[number];

export interface ApiToken {
  id: string;
  name: string;
  scope: TokenScope;
  site: string;
  created_at: string;
  created_by: string;
}

export interface AuditEntry {
  id: string;
  at: string;
  actor: string;
  actor_name: string;
  action: string;
  subject: string;
  details: Record<string, unknown>;
}

const after = async <T>(request: Promise<T>, ...key: string[]): Promise<T> => {
  const answer = await request;
  await queryClient.invalidateQueries({ queryKey: key });
  return answer;
};

// ---- site ----------------------------------------------------------------------------------------------------

export const sitesQuery = queryOptions({
  queryKey: ["sites"],
  queryFn: () => http.get<Page<SiteSettings>>("/sites"),
  staleTime: 60_000,
});

export type SiteChange = Partial<
  Pick<SiteSettings, "name" | "origins" | "look" | "consent" | "signals" | "retention_days">
>;
export const changeSite = (site: string, change: SiteChange) => after(http.patch(`/sites/${site}`, change), "sites");
export const rotateKey = (site: string) => after(http.post(`/sites/${site}/rotate-key`), "sites");

/** A mistake of the site's pages in what they tell: in which call and field, and the way out. */
export interface SnippetProblem {
  event: string;
  field: string;
  message: string;
  example: string;
  first_at: string;
  last_at: string;
  times: number;
}

const problems = (site: string) => `/sites/${site}/snippet/problems`;
export const problemsQuery = (site: string) =>
  queryOptions({
    queryKey: ["snippet-problems", site],
    queryFn: () => http.get<Page<SnippetProblem>>(problems(site)),
  });
export const forgetProblems = (site: string) => after(http.delete(problems(site)), "snippet-problems");

// ---- people --------------------------------------------------------------------------------------------------

export const usersQuery = queryOptions({
  queryKey: ["users"],
  queryFn: () => http.get<Page<Person>>("/users"),
});

export interface NewPerson {
  email: string;
  name: string;
  role: Role;
  teams: Membership[];
  language: string;
}
export type PersonChange = Partial<Pick<Person, "name" | "role" | "capacity" | "teams" | "language">>;

const people = <T>(request: Promise<T>) => after(after(request, "users"), "staffing");
export const addUser = (person: NewPerson) => people(http.post<{ invite_url: string }>("/users", person));
export const changeUser = (id: string, change: PersonChange) => people(http.patch(`/users/${id}`, change));
/** An invite or reset that could not be mailed, and why. */
export interface UnsentLetter {
  user: string;
  kind: "invite" | "reset";
  reason: string;
  tries: number;
  at: string;
}
interface LinkAnswer {
  invite_url?: string;
  reset_url?: string;
  mail?: { sent: boolean; reason: string } | null;
}

export const unsentQuery = queryOptions({
  queryKey: ["letters", "unsent"],
  queryFn: () => http.get<Page<UnsentLetter>>("/letters/unsent"),
});
export const inviteAgain = (id: string) => http.post<{ invite_url: string }>(`/users/${id}/invite`);
export const resetPassword = (id: string) => http.post<{ reset_url: string }>(`/users/${id}/reset`);

/** A new link, mailed again; the link and what became of the mail. */
export async function sendAgain({ user, kind }: UnsentLetter): Promise<{ url: string; reason: string }> {
  const answer = await after(http.post<LinkAnswer>(`/users/${user}/${kind}?send=true`), "letters");
  return { url: answer.invite_url ?? answer.reset_url ?? "", reason: answer.mail?.reason ?? "" };
}
export const revokeUser = (id: string) => people(http.post(`/users/${id}/revoke`));
export const restoreUser = (id: string) => people(http.post(`/users/${id}/restore`));

// ---- tokens, audit, canned replies -----------------------------------------------------------------------------

export const tokensQuery = queryOptions({ queryKey: ["tokens"], queryFn: () => http.get<Page<ApiToken>>("/tokens") });
export const addToken = (name: string, scope: TokenScope, site: string) =>
  after(http.post<{ token: string }>("/tokens", { name, scope, site }), "tokens");
export const deleteToken = (id: string) => after(http.delete(`/tokens/${id}`), "tokens");

export const auditQuery = infiniteQueryOptions({
  queryKey: ["audit"],
  queryFn: ({ pageParam }) => http.get<Page<AuditEntry>>("/audit", { cursor: pageParam }),
  initialPageParam: "",
  getNextPageParam: (last) => last.next || undefined,
});

export type CannedDraft = Pick<CannedReply, "shortcut" | "team" | "text">;
const canned = (site: string) => `/sites/${site}/canned-replies`;
export const addCanned = (site: string, draft: CannedDraft) => after(http.post(canned(site), draft), "canned");
export const changeCanned = (site: string, id: string, draft: CannedDraft) =>
  after(http.put(`${canned(site)}/${id}`, draft), "canned");
export const deleteCanned = (site: string, id: string) => after(http.delete(`${canned(site)}/${id}`), "canned");
