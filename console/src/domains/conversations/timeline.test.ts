import { expect, it } from "vitest";
import type { MessageView, NoteView } from "./model";
import type { Unsent } from "./outbox";
import { byDay, timeline } from "./timeline";

const at = (minute: number) => new Date(2026, 10, 21, 9, minute).toISOString();
const message = (seq: number, kind: "visitor" | "agent" | "system", minute: number, cid = ""): MessageView => ({
  seq,
  author: { kind, id: kind },
  text: String(seq),
  at: at(minute),
  cid,
});
const note = (number: number, after_seq: number): NoteView => ({
  number,
  after_seq,
  author_id: "u",
  author_name: "A",
  text: "n",
  at: at(1),
});
const unsent = (cid: string): Unsent => ({ cid, conversation: "c", kind: "send", text: cid, at: 1, state: "waiting" });
const keys = (lines: { key: string }[]) => lines.map((line) => line.key.replace(/^day-.*/, "day"));

it("puts each note after the message it belongs to, notices between, the unsent at the end", () => {
  const lines = timeline(
    {
      messages: [message(1, "visitor", 0), message(2, "system", 1), message(3, "agent", 2)],
      notes: [note(1, 1), note(2, 3)],
    },
    [unsent("x")],
  );
  expect(keys(lines)).toEqual(["day", "message-1", "note-1", "message-2", "message-3", "note-2", "unsent-x"]);
  expect(lines[3]?.kind).toBe("notice");
});

it("does not show twice what was sent and is not yet taken out of the outbox", () => {
  const lines = timeline({ messages: [message(1, "agent", 0, "x")], notes: [] }, [unsent("x")]);
  expect(keys(lines)).toEqual(["day", "message-1"]);
});

it("joins messages of one author that are close in time", () => {
  const lines = timeline(
    {
      messages: [
        message(1, "visitor", 0),
        message(2, "visitor", 1),
        message(3, "visitor", 20),
        message(4, "agent", 21),
      ],
      notes: [],
    },
    [],
  );
  const blocks = lines.flatMap((line) => (line.kind === "message" ? [line.first] : []));
  expect(blocks).toEqual([true, false, true, true]);
});

it("leaves out notes of messages that are not loaded yet", () => {
  const lines = timeline({ messages: [message(10, "visitor", 0)], notes: [note(1, 3), note(2, 10)] }, []);
  expect(keys(lines)).toEqual(["day", "message-10", "note-2"]);
});

it("parts days", () => {
  const yesterday: MessageView = { ...message(1, "visitor", 0), at: new Date(2026, 10, 20, 9).toISOString() };
  const days = byDay(timeline({ messages: [yesterday, message(2, "visitor", 0)], notes: [] }, []), at(0));
  expect(days.map((day) => day.lines.length)).toEqual([1, 1]);
});
