import { signal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { addStyles } from '../lazy';
import type { Message, Place } from '../protocol';
import * as state from '../state';
import { say } from '../words';
import { FormPart } from './parts';
import styles from './queue.css?inline';
import { waitWords } from './wait';

/** What a waiting visitor may know, true by the clock as well as by news; and what they can do instead of waiting. */

addStyles(styles);

const LATER_ANSWER_S = 60; // in a talk that goes on, as long as it takes to look something up
const ASK_AGAIN_MS = 120_000; // whoever stays is asked again

const now = signal(0);

/** What is to be said at an instant, and whether it is time to offer other ways. */
interface Word {
  text: string;
  lead?: string;
  isLate: boolean;
}

export function Queue() {
  const [staysUntil, setStaysUntil] = useState(0);
  useEffect(() => {
    const tick = () => {
      now.value = Date.now() + state.clockAhead.value;
    };
    tick();
    const timer = setInterval(tick, 1_000);
    return () => clearInterval(timer);
  }, []);
  const at = now.value || Date.now() + state.clockAhead.value;
  const word = state.conversation.value?.state === 'waiting' ? inQueue(at) : withAgent(at);
  if (!word && !state.wish.value) return null;
  return (
    <>
      {word && (
        <div class="queue" role="status">
          <span class="pulse" aria-hidden="true" />
          <p>
            {word.lead && <b>{word.lead} </b>}
            {word.text}
          </p>
        </div>
      )}
      {state.wish.value ? (
        <Instead />
      ) : (
        word?.isLate && at >= staysUntil && <Ways onStay={() => setStaysUntil(at + ASK_AGAIN_MS)} />
      )}
    </>
  );
}

function Ways({ onStay }: { onStay(): void }) {
  const ways = {
    way_stay: onStay,
    way_message: () => {
      state.wish.value = 'message';
    },
    way_call: () => {
      state.wish.value = 'call';
    },
  };
  return (
    <div class="ways">
      {Object.entries(ways).map(([way, choose]) => (
        <button key={way} type="button" class="button plain" onClick={choose}>
          {say(way)}
        </button>
      ))}
    </div>
  );
}

function Instead() {
  return (
    <div class="instead">
      <p>{say(state.wish.value === 'call' ? 'call_lead' : 'form_lead')}</p>
      <FormPart />
      <button
        type="button"
        class="button plain"
        disabled={state.isLeaving.value}
        onClick={() => {
          state.wish.value = '';
        }}
      >
        {say('way_stay')}
      </button>
    </div>
  );
}

function inQueue(at: number): Word {
  const place = state.conversation.value?.place;
  if (!place) return { text: say('place_team'), isLate: false };
  const { expected_at, limit_at, late_at } = place;
  const isOver = isPast(late_at, at) || isPast(expected_at, at);
  const isLate = isOver || isPast(limit_at, at);
  const lead = isLate ? { lead: say(isOver ? 'late_said' : 'late_limit') } : {};
  return { ...lead, text: placeWords(place, at), isLate };
}

function placeWords({ place, expected_at }: Place, at: number): string {
  const first = place > 1 ? say('place', { count: place - 1 }) : say('place_next');
  if (!expected_at || isPast(expected_at, at)) return `${first}.`;
  return `${first}, ${say('wait', { wait: waitWords((Date.parse(expected_at) - at) / 1_000) })}.`;
}

/** Somebody has the conversation and has not answered yet. */
function withAgent(at: number): Word | null {
  const { agent_name: name = '' } = state.conversation.value ?? {};
  const { since, isFirst } = askedSince(state.talk.value.shown);
  const limit = state.availability.value.answer_within || LATER_ANSWER_S;
  const isLate = at - since >= (isFirst ? limit : Math.max(limit, LATER_ANSWER_S)) * 1_000;
  if (isLate) return { lead: say('not_yet', { name }), text: '', isLate };
  return isFirst ? { text: say('answers_soon', { name, wait: waitWords(limit) }), isLate } : null;
}

/** Since when the visitor waits for the agent who has the conversation, and whether for a first answer of theirs. */
function askedSince(shown: readonly Message[]): { since: number; isFirst: boolean } {
  const answered = shown.findLastIndex(({ author }) => author.kind === 'agent' || author.kind === 'bot');
  const joined = shown.findLastIndex(({ notice }) => notice === 'agent_joined');
  const asked = shown.findIndex(({ author }, index) => index > answered && author.kind === 'visitor');
  const since = shown[Math.max(asked, joined)]?.at;
  return { since: since ? Date.parse(since) : Number.POSITIVE_INFINITY, isFirst: joined > answered };
}

function isPast(instant: string | undefined, at: number): boolean {
  return !!instant && at >= Date.parse(instant);
}
