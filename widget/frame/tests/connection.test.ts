import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Connection, createConnection, type LinkState } from '../src/connection';
import type { FromServer, Hello, ToServer } from '../src/protocol';

class FakeSocket {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  readyState = 0;
  sent: ToServer[] = [];
  onopen = () => {};
  onmessage = (_: { data: string }) => {};
  onclose = (_: { code: number }) => {};
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.readyState = 3;
  }
  open() {
    this.readyState = 1;
    this.onopen();
  }
  say(frame: Partial<FromServer> & { type: string }) {
    this.onmessage({ data: JSON.stringify(frame) });
  }
}

const hello = { type: 'hello', v: 1 } as Hello;
const probe: ToServer = { type: 'resume', conversation: 'c_1', last_seq: 3 };
let states: LinkState[];
let connection: Connection;
let isWatched: boolean;
/** How many ms pass until there is another socket. */
function untilNext(): number {
  const before = FakeSocket.all.length;
  let ms = 0;
  while (FakeSocket.all.length === before && ms < 120_000) {
    vi.advanceTimersByTime(100);
    ms += 100;
  }
  return ms;
}

const last = () => FakeSocket.all.at(-1) as FakeSocket;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
  FakeSocket.all = [];
  states = [];
  isWatched = true;
  connection = createConnection('ws://x/v1/socket', {
    hello: () => hello,
    frame: () => {},
    state: (state) => states.push(state),
    isWatched: () => isWatched,
    probe: () => probe,
  });
  connection.wake();
  last().open();
  last().say({ type: 'welcome' });
});
afterEach(() => {
  connection.rest();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the connection', () => {
  it('says hello first and sends nothing else before the welcome', () => {
    connection.renew();
    last().open();
    expect(connection.send(probe)).toBe(false);
    last().say({ type: 'welcome' });
    expect(connection.send(probe)).toBe(true);
    expect(last().sent).toEqual([hello, probe]);
  });

  it('answers pings', () => {
    last().say({ type: 'ping', n: 7 });
    expect(last().sent).toContainEqual({ type: 'pong', n: 7 });
  });

  it('finds a line that died in silence within 10 s', () => {
    vi.advanceTimersByTime(10_000);
    expect(states.at(-1)).not.toBe('up');
  });

  it('keeps a quiet line that answers its probes', () => {
    for (let second = 0; second < 60; second++) {
      vi.advanceTimersByTime(1_000);
      if (last().sent.at(-1)?.type === 'resume') last().say({ type: 'batch' });
    }
    expect(FakeSocket.all).toHaveLength(1);
    expect(states.at(-1)).toBe('up');
  });

  it('does not probe while nobody looks and the server pings', () => {
    isWatched = false;
    for (let second = 0; second < 60; second += 20) {
      last().say({ type: 'ping', n: second });
      vi.advanceTimersByTime(20_000);
    }
    expect(last().sent.filter(({ type }) => type === 'resume')).toEqual([]);
    expect(states.at(-1)).toBe('up');
  });

  it('comes back by itself, later each time, never later than 10 s', () => {
    const pauses = [];
    for (let failures = 0; failures < 10; failures++) {
      last().onclose({ code: 1006 });
      pauses.push(untilNext());
    }
    expect(pauses[0]).toBeLessThanOrEqual(600);
    expect(pauses.at(-1)).toBeGreaterThanOrEqual(5_000);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(10_000);
  });

  it('stays away for a while when it is turned away', () => {
    last().onclose({ code: 4403 });
    expect(untilNext()).toBeGreaterThanOrEqual(30_000);
  });

  it('connects at once when woken', () => {
    last().onclose({ code: 1006 });
    connection.wake();
    expect(FakeSocket.all).toHaveLength(2);
  });

  it('does not listen to a socket it has let go', () => {
    const old = last();
    connection.renew();
    old.onclose({ code: 1006 });
    old.say({ type: 'welcome' });
    expect(states.at(-1)).toBe('connecting');
  });
});
