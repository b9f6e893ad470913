import { element } from './dom';
import type { Invitation, Words } from './types';

/**
 * The quiet card beside the button: who asks, what, and two answers. `fold` is Escape inside it: out of the way, but
 * not a "no".
 */
export function createTeaser(
  { agent, text }: Invitation,
  siteName: string,
  words: Words,
  reply: () => void,
  decline: () => void,
  fold: () => void,
): HTMLElement {
  const who = agent || siteName;
  const choice = (className: string, textContent: string, onclick: () => void) =>
    element('button', { type: 'button', className, textContent, onclick });
  return element(
    'section',
    { className: 'teaser', ariaLabel: words.invitation, onkeydown: ({ key }) => key === 'Escape' && fold() },
    element('span', { className: 'face', ariaHidden: 'true', textContent: who.charAt(0) }),
    element('div', {}, element('b', { textContent: who }), element('p', { textContent: text })),
    element(
      'div',
      { className: 'answers' },
      choice('reply', words.reply, reply),
      choice('no', words.no_thanks, decline),
    ),
  );
}
