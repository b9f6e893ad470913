import type { ToPage } from '../../shared/bridge';
import type { element } from './dom';

/** What a look carries and what it brings back (docs/reference/look.md tells it in words). */

export interface PageEvent {
  type: 'page';
  url: string;
  referrer?: string;
  title?: string;
}

/** What the site said, as it said it: the server reads it, or tells what is wrong. */
type Said = Record<string, unknown>;

export type LookEvent =
  | PageEvent
  | { type: 'scroll'; depth: number }
  | { type: 'event'; name: unknown; props: unknown }
  | (Said & { type: 'cart' | 'identify' | 'order' })
  /** A call that no command answers to. */
  | { type: 'unknown'; name: string }
  | { type: 'invitation'; id: string; what: InvitationStep }
  | { type: 'end' };

export type InvitationStep = 'shown' | 'seen' | 'accepted' | 'declined';

export interface Invitation {
  id: string;
  text: string;
  show: 'teaser' | 'badge';
  agent?: string;
}

export interface Words {
  open_chat: string;
  close_chat: string;
  chat: string;
  invitation: string;
  reply: string;
  no_thanks: string;
  new_messages: string;
}

export interface Config {
  name: string;
  colour: string;
  consent: 'none' | 'required';
  consented: boolean;
  position: 'right' | 'left';
  language: string;
  direction: 'ltr' | 'rtl';
  words: Words;
  frame: string;
}

/** What the page said that could not be taken. */
export interface Problem {
  event: string;
  field: string;
  message: string;
}

export interface Answer {
  look_again_in_ms: number;
  answering: boolean;
  invitation?: Invitation | null;
  withdraw?: string[];
  chat?: { conversation: string; unread: number; state: string } | null;
  config?: Config;
  problems?: Problem[];
}

/** What the parts that are fetched later are given: they share no module with the loader. */
export interface Core {
  site: string;
  origin: string;
  config: Config;
  root: HTMLElement;
  /** Where teasers appear. */
  place: HTMLElement;
  /** Where a chat fills the screen. */
  full: MediaQueryList;
  element: typeof element;
  style(css: string): void;
  /** Whether anything may be stored. */
  may(): boolean;
  chatKey(): string;
  record(event: LookEvent): void;
  keep(name: string, value: string): void;
  recall(name: string): string;
  isOpen(): boolean;
  open(): void;
  setCount(number: number, said?: string): void;
  focusLauncher(): void;
  hear(message: ToPage): void;
}

/** The chat's place on the page, `/widget/panel.js`. */
export interface Panel {
  load(): void;
  /** `answering` is the invitation this answers, or ''. */
  open(answering: string, focus: boolean): void;
  close(): void;
  introduce(): void;
}

/** Invitations on the page, `/widget/teaser.js`. */
export interface Invitations {
  take(answer: Answer): void;
  /** The chat is opened: gives the id of the invitation this answers, or ''. */
  accept(): string;
  takeAway(): void;
  watchSeen(): void;
}
