import { readCookie, removeCookie, writeCookie } from './cookies';
import { randomHex } from './random';
import type { Config } from './types';

/** Who the visitor is to us, and whether they let us know. The key is a secret of 128 bits; it is never shown. */

const VISITOR = 'overture_visitor';
const CONSENT = 'overture_consent';

/** Whether anything may be told or stored. Not known until the first answer told the site's mode. */
export let allowed: boolean | undefined;

/** What the visitor said about consent; null if nothing. */
export let consent = { yes: true, no: false }[readCookie(CONSENT)] ?? null;

let ownKey = '';

/** The key for looks: empty while nothing may be stored, unless an earlier page stored one. */
export function key(): string {
  if (consent === false) return '';
  // Read again each time: two tabs that met the visitor at the same instant agree on the cookie written last.
  return readCookie(VISITOR) || (allowed ? ownKey : '');
}

/** The key for a chat the visitor opens: without consent one that lives and dies with this page. */
export function chatKey(): string {
  ownKey = key() || ownKey || randomHex(16);
  return ownKey;
}

export function setConsent(yes: boolean): void {
  consent = yes;
}

/** Takes in the site's mode and the visitor's word; stores or removes accordingly. */
export function settle(mode: Config['consent']): void {
  allowed = mode === 'none' ? consent !== false : !!consent;
  if (allowed) {
    writeCookie(VISITOR, chatKey());
    if (consent) writeCookie(CONSENT, 'yes');
  } else {
    removeCookie(VISITOR);
    removeCookie(CONSENT);
    // A site that asks nobody must still remember a "no"; where it asks, no word is a "no".
    if (mode === 'none') writeCookie(CONSENT, 'no');
  }
}
