import { describe, expect, it } from 'vitest';
import { isJumbo } from '../src/emoji';
import { withLinks } from '../src/links';

const hrefs = (text: string) => withLinks(text).flatMap((piece) => (typeof piece === 'string' ? [] : [piece.href]));
const whole = (text: string) =>
  withLinks(text)
    .map((piece) => (typeof piece === 'string' ? piece : piece.text))
    .join('');

describe('links in a text', () => {
  it.each([
    ['see https://shop.example/bikes?size=L&x=1.', ['https://shop.example/bikes?size=L&x=1']],
    ['www.shop.example, please', ['https://www.shop.example/']],
    ['(https://en.wikipedia.org/wiki/Bicycle_(vehicle))', ['https://en.wikipedia.org/wiki/Bicycle_(vehicle)']],
    ['write to aino@shop.example!', ['mailto:aino@shop.example']],
    ['call +358 40 123 4567.', ['tel:+358401234567']],
    ['mailto:aino@shop.example or tel:+35840', ['mailto:aino@shop.example', 'tel:+35840']],
    ['two: http://a.example and http://b.example', ['http://a.example/', 'http://b.example/']],
  ])('finds them in %j', (text, expected) => {
    expect(hrefs(text)).toEqual(expected);
    expect(whole(text)).toBe(text);
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'https://bank.example@evil.example/',
    'https://',
    'order 2026-11-21 and 1+2345',
    '<a href="x">x</a>',
  ])('finds none in %j', (text) => {
    expect(hrefs(text)).toEqual([]);
    expect(whole(text)).toBe(text);
  });

  it('reads a long hostile text in no time', () => {
    const started = performance.now();
    withLinks('a@'.repeat(4000) + '+1'.repeat(2000) + '.('.repeat(2000));
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('jumbo emoji', () => {
  it.each(['👍', '👍🏽', '👩‍👩‍👧‍👦', '🇫🇮', '❤️', '🚲 🚲 🚲'])('%s is one', (text) => expect(isJumbo(text)).toBe(true));
  it.each(['ok 👍', '', '12', '🚲🚲🚲🚲', 'x'])('%j is none', (text) => expect(isJumbo(text)).toBe(false));
});
