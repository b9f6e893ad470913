import type { Message } from './protocol';

/**
 * What of a conversation is here. Messages are shown once everything before them is here too; what comes too early is
 * held, and `missing` tells from where to ask.
 */
export interface Talk {
  readonly shown: readonly Message[];
  readonly held: ReadonlyMap<number, Message>;
  /** The last `seq` the server is known to have. */
  readonly head: number;
}

export const EMPTY: Talk = { shown: [], held: new Map(), head: 0 };

/** The highest `seq` up to which nothing is missing. */
export function lastSeq(talk: Talk): number {
  return talk.shown.length;
}

export function isMissing(talk: Talk): boolean {
  return talk.head > lastSeq(talk);
}

export function withHead(talk: Talk, head: number): Talk {
  return head > talk.head ? { ...talk, head } : talk;
}

/** Takes in messages in any order, known ones too. The server's text wins over what was shown of it before. */
export function withMessages(talk: Talk, messages: readonly Message[]): Talk {
  if (!messages.length) return talk;
  const held = new Map(talk.held);
  const shown = [...talk.shown];
  for (const message of messages) {
    if (message.seq <= shown.length) shown[message.seq - 1] = message;
    else held.set(message.seq, message);
  }
  for (let next = held.get(shown.length + 1); next; next = held.get(shown.length + 1)) {
    held.delete(next.seq);
    shown.push(next);
  }
  return { shown, held, head: Math.max(talk.head, ...messages.map(({ seq }) => seq)) };
}

/** How many messages of the other side stand after `read`. What the system says is no news to be counted. */
export function unreadAfter(talk: Talk, read: number): number {
  return talk.shown.slice(read).filter(({ author }) => author.kind === 'agent' || author.kind === 'bot').length;
}
