import { useSyncExternalStore } from "react";

/** The width from which panes stand side by side; the same as the `md` breakpoint of tokens.css. */
export const WIDE = "(min-width: 56rem)";

export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = matchMedia(query);
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    () => matchMedia(query).matches,
  );
}

export const useWide = () => useMedia(WIDE);
