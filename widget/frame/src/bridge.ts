import { effect } from '@preact/signals';
import type { ToFrame, ToPage } from '../../shared/bridge';
import { answerInvitation, restIfIdle, start } from './chat';
import { wake } from './line';
import { markDivider, tellMarks } from './marks';
import * as state from './state';
import { lastSeq, unreadAfter } from './talk';

/** The chat and the page it stands on: its origin is told in the frame's address, and the server decided who may show it. */

const REST_AFTER_MS = 30_000;

const pageOrigin = new URLSearchParams(location.search).get('page') ?? '';
let isReady = false;
let restTimer = 0;
/** Called when the chat is opened with the wish that the keyboard goes to it. */
let takeFocus = () => {};

export function onFocusWanted(run: () => void): void {
  takeFocus = run;
}

export function listenToPage(): void {
  addEventListener('message', ({ source, origin, data }: MessageEvent<ToFrame>) => {
    if (source === parent && origin === pageOrigin) void hear(data);
  });
  tellPage({ type: 'overture:loaded' });
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && state.link.value !== 'idle') wake();
    showRead();
  });
  addEventListener('online', () => state.link.value !== 'idle' && wake());
  effect(showRead);
  effect(() => {
    const waiting = state.pending.value.some(({ refused }) => !refused);
    if (isReady) tellPage({ type: 'overture:unsent', waiting });
  });
  effect(() => {
    const { id = '', state: now } = state.conversation.value ?? {};
    tellPage({ type: 'overture:state', conversation: id, open: !!id && now !== 'closed' });
  });
}

export function closeChat(): void {
  tellPage({ type: 'overture:close' });
}

async function hear(message: ToFrame): Promise<void> {
  if (message.type === 'overture:hello') {
    await start(message, () => tellPage({ type: 'overture:first_message' }));
    if (!isReady) tellPage({ type: 'overture:ready' });
    isReady = true;
  } else if (message.type === 'overture:open') {
    clearTimeout(restTimer);
    state.isFull.value = message.full;
    markDivider(); // before opening makes them read
    state.isOpen.value = true;
    wake();
    answerInvitation(message.invitation);
    if (message.focus) takeFocus();
  } else if (message.type === 'overture:close') {
    state.isOpen.value = false;
    restTimer = window.setTimeout(restIfIdle, REST_AFTER_MS);
  }
}

function tellPage(message: ToPage): void {
  if (parent !== window) parent.postMessage(message, pageOrigin);
}

/** Read is what was in view: chat open, page visible, the end of the talk on screen. */
function showRead(): void {
  const { value: talk } = state.talk;
  const inView = state.isOpen.value && state.isAtBottom.value && !document.hidden;
  const read = Math.max(state.myRead.value, inView ? lastSeq(talk) : 0);
  state.myRead.value = read;
  if (state.link.value === 'up') tellMarks(read);
  tellPage({ type: 'overture:unread', count: state.isOpen.value ? 0 : unreadAfter(talk, read) });
}
