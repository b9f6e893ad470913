import { resetExit } from './exit';
import { record } from './looks';
import { resetScroll } from './scroll';

/** Records this page, and what a single-page app makes of it: another path or query, by pushState or popstate. */

const MAX_URL = 2048;

let referrer = document.referrer;
let seen = '';

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

export function recordPage(): void {
  startPage(location.href, referrer);
  referrer = location.href;
  seen = location.pathname + location.search;
}

/** Records a page by what the site says of it; what it leaves out is as the browser has it. */
export function recordPageAs(said: Record<string, unknown>): void {
  const { href } = location;
  const url = new URL(`${said.url ?? href}`, href).href;
  startPage(url, `${said.referrer ?? href}`, `${said.title ?? document.title}`);
}

function recordIfOther(): void {
  if (location.pathname + location.search !== seen) recordPage();
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
