import type { Core, Invitation, Words } from '../src/types';

/**
 * The quiet card beside the button: who asks, what, and two answers. `fold` is Escape inside it: out of the way, but
 * not a "no".
 */
export function createTeaser(
  element: Core['element'],
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
    element('span', { className: 'face', ariaHidden: 'true', textContent: initial(who) }),
    element(
      'div',
      {},
      element('b', { textContent: who, dir: 'auto' }),
      element('p', { textContent: text, dir: 'auto' }),
    ),
    element(
      'div',
      { className: 'answers' },
      choice('reply', words.reply, reply),
      choice('no', words.no_thanks, decline),
    ),
  );
}

/** The first character as people see it, also of an emoji made of several. */
function initial(name: string): string {
  return new Intl.Segmenter().segment(name).containing(0)?.segment ?? '';
}
