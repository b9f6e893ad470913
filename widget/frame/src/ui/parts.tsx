import { lazily } from '../lazy';
import type { Piece } from '../links';
import type { Entry } from '../outbox';
import type { PromiseMade } from '../protocol';
import * as state from '../state';
import { isElsewhere } from '../times';
import { addRareWords, say } from '../words';

/** The parts that come when they are needed, and what stands in their place until then. */

const rare = lazily(() => withWords(import('../rare')));
const waiting = lazily(() => withWords(import('./Queue')));
const emoji = lazily(() => import('../emoji'));
const links = lazily(() => import('../links'));

async function withWords<Part>(coming: Promise<Part>): Promise<Part> {
  const [part] = await Promise.all([coming, addRareWords()]);
  return part;
}

const MAY_BE_EMOJI = /^[\p{Emoji}\p{Emoji_Component}\s]{1,60}$/u;
const MAY_HOLD_LINK = /[@+]|:\/|www|mailto|tel:/i;

/** The text in pieces, those that can be followed apart; plain as long as it is not known which. */
export function piecesOf(text: string): Piece[] {
  return (MAY_HOLD_LINK.test(text) && links()?.withLinks(text)) || [text];
}

/** Whether the text is a few emoji, which are shown large; not before it is known. */
export function isJumbo(text: string): boolean {
  return MAY_BE_EMOJI.test(text) && !!emoji()?.isJumbo(text);
}

export function RefusedPart({ entry }: { entry: Entry }) {
  const Refused = rare()?.Refused;
  return Refused ? <Refused entry={entry} /> : <span class="meta bad">{entry.refused}</span>;
}

export function EndPart({ onAnswer }: { onAnswer(yes: boolean): void }) {
  const EndQuestion = rare()?.EndQuestion;
  return EndQuestion && <EndQuestion onAnswer={onAnswer} />;
}

export function QueuePart() {
  if (!state.isWaiting.value) return null;
  const Queue = waiting()?.Queue;
  if (Queue) return <Queue />;
  return state.conversation.value?.state === 'waiting' ? <p class="notice">{say('place_team')}</p> : null;
}

export function FormPart() {
  const OfflineForm = rare()?.OfflineForm;
  return OfflineForm ? <OfflineForm /> : null;
}

export function AwayPart() {
  if (!state.isAway.value) return null;
  const Away = rare()?.Away;
  if (Away) return <Away />;
  return <p class="notice">{say('form_lead')}</p>;
}

/** All times are in the site's zone; whose own clock differs is told so. */
export function ZonePart() {
  const Zone = state.welcome.value && isElsewhere(new Date()) && rare()?.Zone;
  return Zone && <Zone />;
}

export function PromisePart({ promise }: { promise: PromiseMade }) {
  const PromiseCard = rare()?.PromiseCard;
  return PromiseCard ? (
    <PromiseCard promise={promise} />
  ) : (
    <p class="notice" dir="auto">
      {promise.text}
    </p>
  );
}
