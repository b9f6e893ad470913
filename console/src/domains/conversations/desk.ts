import type {
  Author,
  ConversationHead,
  FromServer,
  MessageView,
  NoteView,
  PromiseView,
  ServedTeam,
  TeamBoard,
  ToServer,
} from "./model";

/** One conversation as far as this browser holds it. `messages` is gapless: its first and last seq bound it. */
export interface Talk {
  head: ConversationHead;
  messages: MessageView[];
  notes: NoteView[];
  visitorDelivered: number;
  visitorRead: number;
  agentRead: number;
  typing: { author: Author; until: number } | null;
  promise: PromiseView | null;
  /** The seq a `resume` was asked from, while its answer is under way. */
  asked: number | null;
  /** Whether the server tells us its news; one that is only remembered asks for nothing. */
  followed: boolean;
}

export interface Desk {
  welcomed: boolean;
  agent: string;
  available: boolean;
  /** Whose conversations come while available; empty: nothing can come. */
  servedTeams: ServedTeam[];
  /** Why the desk moved the switch. */
  awayReason: string;
  /** Why the switch could not be turned on: the reason's code, and the server's words. */
  switchRefused: { reason: string; message: string } | null;
  /** How far the server's clock is ahead of this one's, in ms. */
  clockAhead: number;
  capacity: number;
  teams: string[];
  heads: Record<string, ConversationHead>;
  board: TeamBoard[];
  talks: Record<string, Talk>;
  /** The newest version seen of each line, of those that are gone too: a late older line must not bring them back. */
  versions: Record<string, number>;
  /** Why a conversation could not be opened, by its id. */
  refused: Record<string, string>;
}

/** What happened that a person may want to hear of. */
export type News =
  | { kind: "assigned"; head: ConversationHead }
  | { kind: "waiting"; head: ConversationHead }
  | { kind: "message"; head: ConversationHead }
  | { kind: "escalated"; head: ConversationHead }
  | { kind: "stored"; cid: string }
  | { kind: "refused"; cid: string; code: string; message: string; retryAfter: number | null }
  | { kind: "context"; conversation: string };

export interface Step {
  desk: Desk;
  asks: ToServer[];
  news: News[];
}

export const TYPING_LASTS = 6000;
/** Of as many lines that are gone the version is remembered; late news is seconds late, not hundreds of lines. */
const PAST_VERSIONS = 200;

export const emptyDesk: Desk = {
  welcomed: false,
  agent: "",
  available: false,
  servedTeams: [],
  awayReason: "",
  switchRefused: null,
  clockAhead: 0,
  capacity: 0,
  teams: [],
  heads: {},
  board: [],
  talks: {},
  versions: {},
  refused: {},
};

export const lastSeq = (talk: Talk | undefined): number => talk?.messages.at(-1)?.seq ?? 0;
export const lastNote = (talk: Talk | undefined): number => talk?.notes.at(-1)?.number ?? 0;

const still = (desk: Desk): Step => ({ desk, asks: [], news: [] });
const byId = (heads: ConversationHead[]) => Object.fromEntries(heads.map((head) => [head.id, head]));

const withTalk = (desk: Desk, id: string, change: Partial<Talk>): Desk => {
  const talk = desk.talks[id];
  return talk ? { ...desk, talks: { ...desk.talks, [id]: { ...talk, ...change } } } : desk;
};

/** Appends what continues the talk without a gap; drops what is already there. */
export function joined(held: MessageView[], fresh: MessageView[]): MessageView[] {
  const sorted = [...fresh].sort((a, b) => a.seq - b.seq);
  const result = [...held];
  for (const message of sorted) {
    const last = result.at(-1)?.seq;
    if (last === undefined || message.seq === last + 1) result.push(message);
  }
  return result.length === held.length ? held : result;
}

/** Puts older messages before the held ones, if they reach up to them. */
export function prepended(held: MessageView[], older: MessageView[]): MessageView[] {
  const first = held[0]?.seq;
  if (first === undefined) return joined([], older);
  const before = joined(
    [],
    older.filter((message) => message.seq < first),
  );
  return before.at(-1)?.seq === first - 1 ? [...before, ...held] : held;
}

function joinedNotes(held: NoteView[], fresh: NoteView[]): NoteView[] {
  const known = new Set(held.map((note) => note.number));
  const added = fresh.filter((note) => !known.has(note.number));
  return added.length ? [...held, ...added].sort((a, b) => a.number - b.number) : held;
}

