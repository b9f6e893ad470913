export type Role = "admin" | "manager" | "agent" | "partner_agent";

export interface SiteAccess {
  id: string;
  name: string;
  teams: string[];
}

export interface Me {
  id: string;
  email: string;
  name: string;
  role: Role;
  language: string | null;
  sites: SiteAccess[];
  /** `verb noun`, as docs/reference/permissions.md lists them. */
  permissions: string[];
}

export interface Session {
  user: Me;
  csrf: string;
}

/** What the console asks of the server's table of permissions. The server decides; this only hides what it would refuse. */
const NEEDS = {
  manage_users: "change users",
  manage_admins: "change admins",
  see_users: "read users",
  manage_site: "change sites",
  manage_tokens: "change tokens",
  see_audit: "read audit",
  see_visitors: "list visitors",
  block_visitors: "block visitors",
  erase_visitors: "erase visitors",
  explain_visits: "explain visits",
  edit_canned: "change canned-replies",
  see_plan: "read plan",
  edit_plan: "change plan",
  see_promises: "read promises",
  see_insight: "read reports",
  see_staffing: "read staffing",
} as const satisfies Record<string, string>;

export type Deed = keyof typeof NEEDS;
export const may = (me: Me, deed: Deed): boolean => me.permissions.includes(NEEDS[deed]);
export const leads = (role: Role): boolean => role === "admin" || role === "manager";
