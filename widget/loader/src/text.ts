/** Text by whole characters, and JSON written by hand: pages replace `JSON`, `toJSON` and what arrays can do. */

const MAX_UNITS = 12_000; // of one value with all that is in it, up to 3 bytes each; a look carries 64 KiB
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON has none of them
const ESCAPED = /["\\\0-\x1f]/g;
const has = {}.hasOwnProperty;

let left = 0;

/** At most `length` units, never half a character. */
export function cut(text: string, length: number): string {
  return text.slice(0, length).replace(text.length > length ? /[\ud800-\udbff]$/ : '', '');
}

/** JSON of anything a page may say. Throws when there is too much of it, as in what refers to itself. */
export function toJson(value: unknown): string {
  left = MAX_UNITS;
  return write(value) ?? 'null';
}

function write(value: unknown): string | undefined {
  const kind = typeof value;
  if (kind === 'boolean' || value === null) return `${value}`;
  if (kind === 'number' && Number.isFinite(value)) return `${value}`;
  if (kind === 'function' || kind === 'symbol' || value === undefined) return;
  if (kind !== 'object') return quote(`${value}`);
  spend('');
  if (value instanceof Date) return quote(value.toISOString());
  let text = '';
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) text += `,${write(value[index]) ?? 'null'}`;
    return `[${text.slice(1)}]`;
  }
  for (const name in value as object) {
    const inner = has.call(value, name) && write((value as Record<string, unknown>)[name]);
    if (inner) text += `,${quote(name)}:${inner}`;
  }
  return `{${text.slice(1)}}`;
}

function quote(text: string): string {
  const plain = text.toWellFormed();
  return spend(plain.replace(ESCAPED, (one) => `\\u${(one.charCodeAt(0) + 0x10000).toString(16).slice(1)}`));
}

/** Keeps count of what is written. */
function spend(text: string): string {
  left -= text.length + 1;
  if (left < 0) throw Error('too much is in it');
  return `"${text}"`;
}
