import { beforeEach, describe, expect, it, vi } from 'vitest';
import { textOn } from '../../shared/colour';
import { record } from '../src/looks';
import type { PageEvent } from '../src/types';

vi.mock('../src/looks', () => ({ record: vi.fn() }));

const urls = () => vi.mocked(record).mock.calls.map(([event]) => new URL((event as PageEvent).url).pathname);

describe('pages of a single-page app', () => {
  beforeEach(async () => {
    vi.resetModules();
    vi.mocked(record).mockClear();
    (window as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM.setURL('https://shop.example/a?x=1');
    const { watchPages } = await import('../src/pages');
    watchPages();
  });

  it('are another path or query by pushState; replaceState and a fragment are none', () => {
    history.pushState({}, '', '/b');
    history.pushState({}, '', '/b#more');
    history.replaceState({}, '', '/c');
    history.pushState({}, '', '/c?y=2');
    expect(urls()).toEqual(['/a', '/b', '/c']);
  });

  it('come from the page before', () => {
    history.pushState({}, '', '/b');
    expect(vi.mocked(record).mock.calls.at(-1)?.[0]).toMatchObject({ referrer: 'https://shop.example/a?x=1' });
  });

  it('keep where they came from when they are told again, as after a consent', async () => {
    const { recordPage } = await import('../src/pages');
    history.pushState({}, '', '/b');
    recordPage();
    expect(vi.mocked(record).mock.calls.at(-1)?.[0]).toMatchObject({ referrer: 'https://shop.example/a?x=1' });
  });

  it('have the title they get after the address', () => {
    document.title = 'A';
    history.pushState({}, '', '/b');
    document.title = 'B';
    expect(vi.mocked(record).mock.calls.at(-1)?.[0]).toHaveProperty('title', 'B');
  });
});

describe('the text colour on the site colour', () => {
  it.each([
    ['#000000', '#fff'],
    ['#ffffff', '#000'],
    ['#0b6e4f', '#fff'],
    ['#ffd400', '#000'],
    ['#f26b21', '#000'],
    ['#1f5eff', '#fff'],
  ])('on %s is %s', (colour, text) => expect(textOn(colour)).toBe(text));
});
