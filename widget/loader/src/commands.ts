import { sayConsent } from './consent';
import { record } from './looks';
import { recordPageAs } from './pages';
import type { LookEvent } from './types';
import { open } from './widget';

/** What a site may say: `overture(name, …)`. */

/** An array, or the `arguments` of the function that stood in for this one. */
export type Command = ArrayLike<unknown> & Iterable<unknown>;

type Fields = Record<string, unknown>;

const FIELDS = {
  identify: { id: text, token: text, traits: object },
  cart: { value: number, items: number },
  order: { id: text, value: number, currency: text },
};

/** Never throws: a mistake in what we are told must not break the page that told it. */
export function runCommand(args: Command): void {
  try {
    run([...args]);
  } catch (error) {
    console.warn('overture:', args[0], error);
  }
}

function run([name, first, second]: unknown[]): void {
  const fields = object(first);
  if (name === 'open') open();
  else if (name === 'page') recordPageAs(fields);
  else if (name === 'consent') sayConsent(first !== false);
  else if (name === 'event') record({ type: name, name: text(first).slice(0, 64), props: object(second) });
  else recordFields(name as keyof typeof FIELDS, fields);
}

/** Puts in order what the site says of it, so that a slip there cannot spoil the look that carries it. */
function recordFields(type: keyof typeof FIELDS, said: Fields): void {
  const event: Fields = { type };
  for (const [name, as] of Object.entries(FIELDS[type])) event[name] = as(said[name]);
  record(event as unknown as LookEvent);
}

/** A copy, so that what the page does with its own object later is not told. */
function object(value: unknown): Fields {
  return { ...(value as Fields) };
}

function text(value: unknown): string {
  return `${value ?? ''}`;
}

function number(value: unknown): number {
  return +(value as number) || 0;
}
