import { resetExit } from './exit';
import { record, recordEarlier } from './looks';
import { resetScroll } from './scroll';

/** Records this page, and what a single-page app makes of it: another path or query, by pushState or popstate. */

const MAX_URL = 2048;

/** Whether the visitor came by a link from another page of this origin. */
export const isFromHere = document.referrer.startsWith(`${location.origin}/`);

let referrer = document.referrer;
let current = location.href;

export function watchPages(): void {
  const { pushState } = history;
  history.pushState = function (...args) {
    pushState.apply(this, args);
    recordIfOther();
  };
  addEventListener('popstate', recordIfOther);
  addEventListener('pageshow', ({ persisted }) => persisted && recordPage()); // back, out of the page cache
  recordPage();
}

/**
 * A visitor who came from a page of this site and is not known yet left it before the first answer told whether anything
 * may be told: now it may.
 */
export function recordLeftPage(): void {
  if (isFromHere) recordEarlier({ type: 'page', url: document.referrer });
}

export function recordPage(): void {
  current = location.href;
  startPage(current, referrer);
}

/** Records a page by what the site says of it; what it leaves out is as the browser has it. */
export function recordPageAs(said: Record<string, unknown>): void {
  const { href } = location;
  const url = new URL(`${said.url ?? href}`, href).href;
  startPage(url, `${said.referrer ?? href}`, `${said.title ?? document.title}`);
}

function recordIfOther(): void {
  if (withoutFragment(location.href) === withoutFragment(current)) return;
  referrer = current;
  recordPage();
}

function withoutFragment(url: string): string {
  return url.split('#')[0] as string;
}

function startPage(url: string, from: string, title?: string): void {
  resetScroll();
  resetExit();
  record({
    type: 'page',
    url: url.slice(0, MAX_URL),
    referrer: from.slice(0, MAX_URL),
    // Read late: single-page apps change the address first and the title soon after.
    get title() {
      return (title ?? (location.href === url ? document.title : '')).slice(0, 300);
    },
  });
}
