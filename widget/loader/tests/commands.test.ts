import { beforeEach, describe, expect, it, vi } from 'vitest';
import { record } from '../src/looks';
import { toJson } from '../src/text';

vi.mock('../src/looks', () => ({ record: vi.fn(), flush: vi.fn(), forgetWaiting: vi.fn() }));
vi.mock('../src/widget', () => ({ open: vi.fn(), consentChanged: vi.fn() }));

let runCommand: typeof import('../src/commands')['runCommand'];
const warned = () => vi.mocked(console.warn).mock.calls.map((words) => words.join(' '));

beforeEach(async () => {
  vi.resetModules();
  vi.mocked(record).mockClear();
  vi.spyOn(console, 'warn').mockReset();
  ({ runCommand } = await import('../src/commands'));
});
const recorded = () => vi.mocked(record).mock.calls.map(([event]) => JSON.parse(toJson(event)));

describe('overture(…)', () => {
  it.each([
    [['cart', { value: '349.5', items: 2 }], { type: 'cart', value: '349.5', items: 2 }],
    [['cart', { value: Infinity }], { type: 'cart', value: 'Infinity' }],
    [['order', { id: 7, value: 349, currency: 'eur' }], { type: 'order', id: 7, value: 349, currency: 'eur' }],
    [['event', 'size_guide', { size: 'L' }], { type: 'event', name: 'size_guide', props: { size: 'L' } }],
    [['event', 'plain'], { type: 'event', name: 'plain' }],
    [['identify', { id: 'u1', token: 't' }], { type: 'identify', id: 'u1', token: 't' }],
    [['cart'], { type: 'cart' }],
  ])('%j is told as it was said: the server reads it', (args, event) => {
    runCommand(args);
    expect(recorded()).toEqual([event]);
    expect(warned()).toEqual([]);
  });

  it('takes a page by hand, with what is left out as the browser has it', () => {
    runCommand(['page', { url: '/step-2', title: 'Step 2' }]);
    expect(recorded()).toMatchObject([{ type: 'page', url: `${location.origin}/step-2`, title: 'Step 2' }]);
    runCommand(['page']);
    expect(recorded()[1]).toMatchObject({ type: 'page', url: location.href });
  });

  it.each([[['nonsense']], [[]], [['page', 7]], [['page', { url: 'http://[' }]], [['consent', 'no']]])(
    'one line in the console for a call it does not know, never an exception: %s',
    (args) => {
      runCommand(args);
      runCommand(args);
      expect(warned()).toHaveLength(1);
      expect(warned()[0]).toMatch(/^overture: overture\('.*', …\)/);
    },
  );

  it('leaves an object whose properties throw to its page', () => {
    const said = { props: {} };
    Object.defineProperty(said, 'value', { enumerable: true, get: () => { throw Error('mine') } }); // biome-ignore format: one line
    expect(() => runCommand(['cart', said])).not.toThrow();
    expect(warned()).toHaveLength(1);
  });
});
