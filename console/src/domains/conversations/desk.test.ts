import { describe, expect, it } from "vitest";
import {
  calling,
  type Desk,
  emptyDesk,
  forgotten,
  held,
  inOrder,
  isLate,
  joined,
  lastSeq,
  prepended,
  step,
  unansweredFor,
} from "./desk";
import type { ConversationHead, FromServer, MessageView, NoteView } from "./model";

const message = (seq: number, kind: "visitor" | "agent" = "visitor", cid = ""): MessageView => ({
  seq,
  author: { kind, id: kind },
  text: `message ${seq}`,
  at: `2026-11-21T09:00:${String(seq).padStart(2, "0")}.000Z`,
  cid,
});

const head = (id: string, more: Partial<ConversationHead> = {}): ConversationHead => ({
  id,
  site: "shop",
  team: "sales",
  state: "active",
  visitor: "v_1",
  visitor_name: "",
  opened_at: "2026-11-21T09:00:00.000Z",
  last_seq: 0,
  last_text: "",
  last_at: "2026-11-21T09:00:00.000Z",
  last_author: "visitor",
  ...more,
});

const note = (number: number, after_seq = 1): NoteView => ({
  number,
  after_seq,
  author_id: "u_1",
  author_name: "Aino",
  text: "note",
  at: "2026-11-21T09:00:00.000Z",
});

const play = (desk: Desk, ...frames: FromServer[]) =>
  frames.reduce(
    (before, frame) => {
      const after = step(before.desk, frame, 0);
      return { desk: after.desk, asks: [...before.asks, ...after.asks], news: [...before.news, ...after.news] };
    },
    { desk, asks: [], news: [] } as ReturnType<typeof step>,
  );

const opened = (messages: MessageView[], last_seq = messages.at(-1)?.seq ?? 0) =>
  play(emptyDesk, { type: "conversation", head: head("c_1", { last_seq }), messages, notes: [] });

const seqs = (desk: Desk) => desk.talks.c_1?.messages.map((one) => one.seq);

describe("messages", () => {
  it("come in order and once, however often and in whatever order they are sent", () => {
    const { desk, asks } = play(
      opened([message(1), message(2)]).desk,
      { type: "message", conversation: "c_1", message: message(3) },
      { type: "message", conversation: "c_1", message: message(3) },
      { type: "message", conversation: "c_1", message: message(2) },
    );
    expect(seqs(desk)).toEqual([1, 2, 3]);
    expect(asks).toEqual([]);
  });

  it("with a gap before them are asked for, once", () => {
    const { desk, asks } = play(
      opened([message(1)]).desk,
      { type: "message", conversation: "c_1", message: message(3) },
      { type: "message", conversation: "c_1", message: message(4) },
    );
    expect(seqs(desk)).toEqual([1]);
    expect(asks).toEqual([{ type: "resume", conversation: "c_1", last_seq: 1 }]);
  });

  it("fill the gap, and what is still missing is asked for again", () => {
    const gap = play(opened([message(1)]).desk, { type: "head", conversation: "c_1", last_seq: 5 });
    const part = play(gap.desk, {
      type: "batch",
      conversation: "c_1",
      messages: [message(2), message(3)],
      last_seq: 5,
    });
    expect(part.asks).toEqual([{ type: "resume", conversation: "c_1", last_seq: 3 }]);
    const rest = play(part.desk, {
      type: "batch",
      conversation: "c_1",
      messages: [message(5), message(4)],
      last_seq: 5,
    });
    expect(seqs(rest.desk)).toEqual([1, 2, 3, 4, 5]);
    expect(rest.asks).toEqual([]);
  });

  it("of a conversation that is only remembered ask for nothing", () => {
    const { desk } = opened([message(1)]);
    const left = { ...desk, talks: { c_1: { ...desk.talks.c_1!, followed: false } } };
    expect(step(left, { type: "inbox", head: head("c_1", { last_seq: 9 }) }, 0).asks).toEqual([]);
  });

  it("that stored what we sent say so", () => {
    const { news } = play(opened([]).desk, {
      type: "message",
      conversation: "c_1",
      message: message(1, "agent", "mine"),
    });
    expect(news).toEqual([{ kind: "stored", cid: "mine" }]);
  });

  it("opened again after a reconnection continue what is held", () => {
    const again = play(opened([message(1), message(2)]).desk, {
      type: "conversation",
      head: head("c_1", { last_seq: 4 }),
      messages: [message(3), message(4)],
      notes: [],
    });
    expect(seqs(again.desk)).toEqual([1, 2, 3, 4]);
  });
});

