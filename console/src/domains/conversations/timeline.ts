import { wallClock } from "@shared/lib/zone";
import type { Talk } from "./desk";
import type { MessageView, NoteView } from "./model";
import type { Unsent } from "./outbox";

export type Line =
  | { kind: "day"; key: string; at: string }
  | { kind: "message"; key: string; message: MessageView; first: boolean }
  | { kind: "note"; key: string; note: NoteView }
  | { kind: "notice"; key: string; message: MessageView }
  | { kind: "unsent"; key: string; item: Unsent };

export interface Day {
  key: string;
  at: string;
  lines: Line[];
}

/** The lines of each day together, so that a day's name can stay in sight as long as its lines are. */
export function byDay(lines: Line[], now: string): Day[] {
  const days: Day[] = [];
  for (const line of lines) {
    if (line.kind === "day") days.push({ key: line.key, at: line.at, lines: [] });
    else {
      if (days.length === 0) days.push({ key: "day-unsent", at: now, lines: [] });
      days.at(-1)!.lines.push(line);
    }
  }
  return days;
}

/** Messages closer than this by the same author stand as one block. */
const TOGETHER = 5 * 60_000;

const dayKey = (at: string) => {
  const { year, month, day } = wallClock(new Date(at));
  return `${year}-${month}-${day}`;
};

const sameBlock = (a: MessageView | undefined, b: MessageView | undefined): boolean =>
  a !== undefined &&
  b !== undefined &&
  a.author.kind === b.author.kind &&
  a.author.id === b.author.id &&
  Math.abs(Date.parse(b.at) - Date.parse(a.at)) < TOGETHER &&
  dayKey(a.at) === dayKey(b.at);

/** What stands in the log, top to bottom: days, messages by seq, each note after the seq it belongs to, then the unsent. */
export function timeline(talk: Pick<Talk, "messages" | "notes">, unsent: Unsent[]): Line[] {
  const lines: Line[] = [];
  let day = "";
  const dated = (at: string) => {
    if (dayKey(at) === day) return;
    day = dayKey(at);
    lines.push({ kind: "day", key: `day-${day}`, at });
  };
  const { messages } = talk;
  const first = messages[0]?.seq ?? 1;
  const notes = talk.notes.filter((note) => note.after_seq >= first - 1);
  let next = 0;
  const putNotes = (upTo: number) => {
    for (let note = notes[next]; note && note.after_seq <= upTo; note = notes[++next]) {
      dated(note.at);
      lines.push({ kind: "note", key: `note-${note.number}`, note });
    }
  };
  putNotes(first - 1);
  messages.forEach((message, index) => {
    dated(message.at);
    const key = `message-${message.seq}`;
    if (message.author.kind === "system") lines.push({ kind: "notice", key, message });
    else {
      const begins = lines.at(-1)?.kind !== "message" || !sameBlock(messages[index - 1], message);
      lines.push({ kind: "message", key, message, first: begins });
    }
    putNotes(message.seq);
  });
  putNotes(Number.POSITIVE_INFINITY);
  const stored = new Set([...messages, ...talk.notes].map((one) => one.cid).filter(Boolean));
  for (const item of unsent) {
    if (!stored.has(item.cid)) lines.push({ kind: "unsent", key: `unsent-${item.cid}`, item });
  }
  return lines;
}
