import { useLayoutEffect } from 'preact/hooks';
import { sendText, tellTyping } from '../chat';
import { message } from '../draft';
import { say } from '../words';
import { useWritingBox } from './focus';
import { Icon } from './icons';

const TELL_TYPING_EVERY_MS = 3_000;
const STOPPED_AFTER_MS = 4_000;
const MAX_LETTERS = 8_000;

/** Where the visitor writes: Enter sends, Shift+Enter makes a line. */
export function Composer() {
  const box = useWritingBox();
  const text = message.value;

  useLayoutEffect(() => {
    const { current } = box;
    if (!current) return;
    current.style.height = '';
    current.style.height = `${current.scrollHeight}px`;
  }, [text]);

  const send = () => {
    const written = message.value.trim();
    if (!written) return;
    message.value = '';
    stopTyping();
    sendText(written);
    box.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };

  return (
    <footer class="composer">
      <textarea
        ref={box}
        rows={1}
        maxLength={MAX_LETTERS}
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
      <button type="button" class="send" aria-label={say('send')} disabled={!text.trim()} onClick={send}>
        <Icon name="send" />
      </button>
    </footer>
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
