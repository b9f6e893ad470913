/** The catalogue in the reader's language. A language is a file in ../locales; only the one needed is loaded. */

type Catalogue = Record<string, string>;
export type Values = Record<string, string | number>;

const files = import.meta.glob<string>('../locales/*.json', { query: '?url', import: 'default', eager: true });
let catalogue: Catalogue = {};
let plural = new Intl.PluralRules('en');

/** The language in use, as a tag: for `lang`, dates and numbers. */
export let language = 'en';

export async function loadWords(wanted: string): Promise<void> {
  const found = [wanted, wanted.split('-')[0], 'en'].find((name) => files[pathOf(name)]) ?? 'en';
  const url = files[pathOf(found)];
  if (url) catalogue = await (await fetch(url)).json();
  // Of one language, the browser's own variant (en-GB) says how dates and times are written.
  language = navigator.language.startsWith(found) ? navigator.language : found;
  plural = new Intl.PluralRules(language);
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

function pathOf(name: string | undefined): string {
  return `../locales/${name}.json`;
}
