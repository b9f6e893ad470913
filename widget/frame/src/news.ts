import { batch } from '@preact/signals';
import { addToForm, form, toForm } from './draft';
import { useLanguage } from './language';
import { keepLeft } from './left';
import { askForMissing } from './line';
import { forgetMarks, markDivider } from './marks';
import type { Ack, Availability, ErrorFrame, FromServer, Message, State, Welcome } from './protocol';
import { outbox, outboxChanged, sendAll, settle, showOutbox, takeSent } from './sending';
import * as state from './state';
import { EMPTY, isMissing, lastSeq, withHead, withMessages } from './talk';
import { useZone } from './times';
import { hasWords, say } from './words';

/** What the server says, and what becomes of it. */

const TYPING_FORGOTTEN_MS = 6_000;
const LONGEST_RETRY_MS = 60_000; // for longer nothing is held back: it is the visitor's to decide

let typingTimer = 0;

type Handlers = { [T in FromServer['type']]: (frame: Extract<FromServer, { type: T }>) => void };

const handlers: Handlers = {
  welcome: takeWelcome,
  ack: takeAck,
  message: ({ conversation, message }) => takeMessages(conversation, [message]),
  batch({ conversation, messages, last_seq }) {
    takeMessages(conversation, messages);
    takeHead(conversation, last_seq);
  },
  head: ({ conversation, last_seq }) => takeHead(conversation, last_seq),
  state: takeState,
  typing: ({ on, author }) => takeTyping(on ? (author.name ?? '') : null),
  marks: takeMarks,
  availability({ availability }) {
    state.availability.value = availability;
  },
  left: ({ cid, promise }) => takeLeft(cid, promise),
  error: takeError,
  ping() {}, // answered by the connection
};

export function take(frame: FromServer): void {
  // A type that is not known here is of a newer server: it may be passed by.
  const handle = handlers[frame.type] as ((frame: FromServer) => void) | undefined;
  batch(() => handle?.(frame));
  if (isMissing(state.talk.value)) askForMissing();
}

function takeWelcome(frame: Welcome): void {
  const { conversation = null } = frame;
  useZone(frame.timezone);
  state.welcome.value = frame;
  state.availability.value = frame.availability;
  state.clockAhead.value = frame.now ? Date.parse(frame.now) - Date.now() : 0;
  forgetMarks();
  if (frame.language !== state.wordsLoaded.value) void useLanguage(frame.language);
  if (conversation?.id !== state.conversation.value?.id) forget();
  if (conversation) {
    const { messages, last_seq, delivered = 0, read = 0, my_read = 0, ...head } = conversation;
    state.conversation.value = head;
    state.theirMarks.value = { delivered, read };
    state.myRead.value = Math.max(state.myRead.value, my_read);
    addMessages(messages);
    state.talk.value = withHead(state.talk.value, last_seq);
    if (state.isOpen.value) markDivider();
  }
  void sendAll();
}

function takeAck({ conversation, cid, seq, at }: Ack): void {
  const entry = takeSent(cid);
  settle(cid, 'done');
  showOutbox();
  follow(conversation);
  // The server's own copy of it, should it come too, may differ (card numbers are masked) and then wins.
  if (entry && seq > lastSeq(state.talk.value)) {
    const { text } = entry.frame;
    state.talk.value = withMessages(state.talk.value, [{ seq, author: { kind: 'visitor' }, text, at, cid }]);
  }
}

function takeMessages(conversation: string, messages: Message[]): void {
  follow(conversation);
  addMessages(messages);
  if (messages.some(({ author }) => author.kind !== 'visitor')) takeTyping(null);
}

function addMessages(messages: Message[]): void {
  state.talk.value = withMessages(state.talk.value, messages);
  // What another tab, or this one before a cut, sent and the server has: it need not go out again.
  for (const { cid, author } of messages) {
    if (cid && author.kind === 'visitor' && outbox.remove(cid)) settle(cid, 'done');
  }
  showOutbox();
}

function takeHead(conversation: string, last: number): void {
  if (conversation === state.conversation.value?.id) state.talk.value = withHead(state.talk.value, last);
}

function takeState(frame: State): void {
  const { conversation: id, type: _, ...rest } = frame;
  follow(id);
  const before = state.conversation.value;
  // News of the state does not repeat the place and the promise that were told before.
  const place = rest.state === 'waiting' ? (rest.place ?? before?.place ?? null) : null;
  state.conversation.value = { ...rest, id, place, promise: rest.promise ?? before?.promise ?? null };
  if (rest.state === 'closed') {
    takeTyping(null);
    state.wish.value = '';
  }
}

function takeTyping(name: string | null): void {
  clearTimeout(typingTimer);
  state.typing.value = name;
  if (name !== null) typingTimer = window.setTimeout(takeTyping, TYPING_FORGOTTEN_MS, null);
}

function takeMarks({ side, delivered, read }: FromServer & { type: 'marks' }): void {
  if (side === 'visitor') {
    state.myRead.value = Math.max(state.myRead.value, read);
    return;
  }
  const { value } = state.theirMarks;
  state.theirMarks.value = { delivered: Math.max(value.delivered, delivered), read: Math.max(value.read, read) };
}

function takeLeft(cid: string, promise: state.Left['promise']): void {
  const frame = outbox.remove(cid)?.frame;
  const text = frame?.text ?? '';
  // Left instead of waiting, it is told in the conversation.
  if (!(frame?.type === 'leave_message' && frame.conversation)) keepLeft({ text, promise });
  settle(cid, 'done');
  showOutbox();
  if (form.value.text.trim() === text) toForm({ text: '' });
}

function takeError({ code, message, details = {}, cid, fatal }: ErrorFrame): void {
  if (fatal) state.isRefused.value = true;
  if (!cid) return;
  const retryMs = Number(details.retry_after) * 1000; // said of every error that passes
  if (retryMs <= LONGEST_RETRY_MS) {
    window.setTimeout(outboxChanged, retryMs);
    settle(cid, 'later');
    return;
  }
  const entry = outbox.entries().find(({ frame }) => frame.cid === cid);
  if (entry?.frame.type === 'leave_message') {
    outbox.remove(cid);
    const field = String(details.field ?? '');
    state.fieldError.value = { field, message: hasWords(`error_${field}`) ? say(`error_${field}`) : message };
  } else if (entry && isNobodyThere(code)) {
    outbox.remove(cid);
    addToForm(entry.frame.text);
    state.availability.value = { ...(details as Partial<Availability>), answering: false };
  } else outbox.refuse(cid, message, code);
  settle(cid, 'done');
  showOutbox();
}

function isNobodyThere(code: string): boolean {
  return code === 'not_answering';
}

/** News of a conversation that is not the one shown: it is the visitor's newest, so it takes the place. */
function follow(id: string): void {
  if (id === state.conversation.value?.id) return;
  forget();
  state.conversation.value = { id, state: 'waiting' };
}

export function forget(): void {
  state.conversation.value = null;
  state.talk.value = EMPTY;
  state.theirMarks.value = { delivered: 0, read: 0 };
  state.myRead.value = 0;
  state.dividerAfter.value = 0;
  state.isStartingAnew.value = false;
  takeTyping(null);
}
