import { element } from './dom';
import { focusLauncher, setCount } from './launcher';
import { record } from './looks';
import { isOpen } from './panel';
import { keep, recall } from './session';
import { createTeaser } from './teaser';
import type { Answer, Config, Invitation, InvitationStep } from './types';

/** The invitation on this page: shown in one tab at a time, and reported as it is shown, seen and answered. */

const SEEN_AFTER_MS = 1_000;

/** Where teasers appear: in the page from the start, so that screen readers hear of what is put in. */
export const place = element('div', { ariaLive: 'polite' });

const over = new Set<string>();
let waiting: Invitation | null | undefined;
let showing: Invitation | undefined;
let teaser: HTMLElement | undefined;
let release: () => void;
let timer = 0;

export function takeInvitation({ invitation, withdraw }: Answer, config: Config, open: () => void): void {
  for (const id of withdraw ?? []) {
    over.add(id);
    if (showing?.id === id) takeAway();
  }
  if (invitation && invitation.id !== showing?.id) waiting = invitation;
  const next = waiting;
  if (!next || showing || document.hidden || isOpen() || over.has(next.id)) return;
  waiting = null;
  claim(`overture:${next.id}`, (free) => {
    if (showing || isOpen()) return free();
    release = free;
    show(next, config, open);
  });
}

/** The chat is opened: gives the id of the invitation this answers, or ''. */
export function acceptInvitation(): string {
  report('accepted');
  const id = showing?.id;
  takeAway();
  return id ?? '';
}

export function takeAway(): void {
  if (!showing) return;
  over.add(showing.id);
  showing = undefined;
  teaser?.remove();
  setCount(0);
  release();
}

/** Counts the second in view that makes an invitation seen. */
export function watchSeen(): void {
  clearTimeout(timer);
  if (showing && !document.hidden) timer = window.setTimeout(report, SEEN_AFTER_MS, 'seen');
}

function show(invitation: Invitation, { name, words }: Config, open: () => void): void {
  const { id, text } = invitation;
  showing = invitation;
  if (invitation.show === 'badge' || recall('folded') === id) setCount(1, text);
  else {
    const decline = () => {
      report('declined');
      takeAway();
    };
    // Folded into the button it can be opened from there, and does not unfold again on the next page.
    const fold = () => {
      teaser?.remove();
      keep('folded', id);
      setCount(1, text);
      focusLauncher();
    };
    teaser = createTeaser(invitation, name, words, open, decline, fold);
    place.append(teaser);
  }
  report('shown');
  watchSeen();
}

function report(what: InvitationStep): void {
  if (showing) record({ type: 'invitation', id: showing.id, what });
}

/**
 * Runs `run` if no other tab of this browser holds `name`; it is held until released or the page is gone. Plain http
 * outside this machine has no locks: there each tab believes the server.
 */
function claim(name: string, run: (free: () => void) => void): void {
  if (navigator.locks) navigator.locks.request(name, { ifAvailable: true }, (lock) => lock && new Promise<void>(run));
  else run(() => {});
}
