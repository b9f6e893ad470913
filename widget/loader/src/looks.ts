import { allowed, consent, key } from './identity';
import { randomHex } from './random';
import { origin, site } from './site';
import type { Answer, LookEvent, Recorded } from './types';

/**
 * Posts looks: one in flight at a time, each with the next `n` of this page, again with the same `n` until it is
 * answered (the server counts an `n` once). The answer says when to look again.
 */

const GATHER_MS = 40; // a page, a basket and an identity that come together travel together
const HEART_BEAT_MS = 20_000;
const TIMEOUT_MS = 15_000;
const MAX_WAITING = 50;
const MAX_BACKOFF_MS = 60_000;

interface Batch {
  n: number;
  events: Recorded[];
}

const tab = randomHex(8);
const url = `${origin}/v1/look`;

let hear: (answer: Answer) => void;
let waiting: Recorded[] = [];
let batch: Batch | undefined;
let sent = 0;
let booted = false;
let inFlight = false;
let stopped = false;
let failures = 0;
let dueAt = Infinity;
let timer = 0;

export function startLooks(onAnswer: (answer: Answer) => void): void {
  hear = onAnswer;
  lookNow();
}

export function record(event: LookEvent): void {
  if (allowed === false) return;
  const scrolled = event.type === 'scroll';
  if (scrolled && waiting.at(-1)?.type === 'scroll') waiting.pop();
  waiting.push(Object.assign(event, { at: Date.now() })); // not copied: a page's title is read when it is sent
  // Too much waits: what a visitor did goes before what they bought or who they are; else the newest.
  if (waiting.length > MAX_WAITING) waiting.splice(waiting.findIndex(isCheap), 1);
  const at = Date.now() + (scrolled ? 500 : GATHER_MS);
  // After a failure the back-off decides, not what happens meanwhile.
  if (at < dueAt && !(failures && dueAt < Infinity)) schedule(at);
}

/** Records what happened before this page was opened. */
export function recordEarlier(event: LookEvent): void {
  waiting.unshift({ ...event, at: performance.timeOrigin });
}

export function lookNow(): void {
  schedule(0);
}

/** Sends what waits on a page that may be going away, without waiting for an answer. */
export function flush(): void {
  if (stopped || !key()) return;
  if (batch && !inFlight) navigator.sendBeacon(url, body(batch));
  if (waiting.length) navigator.sendBeacon(url, body(nextBatch()));
}

export function forgetWaiting(): void {
  waiting = [];
}

function schedule(at: number): void {
  if (stopped || inFlight) return;
  dueAt = at;
  clearTimeout(timer);
  timer = window.setTimeout(look, at - Date.now());
}

function nextBatch(): Batch {
  // Without a key nothing may be stored, so nothing is told: the events wait for a key.
  return { n: ++sent, events: key() ? waiting.splice(0) : [] };
}

function body({ n, events }: Batch): string {
  return JSON.stringify({
    v: 1,
    site,
    key: key(),
    tab,
    n,
    boot: !booted,
    languages: navigator.languages,
    consent,
    events: events.map((event) => ({ ...event, ago: Math.max(0, Date.now() - event.at) })),
  });
}

async function look(): Promise<void> {
  dueAt = Infinity;
  // A hidden tab has no heart beat; coming back into view looks at once.
  if (booted && (!key() || (document.hidden && !batch && !waiting.length))) return;
  batch ??= nextBatch();
  inFlight = true;
  let pause: number;
  try {
    pause = await answered(await post(body(batch)));
  } catch {
    pause = backoff();
  }
  inFlight = false;
  schedule(Date.now() + (!batch && waiting.length && key() ? 0 : pause));
}

function post(text: string): Promise<Response> {
  const signal = AbortSignal.timeout?.(TIMEOUT_MS);
  return fetch(url, { method: 'POST', body: text, keepalive: true, signal });
}

/** Takes in the server's answer; gives the ms until the next look. */
async function answered(response: Response): Promise<number> {
  const { status } = response;
  if (status === 429 || status > 499) {
    return Math.max(Number(response.headers.get('retry-after')) * 1000 || 0, backoff());
  }
  const answer = await response.json();
  batch = undefined;
  failures = 0;
  if (response.ok) {
    booted ||= !!answer.config;
    hear(answer);
  } else {
    console.warn('overture:', answer.error?.message);
    stopped = !booted; // a wrong key or origin gets no better by asking again
  }
  return Math.max(answer.look_again_in_ms ?? HEART_BEAT_MS, 20);
}

/** 1, 2, 4 … 60 s, each with up to half of itself taken off, so that a thousand pages don't come back as one. */
function backoff(): number {
  return Math.min(MAX_BACKOFF_MS, 500 * 2 ** ++failures) * (1 - Math.random() / 2);
}

function isCheap({ type }: LookEvent): boolean {
  return type === 'scroll' || type === 'event';
}
