import { useEffect, useRef } from "react";
import { isComposing } from "./text";

export type Shortcuts = Record<string, () => void>;

/** Between the two keys of a sequence such as "g i". */
const PATIENCE = 1000;

const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]";

/** Letters are text while somebody types, and a dialog or menu has keys of its own. */
export function isBusy(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  return target.closest(`${TYPING}, [role=dialog], [role=alertdialog], [role=menu]`) !== null;
}

/** The longest name that fits what was pressed: the sequence with the key before, or the key alone. */
export const pressed = (names: Shortcuts, before: string, key: string): string | undefined =>
  [before && `${before} ${key}`, key].find((name) => name && name in names);

/** Single keys and two-key sequences for as long as the component is there. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  useEffect(() => {
    let before = "";
    let at = 0;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isComposing(event)) return;
      if (isBusy(event.target)) return;
      const name = pressed(latest.current, Date.now() - at < PATIENCE ? before : "", event.key);
      before = name ? "" : event.key;
      at = Date.now();
      if (!name) return;
      event.preventDefault();
      latest.current[name]?.();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}
