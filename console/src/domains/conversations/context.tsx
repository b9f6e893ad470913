import { expired, readAgain, useMe, useSite } from "@domains/session";
import { useStore, useStorePart } from "@shared/lib/store";
import { createContext, type ReactNode, useContext, useEffect, useMemo } from "react";
import { DeskClient } from "./client";
import type { Desk } from "./desk";

const Context = createContext<DeskClient | null>(null);

/** One socket for the whole console: it lives as long as the person and the site stay the same. */
export function DeskProvider({ children }: { children: ReactNode }) {
  const { id: user, name } = useMe();
  const { id: site } = useSite();
  const over = useStore(expired);
  const client = useMemo(
    () => new DeskClient({ user, name, site }, () => expired.set(true), readAgain),
    [user, name, site],
  );
  useEffect(() => {
    // After the session is over the server would refuse each try; signing in again starts it afresh.
    if (over) return;
    client.start();
    return () => client.stop();
  }, [client, over]);
  return <Context value={client}>{children}</Context>;
}

export function useDeskClient(): DeskClient {
  const client = useContext(Context);
  if (!client) throw new Error("The desk is only there below DeskProvider.");
  return client;
}

export const useDesk = <P,>(pick: (desk: Desk) => P): P => useStorePart(useDeskClient().desk, pick);
export const useLink = () => useStore(useDeskClient().link);
export const useOutbox = () => useStore(useDeskClient().outbox);
