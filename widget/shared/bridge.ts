/** What the page (loader) and the chat (frame) say to each other by postMessage, exact origins both ways. */

export interface Hello {
  type: 'overture:hello';
  /** The visitor's secret key. */
  key: string;
  site: string;
  language: string;
  /** The page's address. */
  page: string;
  /** The invitation that opened the chat, or empty. */
  invitation: string;
  /** Whether anything may be stored in this browser. */
  consent: boolean;
}

export interface Open {
  type: 'overture:open';
  /** The invitation answered by opening, or empty. */
  invitation: string;
  /** Whether the chat fills the screen (a phone): then it keeps the keyboard focus to itself. */
  full: boolean;
  /** Whether to move the focus to the message box. */
  focus: boolean;
}

export interface Close {
  type: 'overture:close';
}

export type ToFrame = Hello | Open | Close;

export type ToPage =
  /** The frame is there and may be spoken to; its address told it the page's origin. */
  | { type: 'overture:loaded' }
  | { type: 'overture:ready' }
  | { type: 'overture:unread'; count: number }
  /** Whether something written waits to be sent: then the next page loads the chat for it, unseen. */
  | { type: 'overture:unsent'; waiting: boolean }
  | Close
  | { type: 'overture:state'; conversation: string; open: boolean }
  | { type: 'overture:first_message' };
