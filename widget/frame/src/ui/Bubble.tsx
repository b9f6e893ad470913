import type { Entry } from '../outbox';
import * as state from '../state';
import { clock } from '../times';
import { say } from '../words';
import { isJumbo, piecesOf, RefusedPart } from './parts';
import type { Row } from './rows';

/** One message. */
export function Bubble({ row, isLastOwn }: { row: Row & { kind: 'message' }; isLastOwn: boolean }) {
  const { message, isFirst, isNewVoice, isTimed } = row;
  const { author, text, at, seq } = message;
  const isOwn = author.kind === 'visitor';
  const name = isOwn ? say('you') : author.name || state.welcome.value?.name;
  return (
    <div class={`message ${isOwn ? 'own' : ''} ${isFirst ? 'first' : ''}`}>
      <span class={isNewVoice ? 'author' : 'unseen'}>
        <bdi>{name}</bdi>
        {author.kind === 'bot' && ` · ${say('bot')}`}
      </span>
      <Text text={text} />
      {(isTimed || isLastOwn) && (
        <span class="meta">
          <time dateTime={at}>{clock(new Date(at))}</time>
          {isLastOwn && <Mark seq={seq} />}
        </span>
      )}
    </div>
  );
}

/** What the site says first. It is no message of the talk: it has no time and no number. */
export function GreetingBubble({ text }: { text: string }) {
  return (
    <div class="message first">
      <bdi class="author">{state.welcome.value?.name}</bdi>
      <Text text={text} />
    </div>
  );
}

/** What the server has not acknowledged, and says so. */
export function PendingBubble({ entry, isFirst }: { entry: Entry; isFirst: boolean }) {
  return (
    <div class={`message own pending ${isFirst ? 'first' : ''}`}>
      <span class="unseen">{say('you')}</span>
      <Text text={entry.frame.text} />
      {entry.refused && <RefusedPart entry={entry} />}
    </div>
  );
}

/** Where the waiting messages are: on their way, or waiting for a line. */
export function PendingState({ entries }: { entries: Entry[] }) {
  if (!entries.some(({ refused }) => !refused)) return null;
  return <p class="meta state">{say(state.link.value === 'up' ? 'sending' : 'waiting_line')}</p>;
}

function Text({ text }: { text: string }) {
  if (isJumbo(text)) return <p class="jumbo">{text}</p>;
  return (
    <p class="bubble" dir="auto">
      {piecesOf(text).map((piece) =>
        typeof piece === 'string' ? (
          piece
        ) : (
          <a href={piece.href} target="_blank" rel="noopener noreferrer nofollow">
            {piece.text}
          </a>
        ),
      )}
    </p>
  );
}

function Mark({ seq }: { seq: number }) {
  const { delivered, read } = state.theirMarks.value;
  return <span>{say(seq <= read ? 'read' : seq <= delivered ? 'delivered' : 'sent')}</span>;
}
