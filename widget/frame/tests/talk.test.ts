import { describe, expect, it } from 'vitest';
import type { Message } from '../src/protocol';
import { EMPTY, isMissing, lastSeq, unreadAfter, withHead, withMessages } from '../src/talk';

function message(seq: number, kind: Message['author']['kind'] = 'agent', text = `m${seq}`): Message {
  return { seq, author: { kind }, text, at: '2026-11-21T09:14:03.120Z' };
}

const seqs = (messages: readonly Message[]) => messages.map(({ seq }) => seq);

describe('a talk', () => {
  it('shows messages in the order of their seq, whatever order they come in', () => {
    const talk = withMessages(withMessages(EMPTY, [message(2), message(1)]), [message(3)]);
    expect(seqs(talk.shown)).toEqual([1, 2, 3]);
    expect(isMissing(talk)).toBe(false);
  });

  it('holds back what comes after a gap, and asks from the gap', () => {
    const talk = withMessages(EMPTY, [message(1), message(3), message(4)]);
    expect(seqs(talk.shown)).toEqual([1]);
    expect(isMissing(talk)).toBe(true);
    expect(lastSeq(talk)).toBe(1);
  });

  it('shows what was held once the gap is filled', () => {
    const talk = withMessages(withMessages(EMPTY, [message(1), message(3)]), [message(2)]);
    expect(seqs(talk.shown)).toEqual([1, 2, 3]);
    expect(talk.held.size).toBe(0);
  });

  it('never shows a message twice', () => {
    const talk = withMessages(withMessages(EMPTY, [message(1), message(2)]), [message(2), message(1)]);
    expect(seqs(talk.shown)).toEqual([1, 2]);
  });

  it('takes the later copy of a message: the server may have masked what was written', () => {
    const talk = withMessages(withMessages(EMPTY, [message(1, 'visitor', '4111 1111')]), [
      message(1, 'visitor', '••••'),
    ]);
    expect(talk.shown[0]?.text).toBe('••••');
  });

  it('knows from a head alone that something is missing', () => {
    expect(isMissing(withHead(withMessages(EMPTY, [message(1)]), 2))).toBe(true);
    expect(isMissing(withHead(withMessages(EMPTY, [message(1)]), 1))).toBe(false);
  });

  it('counts as unread what the other side wrote, not what the system or the visitor said', () => {
    const talk = withMessages(EMPTY, [message(1, 'visitor'), message(2), message(3, 'system'), message(4, 'bot')]);
    expect(unreadAfter(talk, 1)).toBe(2);
    expect(unreadAfter(talk, 2)).toBe(1);
  });
});
