import { effect } from '@preact/signals';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { lazily } from '../src/lazy';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('a part is fetched when it is first asked for, and once', async () => {
  const bring = vi.fn(async () => 'here');
  const part = lazily(bring);
  expect(bring).not.toHaveBeenCalled();
  const seen: (string | undefined)[] = [];
  effect(() => void seen.push(part()));
  await vi.runAllTimersAsync();
  expect(seen).toEqual([undefined, 'here']);
  expect(bring).toHaveBeenCalledOnce();
});

test('a part that does not come is asked for again, by another address, until it comes', async () => {
  const addresses: string[] = [];
  const part = lazily(async () => {
    addresses.push(globalThis.overtureAgain);
    if (addresses.length < 4) throw new TypeError('no such file');
    return 'here';
  });
  expect(part()).toBeUndefined();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(part()).toBe('here');
  expect(addresses).toEqual(['', '?1', '?2', '?3']);
});
