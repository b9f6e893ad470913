import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { dayName, waitWords, whenNext } from '../src/times';
import { loadWords, say } from '../src/words';

const files = import.meta.glob<Record<string, string>>('../locales/*.json', { eager: true, import: 'default' });
const catalogues = Object.entries(files).map(([path, words]) => ({ language: path.slice(-7, -5), words }));
const english = catalogues.find(({ language }) => language === 'en')?.words ?? {};
const holes = (text = '') => [...text.matchAll(/\{\w+\}/g)].map(([hole]) => hole).sort();

beforeEach(() => {
  vi.stubGlobal('fetch', async (url: string) => {
    const language = /([a-z]+)[^/]*\.json/.exec(url)?.[1];
    return Response.json(catalogues.find((catalogue) => catalogue.language === language)?.words);
  });
});
afterEach(() => vi.unstubAllGlobals());

describe('the catalogues', () => {
  it.each(catalogues)('$language says everything English says, with the same holes', ({ words }) => {
    expect(Object.keys(words).sort()).toEqual(Object.keys(english).sort());
    for (const [code, text] of Object.entries(words)) expect([code, holes(text)]).toEqual([code, holes(english[code])]);
  });

  it('falls back from a variant to its language, and from an unknown one to English', async () => {
    await loadWords('fi-FI');
    expect(say('send')).toBe('Lähetä');
    await loadWords('xx');
    expect(say('send')).toBe('Send');
  });

  it('chooses the form by the count', async () => {
    await loadWords('fi');
    expect(say('new_count', { count: 1 })).toBe('1 uusi viesti');
    expect(say('new_count', { count: 3 })).toBe('3 uutta viestiä');
  });
});

describe('times in words', () => {
  const now = new Date(2026, 10, 20, 22, 30); // a Friday evening

  it('says when somebody is there again', async () => {
    await loadWords('en');
    expect(whenNext(new Date(2026, 10, 20, 23, 0), now)).toMatch(/^today at /);
    expect(whenNext(new Date(2026, 10, 21, 9, 0), now)).toMatch(/^tomorrow at /);
    expect(whenNext(new Date(2026, 10, 23, 9, 0), now)).toMatch(/^on Monday at /);
    expect(whenNext(new Date(2026, 11, 24, 9, 0), now)).toMatch(/^(December 24|24 December) at /);
  });

  it('inflects the Finnish weekday', async () => {
    await loadWords('fi');
    expect(whenNext(new Date(2026, 10, 23, 10, 0), now)).toMatch(/^maanantaina klo 10[.:]00$/);
  });

  it('names days as people do', async () => {
    await loadWords('sv');
    expect(dayName(now, now)).toBe('I dag');
    expect(dayName(new Date(2026, 10, 19, 9), now)).toBe('I går');
    expect(dayName(new Date(2026, 10, 17, 9), now)).toBe('Tisdag 17 november');
    expect(dayName(new Date(2025, 10, 17, 9), now)).toContain('2025');
  });

  it.each([
    [20, 'less than a minute'],
    [70, 'about 1 min'],
    [170, 'about 3 min'],
    [7200, 'about 2 h'],
  ])('%i s to wait is %j', async (seconds, words) => {
    await loadWords('en');
    expect(waitWords(seconds)).toBe(words);
  });
});
