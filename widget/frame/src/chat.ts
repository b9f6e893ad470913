import type { Hello } from '../../shared/bridge';
import { keepDrafts } from './draft';
import { useLanguage } from './language';
import { recallLeft } from './left';
import { renewLine, rest, sendFrame, setVisitor, useLine, visitor } from './line';
import { forget, take } from './news';
import { lineLost, outbox, outboxChanged, put, useOutbox } from './sending';
import * as state from './state';
import { browserStore, memoryStore, tagOf } from './storage';

/** The visitor's deeds in the chat: begin, write, leave a message, end, begin anew. */

let onFirstMessage = () => {};

/** Begins, or begins again when the page tells of another key or another word on storing. */
export async function start(hello: Hello, firstMessage: () => void): Promise<void> {
  const isSame = visitor?.key === hello.key && visitor.site === hello.site;
  const tag = tagOf(hello.site, hello.key);
  const store = hello.consent ? browserStore('localStorage') : memoryStore();
  state.isKept.value = !store.isMemory;
  const drafts = hello.consent ? browserStore('sessionStorage') : memoryStore();
  const moved = isSame && visitor.consent !== hello.consent ? outbox.entries() : [];
  setVisitor(hello);
  onFirstMessage = firstMessage;
  useOutbox(store, tag, moved);
  recallLeft(store, tag);
  keepDrafts(drafts, tag);
  await useLanguage(hello.language);
  if (isSame) return;
  forget();
  useLine(take, lineLost);
  addEventListener('storage', ({ key }) => outbox.owns(key) && outboxChanged());
  // What an earlier page could not send goes out by itself.
  if (outbox.next()) outboxChanged();
}

/** Closed, with nothing under way: a visitor who only looks holds no connection. */
export function restIfIdle(): void {
  if (!isTalking() && !outbox.next()) rest();
}

/** The visitor answers another invitation: said in a new hello, unless they are talking already. */
export function answerInvitation(invitation: string): void {
  if (!invitation || invitation === visitor.invitation) return;
  setVisitor({ ...visitor, invitation });
  if (!isTalking()) renewLine();
}

export function sendText(text: string): void {
  if (!state.talk.value.shown.length && !state.pending.value.length) onFirstMessage();
  state.dividerAfter.value = 0;
  put({ type: 'send', cid: newCid(), text });
}

export function leaveMessage(fields: { text: string; email: string; phone: string; name: string }): void {
  state.fieldError.value = null;
  const { id = '', state: at } = state.conversation.value ?? {};
  const instead = at === 'waiting' || at === 'active' ? { conversation: id, call: state.wish.value === 'call' } : {};
  put({ type: 'leave_message', cid: newCid(), ...fields, ...instead });
}

export function endConversation(): void {
  const id = state.conversation.value?.id;
  if (id) sendFrame({ type: 'end', conversation: id });
}

export function startAnew(): void {
  state.isStartingAnew.value = true;
}

export function tellTyping(on: boolean): void {
  if (isTalking()) sendFrame({ type: 'typing', on });
}

function isTalking(): boolean {
  const conversation = state.conversation.value;
  return !!conversation && conversation.state !== 'closed';
}

function newCid(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(36).padStart(2, '0')).join('');
}
