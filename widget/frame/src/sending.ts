import { whileAlone } from './lease';
import { renewLine, sendFrame, wake } from './line';
import { createOutbox, type Entry, type Outbox } from './outbox';
import * as state from './state';
import { memoryStore, type Store } from './storage';

/** What the visitor wrote, on its way to the server: in order, one at a time, until each is answered. */

const ANSWER_WITHIN_MS = 5_000;

export type Settled = 'done' | 'later' | 'lost';

export let outbox: Outbox = createOutbox(memoryStore(), '');

let lock = '';
let isSending = false;
let underWay: Entry | undefined;
const answers = new Map<string, (settled: Settled) => void>();

/** Uses this visitor's outbox from now on, with `entries` moved into it. */
export function useOutbox(store: Store, tag: string, entries: Entry[]): void {
  outbox = createOutbox(store, tag);
  lock = `overture:${tag}:send`;
  for (const { frame } of entries) outbox.add(frame);
  showOutbox();
}

export function put(frame: Entry['frame']): void {
  outbox.add(frame);
  outboxChanged();
}

/** Takes what was refused out of the talk; its text. */
export function discard(cid: string): string {
  const text = outbox.remove(cid)?.frame.text ?? '';
  outboxChanged();
  return text;
}

/** Takes out what the server has. Another tab may have heard of it first, and taken it out already. */
export function takeSent(cid: string): Entry | undefined {
  const entry = outbox.remove(cid) ?? underWay;
  return entry?.frame.cid === cid ? entry : undefined;
}

export function outboxChanged(): void {
  showOutbox();
  wake();
  void sendAll();
}

export function showOutbox(): void {
  state.pending.value = outbox.entries();
}

/** Sends what waits, one after the other, each when the one before is answered; in one tab at a time. */
export async function sendAll(): Promise<void> {
  if (isSending || !outbox.next()) return;
  isSending = true;
  try {
    await whileAlone(lock, async () => {
      for (let entry = outbox.next(); entry; entry = outbox.next()) {
        if ((await sendOne(entry)) !== 'done') break;
      }
    });
  } finally {
    isSending = false;
  }
}

/** The server answered the frame with this `cid`. */
export function settle(cid: string, settled: Settled): void {
  answers.get(cid)?.(settled);
}

export function lineLost(): void {
  for (const lose of answers.values()) lose('lost');
}

function sendOne(entry: Entry): Promise<Settled> {
  const { frame } = entry;
  underWay = entry;
  if (!sendFrame(frame)) return Promise.resolve('lost');
  return new Promise((resolve) => {
    // A line that swallows messages is no line, whatever it says of itself.
    const timer = window.setTimeout(renewLine, ANSWER_WITHIN_MS);
    answers.set(frame.cid, (settled) => {
      clearTimeout(timer);
      answers.delete(frame.cid);
      resolve(settled);
    });
  });
}
