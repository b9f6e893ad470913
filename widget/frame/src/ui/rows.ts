import type { Author, Message } from '../protocol';
import { sameDay } from '../times';

/** The talk as it is drawn: messages in groups, with days, the "new" line and notices between them. */

export type Row =
  | { kind: 'day'; key: string; at: Date }
  | { kind: 'new'; key: string }
  | { kind: 'notice'; key: string; message: Message }
  | { kind: 'message'; key: string; message: Message; isFirst: boolean; isLast: boolean };

const GROUP_MS = 5 * 60_000;

export function toRows(messages: readonly Message[], dividerAfter: number, now: Date): Row[] {
  const rows: Row[] = [];
  let before: Message | undefined;
  for (const message of messages) {
    const at = new Date(message.at);
    const key = String(message.seq);
    const day = before ? new Date(before.at) : now; // a talk of today needs no heading
    if (!sameDay(day, at)) rows.push({ kind: 'day', key: `day-${key}`, at });
    if (before && before.seq === dividerAfter) rows.push({ kind: 'new', key: 'new' });
    if (message.notice || message.author.kind === 'system') rows.push({ kind: 'notice', key, message });
    else rows.push(grouped(rows.at(-1), message, key));
    before = message;
  }
  return rows;
}

function grouped(above: Row | undefined, message: Message, key: string): Row {
  const goesOn = above?.kind === 'message' && belongTogether(above.message, message);
  if (goesOn) above.isLast = false;
  return { kind: 'message', key, message, isFirst: !goesOn, isLast: true };
}

function belongTogether(a: Message, b: Message): boolean {
  const isSoon = Date.parse(b.at) - Date.parse(a.at) < GROUP_MS;
  return isSoon && isSame(a.author, b.author);
}

function isSame(a: Author, b: Author): boolean {
  return a.kind === b.kind && a.id === b.id && a.name === b.name;
}
