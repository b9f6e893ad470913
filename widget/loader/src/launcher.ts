import { element } from './dom';
import type { Words } from './types';

/** The round button: "Open chat" / "Close chat", with the number of unread messages. */

let words: Words;
const count = element('span', { className: 'count', id: 'count', hidden: true });
const button = element('button', { type: 'button', className: 'launcher' });

export function createLauncher(saying: Words, onClick: () => void): HTMLElement {
  words = saying;
  button.onclick = onClick;
  button.setAttribute('aria-describedby', 'count');
  showState(false);
  return element('div', { className: 'dock' }, button, count);
}

export function showState(open: boolean): void {
  button.ariaLabel = open ? words.close_chat : words.open_chat;
  button.ariaExpanded = `${open}`;
}

/** Shows a count; `said` is what a screen reader hears for it. 0 takes it away. */
export function setCount(number: number, said = words.new_messages.replace('{count}', `${number}`)): void {
  count.hidden = !number;
  count.textContent = number > 9 ? '9+' : `${number}`;
  count.ariaLabel = said;
}

export function focusLauncher(): void {
  button.focus();
}
