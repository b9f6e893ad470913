import { allowed, setConsent, settle } from './identity';
import { flush, forgetWaiting, record } from './looks';
import { recordPage } from './pages';
import type { Config } from './types';
import { consentChanged } from './widget';

/** The site's mode and the visitor's word together decide what may be told and stored. */

let mode: Config['consent'] | undefined;

export function applyMode(known = mode): void {
  mode = known;
  if (mode) settle(mode);
  // What the visitor did before they consented is never told.
  if (allowed === false) forgetWaiting();
}

export function sayConsent(yes: boolean): void {
  const before = allowed;
  if (before && !yes) {
    // The one case in which a visit is over because the browser says so.
    record({ type: 'end' });
    flush();
  }
  setConsent(yes);
  applyMode();
  if (before === allowed) return;
  consentChanged();
  if (yes) recordPage();
}
