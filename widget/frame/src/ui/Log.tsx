import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import * as state from '../state';
import { unreadAfter } from '../talk';
import { dayName, zone } from '../times';
import { language, say } from '../words';
import { Bubble, GreetingBubble, PendingBubble, PendingState } from './Bubble';
import { Icon } from './icons';
import { Notice } from './Notice';
import { AwayPart, PromisePart, QueuePart, ZonePart } from './parts';
import { type Row, toRows } from './rows';

const NEAR_END_PX = 48;

/** The talk. It stays at its end while the reader is there, and where the reader is otherwise. */
export function Log() {
  const log = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const lastSize = useRef('');

  const toEnd = () => {
    const node = log.current;
    if (node) node.scrollTop = node.scrollHeight;
  };
  const onScroll = () => {
    const node = log.current;
    if (!node?.clientHeight) return;
    const { scrollHeight, scrollTop, clientHeight } = node;
    const size = `${scrollHeight} ${clientHeight}`;
    const isNearEnd = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    // The end that moved away is not a reader who left it: `follow` goes after it.
    if (isNearEnd || size === lastSize.current) state.isAtBottom.value = isNearEnd;
    lastSize.current = size;
  };

  const own = state.pending.value.length;
  useLayoutEffect(toEnd, [own]); // what one writes oneself is always shown
  useEffect(() => {
    // A form is read from its beginning; a talk is followed at its end.
    const follow = () => state.isAtBottom.value && (state.canWrite.value || state.isOver.value) && toEnd();
    const observer = new ResizeObserver(follow);
    for (const node of [log.current, content.current]) if (node) observer.observe(node);
    return () => observer.disconnect();
  }, []);

  return (
    <div class="middle">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div ref={log} class="scroll" onScroll={onScroll} tabIndex={0}>
        <div ref={content}>
          <ZonePart />
          <div class="log" role="log" aria-live="polite" aria-label={say('conversation')}>
            <Talk />
          </div>
          <QueuePart />
          <AwayPart />
        </div>
      </div>
      <ToLatest onClick={toEnd} />
    </div>
  );
}

function Talk() {
  const shown = state.isStartingAnew.value ? [] : state.talk.value.shown;
  const { promise } = state.conversation.value ?? {};
  const lastOwn = shown.findLast(({ author }) => author.kind === 'visitor')?.seq;
  const toldInTalk = shown.some(({ notice }) => notice === 'promise');
  const waiting = state.pending.value.filter(({ frame }) => frame.type === 'send');
  return (
    <>
      <Greeting first={shown[0]?.text} />
      {toRows(shown, state.dividerAfter.value, new Date()).map((row) => drawn(row, lastOwn))}
      {waiting.map((entry, index) => (
        <PendingBubble key={entry.frame.cid} entry={entry} isFirst={!index && lastOwn !== shown.at(-1)?.seq} />
      ))}
      <PendingState entries={waiting} />
      {promise && !toldInTalk && !state.isStartingAnew.value && <PromisePart promise={promise} />}
      <Typing />
    </>
  );
}

function Greeting({ first }: { first: string | undefined }) {
  const { greeting = '', invitation_text = '' } = state.welcome.value ?? {};
  const text = invitation_text || greeting;
  const isOffered = state.availability.value.answering || state.conversation.value;
  return text && text !== first && isOffered ? <GreetingBubble text={text} /> : null;
}

/** Drawn rows are kept: in a long talk a new message must not cost all the others. */
const kept = new WeakMap<object, { like: string; node: JSX.Element }>();

function drawn(row: Row, lastOwn: number | undefined): JSX.Element {
  if (row.kind === 'day') return <h2 key={row.key}>{dayName(row.at, new Date())}</h2>;
  if (row.kind === 'new')
    return (
      <p key={row.key} class="new">
        <span>{say('new_messages')}</span>
      </p>
    );
  const { message } = row;
  const isLastOwn = message.seq === lastOwn;
  const like = `${language}${zone}${row.kind === 'message' && [row.isFirst, row.isNewVoice, row.isTimed, isLastOwn]}`;
  const before = kept.get(message);
  if (before?.like === like) return before.node;
  const node =
    row.kind === 'notice' ? (
      <Notice key={row.key} message={message} />
    ) : (
      <Bubble key={row.key} row={row} isLastOwn={isLastOwn} />
    );
  kept.set(message, { like, node });
  return node;
}

function Typing() {
  const name = state.typing.value;
  if (name === null) return null;
  return (
    <p class="typing">
      <i />
      <i />
      <i />
      <span class="unseen">{name ? say('typing', { name }) : say('typing_somebody')}</span>
    </p>
  );
}

function ToLatest({ onClick }: { onClick(): void }) {
  if (state.isAtBottom.value) return null;
  const count = unreadAfter(state.talk.value, state.myRead.value);
  return (
    <button type="button" class="latest" onClick={onClick}>
      <Icon name="down" />
      {count ? say('new_count', { count }) : say('latest')}
    </button>
  );
}
