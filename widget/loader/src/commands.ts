import { sayConsent } from './consent';
import { record } from './looks';
import { recordPageAs } from './pages';
import type { LookEvent } from './types';
import { open } from './widget';

/** What a site may say: `overture(name, …)`. */

type Fields = Record<string, unknown>;

/** Never throws: a mistake in what we are told must not break the page that told it. */
export function runCommand(args: ArrayLike<unknown>): void {
  try {
    run(args);
  } catch (error) {
    console.warn('overture:', error);
  }
}

function run(args: ArrayLike<unknown>): void {
  const [name, first, second] = Array.from(args);
  const fields = object(first);
  if (name === 'open') open();
  else if (name === 'page') recordPageAs(fields);
  else if (name === 'consent') sayConsent(first !== false);
  else {
    const event = eventOf(name, first, second, fields);
    if (event) record(event);
    else console.warn(`overture: no command ${name}`);
  }
}

function eventOf(name: unknown, first: unknown, second: unknown, fields: Fields): LookEvent | undefined {
  switch (name) {
    case 'identify':
      return { type: name, id: text(fields.id), token: text(fields.token), traits: object(fields.traits) };
    case 'cart':
      return { type: name, value: number(fields.value), items: number(fields.items) };
    case 'order':
      return { type: name, id: text(fields.id), value: number(fields.value), currency: text(fields.currency) };
    case 'event':
      return { type: name, name: text(first).slice(0, 64), props: object(second) };
  }
  return undefined;
}

function object(value: unknown): Fields {
  return value && typeof value === 'object' ? (value as Fields) : {};
}

function text(value: unknown): string {
  return value == null ? '' : String(value);
}

function number(value: unknown): number {
  return Number(value) || 0;
}
