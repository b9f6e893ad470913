/** The frames and views of the agent's socket, as `gateway/frames/{shared,agent}.py` types them. */

export type AuthorKind = "visitor" | "agent" | "bot" | "system";
export type ConversationState = "waiting" | "active" | "wrapping_up" | "closed";
export type Channel = "phone" | "email" | "chat" | "visit" | "none";
export type StepOwner = "visitor" | "agent" | "other";

export interface Author {
  kind: AuthorKind;
  id?: string;
  name?: string;
}

export interface MessageView {
  seq: number;
  author: Author;
  text: string;
  at: string;
  cid?: string;
  notice?: string;
  params?: Record<string, unknown>;
}

export interface NoteView {
  number: number;
  after_seq: number;
  author_id: string;
  author_name: string;
  text: string;
  at: string;
  cid?: string;
}

export interface PromiseView {
  text: string;
  who: StepOwner;
  channel: Channel;
  due_at?: string | null;
  who_name?: string;
}

export interface ConversationHead {
  id: string;
  site: string;
  team: string;
  state: ConversationState;
  visitor: string;
  visitor_name: string;
  opened_at: string;
  last_seq: number;
  last_text: string;
  last_at: string;
  last_author: string;
  agent_id?: string;
  agent_name?: string;
  language?: string;
  unread?: number;
  waiting_since?: string | null;
  simulated?: boolean;
  /** What came of a closed one; "" or none while nobody has said. */
  result?: string;
  /** Grows with every change: an older line never replaces a newer one. */
  version?: number;
  /** The visitor's first message that no agent has answered. */
  unanswered_since?: string | null;
  /** When those whom the plan names were called to it. */
  escalated_at?: string | null;
}

/** A team whose conversations come while one is available, and whether it is open. */
export interface ServedTeam {
  site: string;
  team: string;
  open: boolean;
  next_at?: string | null;
}

export interface TeamBoard {
  team: string;
  open: boolean;
  waiting: number;
  longest_wait_since: string | null;
  active: number;
  agents: number;
  free_slots: number;
  /** The free slots of each agent there who has any, by their id. */
  free_by_agent?: Record<string, number>;
  /** The team's limit in seconds: from then on an unanswered conversation is late. */
  answer_within?: number;
  unanswered?: number;
  oldest_unanswered_since?: string | null;
}

export type FromServer =
  | {
      type: "welcome";
      v: number;
      agent: string;
      available: boolean;
      capacity: number;
      teams: string[];
      conversations: ConversationHead[];
      board: TeamBoard[];
      available_for?: ServedTeam[];
      away_reason?: string;
      /** The server's clock, by which all instants are meant. */
      now?: string | null;
    }
  | { type: "escalated"; head: ConversationHead; since: string }
  | { type: "inbox"; head: ConversationHead; assigned?: boolean }
  | { type: "inbox_lines"; heads: ConversationHead[] }
  | { type: "inbox_gone"; conversation: string; version?: number }
  | { type: "board"; teams: TeamBoard[] }
  | { type: "available"; on: boolean; teams?: ServedTeam[]; reason?: string }
  | {
      type: "conversation";
      head: ConversationHead;
      messages: MessageView[];
      notes: NoteView[];
      visitor_delivered?: number;
      visitor_read?: number;
      agent_delivered?: number;
      agent_read?: number;
      promise?: PromiseView | null;
    }
  | { type: "ack"; conversation: string; cid: string; seq: number; at: string }
  | { type: "noted"; conversation: string; cid: string; number: number; at: string }
  | { type: "message"; conversation: string; message: MessageView }
  | { type: "note"; conversation: string; note: NoteView }
  | { type: "batch"; conversation: string; messages: MessageView[]; last_seq: number }
  | { type: "head"; conversation: string; last_seq: number }
  | { type: "typing"; conversation: string; author: Author; on: boolean }
  | { type: "marks"; conversation: string; side: "visitor" | "agent"; delivered: number; read: number }
  | { type: "context_changed"; conversation: string }
  | { type: "ping"; n: number }
  | {
      type: "error";
      code: string;
      message: string;
      details?: Record<string, unknown>;
      cid?: string;
      fatal?: boolean;
    };

export type ToServer =
  | { type: "hello"; v: number; site: string }
  | { type: "available"; on: boolean }
  | { type: "open"; conversation: string; last_seq: number; last_note: number }
  | { type: "leave"; conversation: string }
  | { type: "send"; conversation: string; cid: string; text: string; canned?: string }
  | { type: "note"; conversation: string; cid: string; text: string }
  | { type: "typing"; conversation: string; on: boolean }
  | { type: "marks"; conversation: string; delivered: number; read: number }
  | { type: "resume"; conversation: string; last_seq: number }
  | { type: "pong"; n: number };

export const PROTOCOL = 1;
/** As many characters as one message may have; the server refuses more. */
export const LONGEST_TEXT = 8000;
