import { http, type Page } from "@shared/http";
import { queryClient } from "@shared/http/query";
import { randomId } from "@shared/lib/random";
import { chime } from "@shared/lib/sound";
import { store } from "@shared/lib/store";
import { type Connection, LiveSocket } from "@shared/socket";
import { type Desk, emptyDesk, forgotten, isLate, lastNote, lastSeq, type News, prepended, step } from "./desk";
import type { ConversationHead, FromServer, MessageView, ToServer } from "./model";
import { PROTOCOL } from "./model";
import { drop, due, leftBehind, put, type Unsent } from "./outbox";

/** Messages fetched when a conversation is opened, and per press of "earlier messages". */
const WINDOW = 60;
const TYPING_AGAIN = 3000;
/** Talks held beside those on screen, so that going back and forth is instant; older ones are fetched again. */
const REMEMBERED = 12;
/** The server closes with these when trying again is of no use: see docs/reference/protocol.md. */
const NOT_SIGNED_IN = 4401;
const NEW_VERSION = 4426;
/** The person's role or teams are others now. */
const CHANGED = 4412;
const STOP_CODES = [NOT_SIGNED_IN, 4403, 4404, NEW_VERSION];
/** A refusal that asks for a longer pause is for a person to decide. Those without a pause are final. */
const LONGEST_RETRY_S = 60;

export interface Link {
  state: Connection;
  /** When the next try comes, ms since the epoch, while waiting. */
  next: number;
}

export type Call = "assigned" | "waiting" | "message" | "escalated" | "late";

export interface Who {
  user: string;
  name: string;
  site: string;
}

/** The agent's socket with what it feeds: the desk, the outbox, the state of the line. */
export class DeskClient {
  readonly desk = store<Desk>(emptyDesk);
  readonly outbox = store<Unsent[]>([]);
  readonly link = store<Link>({ state: "connecting", next: 0 });
  /** The server speaks another version of the protocol: the page must be loaded again. */
  readonly outdated = store(false);
  /** What was refused and taken back, to be written anew; the composer of its conversation takes it up. */
  readonly takenBack = store<Unsent | null>(null);
  /** The conversation on screen: its messages make no sound while the page is in front. */
  watching = "";
  /** Called when a conversation asks for this agent, beside the sound. */
  onCall: (kind: Call, head: ConversationHead) => void = () => {};
  private readonly who: Who;
  private readonly socket: LiveSocket;
  private readonly followed = new Map<string, number>();
  private readonly typed = new Map<string, number>();
  private readonly marked = new Map<string, string>();
  /** Waits that have rung, by conversation: each rings once when it is late. */
  private readonly rung = new Map<string, string>();
  private watch: ReturnType<typeof setInterval> | undefined;
  /** Talks that were left, the longest ago first. */
  private readonly left = new Set<string>();

