import { allowed, consent, key } from './identity';
import { randomHex } from './random';
import { origin, site } from './site';
import { tell } from './tell';
import { toJson } from './text';
import type { Answer, LookEvent } from './types';

/**
 * Posts looks: one in flight at a time, each with the next `n` of this page, again with the same `n` until it is
 * answered (the server counts an `n` once). The answer says when to look again.
 */

const GATHER_MS = 40; // a page, a basket and an identity that come together travel together
const HEART_BEAT_MS = 20_000;
const TIMEOUT_MS = 15_000;
const MAX_WAITING = 50;
const MAX_BACKOFF_MS = 60_000;
const FULL_BYTES = 20_000; // with another event of 36,000: browsers send 64 KiB on leaving, the server takes as much

interface Waiting {
  type: LookEvent['type'];
  /** When it happened, by this browser's clock. */
  at: number;
  /** Its JSON, written at once, so that what the page does with its own objects later is not told. */
  text: string;
  /** A page: its title is read when it is sent. */
  page: LookEvent | false;
}

interface Batch {
  n: number;
  events: Waiting[];
}

const tab = randomHex(8);
const url = `${origin}/v1/look`;

let hear: (answer: Answer) => void;
let waiting: Waiting[] = [];
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

/** Throws when there is too much in it. */
export function record(event: LookEvent): void {
  if (allowed === false) return;
  const item = waitingOf(event, Date.now());
  const scrolled = event.type === 'scroll';
  if (scrolled && waiting[waiting.length - 1]?.type === 'scroll') waiting.pop();
  waiting.push(item);
  // Too much waits: what a visitor did goes before what they bought or who they are; else the newest.
  if (waiting.length > MAX_WAITING) {
    let index = 0;
    while (index < MAX_WAITING && !isCheap(waiting[index] as Waiting)) index++;
    waiting.splice(index, 1);
  }
  const at = Date.now() + (scrolled ? 500 : GATHER_MS);
  // After a failure the back-off decides, not what happens meanwhile.
  if (at < dueAt && !(failures && dueAt < Infinity)) schedule(at);
}

/** Records what happened before this page was opened. */
export function recordEarlier(event: LookEvent): void {
  waiting.unshift(waitingOf(event, performance.timeOrigin));
}

export function lookNow(): void {
  schedule(0);
}

/** Sends what waits on a page that may be going away, without waiting for an answer. */
export function flush(): void {
  if (stopped || !key()) return;
  if (batch && !inFlight) send(body(batch));
  while (waiting.length) send(body(nextBatch()));
}

export function forgetWaiting(): void {
  waiting = [];
}

function waitingOf(event: LookEvent, at: number): Waiting {
  const page = event.type === 'page' && event;
  return { type: event.type, at, page, text: page ? '' : toJson(event) };
}

function schedule(at: number): void {
  if (stopped || inFlight) return;
  dueAt = at;
  clearTimeout(timer);
  timer = window.setTimeout(look, at - Date.now());
}

function nextBatch(): Batch {
  // Without a key nothing may be stored, so nothing is told: the events wait for a key.
  const events: Waiting[] = [];
  if (key()) {
    let bytes = 0;
    while (waiting[0] && bytes < FULL_BYTES) {
      events.push(waiting[0]);
      bytes += waiting[0].page ? 4_000 : new TextEncoder().encode(waiting[0].text).length;
      waiting.shift();
    }
  }
  return { n: ++sent, events };
}

function body({ n, events }: Batch): string {
  let told = '';
  for (let index = 0; index < events.length; index++) {
    const { at, page, text } = events[index] as Waiting;
    told += `,{"ago":${Math.max(0, Date.now() - at)},${(page ? toJson(page) : text).slice(1)}`;
  }
  const head = toJson({
    v: 1,
    site,
    key: key(),
    tab,
    n,
    boot: !booted,
    languages: navigator.languages,
    consent,
    gpc: !!(navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl,
    dnt: navigator.doNotTrack === '1',
  });
  return `${head.slice(0, -1)},"events":[${told.slice(1)}]}`;
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

async function send(text: string): Promise<void> {
  try {
    if (!navigator.sendBeacon(url, text)) throw 0;
  } catch {
    try {
      await post(text);
    } catch {}
  }
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
    for (let index = 0; index < answer.problems?.length; index++) {
      const { event, field, message } = answer.problems[index];
      tell(event + field, message);
    }
    hear(answer);
  } else {
    tell('', answer.error?.message);
    stopped = !booted; // a wrong key or origin gets no better by asking again
  }
  return Math.max(answer.look_again_in_ms ?? HEART_BEAT_MS, 20);
}

/** 1, 2, 4 … 60 s, each with up to half of itself taken off, so that a thousand pages don't come back as one. */
function backoff(): number {
  return Math.min(MAX_BACKOFF_MS, 500 * 2 ** ++failures) * (1 - Math.random() / 2);
}

function isCheap({ type }: Waiting): boolean {
  return type === 'scroll' || type === 'event' || type === 'unknown';
}
