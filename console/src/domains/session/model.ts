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
}

export interface Session {
  user: Me;
  csrf: string;
}

/** What a role may see or do in the console. The server decides; this only hides what it would refuse. */
const MAY = {
  manage_users: ["admin"],
  manage_site: ["admin", "manager"],
  manage_tokens: ["admin"],
  see_audit: ["admin", "manager"],
  erase_visitors: ["admin", "manager"],
  edit_canned: ["admin", "manager"],
  see_insight: ["admin", "manager"],
} as const satisfies Record<string, readonly Role[]>;

export type Deed = keyof typeof MAY;
export const may = (role: Role, deed: Deed): boolean => (MAY[deed] as readonly Role[]).includes(role);
export const leads = (role: Role): boolean => role === "admin" || role === "manager";