/** Asks for what is missing, once per gap: the answer clears `asked`. */
function ask(desk: Desk, id: string): Step {
  const talk = desk.talks[id];
  const from = lastSeq(talk);
  if (!talk?.followed || talk.asked === from) return still(desk);
  const asks: ToServer[] = [{ type: "resume", conversation: id, last_seq: from }];
  return { desk: withTalk(desk, id, { asked: from }), asks, news: [] };
}

function onMessage(desk: Desk, id: string, message: MessageView): Step {
  const talk = desk.talks[id];
  if (!talk) return still(desk);
  const last = lastSeq(talk);
  if (message.seq <= last) return still(desk);
  if (message.seq > last + 1) return ask(desk, id);
  const typing = message.author.kind === "visitor" ? null : talk.typing;
  const told = message.notice === "promise" ? (message.params as unknown as PromiseView) : talk.promise;
  const next = withTalk(desk, id, { messages: [...talk.messages, message], typing, promise: told });
  const news: News[] = message.cid ? [{ kind: "stored", cid: message.cid }] : [];
  if (message.notice === "order") news.push({ kind: "context", conversation: id });
  return { desk: next, asks: [], news };
}

function onBatch(desk: Desk, frame: Extract<FromServer, { type: "batch" }>): Step {
  const talk = desk.talks[frame.conversation];
  if (!talk) return still(desk);
  const messages = joined(talk.messages, frame.messages);
  const next = withTalk(desk, frame.conversation, { messages, asked: null });
  const news = frame.messages.flatMap((one): News[] => (one.cid ? [{ kind: "stored", cid: one.cid }] : []));
  const grew = messages !== talk.messages;
  const more = (messages.at(-1)?.seq ?? 0) < frame.last_seq && grew;
  return more ? { ...ask(next, frame.conversation), news } : { desk: next, asks: [], news };
}

/** What a person may want to hear of when a line becomes another. */
function newsOf(head: ConversationHead, before: ConversationHead | undefined, assigned: boolean): News[] {
  // Another team has another goal and other guidelines.
  const news: News[] = before && before.team !== head.team ? [{ kind: "context", conversation: head.id }] : [];
  if (assigned) news.push({ kind: "assigned", head });
  else if (head.state === "waiting" && before?.state !== "waiting") news.push({ kind: "waiting", head });
  else if (before && head.last_seq > before.last_seq && (head.unread ?? 0) > (before.unread ?? 0)) {
    news.push({ kind: "message", head });
  }
  return news;
}

/** Lines come by the hundred: they are taken in one copy of the inbox. Those of closed conversations leave it. */
function onLines(desk: Desk, lines: ConversationHead[], assigned: boolean): Step {
  const fresh = lines.filter((head) => (head.version ?? 0) >= (desk.versions[head.id] ?? 0));
  if (fresh.length === 0) return still(desk);
  const news = fresh.flatMap((head) => newsOf(head, desk.heads[head.id], assigned));
  const versions = { ...desk.versions };
  const heads = { ...desk.heads };
  for (const head of fresh) {
    versions[head.id] = head.version ?? 0;
    heads[head.id] = head;
  }
  let next: Desk = { ...desk, versions, heads };
  const asks: ToServer[] = [];
  for (const head of fresh) {
    next = withTalk(next, head.id, { head });
    if (next.talks[head.id] && lastSeq(next.talks[head.id]) < head.last_seq) {
      const asked = ask(next, head.id);
      next = asked.desk;
      asks.push(...asked.asks);
    }
    if (head.state === "closed") next = gone(next, head.id, head.version ?? 0);
  }
  return { desk: next, asks, news };
}

function onConversation(desk: Desk, frame: Extract<FromServer, { type: "conversation" }>): Step {
  const held = desk.heads[frame.head.id];
  const head = (held?.version ?? 0) > (frame.head.version ?? 0) ? held! : frame.head;
  const before = desk.talks[head.id];
  const talk: Talk = {
    head,
    messages: joined(before?.messages ?? [], frame.messages),
    notes: joinedNotes(before?.notes ?? [], frame.notes),
    visitorDelivered: frame.visitor_delivered ?? 0,
    visitorRead: frame.visitor_read ?? 0,
    agentRead: frame.agent_read ?? 0,
    typing: before?.typing ?? null,
    promise: frame.promise ?? null,
    asked: null,
    followed: true,
  };
  const { [head.id]: _gone, ...refused } = desk.refused;
  const heads = head.id in desk.heads ? { ...desk.heads, [head.id]: head } : desk.heads;
  const next = { ...desk, heads, refused, talks: { ...desk.talks, [head.id]: talk } };
  const cids = [...frame.messages, ...frame.notes].flatMap((one): News[] =>
    one.cid ? [{ kind: "stored", cid: one.cid }] : [],
  );
  const behind = lastSeq(talk) < head.last_seq && frame.messages.length > 0;
  return behind ? { ...ask(next, head.id), news: cids } : { desk: next, asks: [], news: cids };
}

