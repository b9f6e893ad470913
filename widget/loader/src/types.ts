/** What a look carries and what it brings back (docs/reference/snippet.md tells it in words). */

export interface PageEvent {
  type: 'page';
  url: string;
  referrer?: string;
  title?: string;
}

export type LookEvent =
  | PageEvent
  | { type: 'scroll'; depth: number }
  | { type: 'event'; name: string; props: Record<string, unknown> }
  | { type: 'cart'; value: number; items: number }
  | { type: 'identify'; id: string; token: string; traits: Record<string, unknown> }
  | { type: 'order'; id: string; value: number; currency: string }
  | { type: 'invitation'; id: string; what: InvitationStep }
  | { type: 'end' };

export type InvitationStep = 'shown' | 'seen' | 'accepted' | 'declined';

/** An event with the moment it happened, by this browser's clock. */
export type Recorded = LookEvent & { at: number };

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
  words: Words;
  frame: string;
}

export interface Answer {
  look_again_in_ms: number;
  answering: boolean;
  invitation?: Invitation | null;
  withdraw?: string[];
  chat?: { conversation: string; unread: number; state: string } | null;
  config?: Config;
}
