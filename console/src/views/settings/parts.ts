import type { Role } from "@domains/session";
import type { Key } from "@shared/i18n";

export interface Part {
  id: string;
  name: Key;
  roles: Role[];
}

const EVERYBODY: Role[] = ["admin", "manager", "agent", "partner_agent"];
const LEADS: Role[] = ["admin", "manager"];

export const PARTS: Part[] = [
  { id: "profile", name: "settings.profile", roles: EVERYBODY },
  { id: "site", name: "settings.site", roles: LEADS },
  { id: "snippet", name: "settings.snippet", roles: LEADS },
  { id: "look", name: "settings.look", roles: LEADS },
  { id: "users", name: "settings.users", roles: LEADS },
  { id: "teams", name: "settings.teams", roles: EVERYBODY },
  { id: "canned", name: "settings.canned", roles: EVERYBODY },
  { id: "tokens", name: "settings.tokens", roles: ["admin"] },
  { id: "audit", name: "settings.audit", roles: LEADS },
];