function onWelcome(desk: Desk, frame: Extract<FromServer, { type: "welcome" }>, now: number): Step {
  const heads = byId(frame.conversations);
  const { agent, available, capacity, teams, board } = frame;
  const versions = {
    ...desk.versions,
    ...Object.fromEntries(frame.conversations.map((one) => [one.id, one.version ?? 0])),
  };
  const told = {
    servedTeams: frame.available_for ?? [],
    awayReason: frame.away_reason ?? "",
    clockAhead: frame.now ? Date.parse(frame.now) - now : 0,
  };
  const next = { ...desk, ...told, welcomed: true, agent, available, capacity, teams, board, heads, versions };
  const news = frame.conversations
    .filter((head) => desk.welcomed && head.state === "waiting" && !desk.heads[head.id])
    .map((head): News => ({ kind: "waiting", head }));
  return { desk: next, asks: [], news };
}

function onError(desk: Desk, frame: Extract<FromServer, { type: "error" }>): Step {
  const { code, message, cid } = frame;
  const id = frame.details?.conversation;
  const pause = frame.details?.retry_after;
  const retryAfter = typeof pause === "number" ? pause : null;
  if (cid) return { desk, asks: [], news: [{ kind: "refused", cid, code, message, retryAfter }] };
  if (code === "nothing_can_come") {
    const reason = String(frame.details?.reason ?? "");
    return still({ ...desk, available: false, switchRefused: { reason, message } });
  }
  if (typeof id !== "string" || desk.talks[id]) return still(desk);
  return still({ ...desk, refused: { ...desk.refused, [id]: message } });
}

/** Why a conversation is not shown any more: handed to a team that is not this agent's. */
export const GONE = "gone";

/** `version` is the change that took it away; a server that does not tell it leaves at least the next one. */
function gone(desk: Desk, id: string, version: number): Desk {
  const { [id]: _head, ...heads } = desk.heads;
  const known = desk.versions[id];
  const versions = remembered(
    { ...desk.versions, [id]: version ? Math.max(version, known ?? 0) : (known ?? 0) + 1 },
    heads,
  );
  const talk = desk.talks[id];
  if (!talk || talk.head.state === "closed") return { ...desk, heads, versions };
  const { [id]: _talk, ...talks } = desk.talks;
  return { ...desk, heads, versions, talks, refused: { ...desk.refused, [id]: GONE } };
}

/** Versions of lines that are gone are kept as long as a late line may still be under way, not for ever. */
function remembered(versions: Record<string, number>, heads: Record<string, ConversationHead>): Record<string, number> {
  const past = Object.keys(versions).filter((id) => !(id in heads));
  if (past.length <= 2 * PAST_VERSIONS) return versions;
  const dropped = new Set(past.slice(0, past.length - PAST_VERSIONS));
  return Object.fromEntries(Object.entries(versions).filter(([id]) => !dropped.has(id)));
}

/** The desk without these talks: what nobody has looked at for long is fetched anew when somebody does. */
export function forgotten(desk: Desk, ids: string[]): Desk {
  const talks = Object.fromEntries(Object.entries(desk.talks).filter(([id]) => !ids.includes(id)));
  return { ...desk, talks };
}

function onMarks(desk: Desk, frame: Extract<FromServer, { type: "marks" }>): Desk {
  const talk = desk.talks[frame.conversation];
  if (!talk) return desk;
  if (frame.side === "agent") {
    return withTalk(desk, frame.conversation, { agentRead: Math.max(talk.agentRead, frame.read) });
  }
  return withTalk(desk, frame.conversation, {
    visitorDelivered: Math.max(talk.visitorDelivered, frame.delivered),
    visitorRead: Math.max(talk.visitorRead, frame.read),
  });
}

function onTyping(desk: Desk, frame: Extract<FromServer, { type: "typing" }>, now: number): Desk {
  const typing = frame.on ? { author: frame.author, until: now + TYPING_LASTS } : null;
  return withTalk(desk, frame.conversation, { typing });
}

