import { describe, expect, it } from 'vitest';
import { createOutbox } from '../src/outbox';
import type { Send } from '../src/protocol';
import { browserStore, memoryStore, tagOf } from '../src/storage';

const send = (cid: string): Send => ({ type: 'send', cid, text: `text of ${cid}` });
const cids = (outbox: ReturnType<typeof createOutbox>) => outbox.entries().map(({ frame }) => frame.cid);

describe('the outbox', () => {
  it('keeps the order of writing, also within one millisecond and when the clock goes back', () => {
    const times = [1000, 1000, 1000, 900];
    const outbox = createOutbox(memoryStore(), 't', () => times.shift() ?? 0);
    for (const cid of ['c', 'a', 'd', 'b']) outbox.add(send(cid));
    expect(cids(outbox)).toEqual(['c', 'a', 'd', 'b']);
  });

  it('is there again after a reload', () => {
    const store = browserStore('localStorage');
    createOutbox(store, 'reload').add(send('a'));
    const again = createOutbox(browserStore('localStorage'), 'reload');
    expect(again.next()?.frame).toEqual(send('a'));
    again.remove('a');
    expect(again.next()).toBeUndefined();
  });

  it('loses nothing when two tabs write at once', () => {
    const store = memoryStore();
    const [one, two] = [createOutbox(store, 't', () => 1), createOutbox(store, 't', () => 1)];
    one.add(send('a'));
    two.add(send('b'));
    expect(cids(one).sort()).toEqual(['a', 'b']);
  });

  it('does not give one visitor what another wrote', () => {
    const store = memoryStore();
    createOutbox(store, tagOf('site', 'key one')).add(send('a'));
    expect(createOutbox(store, tagOf('site', 'key two')).entries()).toEqual([]);
  });

  it('passes by what was refused, for the visitor to decide', () => {
    const outbox = createOutbox(memoryStore(), 't');
    outbox.add(send('a'));
    outbox.add(send('b'));
    outbox.refuse('a', 'too long', 'message_too_long');
    expect(outbox.next()?.frame.cid).toBe('b');
    expect(outbox.entries()[0]?.refused).toBe('too long');
    expect(outbox.remove('a')?.frame.text).toBe('text of a');
  });

  it('passes by what is not its own or was cut short', () => {
    const store = memoryStore();
    store.set('overture:t:out:000000000000001:x', '{"frame":');
    store.set('overture:t:out:000000000000002:y', '"text"');
    store.set('something else', '{}');
    expect(createOutbox(store, 't').entries()).toEqual([]);
  });
});
