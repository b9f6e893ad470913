/**
 * The words in the reader's language. A language is a file in ../locales; only the one needed is loaded. Words that few
 * chats need are in ../locales/rare and come with the part that says them.
 */

type Catalogue = Record<string, string>;
export type Values = Record<string, string | number>;

type Files = Record<string, string>;

const sets: Files[] = [
  import.meta.glob<string>('../locales/*.json', { query: '?url', import: 'default', eager: true }),
];
let found = 'en';
let catalogue: Catalogue = {};
let plural = new Intl.PluralRules('en');

/** The language in use, as a tag: for `lang`, dates and numbers. */
export let language = 'en';

export async function loadWords(wanted: string): Promise<void> {
  found = [wanted, wanted.split('-')[0]].find((name) => fileIn(sets[0], name)) ?? 'en';
  catalogue = Object.assign({}, ...(await Promise.all(sets.map(read))));
  // Of one language, the browser's own variant (en-GB) says how dates and times are written.
  language = navigator.language.split('-')[0] === found ? navigator.language : found;
  plural = new Intl.PluralRules(language);
}

/** The words that few chats need, from now on in every language. */
export async function addRareWords(): Promise<void> {
  sets[1] = import.meta.glob<string>('../locales/rare/*.json', { query: '?url', import: 'default', eager: true });
  const language = found;
  const words = await read(sets[1]);
  if (language === found) Object.assign(catalogue, words); // else they came along with the other language
}

/** The words for `code`, `{name}` filled in. With a `count` the form is chosen: `code_one`, `code_other` … */
export function say(code: string, values: Values = {}): string {
  const form = typeof values.count === 'number' ? catalogue[`${code}_${plural.select(values.count)}`] : undefined;
  const text = form ?? catalogue[code] ?? catalogue[`${code}_other`] ?? code;
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}

export function hasWords(code: string): boolean {
  return code in catalogue;
}

async function read(files: Files): Promise<Catalogue> {
  return (await fetch(fileIn(files, found) ?? '')).json();
}

function fileIn(files: Files = {}, language: string | undefined): string | undefined {
  return Object.entries(files).find(([path]) => path.endsWith(`/${language}.json`))?.[1];
}