/** The desk after one frame, what to ask the server in return, and what a person may want to hear of. Pure. */
export function step(desk: Desk, frame: FromServer, now: number): Step {
  switch (frame.type) {
    case "welcome":
      return onWelcome(desk, frame, now);
    case "inbox":
      return onLines(desk, [frame.head], frame.assigned ?? false);
    case "inbox_lines":
      return onLines(desk, frame.heads, false);
    case "inbox_gone":
      return still(gone(desk, frame.conversation, frame.version ?? 0));
    case "board":
      return still({ ...desk, board: frame.teams });
    case "available": {
      const { on, teams = desk.servedTeams, reason = "" } = frame;
      return still({ ...desk, available: on, servedTeams: teams, awayReason: reason, switchRefused: null });
    }
    case "escalated": {
      const told = onLines(desk, [frame.head], false);
      return { ...told, news: [{ kind: "escalated", head: frame.head }] };
    }
    case "conversation":
      return onConversation(desk, frame);
    case "message":
      return onMessage(desk, frame.conversation, frame.message);
    case "batch":
      return onBatch(desk, frame);
    case "head": {
      const talk = desk.talks[frame.conversation];
      return talk && lastSeq(talk) < frame.last_seq ? ask(desk, frame.conversation) : still(desk);
    }
    case "note": {
      const notes = joinedNotes(desk.talks[frame.conversation]?.notes ?? [], [frame.note]);
      const news: News[] = frame.note.cid ? [{ kind: "stored", cid: frame.note.cid }] : [];
      return { desk: withTalk(desk, frame.conversation, { notes }), asks: [], news };
    }
    case "typing":
      return still(onTyping(desk, frame, now));
    case "marks":
      return still(onMarks(desk, frame));
    case "context_changed":
      return { desk, asks: [], news: [{ kind: "context", conversation: frame.conversation }] };
    case "ping":
      return { desk, asks: [{ type: "pong", n: frame.n }], news: [] };
    case "error":
      return onError(desk, frame);
    default:
      // ack and noted carry what only the outbox knows: the client turns them into a message or a note.
      return still(desk);
  }
}

/** Which part of the inbox a conversation stands in for this agent. */
export type Section = "mine" | "waiting" | "team" | "closed";

export function sectionOf(head: ConversationHead, me: string): Section {
  if (head.state === "closed") return "closed";
  if (head.agent_id === me) return "mine";
  return head.state === "waiting" ? "waiting" : "team";
}

const RANK: Record<Section, number> = { mine: 0, waiting: 1, team: 2, closed: 3 };

/** The inbox in reading order: mine (latest first), waiting (longest first), the team's others. */
export function inOrder(heads: Desk["heads"], me: string): ConversationHead[] {
  const key = (head: ConversationHead) => RANK[sectionOf(head, me)];
  return Object.values(heads)
    .filter((head) => head.state !== "closed")
    .sort((a, b) => {
      if (key(a) !== key(b)) return key(a) - key(b);
      if (key(a) === RANK.waiting)
        return (a.waiting_since ?? a.opened_at).localeCompare(b.waiting_since ?? b.opened_at);
      return b.last_at.localeCompare(a.last_at) || a.id.localeCompare(b.id);
    });
}

/** What asks for this agent: own conversations with something unread, and everybody who waits. */
export const calling = (desk: Desk): number =>
  Object.values(desk.heads).filter(
    (head) => head.state === "waiting" || (head.agent_id === desk.agent && (head.unread ?? 0) > 0),
  ).length;

/** How long the visitor has waited for an answer, in ms; null if all are answered. `now` is this browser's clock. */
export function unansweredFor(desk: Pick<Desk, "clockAhead">, head: ConversationHead, now: number): number | null {
  const since = head.unanswered_since ?? (head.state === "waiting" ? (head.waiting_since ?? head.opened_at) : null);
  return since ? Math.max(0, now + desk.clockAhead - Date.parse(since)) : null;
}

/** The team's limit in ms, from which on an unanswered conversation is late. */
export const limitOf = (board: TeamBoard[], team: string): number =>
  (board.find((one) => one.team === team)?.answer_within || 60) * 1000;

/** Whether it waits for longer than its team's limit. */
export const isLate = (desk: Pick<Desk, "clockAhead" | "board">, head: ConversationHead, now: number): boolean =>
  (unansweredFor(desk, head, now) ?? -1) >= limitOf(desk.board, head.team);

/** Conversations that take one of this agent's slots. */
export const held = (desk: Desk): number =>
  Object.values(desk.heads).filter((head) => head.agent_id === desk.agent && head.state === "active" && !head.simulated)
    .length;
