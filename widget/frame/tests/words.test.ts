import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { whenNext, zoneName } from '../src/rare/times';
import { clock, dayName, isElsewhere, sameDay, useZone } from '../src/times';
import { waitWords } from '../src/ui/wait';
import { addRareWords, loadWords, say } from '../src/words';

const files = import.meta.glob<Record<string, string>>('../locales/**/*.json', { eager: true, import: 'default' });
const catalogues = Object.entries(files).map(([path, words]) => ({
  set: path.slice(11, -7),
  language: path.slice(-7, -5),
  words,
}));
const find = (set: string, language: string | undefined) =>
  catalogues.find((one) => one.set === set && one.language === language)?.words ?? {};
const holes = (text = '') => [...text.matchAll(/\{\w+\}/g)].map(([hole]) => hole).sort();

beforeEach(async () => {
  vi.stubGlobal('fetch', async (url: string) => {
    const [, set = '', language] = /(rare\/)?([a-z]+)[^/]*\.json/.exec(url) ?? [];
    return Response.json(find(set, language));
  });
  await addRareWords();
});
afterEach(() => vi.unstubAllGlobals());

describe('the catalogues', () => {
  it.each(catalogues)('$set$language says everything English says, with the same holes', ({ set, words }) => {
    const english = find(set, 'en');
    expect(Object.keys(words).sort()).toEqual(Object.keys(english).sort());
    for (const [code, text] of Object.entries(words)) expect([code, holes(text)]).toEqual([code, holes(english[code])]);
  });

  it.each(catalogues)('$set$language has each form of a number that the language has', ({ language, words }) => {
    const counted = Object.keys(words).filter((code) => (words[code] ?? '').includes('{count}'));
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    for (const code of counted) expect(code).toMatch(new RegExp(`_(${forms.join('|')})$`));
    for (const stem of new Set(counted.map((code) => code.replace(/_[a-z]+$/, ''))))
      for (const form of forms) expect(words).toHaveProperty(`${stem}_${form}`);
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

describe('one zone for all times', () => {
  const at = new Date('2026-11-20T14:50:00Z');
  afterEach(() => useZone(undefined));

  it("is the site's, and named where the browser's clock differs", async () => {
    await loadWords('en');
    useZone('Pacific/Kiritimati'); // fourteen hours ahead: no machine that runs this is there
    expect(clock(at)).toMatch(/4:50/);
    expect(sameDay(at, new Date('2026-11-20T23:00:00Z'))).toBe(true);
    expect(sameDay(at, new Date('2026-11-20T09:00:00Z'))).toBe(false);
    expect(isElsewhere(at)).toBe(true);
    expect(zoneName(at)).toBe('Line Islands Time');
  });

  it('is not named where both clocks say the same, whatever the zones are called', () => {
    useZone(Intl.DateTimeFormat().resolvedOptions().timeZone);
    expect(isElsewhere(at)).toBe(false);
  });

  it("is the browser's where it knows no such zone", () => {
    useZone('Middle-earth/Shire');
    expect(isElsewhere(at)).toBe(false);
  });
});
