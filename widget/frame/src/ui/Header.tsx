import { signal } from '@preact/signals';
import { closeChat } from '../bridge';
import { endConversation } from '../chat';
import * as state from '../state';
import { initial } from '../text';
import { say } from '../words';
import { Icon } from './icons';
import { EndPart } from './parts';

/** Ending is asked about once more: it can't be taken back. */
const isAsking = signal(false);

export function Header() {
  const conversation = state.conversation.value;
  const site = state.welcome.value?.name ?? '';
  const agent = conversation?.agent_name ?? '';
  const canEnd = conversation?.state === 'waiting' || conversation?.state === 'active';
  const end = (yes: boolean) => {
    isAsking.value = false;
    if (yes) endConversation();
  };
  return (
    <header>
      <div class="bar">
        <span class={`face ${isHere() ? 'here' : ''}`} aria-hidden="true">
          {initial(agent || site)}
        </span>
        <div class="who">
          <h1 dir="auto">{agent || site || say('connecting')}</h1>
          <p dir="auto">{agent && !state.isOffline.value ? site : subtitle()}</p>
        </div>
        {canEnd && (
          <button type="button" class="quiet" title={say('end_conversation')} onClick={() => (isAsking.value = true)}>
            <Icon name="end" />
          </button>
        )}
        <button
          type="button"
          class="quiet"
          title={say('close_chat')}
          aria-label={say('close_chat')}
          onClick={closeChat}
        >
          <Icon name="close" />
        </button>
      </div>
      {canEnd && isAsking.value && <EndPart onAnswer={end} />}
    </header>
  );
}

function subtitle(): string {
  if (!state.welcome.value) return '';
  if (state.isOffline.value) return say('connecting');
  return say(isHere() ? 'here' : 'away');
}

function isHere(): boolean {
  return !!state.welcome.value && !state.isOffline.value && state.availability.value.answering;
}
