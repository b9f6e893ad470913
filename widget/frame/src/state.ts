import { computed, signal } from '@preact/signals';
import type { LinkState } from './connection';
import type { Entry } from './outbox';
import type { Availability, Conversation, PromiseMade, Welcome } from './protocol';
import { EMPTY, type Talk } from './talk';

/** What is drawn. Written by chat.ts (the server's news, the visitor's deeds) and bridge.ts (the page), read by ui/. */

export type Head = Omit<Conversation, 'messages' | 'last_seq' | 'delivered' | 'read' | 'my_read'>;

/** A message left while nobody was there, and what was promised for it. */
export interface Left {
  text: string;
  promise: PromiseMade;
}

/** What the server would not take in the form: where, and why. */
export interface FieldError {
  field: string;
  message: string;
}

/** Changes when another catalogue is in use. */
export const wordsLoaded = signal('');
export const isOpen = signal(false);
export const isFull = signal(false);
export const link = signal<LinkState>('idle');
/** The line has been away long enough to tell. */
export const isOffline = signal(false);
export const welcome = signal<Welcome | null>(null);
export const availability = signal<Availability>({ answering: true });
export const conversation = signal<Head | null>(null);
export const talk = signal<Talk>(EMPTY);
export const pending = signal<Entry[]>([]);
/** How far the other side has received and read. */
export const theirMarks = signal({ delivered: 0, read: 0 });
export const myRead = signal(0);
/** The `seq` after which the new messages began when the chat was opened; 0 for none. */
export const dividerAfter = signal(0);
export const isAtBottom = signal(true);
/** Who is typing, or null. */
export const typing = signal<string | null>(null);
export const left = signal<Left | null>(null);
export const fieldError = signal<FieldError | null>(null);
/** The visitor asked for a new conversation after the last one ended. */
export const isStartingAnew = signal(false);
/** How far the server's clock is ahead of this one's, in ms. */
export const clockAhead = signal(0);
/** What a waiting visitor wants instead: to leave a message, or to be called. */
export const wish = signal<'' | 'message' | 'call'>('');
/** What is written here outlives the page: the visitor and the browser allow it. */
export const isKept = signal(true);
/** The server will not have this visitor or this page. */
export const isRefused = signal(false);

/** The visitor has said something that nobody has answered. */
const isUnanswered = computed(
  () => talk.value.shown.findLast(({ author }) => author.kind !== 'system')?.author.kind === 'visitor',
);
/** Somebody is to answer, and a word about when is owed. A place told before the line went down may be another by now. */
export const isWaiting = computed(() => {
  const state = conversation.value?.state;
  return (
    !isOffline.value && (state === 'active' ? isUnanswered.value : state === 'waiting' && availability.value.answering)
  );
});
/** The form to leave a message stands in the queue's place. */
export const isWishing = computed(() => isWaiting.value && !!wish.value);
export const isOver = computed(() => conversation.value?.state === 'closed' && !isStartingAnew.value);
/** A conversation can be gone on with, or begun. */
export const canWrite = computed(() => {
  const state = conversation.value?.state;
  if (state === 'active' || state === 'wrapping_up') return true;
  if (isOver.value) return false;
  return availability.value.answering;
});
/** No conversation can be held now: a message is taken instead. */
export const isAway = computed(() => !!welcome.value && !canWrite.value && !isOver.value);
/** A left message is on its way. */
export const isLeaving = computed(() => pending.value.some(({ frame }) => frame.type === 'leave_message'));