  constructor(who: Who, onSignedOut: () => void, onChanged: () => void = () => {}) {
    this.who = who;
    this.outbox.set(leftBehind(who.user));
    this.socket = new LiveSocket({
      url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/v1/desk`,
      onOpen: () => this.ask({ type: "hello", v: PROTOCOL, site: who.site }),
      onFrame: (frame) => this.take(frame as FromServer),
      onState: (state, next) => this.onState(state, next),
      stopCodes: STOP_CODES,
      onStop: (code) => {
        if (code === NOT_SIGNED_IN) onSignedOut();
        this.outdated.set(code === NEW_VERSION);
      },
      onLost: (code) => {
        if (code === CHANGED) onChanged();
      },
    });
  }

  start(): void {
    this.socket.start();
    this.watch = setInterval(() => this.ringForLate(), 1000);
  }

  stop(): void {
    this.socket.stop();
    clearInterval(this.watch);
  }

  retryNow = (): void => this.socket.hurry();

  // ---- what the person does ----------------------------------------------------------------------------------

  setAvailable(on: boolean): void {
    if (this.ask({ type: "available", on })) this.desk.set((desk) => ({ ...desk, available: on }));
  }

  /** The word that the switch could not be turned on has been read. */
  forgetRefusal(): void {
    this.desk.set((desk) => ({ ...desk, switchRefused: null }));
  }

  /** Follows a conversation while somebody looks at it; returns how to stop. */
  follow(id: string): () => void {
    const watchers = this.followed.get(id) ?? 0;
    this.followed.set(id, watchers + 1);
    if (watchers === 0) this.open(id);
    return () => this.unfollow(id);
  }

  send(conversation: string, kind: Unsent["kind"], text: string, canned = ""): void {
    const at = Math.max(Date.now(), (this.outbox.get().at(-1)?.at ?? 0) + 1);
    const item: Unsent = { cid: randomId(), conversation, kind, text, at, state: "waiting" };
    if (canned) item.canned = canned;
    put(this.who.user, item);
    this.outbox.set((items) => [...items, item]);
    this.typing(conversation, false);
    this.sendDue();
  }

  retry(cid: string): void {
    this.change(cid, { state: "waiting" });
    this.sendDue();
  }

  edit(item: Unsent): void {
    this.takenBack.set(item);
    this.discard(item.cid);
  }

  discard(cid: string): void {
    drop(this.who.user, cid);
    this.outbox.set((items) => items.filter((item) => item.cid !== cid));
    this.sendDue();
  }

  /** Call at each keystroke: tells the visitor at most every three seconds. */
  typing(conversation: string, on: boolean): void {
    const last = this.typed.get(conversation) ?? 0;
    if (on ? Date.now() - last < TYPING_AGAIN : last === 0) return;
    this.typed.set(conversation, on ? Date.now() : 0);
    this.ask({ type: "typing", conversation, on });
  }

  /** Tells how far this agent has received, and read if they really look at it. */
  mark(conversation: string, seen: boolean): void {
    const talk = this.desk.get().talks[conversation];
    if (!talk) return;
    const delivered = lastSeq(talk);
    const read = seen ? delivered : talk.agentRead;
    const text = `${delivered}/${read}`;
    if (delivered === 0 || this.marked.get(conversation) === text) return;
    if (!this.ask({ type: "marks", conversation, delivered, read })) return;
    this.marked.set(conversation, text);
    if (read > talk.agentRead) this.readUpTo(conversation, read);
  }

  /** Fetches what was said before the first message held. False when that was the beginning. */
  async loadEarlier(conversation: string): Promise<void> {
    const first = this.desk.get().talks[conversation]?.messages[0]?.seq ?? 1;
    if (first <= 1) return;
    const after = Math.max(0, first - 1 - WINDOW);
    const older = await this.messagesAfter(conversation, after, first);
    this.desk.set((desk) => {
      const talk = desk.talks[conversation];
      if (!talk) return desk;
      const messages = prepended(talk.messages, older);
      return { ...desk, talks: { ...desk.talks, [conversation]: { ...talk, messages } } };
    });
  }

  // ---- inside ------------------------------------------------------------------------------------------------

  private async messagesAfter(conversation: string, after: number, before: number): Promise<MessageView[]> {
    const found: MessageView[] = [];
    let from = after;
    while (from < before - 1) {
      const page = await http.get<Page<MessageView>>(`/conversations/${conversation}/messages`, { after: from });
      const last = page.items.at(-1)?.seq;
      if (last === undefined) break;
      found.push(...page.items);
      from = last;
    }
    return found;
  }

  private ask(frame: ToServer): boolean {
    return this.socket.send(frame);
  }

  private open(id: string): void {
    const { welcomed, talks, heads } = this.desk.get();
    if (!welcomed) return;
    const talk = talks[id];
    if (talk) this.desk.set((desk) => ({ ...desk, talks: { ...desk.talks, [id]: { ...talk, followed: true } } }));
    const held = lastSeq(talk) || Math.max(0, (heads[id]?.last_seq ?? 0) - WINDOW);
    this.ask({ type: "open", conversation: id, last_seq: held, last_note: lastNote(talk) });
  }

  private unfollow(id: string): void {
    const watchers = (this.followed.get(id) ?? 1) - 1;
    if (watchers > 0) {
      this.followed.set(id, watchers);
      return;
    }
    this.followed.delete(id);
    this.marked.delete(id);
    this.typed.delete(id);
    this.ask({ type: "leave", conversation: id });
    this.forgetOld(id);
    this.desk.set((desk) => {
      const talk = desk.talks[id];
      return talk ? { ...desk, talks: { ...desk.talks, [id]: { ...talk, followed: false, asked: null } } } : desk;
    });
  }

  private forgetOld(justLeft: string): void {
    this.left.delete(justLeft);
    this.left.add(justLeft);
    const old = [...this.left].slice(0, -REMEMBERED);
    for (const id of old) this.left.delete(id);
    const unwatched = old.filter((id) => !this.followed.has(id));
    if (unwatched.length > 0) this.desk.set((desk) => forgotten(desk, unwatched));
  }

  private sendDue(): void {
    for (const item of due(this.outbox.get())) this.dispatch(item);
  }

  private dispatch(item: Unsent): void {
    if (!this.desk.get().welcomed || this.link.get().state !== "open") return;
    const { conversation, cid, text, canned } = item;
    const frame: ToServer =
      item.kind === "note"
        ? { type: "note", conversation, cid, text }
        : { type: "send", conversation, cid, text, ...(canned ? { canned } : {}) };
    if (this.ask(frame)) this.change(item.cid, { state: "sending" });
  }

  private change(cid: string, change: Partial<Unsent>): void {
    this.outbox.set((items) =>
      items.map((item) => {
        if (item.cid !== cid) return item;
        const next = { ...item, ...change };
        if (change.state !== "sending") put(this.who.user, next);
        return next;
      }),
    );
  }

  private onState(state: Connection, next: number): void {
    this.link.set({ state, next });
    if (state === "open") return;
    this.marked.clear();
    this.outbox.set((items) => items.map((item) => (item.state === "sending" ? { ...item, state: "waiting" } : item)));
  }

  private take(frame: FromServer): void {
    if (frame.type === "ack" || frame.type === "noted") {
      this.stored(frame);
      return;
    }
    const { desk, asks, news } = step(this.desk.get(), frame, Date.now());
    this.desk.set(desk);
    for (const ask of asks) this.ask(ask);
    for (const one of news) this.hear(one);
    if (frame.type === "welcome") {
      for (const id of this.followed.keys()) this.open(id);
      this.sendDue();
    }
    if (frame.type === "typing" && frame.on) setTimeout(() => this.forgetTyping(frame.conversation), 6200);
  }

  /** The server has it for good: show it in its place and forget the unsent copy. */
  private stored(frame: Extract<FromServer, { type: "ack" | "noted" }>): void {
    const item = this.outbox.get().find((one) => one.cid === frame.cid);
    if (!item) return;
    const { conversation, cid, at } = frame;
    const { text } = item;
    const { user: id, name } = this.who;
    if (frame.type === "ack") {
      const message = { seq: frame.seq, author: { kind: "agent" as const, id, name }, text, at, cid };
      this.take({ type: "message", conversation, message });
    } else {
      const after_seq = lastSeq(this.desk.get().talks[conversation]);
      const note = { number: frame.number, after_seq, author_id: id, author_name: name, text, at, cid };
      this.take({ type: "note", conversation, note });
    }
    this.discard(cid);
  }

  private hear(news: News): void {
    if (news.kind === "stored") {
      this.discard(news.cid);
      return;
    }
    if (news.kind === "refused") {
      this.refuse(news.cid, news.message, news.retryAfter);
      return;
    }
    if (news.kind === "context") {
      void queryClient.invalidateQueries({ queryKey: ["context", news.conversation] });
      return;
    }
    const inFront = document.hasFocus() && this.watching === news.head.id;
    if (inFront && news.kind === "message") return;
    if (news.head.simulated) return;
    const mine = news.kind === "escalated" || this.concerns(news.head);
    if (!mine) return;
    chime(news.kind === "message" ? "message" : "arrived");
    this.onCall(news.kind, news.head);
  }

  private concerns(head: ConversationHead): boolean {
    return head.agent_id === this.who.user || head.state === "waiting";
  }

  /** An own or waiting conversation that has become late rings, once a wait. */
  private ringForLate(): void {
    const desk = this.desk.get();
    const now = Date.now();
    for (const head of Object.values(desk.heads)) {
      const since = head.unanswered_since ?? head.waiting_since ?? "";
      if (!since || head.simulated || !this.concerns(head) || this.rung.get(head.id) === since) continue;
      if (!isLate(desk, head, now)) continue;
      this.rung.set(head.id, since);
      chime("arrived");
      this.onCall("late", head);
    }
    for (const id of this.rung.keys()) if (!(id in desk.heads)) this.rung.delete(id);
  }

  private refuse(cid: string, message: string, retryAfter: number | null): void {
    if (retryAfter === null || retryAfter > LONGEST_RETRY_S) {
      this.change(cid, { state: "failed", error: message });
      this.sendDue();
      return;
    }
    this.change(cid, { state: "waiting" });
    setTimeout(() => this.sendDue(), retryAfter * 1000);
  }

  private readUpTo(id: string, read: number): void {
    this.desk.set((desk) => {
      const [talk, head] = [desk.talks[id], desk.heads[id]];
      if (!talk) return desk;
      const heads = head ? { ...desk.heads, [id]: { ...head, unread: 0 } } : desk.heads;
      return { ...desk, heads, talks: { ...desk.talks, [id]: { ...talk, agentRead: read } } };
    });
  }

  private forgetTyping(id: string): void {
    this.desk.set((desk) => {
      const talk = desk.talks[id];
      if (!talk?.typing || talk.typing.until > Date.now()) return desk;
      return { ...desk, talks: { ...desk.talks, [id]: { ...talk, typing: null } } };
    });
  }
}
