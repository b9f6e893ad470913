import { type Deed, type Me, may } from "@domains/session";
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
  /** Only for those who may. */
  needs?: Deed;
}

export const PLACES: Place[] = [
  { to: "/inbox", name: "nav.inbox", icon: Inbox, key: "i" },
  { to: "/visitors", name: "nav.visitors", icon: Users, key: "v", needs: "see_visitors" },
  { to: "/direction", name: "nav.direction", icon: Compass, key: "d", needs: "see_plan" },
  { to: "/follow-ups", name: "nav.followups", icon: SquareCheckBig, key: "f", needs: "see_promises" },
  { to: "/insight", name: "nav.insight", icon: ChartNoAxesColumn, key: "n", needs: "see_insight" },
  { to: "/staffing", name: "nav.staffing", icon: Clock3, key: "s", needs: "see_staffing" },
  { to: "/settings", name: "nav.settings", icon: Settings, key: "," },
];

/** In a phone's tab bar, as far as there is room; the others are under "More". */
const UNDER_THE_THUMB: Place["to"][] = ["/inbox", "/visitors", "/follow-ups", "/insight", "/staffing"];
const ROOM = 4;

export const placesFor = (me: Me): Place[] => PLACES.filter((place) => !place.needs || may(me, place.needs));

export function forThumb(places: Place[]): [first: Place[], rest: Place[]] {
  const first = UNDER_THE_THUMB.flatMap((to) => places.filter((place) => place.to === to)).slice(0, ROOM);
  return [first, places.filter((place) => !first.includes(place))];
}