describe("joining", () => {
  it("keeps the very same list when nothing is new", () => {
    const held = [message(1), message(2)];
    expect(joined(held, [message(2)])).toBe(held);
  });

  it("puts older messages in front only if they reach up to the first", () => {
    const held = [message(5)];
    expect(prepended(held, [message(1), message(2)])).toBe(held);
    expect(prepended(held, [message(3), message(4), message(5)]).map((one) => one.seq)).toEqual([3, 4, 5]);
  });
});

describe("the inbox", () => {
  const welcome = (conversations: ConversationHead[]): FromServer => ({
    type: "welcome",
    v: 1,
    agent: "u_1",
    available: true,
    capacity: 3,
    teams: ["sales"],
    conversations,
    board: [],
  });

  it("stands mine, waiting by longest wait, then the team's", () => {
    const { desk } = play(
      emptyDesk,
      welcome([
        head("theirs", { agent_id: "u_2" }),
        head("late", { state: "waiting", waiting_since: "2026-11-21T09:05:00.000Z" }),
        head("early", { state: "waiting", waiting_since: "2026-11-21T09:01:00.000Z" }),
        head("mine", { agent_id: "u_1" }),
      ]),
    );
    expect(inOrder(desk.heads, desk.agent).map((one) => one.id)).toEqual(["mine", "early", "late", "theirs"]);
  });

  it("counts what calls: own with something unread, and all who wait", () => {
    const { desk } = play(
      emptyDesk,
      welcome([
        head("read", { agent_id: "u_1" }),
        head("unread", { agent_id: "u_1", unread: 2 }),
        head("waiting", { state: "waiting", unread: 1 }),
        head("theirs", { agent_id: "u_2", unread: 4 }),
      ]),
    );
    expect(calling(desk)).toBe(2);
  });

  it("tells of an assigned, a waiting and a new message once each", () => {
    const first = play(emptyDesk, welcome([]), {
      type: "inbox",
      head: head("c_1", { state: "waiting", unread: 1, last_seq: 1 }),
    });
    expect(first.news.map((one) => one.kind)).toEqual(["waiting"]);
    const taken = step(
      first.desk,
      { type: "inbox", head: head("c_1", { agent_id: "u_1", unread: 1, last_seq: 1 }), assigned: true },
      0,
    );
    expect(taken.news.map((one) => one.kind)).toEqual(["assigned"]);
    const more = step(taken.desk, { type: "inbox", head: head("c_1", { agent_id: "u_1", unread: 2, last_seq: 2 }) }, 0);
    expect(more.news.map((one) => one.kind)).toEqual(["message"]);
    const own = step(more.desk, { type: "inbox", head: head("c_1", { agent_id: "u_1", unread: 0, last_seq: 3 }) }, 0);
    expect(own.news).toEqual([]);
  });

  it("takes a handed-over talk off the screen, and leaves a closed one there", () => {
    const { desk } = opened([message(1)]);
    const handed = step(desk, { type: "inbox_gone", conversation: "c_1" }, 0).desk;
    expect(handed.talks.c_1).toBeUndefined();
    expect(handed.refused.c_1).toBe("gone");
    const closed = play(
      desk,
      { type: "inbox", head: head("c_1", { state: "closed", last_seq: 1 }) },
      { type: "inbox_gone", conversation: "c_1" },
    ).desk;
    expect(closed.talks.c_1?.head.state).toBe("closed");
    expect(closed.heads.c_1).toBeUndefined();
  });
});

