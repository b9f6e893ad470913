import { store, useStore } from "./store";

/** One clock for all that ticks, so that they tick together. It stands still while nobody looks. */
const second = store(Date.now());
const tick = () => {
  if (!document.hidden) second.set(Date.now());
};
if (typeof window !== "undefined") {
  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", tick);
}

/** Now in ms, drawn again each second. */
export const useNow = (): number => useStore(second);
