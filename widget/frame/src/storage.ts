/** What outlives the page, where it may and can; else the page's own memory. */

export interface Store {
  /** Whether it ends with the page. */
  isMemory?: boolean;
  get(name: string): string | null;
  set(name: string, value: string): void;
  remove(name: string): void;
  names(): string[];
}

export function memoryStore(): Store {
  const values = new Map<string, string>();
  return {
    isMemory: true,
    get: (name) => values.get(name) ?? null,
    set: (name, value) => void values.set(name, value),
    remove: (name) => void values.delete(name),
    names: () => [...values.keys()],
  };
}

/**
 * The browser's storage, or memory where the browser forbids it to frames or it is full. It may be taken away at any
 * time: each use is guarded.
 */
export function browserStore(kind: 'localStorage' | 'sessionStorage'): Store {
  const fallback = memoryStore();
  try {
    const storage = window[kind];
    storage.setItem('overture:probe', '1');
    storage.removeItem('overture:probe');
    const tried = <T>(use: () => T): T | undefined => {
      try {
        return use();
      } catch {
        return undefined;
      }
    };
    return {
      get: (name) => fallback.get(name) ?? tried(() => storage.getItem(name)) ?? null,
      set(name, value) {
        fallback.remove(name);
        try {
          storage.setItem(name, value);
        } catch {
          tried(() => storage.removeItem(name)); // the one before must not come back
          fallback.set(name, value);
        }
      },
      remove(name) {
        fallback.remove(name);
        tried(() => storage.removeItem(name));
      },
      names: () => [...new Set([...(tried(() => Object.keys(storage)) ?? []), ...fallback.names()])],
    };
  } catch {
    return fallback;
  }
}

/** A short name for this visitor on this site that does not tell the key. */
export function tagOf(site: string, key: string): string {
  let hash = 0x811c9dc5;
  for (const letter of `${site}/${key}`) hash = Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(36);
}

/** What was stored as JSON; null if there is none or something else wrote it. */
// biome-ignore lint/suspicious/noExplicitAny: what is stored has no type until it is looked at
export function parse(text: string | null): any {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return null;
  }
}