it("lines come many at once: each is the newest of its own, and one of a closed conversation leaves the inbox", () => {
  const lines = (...heads: ConversationHead[]): FromServer => ({ type: "inbox_lines", heads });
  const { desk } = opened([message(1)]);
  const {
    desk: after,
    asks,
    news,
  } = play(
    desk,
    lines(head("c_1", { version: 3, last_seq: 2 }), head("c_2", { version: 1, state: "waiting" })),
    lines(head("c_1", { version: 2 }), head("c_2", { version: 2 }), head("c_3", { version: 4, state: "closed" })),
  );
  expect(Object.values(after.heads).map((one) => [one.id, one.version])).toEqual([
    ["c_1", 3],
    ["c_2", 2],
  ]);
  expect(asks).toEqual([{ type: "resume", conversation: "c_1", last_seq: 1 }]);
  expect(news.map((one) => one.kind)).toEqual(["waiting"]);
  const closed = play(after, lines(head("c_1", { version: 5, state: "closed" }))).desk;
  expect(closed.heads.c_1).toBeUndefined();
  expect(closed.talks.c_1?.head.state).toBe("closed");
});

it("another team's goal is fetched when the conversation is handed over", () => {
  const { desk } = play(emptyDesk, { type: "inbox", head: head("c_1") });
  const { news } = step(desk, { type: "inbox", head: head("c_1", { team: "care" }) }, 0);
  expect(news).toContainEqual({ kind: "context", conversation: "c_1" });
});

it("an older line never replaces a newer one, nor brings back one that is gone", () => {
  const line = (version: number, state: ConversationHead["state"]): FromServer => ({
    type: "inbox",
    head: head("c_1", { version, state }),
  });
  const { desk } = play(
    emptyDesk,
    line(5, "closed"),
    { type: "inbox_gone", conversation: "c_1" },
    line(4, "wrapping_up"),
  );
  expect(desk.heads).toEqual({});
  expect(play(desk, line(6, "active")).desk.heads.c_1?.state).toBe("active");
});

it("a line that was on its way when the talk was handed to another team does not bring it back", () => {
  const line = (version: number): FromServer => ({ type: "inbox", head: head("c_1", { version }) });
  const { desk } = play(emptyDesk, line(4), { type: "inbox_gone", conversation: "c_1", version: 7 });
  expect(play(desk, line(4)).desk.heads).toEqual({});
  expect(play(desk, line(6)).desk.heads).toEqual({});
  expect(play(desk, line(8)).desk.heads.c_1?.version).toBe(8);
  const untold = play(emptyDesk, line(4), { type: "inbox_gone", conversation: "c_1" }).desk;
  expect(play(untold, line(4)).desk.heads).toEqual({});
});

it("remembers the versions of the lines that went last, not of a year's", () => {
  let desk = emptyDesk;
  for (let number = 0; number < 1000; number++) {
    const id = `c_${number}`;
    desk = play(desk, { type: "inbox", head: head(id, { version: 1 }) }, { type: "inbox_gone", conversation: id }).desk;
  }
  expect(Object.keys(desk.versions).length).toBeLessThanOrEqual(400);
  expect(play(desk, { type: "inbox", head: head("c_999", { version: 1 }) }).desk.heads).toEqual({});
});

it("an answer to open that is older than the line in the inbox does not replace it", () => {
  const { desk } = play(emptyDesk, { type: "inbox", head: head("c_1", { version: 9, team: "care" }) });
  const frame: FromServer = { type: "conversation", head: head("c_1", { version: 8 }), messages: [], notes: [] };
  const next = play(desk, frame).desk;
  expect(next.heads.c_1?.team).toBe("care");
  expect(next.talks.c_1?.head.team).toBe("care");
});

it("forgets talks it is told to forget, and no others", () => {
  const { desk } = opened([message(1)]);
  expect(forgotten(desk, ["c_2"]).talks.c_1).toBeDefined();
  expect(forgotten(desk, ["c_1"]).talks).toEqual({});
});

it("what was promised stands beside the talk as soon as it is said", () => {
  const promise = { text: "You will be called.", who: "agent", channel: "phone" };
  const notice = { ...message(2), author: { kind: "system" as const }, notice: "promise", params: promise };
  const { desk } = play(opened([message(1)]).desk, { type: "message", conversation: "c_1", message: notice });
  expect(desk.talks.c_1?.promise).toMatchObject(promise);
});

