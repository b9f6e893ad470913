import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Answer } from '../src/types';

type Looks = typeof import('../src/looks');
type Identity = typeof import('../src/identity');

let looks: Looks;
let identity: Identity;
let sent: { n: number; key: string; boot: boolean; events: { type: string; ago: number }[] }[];
let beacons: typeof sent;
let respond: () => Response | Promise<Response>;
let heard: Answer[];

const config = { consent: 'none' };
const ok = (answer: object) => () => Response.json({ look_again_in_ms: 20_000, answering: true, ...answer });
const cart = (value: number) => ({ type: 'cart' as const, value, items: 1 });
const types = (index: number) => sent[index]?.events.map(({ type }) => type);

beforeEach(async () => {
  vi.useFakeTimers();
  vi.resetModules();
  // biome-ignore lint/suspicious/noDocumentCookie: as the loader does
  document.cookie = 'overture_visitor=;max-age=-1;path=/';
  sent = [];
  beacons = [];
  heard = [];
  respond = ok({ config });
  vi.stubGlobal('fetch', async (_: string, init: { body: string }) => {
    sent.push(JSON.parse(init.body));
    return respond();
  });
  navigator.sendBeacon = (_, body) => !!beacons.push(JSON.parse(String(body)));
  identity = await import('../src/identity');
  looks = await import('../src/looks');
  looks.startLooks((answer) => {
    heard.push(answer);
    if (answer.config) identity.settle(answer.config.consent);
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const wait = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('looks', () => {
  it('tells nothing before the site said what may be stored, and then tells it at once', async () => {
    looks.record(cart(349));
    await wait(0);
    expect(sent[0]).toMatchObject({ n: 1, key: '', boot: true, events: [] });
    await wait(50);
    expect(sent[1]).toMatchObject({ n: 2, boot: false });
    expect(sent[1]?.key).toMatch(/^[0-9a-f]{32}$/);
    expect(types(1)).toEqual(['cart']);
  });

  it('looks again when the answer says, to the moment', async () => {
    respond = ok({ config, look_again_in_ms: 45_000 });
    await wait(0);
    await wait(44_990);
    expect(sent).toHaveLength(1);
    await wait(20);
    expect(sent).toHaveLength(2);
  });

  it('sends what failed again under the same n, with nothing added, until it is taken', async () => {
    await wait(0);
    respond = () => Promise.reject(new TypeError('no network'));
    looks.record(cart(1));
    await wait(50);
    looks.record(cart(2));
    await wait(5_000);
    respond = ok({});
    await wait(60_000);
    const second = sent.filter(({ n }) => n === 2);
    expect(second.length).toBeGreaterThan(1);
    expect(second.every(({ events }) => events.length === 1)).toBe(true);
    expect(second.at(-1)?.events[0]?.ago).toBeGreaterThan(1_000);
    expect(sent.find(({ n }) => n === 3)?.events).toHaveLength(1);
  });

  it('waits as long as Retry-After asks', async () => {
    await wait(0);
    respond = () => new Response('{}', { status: 503, headers: { 'Retry-After': '30' } });
    looks.record(cart(1));
    await wait(50);
    await wait(29_000);
    expect(sent).toHaveLength(2);
    respond = ok({});
    await wait(2_000);
    expect(sent.at(-1)?.n).toBe(2);
  });

  it("tells the page's developer what the server could not take, once", async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const problems = [{ event: 'cart', field: 'value', message: 'write a number' }];
    respond = ok({ config, problems });
    await wait(0);
    looks.record(cart(1));
    await wait(50);
    expect(warn.mock.calls).toEqual([['overture:', 'write a number']]);
  });

  it('never sends more at once than a browser sends when it leaves', async () => {
    await wait(0);
    for (let index = 0; index < 20; index++)
      looks.record({ type: 'event', name: 'e', props: { text: 'ä'.repeat(9_000) } });
    await wait(2_000);
    looks.flush();
    const told = [...sent, ...beacons];
    expect(told.flatMap(({ events }) => events)).toHaveLength(20);
    for (const one of told) expect(new TextEncoder().encode(JSON.stringify(one)).length).toBeLessThan(64_000);
  });

  it('drops what the server will never take, and goes on', async () => {
    await wait(0);
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    respond = () => Response.json({ error: { code: 'bad_look', message: 'no' } }, { status: 400 });
    looks.record(cart(1));
    await wait(50);
    expect(warn).toHaveBeenCalledWith('overture:', 'no');
    respond = ok({});
    looks.record(cart(2));
    await wait(50);
    expect(sent.at(-1)).toMatchObject({ n: 3 });
  });

  it('has one look in the air at a time', async () => {
    await wait(0);
    let answer = (_: Response) => {};
    respond = () => new Promise((resolve) => (answer = resolve));
    looks.record(cart(1));
    await wait(50);
    looks.record(cart(2));
    looks.record(cart(3));
    await wait(5_000);
    expect(sent).toHaveLength(2);
    respond = ok({});
    answer(Response.json({ look_again_in_ms: 20_000 }));
    await wait(1);
    expect(types(2)).toEqual(['cart', 'cart']);
  });

  it('has no heart beat while the page is hidden, and looks at once when it is seen again', async () => {
    await wait(0);
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(true);
    await wait(100_000);
    expect(sent).toHaveLength(1);
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(false);
    looks.lookNow();
    await wait(1);
    expect(sent).toHaveLength(2);
  });

  it('sends what waits when the page goes, without ending the visit', async () => {
    await wait(0);
    looks.record(cart(1));
    looks.flush();
    expect(beacons).toMatchObject([{ n: 2, events: [{ type: 'cart' }] }]);
    looks.flush();
    expect(beacons).toHaveLength(1);
  });

  it('lets go of movements before purchases when too much waits', async () => {
    respond = () => new Promise(() => {});
    looks.record({ type: 'order', id: 'A1', value: 349, currency: 'EUR' });
    for (let index = 0; index < 80; index++) looks.record({ type: 'event', name: `e${index}`, props: {} });
    identity.settle('none');
    looks.flush();
    expect(beacons[0]?.events).toHaveLength(50);
    expect(beacons[0]?.events[0]?.type).toBe('order');
  });

  it('keeps only the deepest of scrolls in a row', async () => {
    await wait(0);
    looks.record({ type: 'scroll', depth: 0.2 });
    looks.record({ type: 'scroll', depth: 0.4 });
    await wait(600);
    expect(sent.at(-1)?.events).toMatchObject([{ type: 'scroll', depth: 0.4 }]);
  });
});
