import type { Deed } from "@domains/session";
import type { Key } from "@shared/i18n";

export interface Part {
  id: string;
  name: Key;
  /** Only for those who may. */
  needs?: Deed;
}

export const PARTS: Part[] = [
  { id: "profile", name: "settings.profile" },
  { id: "site", name: "settings.site", needs: "manage_site" },
  { id: "snippet", name: "settings.snippet", needs: "manage_site" },
  { id: "look", name: "settings.look", needs: "manage_site" },
  { id: "users", name: "settings.users", needs: "see_users" },
  { id: "teams", name: "settings.teams" },
  { id: "canned", name: "settings.canned", needs: "edit_canned" },
  { id: "tokens", name: "settings.tokens", needs: "manage_tokens" },
  { id: "audit", name: "settings.audit", needs: "see_audit" },
];
