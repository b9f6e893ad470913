import type { FromServer, Hello, ToServer } from './protocol';
import { toJson } from './text';

/**
 * One socket to the server, made anew as often as it takes. A dead line is found by silence: the server's pings and
 * news are signs of life; when there are none for a while the line is probed, and given up if nothing comes back.
 */

const TICK_MS = 1_000;
const PROBE_AFTER_MS = 5_000;
const PROBE_UNSEEN_AFTER_MS = 25_000; // the server pings every 20 s
const GIVE_UP_AFTER_MS = 4_000; // after a probe: 10 s in all, ticks included
const OPEN_WITHIN_MS = 8_000;
const MAX_BACKOFF_MS = 10_000;
/** Close codes after which coming back at once is of no use: hello, origin, site, version, flood. */
const REFUSALS = [4400, 4403, 4404, 4426, 4429];
const REFUSED_BACKOFF_MS = 60_000;

export type LinkState = 'idle' | 'connecting' | 'up' | 'down';

export interface ConnectionEvents {
  hello(): Hello;
  frame(frame: FromServer): void;
  state(state: LinkState): void;
  /** Whether somebody is looking: then a dead line must be found within 10 s. */
  isWatched(): boolean;
  /** A frame whose answer proves that the line is alive; none if there is nothing to ask. */
  probe(): ToServer | undefined;
}

export interface Connection {
  /** Connects now, also in the middle of a back-off. */
  wake(): void;
  /** Sends if the line is up and welcomed; tells whether it did. */
  send(frame: ToServer): boolean;
  /** Leaves and stays away until the next `wake`. */
  rest(): void;
  /** Throws the line away and makes a new one, with a new hello. */
  renew(): void;
}

export function createConnection(url: string, on: ConnectionEvents): Connection {
  let socket: WebSocket | undefined;
  let state: LinkState = 'idle';
  let failures = 0;
  let refused = false;
  let heardAt = 0;
  let openedAt = 0;
  let probedAt = 0;
  let retry = 0;
  let ticker = 0;

  function become(next: LinkState): void {
    if (state === next) return;
    state = next;
    on.state(next);
  }

  function connect(): void {
    clearTimeout(retry);
    drop();
    become('connecting');
    openedAt = Date.now();
    probedAt = 0;
    const own = new WebSocket(url);
    socket = own;
    own.onopen = () => own.send(toJson(on.hello()));
    own.onmessage = ({ data }) => own === socket && hear(JSON.parse(data));
    own.onclose = ({ code }) => {
      if (own !== socket) return;
      refused ||= REFUSALS.includes(code);
      lost();
    };
    clearInterval(ticker);
    ticker = window.setInterval(watch, TICK_MS);
  }

  function hear(frame: FromServer): void {
    heardAt = Date.now();
    probedAt = 0;
    if (frame.type === 'ping') own({ type: 'pong', n: frame.n });
    if (frame.type === 'welcome') {
      failures = 0;
      become('up');
    }
    on.frame(frame);
  }

  function own(frame: ToServer): void {
    if (socket?.readyState === WebSocket.OPEN) socket.send(toJson(frame));
  }

  /** Forgets the socket first: what it still says concerns nobody. */
  function drop(): void {
    const old = socket;
    socket = undefined;
    old?.close();
  }

  function lost(): void {
    drop();
    clearInterval(ticker);
    become('down');
    failures += 1;
    const pause = refused ? REFUSED_BACKOFF_MS : Math.min(MAX_BACKOFF_MS, 300 * 2 ** failures);
    refused = false;
    clearTimeout(retry);
    retry = window.setTimeout(connect, pause * (1 - Math.random() / 2));
  }

  function watch(): void {
    const now = Date.now();
    if (state === 'connecting' && now - openedAt > OPEN_WITHIN_MS) lost();
    if (state !== 'up') return;
    if (probedAt) {
      if (now - probedAt >= GIVE_UP_AFTER_MS) lost();
    } else if (now - heardAt >= (on.isWatched() ? PROBE_AFTER_MS : PROBE_UNSEEN_AFTER_MS)) {
      const frame = on.probe();
      if (!frame) return;
      probedAt = now;
      own(frame);
    }
  }

  return {
    wake() {
      if (state === 'up' || state === 'connecting') watch();
      else connect();
    },
    send(frame) {
      if (state !== 'up' || socket?.readyState !== WebSocket.OPEN) return false;
      own(frame);
      return true;
    },
    rest() {
      clearTimeout(retry);
      clearInterval(ticker);
      drop();
      become('idle');
    },
    renew: connect,
  };
}
