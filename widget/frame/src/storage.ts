/** What outlives the page, where it may and can; else the page's own memory. */

export interface Store {
  get(name: string): string | null;
  set(name: string, value: string): void;
  remove(name: string): void;
  names(): string[];
}

export function memoryStore(): Store {
  const values = new Map<string, string>();
  return {
    get: (name) => values.get(name) ?? null,
    set: (name, value) => void values.set(name, value),
    remove: (name) => void values.delete(name),
    names: () => [...values.keys()],
  };
}

/** The browser's storage, or memory where the browser forbids it to frames or it is full. */
export function browserStore(kind: 'localStorage' | 'sessionStorage'): Store {
  try {
    const storage = window[kind];
    storage.setItem('overture:probe', '1');
    storage.removeItem('overture:probe');
    const fallback = memoryStore();
    return {
      get: (name) => storage.getItem(name) ?? fallback.get(name),
      set(name, value) {
        try {
          storage.setItem(name, value);
        } catch {
          fallback.set(name, value);
        }
      },
      remove(name) {
        storage.removeItem(name);
        fallback.remove(name);
      },
      names: () => [...Object.keys(storage), ...fallback.names()],
    };
  } catch {
    return memoryStore();
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
