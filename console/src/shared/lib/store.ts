import { useSyncExternalStore } from "react";

/** A value with listeners: what lives outside React and is drawn by it. */
export interface Store<T> {
  get(): T;
  set(next: T | ((now: T) => T)): void;
  subscribe(listener: () => void): () => void;
}

export function store<T>(initial: T): Store<T> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set: (next) => {
      const after = typeof next === "function" ? (next as (now: T) => T)(value) : next;
      if (Object.is(after, value)) return;
      value = after;
      for (const listener of listeners) listener();
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export const useStore = <T>(from: Store<T>): T => useSyncExternalStore(from.subscribe, from.get);

/** Draws again only when what `pick` returns is another value: pick parts, do not build new ones. */
export const useStorePart = <T, P>(from: Store<T>, pick: (value: T) => P): P =>
  useSyncExternalStore(from.subscribe, () => pick(from.get()));
