import { useEffect, useRef } from 'preact/hooks';
import { closeChat, onFocusWanted } from '../bridge';
import { message } from '../draft';
import * as state from '../state';
import { say } from '../words';
import { Footer } from './Footer';
import { focusWriting, takeStrayKeys } from './focus';
import { Header } from './Header';
import { Log } from './Log';

const FOCUSABLE = 'a[href],button:not(:disabled),textarea,input';

export function App() {
  const dialog = useRef<HTMLDivElement>(null);

  useEffect(() => {
    onFocusWanted(() => focusFirst(dialog.current));
    takeStrayKeys();
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && !event.isComposing && event.keyCode !== 229) closeChat();
    if (event.key === 'Tab' && state.isFull.value) keepInside(event, dialog.current);
  };

  if (!state.wordsLoaded.value) return null;
  return (
    <div
      ref={dialog}
      key={state.wordsLoaded.value}
      class="chat"
      role="dialog"
      aria-label={say('chat')}
      aria-modal={state.isFull.value}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      <Header />
      <Banner />
      <Log />
      <Footer />
    </div>
  );
}

/** What is wrong with the line, or can't be kept: said once and calmly. */
function Banner() {
  const kept = state.isKept.value;
  const isAtStake = !kept && (message.value || state.pending.value.length);
  const text = state.isRefused.value
    ? say('refused')
    : state.isOffline.value
      ? say(kept ? 'offline' : 'offline_unkept')
      : isAtStake && say('unkept');
  return (
    <div class="banner" role="status">
      {text}
    </div>
  );
}

/** To where one writes; before that is drawn, to the chat itself. */
function focusFirst(dialog: HTMLElement | null): void {
  dialog?.focus();
  focusWriting();
}

/** A chat that fills the screen keeps the keyboard: what lies behind it cannot be seen. */
function keepInside(event: KeyboardEvent, dialog: HTMLElement | null): void {
  const nodes = [...(dialog?.querySelectorAll<HTMLElement>(FOCUSABLE) ?? [])];
  const [from, to] = event.shiftKey ? [nodes[0], nodes.at(-1)] : [nodes.at(-1), nodes[0]];
  if (document.activeElement !== from) return;
  event.preventDefault();
  to?.focus();
}