it("notes are kept once, by number", () => {
  const { desk } = play(
    opened([message(1)]).desk,
    { type: "note", conversation: "c_1", note: note(2) },
    { type: "note", conversation: "c_1", note: note(1) },
    { type: "note", conversation: "c_1", note: note(2) },
  );
  expect(desk.talks.c_1?.notes.map((one) => one.number)).toEqual([1, 2]);
});

it("marks never go back", () => {
  const { desk } = play(
    opened([message(1)]).desk,
    { type: "marks", conversation: "c_1", side: "visitor", delivered: 5, read: 4 },
    { type: "marks", conversation: "c_1", side: "visitor", delivered: 3, read: 2 },
  );
  expect(desk.talks.c_1).toMatchObject({ visitorDelivered: 5, visitorRead: 4 });
});

it("what the visitor types is forgotten when their message comes", () => {
  const typing = play(opened([message(1)]).desk, {
    type: "typing",
    conversation: "c_1",
    author: { kind: "visitor" },
    on: true,
  }).desk;
  expect(typing.talks.c_1?.typing).not.toBeNull();
  const said = step(typing, { type: "message", conversation: "c_1", message: message(2) }, 0).desk;
  expect(said.talks.c_1?.typing).toBeNull();
});

it("a ping is answered with its number", () => {
  expect(step(emptyDesk, { type: "ping", n: 7 }, 0).asks).toEqual([{ type: "pong", n: 7 }]);
});

it("a refusal names the message it is about", () => {
  const { news, desk } = step(emptyDesk, { type: "error", code: "too_long", message: "Too long", cid: "x" }, 0);
  expect(news).toEqual([{ kind: "refused", cid: "x", code: "too_long", message: "Too long", retryAfter: null }]);
  expect(lastSeq(desk.talks.x)).toBe(0);
});

describe("what waits for an answer", () => {
  const board = [
    {
      team: "care",
      open: true,
      waiting: 0,
      longest_wait_since: null,
      active: 1,
      agents: 1,
      free_slots: 0,
      answer_within: 20,
    },
  ];
  const at = Date.parse("2026-11-02T09:00:00Z");
  const line = (more: Partial<ConversationHead>) => ({
    ...head("c_1"),
    team: "care",
    state: "active" as const,
    ...more,
  });

  it("has an age by the server's clock, and is late from the team's limit on", () => {
    const desk = { board, clockAhead: -60_000 }; // this browser is a minute ahead
    const asked = line({ unanswered_since: "2026-11-02T09:00:00Z" });
    expect(unansweredFor(desk, asked, at + 60_000 + 19_000)).toBe(19_000);
    expect(isLate(desk, asked, at + 60_000 + 19_000)).toBe(false);
    expect(isLate(desk, asked, at + 60_000 + 20_000)).toBe(true);
    expect(unansweredFor(desk, line({ unanswered_since: null }), at)).toBeNull();
  });

  it("calls whom the plan names, with its line", () => {
    const called = step(
      emptyDesk,
      { type: "escalated", head: line({ version: 3 }), since: "2026-11-02T09:00:00Z" },
      at,
    );
    expect(called.news.map((one) => one.kind)).toEqual(["escalated"]);
    expect(called.desk.heads.c_1?.version).toBe(3);
  });
});

describe("the switch", () => {
  it("goes back when nothing could come, with the reason", () => {
    const on = { ...emptyDesk, available: true };
    const frame = {
      type: "error" as const,
      code: "nothing_can_come",
      message: "No team",
      details: { reason: "no_team" },
    };
    const { desk } = step(on, frame, 0);
    expect([desk.available, desk.switchRefused?.reason]).toEqual([false, "no_team"]);
  });

  it("says when the desk has moved it", () => {
    const { desk } = step(emptyDesk, { type: "available", on: false, teams: [], reason: "silent" }, 0);
    expect([desk.available, desk.awayReason]).toEqual([false, "silent"]);
  });

  it("knows how many slots are taken", () => {
    const heads = { a: { ...head("a"), agent_id: "u_1", state: "active" as const }, b: head("b", { agent_id: "u_2" }) };
    expect(held({ ...emptyDesk, agent: "u_1", heads })).toBe(1);
  });
});
