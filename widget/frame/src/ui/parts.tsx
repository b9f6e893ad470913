import { lazily } from '../lazy';
import type { Piece } from '../links';
import type { PromiseMade } from '../protocol';
import * as state from '../state';
import { say } from '../words';

/** The parts that come when they are needed, and what stands in their place until then. */

const rare = lazily(() => import('../rare'));
const waiting = lazily(() => import('./Queue'));
const links = lazily(() => import('../links'));

const MAY_HOLD_LINK = /[@+]|:\/|www|mailto|tel:/i;

/** The text in pieces, those that can be followed apart; plain as long as it is not known which. */
export function piecesOf(text: string): Piece[] {
  return (MAY_HOLD_LINK.test(text) && links()?.withLinks(text)) || [text];
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

export function PromisePart({ promise }: { promise: PromiseMade }) {
  const PromiseCard = rare()?.PromiseCard;
  return PromiseCard ? <PromiseCard promise={promise} /> : <p class="notice">{promise.text}</p>;
}
