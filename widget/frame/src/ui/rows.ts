import type { Author, Message } from '../protocol';
import { sameDay } from '../times';

/** The talk as it is drawn: messages in groups, with days, the "new" line and notices between them. */

export type Row =
  | { kind: 'day'; key: string; at: Date }
  | { kind: 'new'; key: string }
  | { kind: 'notice'; key: string; message: Message }
  | {
      kind: 'message';
      key: string;
      message: Message;
      /** Of several that belong together. */
      isFirst: boolean;
      /** Whether the author is another than the one who spoke last on that side. */
      isNewVoice: boolean;
      /** Whether the time is told: nothing followed soon. */
      isTimed: boolean;
    };

const GROUP_MS = 5 * 60_000;

export function toRows(messages: readonly Message[], dividerAfter: number, now: Date): Row[] {
  const rows: Row[] = [];
  let before: Message | undefined;
  let latest: (Row & { kind: 'message' }) | undefined;
  let voice: Author | undefined;
  for (const message of messages) {
    const { author, notice, seq } = message;
    const at = new Date(message.at);
    const key = String(seq);
    const day = before ? new Date(before.at) : now; // a talk of today needs no heading
    if (!sameDay(day, at)) rows.push({ kind: 'day', key: `day-${key}`, at });
    if (before && before.seq === dividerAfter) rows.push({ kind: 'new', key: 'new' });
    if (notice || author.kind === 'system') rows.push({ kind: 'notice', key, message });
    else {
      const isSoon = !!latest && at.getTime() - Date.parse(latest.message.at) < GROUP_MS;
      if (latest && isSoon) latest.isTimed = false;
      const isFirst = !(isSoon && rows.at(-1) === latest && isSame(latest?.message.author, author));
      const isNewVoice = author.kind !== 'visitor' && !isSame(voice, author);
      if (isNewVoice) voice = author;
      latest = { kind: 'message', key, message, isFirst, isNewVoice, isTimed: true };
      rows.push(latest);
    }
    before = message;
  }
  return rows;
}

function isSame(a: Author | undefined, b: Author): boolean {
  return a?.kind === b.kind && a.id === b.id && a.name === b.name;
}
