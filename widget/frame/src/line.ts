import type { Hello as PageHello } from '../../shared/bridge';
import { type Connection, createConnection, type LinkState } from './connection';
import { type FromServer, PROTOCOL, type ToServer } from './protocol';
import * as state from './state';
import { isMissing, lastSeq } from './talk';

/** The line to the server as this chat uses it: who says hello, what proves life, what is missing. */

const TELL_OFFLINE_AFTER_MS = 1_500; // a hiccup is not told
const ASK_AGAIN_AFTER_MS = 5_000;

export let visitor: PageHello;

let connection: Connection | undefined;
let offlineTimer = 0;
let asked = '';

export function setVisitor(hello: PageHello): void {
  visitor = hello;
}

/** A line for a visitor who is new here; the one before is let go. */
export function useLine(frame: (frame: FromServer) => void, lost: () => void): void {
  connection?.rest();
  connection = createConnection(`${location.origin.replace(/^http/, 'ws')}/v1/socket`, {
    hello() {
      const { site, key, language, page, invitation } = visitor;
      const { conversation, last_seq } = whatIsHere();
      return { type: 'hello', v: PROTOCOL, site, key, language, page, invitation, conversation, last_seq };
    },
    isWatched: () => state.isOpen.value && !document.hidden,
    probe,
    frame,
    state(next) {
      showLink(next);
      if (next === 'connecting' || next === 'down') lost();
    },
  });
}

export function wake(): void {
  connection?.wake();
}

export function rest(): void {
  connection?.rest();
}

export function renewLine(): void {
  connection?.renew();
}

export function sendFrame(frame: ToServer): boolean {
  return !!connection?.send(frame);
}

/** Asks for what is missing between the messages that are here and the last one there is. */
export function askForMissing(): void {
  const frame = probe();
  const wish = `${frame?.conversation} ${frame?.last_seq} ${state.talk.value.head}`;
  if (!frame || wish === asked) return;
  asked = wish;
  window.setTimeout(() => {
    asked = '';
    if (isMissing(state.talk.value)) askForMissing();
  }, ASK_AGAIN_AFTER_MS);
  sendFrame(frame);
}

function whatIsHere(): { conversation: string; last_seq: number } {
  return { conversation: state.conversation.value?.id ?? '', last_seq: lastSeq(state.talk.value) };
}

function probe() {
  const here = whatIsHere();
  return here.conversation ? ({ type: 'resume', ...here } as const) : undefined;
}

function showLink(next: LinkState): void {
  state.link.value = next;
  if (next === 'up') {
    clearTimeout(offlineTimer);
    offlineTimer = 0;
    state.isOffline.value = false;
    state.isRefused.value = false;
  } else if (next !== 'idle') {
    offlineTimer ||= window.setTimeout(() => {
      state.isOffline.value = true;
    }, TELL_OFFLINE_AFTER_MS);
  }
}
