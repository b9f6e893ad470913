import type { LeaveMessage, Send } from './protocol';
import { parse, type Store } from './storage';

/**
 * What the visitor wrote and the server has not acknowledged. Each entry has a place of its own in storage, so tabs
 * add without overwriting each other; the name sorts by the moment of writing. The same `cid` sent twice is one message
 * to the server, so sending again is always safe.
 */

export interface Entry {
  frame: Send | LeaveMessage;
  /** When it was written, ms by this browser's clock: for showing only. */
  at: number;
  /** Why the server refused it: it stays until the visitor changes or removes it, and holds back no other. */
  refused?: string;
  /** The same as a code, for words in the reader's language. */
  code?: string;
}

export interface Outbox {
  add(frame: Entry['frame']): Entry;
  /** Oldest first. */
  entries(): Entry[];
  /** The next one to go out. */
  next(): Entry | undefined;
  remove(cid: string): Entry | undefined;
  refuse(cid: string, why: string, code: string): void;
  /** Whether a change of this stored name is one of the outbox. */
  owns(name: string | null): boolean;
}

export function createOutbox(store: Store, tag: string, now: () => number = Date.now): Outbox {
  const prefix = `overture:${tag}:out:`;
  let latest = 0;

  const names = () => store.names().filter((name) => name.startsWith(prefix));
  const read = (name: string): Entry | undefined => {
    const entry = parse(store.get(name));
    return entry?.frame?.cid ? entry : undefined;
  };
  const find = (cid: string) => names().find((name) => name.endsWith(`:${cid}`));

  function refuse(cid: string, refused: string, code: string): void {
    const name = find(cid);
    const entry = name && read(name);
    if (!name || !entry) return;
    const { frame, at } = entry;
    store.set(name, JSON.stringify({ frame, at, refused, code }));
  }

  return {
    add(frame) {
      const entry = { frame, at: now() };
      // Two in one millisecond, or a clock set back, must not change places.
      latest = Math.max(entry.at, latest + 1);
      store.set(`${prefix}${String(latest).padStart(15, '0')}:${frame.cid}`, JSON.stringify(entry));
      return entry;
    },
    entries: () =>
      names()
        .sort()
        .map(read)
        .filter((entry) => entry !== undefined),
    next() {
      return this.entries().find(({ refused }) => !refused);
    },
    remove(cid) {
      const name = find(cid);
      const entry = name ? read(name) : undefined;
      if (name) store.remove(name);
      return entry;
    },
    refuse,
    owns: (name) => name === null || name.startsWith(prefix),
  };
}
