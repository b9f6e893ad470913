import { sayConsent } from './consent';
import { record } from './looks';
import { recordPageAs } from './pages';
import { tell } from './tell';
import { cut } from './text';
import type { LookEvent } from './types';
import { open } from './widget';

/** What a site may say: `overture(name, …)`. What it says of orders, baskets and people is read by the server. */

/** Never throws: a mistake in what we are told must not break the page that told it. */
export function runCommand(args: ArrayLike<unknown>): void {
  let name = '';
  try {
    name = cut(String(args[0]), 64);
    if (!run(name, args[1], args[2])) {
      tell(name, `overture('${name}', …) is no call it knows`);
      record({ type: 'unknown', name });
    }
  } catch (error) {
    tell(name, `overture('${name}', …): ${error}`);
  }
}

/** False for what is no call at all. */
function run(name: string, first: unknown, second: unknown): unknown {
  const said = (first ?? {}) as Record<string, unknown>;
  if (name === 'open') open();
  else if (name === 'event') record({ type: name, name: first, props: second });
  else if (name === 'consent' && typeof first === 'boolean') sayConsent(first);
  else if (name === 'page' && typeof said === 'object') recordPageAs(said);
  else if (/^(cart|order|identify)$/.test(name)) {
    const { id, token, traits, value, items, currency } = said;
    record({ type: name, id, token, traits, value, items, currency } as LookEvent);
  } else return;
  return true;
}
