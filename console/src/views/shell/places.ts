import type { Key } from "@shared/i18n";
import {
  ChartNoAxesColumn,
  Clock3,
  Compass,
  Inbox,
  type LucideIcon,
  Settings,
  SquareCheckBig,
  Users,
} from "lucide-react";

export interface Place {
  to: "/inbox" | "/visitors" | "/direction" | "/follow-ups" | "/insight" | "/staffing" | "/settings";
  name: Key;
  icon: LucideIcon;
  /** After g. */
  key: string;
}

export const PLACES: Place[] = [
  { to: "/inbox", name: "nav.inbox", icon: Inbox, key: "i" },
  { to: "/visitors", name: "nav.visitors", icon: Users, key: "v" },
  { to: "/direction", name: "nav.direction", icon: Compass, key: "d" },
  { to: "/follow-ups", name: "nav.followups", icon: SquareCheckBig, key: "f" },
  { to: "/insight", name: "nav.insight", icon: ChartNoAxesColumn, key: "n" },
  { to: "/staffing", name: "nav.staffing", icon: Clock3, key: "s" },
  { to: "/settings", name: "nav.settings", icon: Settings, key: "," },
];

/** In a phone's tab bar; the others are under "More". */
export const FIRST_PLACES: Place["to"][] = ["/inbox", "/visitors", "/follow-ups", "/insight"];
