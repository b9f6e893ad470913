import { keep, kept } from "./storage";
import { store } from "./store";

export type Scheme = "system" | "light" | "dark";

const read = (): Scheme => {
  const value = kept("scheme");
  return value === "light" || value === "dark" ? value : "system";
};

export const scheme = store<Scheme>(read());

export function chooseScheme(next: Scheme): void {
  scheme.set(next);
  keep("scheme", next === "system" ? null : next);
  if (next === "system") delete document.documentElement.dataset.scheme;
  else document.documentElement.dataset.scheme = next;
}
