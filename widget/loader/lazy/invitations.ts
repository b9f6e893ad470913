import type { Answer, Core, Invitation, InvitationStep, Invitations } from '../src/types';
import { raiseOf } from './room';
import { createTeaser } from './teaser';
import styles from './teaser.css?inline';

/** `/widget/teaser.js`, fetched with the first invitation. An invitation is shown in one tab at a time, and reported as it is shown, seen and answered. */

const SEEN_AFTER_MS = 1_000;
const SETTLED_MS = 200; // after the page moved

const over: string[] = [];
let core: Core;
let waiting: Invitation | null | undefined;
let showing: Invitation | undefined;
let teaser: HTMLElement | undefined;
let release: () => void;
let timer = 0;
let settling = 0;

export function start(from: Core): Invitations {
  core = from;
  core.style(styles);
  const moved = () => {
    clearTimeout(settling);
    settling = window.setTimeout(settle, SETTLED_MS);
  };
  const types = ['scroll', 'resize', 'transitionend', 'load', 'focusin', 'click'];
  for (let index = 0; index < types.length; index++) {
    addEventListener(types[index] as string, moved, { passive: true, capture: true });
  }
  return { take, accept, takeAway, watchSeen };
}

function take({ invitation, withdraw = [] }: Answer): void {
  for (let index = 0; index < withdraw.length; index++) {
    const id = withdraw[index] as string;
    over.push(id);
    if (showing?.id === id) takeAway();
  }
  if (invitation && invitation.id !== showing?.id) waiting = invitation;
  const next = waiting;
  if (!next || showing || document.hidden || core.isOpen() || over.indexOf(next.id) >= 0) return;
  waiting = null;
  claim(`overture:${next.id}`, (free) => {
    if (showing || core.isOpen()) return free();
    release = free;
    show(next);
  });
}

/** The chat is opened: gives the id of the invitation this answers, or ''. */
function accept(): string {
  report('accepted');
  const id = showing?.id;
  takeAway();
  return id ?? '';
}

function takeAway(): void {
  if (!showing) return;
  over.push(showing.id);
  showing = undefined;
  teaser?.remove();
  core.setCount(0);
  release();
}

/** Counts the second in view that makes an invitation seen. */
function watchSeen(): void {
  clearTimeout(timer);
  if (showing && !document.hidden) timer = window.setTimeout(report, SEEN_AFTER_MS, 'seen');
}

function show(invitation: Invitation): void {
  const { name, words } = core.config;
  const { id, text } = invitation;
  showing = invitation;
  if (invitation.show === 'badge' || core.recall('folded') === id) core.setCount(1, text);
  else {
    const decline = () => {
      report('declined');
      takeAway();
    };
    // Folded into the button it can be opened from there, and does not unfold again on the next page.
    const fold = () => {
      teaser?.remove();
      core.keep('folded', id);
      core.setCount(1, text);
      core.focusLauncher();
    };
    teaser = createTeaser(core.element, invitation, name, words, core.open, decline, fold);
    core.place.appendChild(teaser);
    settle();
  }
  report('shown');
  watchSeen();
}

/** Keeps the teaser off what is used on the page: higher up, or else folded into the button until there is room. */
function settle(): void {
  if (!teaser?.isConnected || !showing || teaser.matches(':hover,:focus-within')) return;
  const was = teaser.hidden;
  teaser.hidden = false;
  teaser.style.transform = '';
  const up = raiseOf(teaser.getBoundingClientRect());
  teaser.hidden = up < 0;
  teaser.style.transform = up > 0 ? `translateY(-${up}px)` : '';
  if (teaser.hidden !== was) core.setCount(teaser.hidden ? 1 : 0, showing.text);
}

function report(what: InvitationStep): void {
  if (showing) core.record({ type: 'invitation', id: showing.id, what });
}

/**
 * Runs `run` if no other tab of this browser holds `name`; it is held until released or the page is gone. Plain http
 * outside this machine has no locks: there each tab believes the server.
 */
function claim(name: string, run: (free: () => void) => void): void {
  if (navigator.locks) navigator.locks.request(name, { ifAvailable: true }, (lock) => lock && new Promise<void>(run));
  else run(() => {});
}
