import { beforeEach, describe, expect, it, vi } from 'vitest';
import { runCommand } from '../src/commands';
import { record } from '../src/looks';

vi.mock('../src/looks', () => ({ record: vi.fn(), flush: vi.fn(), forgetWaiting: vi.fn() }));
vi.mock('../src/widget', () => ({ open: vi.fn(), consentChanged: vi.fn() }));

beforeEach(() => vi.mocked(record).mockClear());
const recorded = () => vi.mocked(record).mock.calls.map(([event]) => ({ ...event }));

describe('overture(…)', () => {
  it.each([
    [['cart', { value: '349.5', items: 2 }], { type: 'cart', value: 349.5, items: 2 }],
    [['cart', { value: 'many' }], { type: 'cart', value: 0, items: 0 }],
    [['order', { id: 7, value: 349, currency: 'EUR' }], { type: 'order', id: '7', value: 349, currency: 'EUR' }],
    [['event', 'size_guide', { size: 'L' }], { type: 'event', name: 'size_guide', props: { size: 'L' } }],
    [['event', 'plain'], { type: 'event', name: 'plain', props: {} }],
    [['identify', { id: 'u1', token: 't' }], { type: 'identify', id: 'u1', token: 't', traits: {} }],
  ])('%j is put in order before it is told', (args, event) => {
    runCommand(args);
    expect(recorded()).toEqual([event]);
  });

  it('takes a page by hand, with what is left out as the browser has it', () => {
    runCommand(['page', { url: '/step-2', title: 'Step 2' }]);
    expect(recorded()).toMatchObject([{ type: 'page', url: `${location.origin}/step-2`, title: 'Step 2' }]);
  });

  it.each([[['nonsense']], [[]], [['cart']], [['page', { url: 'http://[' }]], [['identify', null]]])(
    'never throws at the page: %j',
    (args) => {
      vi.spyOn(console, 'warn').mockImplementation(() => {});
      expect(() => runCommand(args)).not.toThrow();
    },
  );
});
