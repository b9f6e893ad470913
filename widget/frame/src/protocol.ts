/** The visitor's socket, `/v1/socket`, as docs/reference/protocol.md describes it. Unknown fields are ignored. */

export const PROTOCOL = 1;

/** An instant, ISO 8601 UTC. */
export type Instant = string;

export type ConversationState = 'waiting' | 'active' | 'wrapping_up' | 'closed';

export interface Author {
  kind: 'visitor' | 'agent' | 'bot' | 'system';
  id?: string;
  name?: string;
}

export interface Message {
  /** Gapless and increasing from 1 in a conversation; the order is this, never `at`. */
  seq: number;
  author: Author;
  text: string;
  at: Instant;
  cid?: string;
  /** A code the client words itself; `text` is its English fallback. */
  notice?: string;
  params?: Record<string, unknown>;
}

export interface PromiseMade {
  /** One plain sentence in the visitor's language. */
  text: string;
  who: 'visitor' | 'agent' | 'other';
  channel: string;
  due_at?: Instant;
  who_name?: string;
}

export interface Place {
  /** 1 is next. */
  place: number;
  wait_seconds: number | null;
  /** When what was told is over. */
  expected_at?: Instant;
  /** When the team's own limit is. */
  limit_at?: Instant;
  /** When what was told proved too little. */
  late_at?: Instant;
}

export interface Availability {
  answering: boolean;
  reason?: '' | 'closed' | 'nobody' | 'full';
  next_at?: Instant | null;
  team?: string;
  agents?: string[];
  /** The team's limit in seconds. */
  answer_within?: number;
}

export interface Conversation {
  id: string;
  state: ConversationState;
  last_seq: number;
  messages: Message[];
  agent_name?: string;
  team?: string;
  place?: Place | null;
  delivered?: number;
  read?: number;
  my_read?: number;
  promise?: PromiseMade | null;
}

// ---- to the server

export interface Hello {
  type: 'hello';
  v: number;
  site: string;
  key: string;
  language: string;
  page: string;
  invitation: string;
  conversation: string;
  last_seq: number;
}

export interface Send {
  type: 'send';
  cid: string;
  text: string;
}

export interface LeaveMessage {
  type: 'leave_message';
  cid: string;
  text: string;
  email: string;
  phone: string;
  name: string;
  /** Left instead of waiting in this conversation. */
  conversation?: string;
  call?: boolean;
}

export type ToServer =
  | Hello
  | Send
  | LeaveMessage
  | { type: 'typing'; on: boolean }
  | { type: 'marks'; delivered: number; read: number }
  | { type: 'resume'; conversation: string; last_seq: number }
  | { type: 'end'; conversation: string }
  | { type: 'pong'; n: number };

// ---- from the server

export interface Welcome {
  type: 'welcome';
  v: number;
  language: string;
  availability: Availability;
  name: string;
  colour: string;
  /** The site's time zone: all times are told in it. */
  timezone?: string;
  greeting?: string;
  invitation_text?: string;
  conversation?: Conversation | null;
  /** The server's clock, by which all instants are meant. */
  now?: Instant;
}

export interface ErrorFrame {
  type: 'error';
  code: string;
  message: string;
  details?: Record<string, unknown>;
  cid?: string;
  fatal?: boolean;
}

export interface State {
  type: 'state';
  conversation: string;
  state: ConversationState;
  agent_name?: string;
  team?: string;
  place?: Place | null;
  promise?: PromiseMade | null;
}

export interface Ack {
  type: 'ack';
  conversation: string;
  cid: string;
  seq: number;
  at: Instant;
}

export type FromServer =
  | Welcome
  | State
  | Ack
  | ErrorFrame
  | { type: 'message'; conversation: string; message: Message }
  | { type: 'batch'; conversation: string; messages: Message[]; last_seq: number }
  | { type: 'head'; conversation: string; last_seq: number }
  | { type: 'typing'; conversation: string; author: Author; on: boolean }
  | { type: 'marks'; conversation: string; side: 'visitor' | 'agent'; delivered: number; read: number }
  | { type: 'availability'; availability: Availability }
  | { type: 'left'; cid: string; promise: PromiseMade }
  | { type: 'ping'; n: number };
