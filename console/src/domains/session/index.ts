import { keep, kept } from "@shared/lib/storage";
import { store, useStore } from "@shared/lib/store";
import { useSession } from "./api";
import { type Deed, type Me, may, type SiteAccess } from "./model";

export * from "./api";
export * from "./model";

/** Who is signed in. Only below the sign-in gate, where there is always somebody. */
export function useMe(): Me {
  const { data } = useSession();
  if (!data) throw new Error("useMe is for pages behind the sign-in.");
  return data.user;
}

export const useMay = (deed: Deed): boolean => may(useMe(), deed);

const chosen = store(kept("site") ?? "");

/** The site the console shows, of those the person belongs to. */
export function useSite(): SiteAccess {
  const { sites } = useMe();
  const id = useStore(chosen);
  const site = sites.find((one) => one.id === id) ?? sites[0];
  if (!site) throw new Error("useSite is for people who have a site.");
  return site;
}

export function chooseSite(id: string): void {
  keep("site", id);
  chosen.set(id);
}
