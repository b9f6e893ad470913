import { expect, test, vi } from 'vitest';
import { outbox, put, takeSent, useOutbox } from '../src/sending';
import { memoryStore } from '../src/storage';

vi.mock('../src/line', () => ({ sendFrame: () => true, wake() {}, renewLine() {} }));

test('what another tab took out of the outbox is still known where it was sent', async () => {
  useOutbox(memoryStore(), 'tag', []);
  put({ type: 'send', cid: 'c1', text: 'Is it there in 56?' });
  await vi.waitFor(() => expect(outbox.next()?.frame.cid).toBe('c1'));
  outbox.remove('c1');
  expect(takeSent('c2')).toBeUndefined();
  expect(takeSent('c1')?.frame.text).toBe('Is it there in 56?');
});
