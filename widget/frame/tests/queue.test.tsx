import { render } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Message, Place } from '../src/protocol';
import * as state from '../src/state';
import { withMessages } from '../src/talk';
import { Queue } from '../src/ui/Queue';

/** Words are not loaded here: what is said shows as its code. */

const START = Date.parse('2026-11-02T09:00:00Z');
const at = (seconds: number) => new Date(START + seconds * 1_000).toISOString();

function show(): void {
  act(() => render(<Queue />, document.body));
}

function waits(place: Partial<Place>): void {
  state.conversation.value = { id: 'c_1', state: 'waiting', place: { place: 1, wait_seconds: null, ...place } };
}

function says(...messages: Partial<Message>[]): void {
  const whole = messages.map((one, index) => ({ text: '', author: { kind: 'visitor' }, ...one, seq: index + 1 }));
  state.talk.value = withMessages(state.talk.value, whole as Message[]);
}

function pass(seconds: number): void {
  act(() => void vi.advanceTimersByTime(seconds * 1_000));
}

const words = () => document.querySelector('.queue')?.textContent ?? '';
const ways = () => [...document.querySelectorAll('.ways button')].map((button) => button.textContent);

beforeEach(() => {
  vi.useFakeTimers({ now: START });
  state.availability.value = { answering: true, answer_within: 20 };
});

afterEach(() => {
  act(() => render(null, document.body));
  state.wish.value = '';
  state.clockAhead.value = 0;
  state.talk.value = { shown: [], held: new Map(), head: 0 };
  vi.useRealTimers();
});

describe('a wait', () => {
  it('runs down, and is owned when what was said proved too little', () => {
    waits({ wait_seconds: 180, expected_at: at(180), limit_at: at(3_600) });
    show();
    expect(words()).toContain('place_next');
    expect(ways()).toEqual([]);
    pass(179);
    expect(words()).not.toContain('late');
    pass(2);
    expect(words()).toContain('late_said');
    expect(words()).toContain('place_next');
    expect(ways()).toEqual(['way_stay', 'way_message', 'way_call']);
  });

  it("offers other ways from the team's own limit on", () => {
    waits({ limit_at: at(20) });
    show();
    pass(19);
    expect(ways()).toEqual([]);
    pass(2);
    expect(words()).toContain('late_limit');
    expect(ways()).toHaveLength(3);
  });

  it("goes by the server's clock", () => {
    state.clockAhead.value = -3_600_000; // this browser is an hour ahead
    vi.setSystemTime(START + 3_600_000);
    waits({ expected_at: at(60) });
    show();
    expect(words()).not.toContain('late');
    pass(61);
    expect(words()).toContain('late_said');
  });

  it('asks who stays again after a while', () => {
    waits({ limit_at: at(0) });
    show();
    act(() => document.querySelector<HTMLElement>('.ways button')?.click());
    pass(1);
    expect(ways()).toEqual([]);
    pass(120);
    expect(ways()).toHaveLength(3);
  });
});

describe('an agent who has not answered', () => {
  it('is to answer by the limit of the team; then it is said that they have not', () => {
    state.conversation.value = { id: 'c_1', state: 'active', agent_name: 'Emma' };
    says({ at: at(-5) }, { at: at(0), author: { kind: 'system' }, notice: 'agent_joined' });
    show();
    expect(words()).toBe('answers_soon');
    pass(21);
    expect(words()).toContain('not_yet');
    expect(ways()).toHaveLength(3);
  });

  it('has a minute in a talk that goes on', () => {
    state.conversation.value = { id: 'c_1', state: 'active', agent_name: 'Emma' };
    says(
      { at: at(-50), author: { kind: 'system' }, notice: 'agent_joined' },
      { at: at(-40), author: { kind: 'agent' } },
      { at: at(0) },
    );
    show();
    expect(words()).toBe('');
    pass(59);
    expect(words()).toBe('');
    pass(2);
    expect(words()).toContain('not_yet');
  });
});
