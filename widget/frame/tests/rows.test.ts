import { describe, expect, it } from 'vitest';
import type { Message } from '../src/protocol';
import { toRows } from '../src/ui/rows';

const now = new Date(2026, 10, 21, 12, 0);

function message(seq: number, name: string, minute: number, more: Partial<Message> = {}): Message {
  const at = new Date(2026, 10, 21, 10, minute).toISOString();
  return { seq, author: { kind: name ? 'agent' : 'visitor', name }, text: `m${seq}`, at, ...more };
}

const outline = (messages: Message[], divider = 0) =>
  toRows(messages, divider, now).map((row) =>
    row.kind === 'message'
      ? `${row.isNewVoice ? row.message.author.name : ''}${row.isFirst ? '<' : ''}${row.key}${row.isTimed ? '@' : ''}`
      : row.kind,
  );

describe('the rows of a talk', () => {
  it('groups what one author writes within five minutes', () => {
    const talk = [message(1, '', 0), message(2, '', 1), message(3, 'Aino', 2), message(4, 'Aino', 9)];
    expect(outline(talk)).toEqual(['<1', '2', 'Aino<3@', '<4@']);
  });

  it('tells the time where nothing followed soon, and the name where the voice is another', () => {
    const talk = [
      message(1, 'Aino', 0),
      message(2, '', 1),
      message(3, 'Aino', 2),
      message(4, '', 9),
      message(5, 'Eva', 9),
    ];
    expect(outline(talk)).toEqual(['Aino<1', '<2', '<3@', '<4', 'Eva<5@']);
  });

  it('does not take two agents for one', () => {
    const talk = [message(1, 'Aino', 0), message(2, 'Mikko', 0), message(3, 'Aino', 0)];
    expect(outline(talk)).toEqual(['Aino<1', 'Mikko<2', 'Aino<3@']);
  });

  it('heads each day but a first one that is today', () => {
    const yesterday = new Date(2026, 10, 20, 10).toISOString();
    expect(outline([message(1, '', 0, { at: yesterday }), message(2, '', 0)])).toEqual(['day', '<1@', 'day', '<2@']);
  });

  it('puts the line before the first new message, and parts the group there', () => {
    expect(outline([message(1, 'Aino', 0), message(2, 'Aino', 0)], 1)).toEqual(['Aino<1', 'new', '<2@']);
  });

  it('lets notices stand alone', () => {
    const notice = message(2, '', 0, { author: { kind: 'system' }, notice: 'agent_joined', params: { agent: 'Aino' } });
    expect(outline([message(1, '', 0), notice, message(3, '', 0)])).toEqual(['<1', 'notice', '<3@']);
  });
});
