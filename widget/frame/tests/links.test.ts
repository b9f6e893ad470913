import { describe, expect, it } from 'vitest';
import { isJumbo } from '../src/emoji';
import { withLinks } from '../src/links';
import cases from './links.cases.json';

const links = (text: string) => withLinks(text).flatMap((piece) => (typeof piece === 'string' ? [] : [piece.text]));
const whole = (text: string) =>
  withLinks(text)
    .map((piece) => (typeof piece === 'string' ? piece : piece.text))
    .join('');

describe('links in a text', () => {
  it.each(cases as [string, string[]][])('finds them in %j', (text, expected) => {
    expect(links(text)).toEqual(expected);
    expect(whole(text)).toBe(text);
  });

  it('leads to where it says', () => {
    const hrefs = withLinks('www.shop.example aino@shop.example +358 40 123').flatMap((piece) =>
      typeof piece === 'string' ? [] : [piece.href],
    );
    expect(hrefs).toEqual(['https://www.shop.example/', 'mailto:aino@shop.example', 'tel:+35840123']);
  });

  it('reads a long hostile text in no time', () => {
    const started = performance.now();
    for (const text of ['a@', '+1', '.(', 'https://', "a'", 'a.', 'www.', 'a@b.', ')', 'https://a.b/)', '@a.b'])
      withLinks(`https://a.example/${text.repeat(8000 / text.length)} ${text.repeat(8000 / text.length)}`);
    expect(performance.now() - started).toBeLessThan(3000);
  });
});

describe('jumbo emoji', () => {
  it.each(['👍', '👍🏽', '👩‍👩‍👧‍👦', '🇫🇮', '❤️', '🚲 🚲 🚲'])('%s is one', (text) => expect(isJumbo(text)).toBe(true));
  it.each(['ok 👍', '', '12', '🚲🚲🚲🚲', 'x'])('%j is none', (text) => expect(isJumbo(text)).toBe(false));
});
