import { resetExit } from './exit';
import { record, recordEarlier } from './looks';
import { resetScroll } from './scroll';
import { cut } from './text';

/** Records this page, and what a single-page app makes of it: another path or query, but not by replaceState. */

const MAX_URL = 2048;

/** What the Navigation API tells of, where there is one. */
interface Navigation {
  addEventListener(type: 'currententrychange', run: (event: { navigationType: string | null }) => void): void;
}

/** Whether the visitor came by a link from another page of this origin. */
export const isFromHere = document.referrer.indexOf(`${location.origin}/`) === 0;

let referrer = document.referrer;
let current = location.href;

export function watchPages(): void {
  const { navigation } = window as { navigation?: Navigation };
  if (navigation) {
    navigation.addEventListener('currententrychange', ({ navigationType }) => moved(navigationType === 'replace'));
  } else {
    watch('pushState', false);
    watch('replaceState', true);
    addEventListener('popstate', () => moved(false));
  }
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

function watch(name: 'pushState' | 'replaceState', replaced: boolean): void {
  const original = history[name];
  history[name] = function (...args) {
    original.apply(this, args);
    moved(replaced);
  };
}

function moved(replaced: boolean): void {
  if (withoutFragment(location.href) === withoutFragment(current)) return;
  if (replaced) current = location.href;
  else {
    referrer = current;
    recordPage();
  }
}

function withoutFragment(url: string): string {
  return url.replace(/#.*/, '');
}

function startPage(url: string, from: string, title?: string): void {
  resetScroll();
  resetExit();
  record({
    type: 'page',
    url: cut(url, MAX_URL),
    referrer: cut(from, MAX_URL),
    // Read late: single-page apps change the address first and the title soon after.
    get title() {
      return cut(title ?? (location.href === url ? document.title : ''), 300);
    },
  });
}
