import { useLayoutEffect } from 'preact/hooks';
import { sendText, tellTyping } from '../chat';
import { message } from '../draft';
import { lengthOf } from '../text';
import { say } from '../words';
import { useWritingBox } from './focus';
import { Icon } from './icons';

const TELL_TYPING_EVERY_MS = 3_000;
const STOPPED_AFTER_MS = 4_000;
const MAX_LENGTH = 8_000;

/** Where the visitor writes: Enter sends, Shift+Enter makes a line. */
export function Composer() {
  const box = useWritingBox();
  const text = message.value;
  const over = lengthOf(text) - MAX_LENGTH;

  useLayoutEffect(() => {
    const { current } = box;
    if (!current) return;
    current.style.height = '';
    current.style.height = `${current.scrollHeight}px`;
  }, [text]);

  const send = () => {
    const written = message.value.trim();
    if (!written || over > 0) return;
    message.value = '';
    stopTyping();
    sendText(written);
    box.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // The Enter that confirms a word in an input method is not ours; Safari tells of it after the word has ended, as 229.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    send();
  };

  return (
    <>
      <p class="over bad" role="status">
        {over > 0 && say('too_long', { count: over })}
      </p>
      <footer class="composer">
        <textarea
          ref={box}
          rows={1}
          dir="auto"
          aria-label={say('your_message')}
          placeholder={say('your_message')}
          enterkeyhint="send"
          value={text}
          onInput={({ currentTarget }) => {
            message.value = currentTarget.value;
            startTyping();
          }}
          onKeyDown={onKeyDown}
        />
        <button type="button" class="send" aria-label={say('send')} disabled={!text.trim() || over > 0} onClick={send}>
          <Icon name="send" />
        </button>
      </footer>
    </>
  );
}

let toldAt = 0;
let stopTimer = 0;

function startTyping(): void {
  if (Date.now() - toldAt > TELL_TYPING_EVERY_MS) {
    toldAt = Date.now();
    tellTyping(true);
  }
  clearTimeout(stopTimer);
  stopTimer = window.setTimeout(stopTyping, STOPPED_AFTER_MS);
}

function stopTyping(): void {
  clearTimeout(stopTimer);
  if (toldAt) tellTyping(false);
  toldAt = 0;
}
