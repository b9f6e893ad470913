/** localStorage under one prefix; a browser that forbids it costs memory over reloads, never the page. */
const PREFIX = "overture.";

export function kept(name: string): string | null {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

export function keep(name: string, value: string | null): boolean {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
    return true;
  } catch {
    return false;
  }
}

export function keptJson<T>(name: string): T | null {
  const text = kept(name);
  if (text === null) return null;
  try {
    return JSON.parse(text) as T;
  } catch {
    keep(name, null);
    return null;
  }
}

/** Names (without the prefix) that begin with `start`. */
export function keptNames(start: string): string[] {
  try {
    return Object.keys(localStorage)
      .filter((name) => name.startsWith(PREFIX + start))
      .map((name) => name.slice(PREFIX.length));
  } catch {
    return [];
  }
}
