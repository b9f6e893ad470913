import { sendFrame } from './line';
import * as state from './state';
import { lastSeq, unreadAfter } from './talk';

/** How far this visitor has received and read, told once each time it changes. */

let told = '';

export function tellMarks(read: number): void {
  const delivered = lastSeq(state.talk.value);
  const marks = `${state.conversation.value?.id} ${delivered} ${read}`;
  if (!delivered || marks === told) return;
  if (sendFrame({ type: 'marks', delivered, read })) told = marks;
}

/** A new line knows nothing of what was told on the one before. */
export function forgetMarks(): void {
  told = '';
}

/** Keeps the line under which the new messages stand, for as long as the chat stays open. */
export function markDivider(): void {
  const read = state.myRead.value;
  state.dividerAfter.value = read && unreadAfter(state.talk.value, read) ? read : 0;
}
