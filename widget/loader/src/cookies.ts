/** First-party cookies on the registrable domain, so that shop.example.com and www.example.com know one visitor. */

const YEAR_SECONDS = 31_536_000;
const PROBE = 'overture_probe';

let domain: string | undefined;

export function readCookie(name: string): string {
  const pair = document.cookie.split('; ').find((cookie) => cookie.startsWith(`${name}=`));
  return pair ? pair.slice(name.length + 1) : '';
}

export function writeCookie(name: string, value: string): void {
  set(name, value, YEAR_SECONDS, registrableDomain());
}

export function removeCookie(name: string): void {
  set(name, '', -1, registrableDomain());
}

function set(name: string, value: string, maxAge: number, onDomain: string): void {
  const secure = location.protocol === 'https:' ? ';secure' : '';
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in plain http and older Safari
  document.cookie = `${name}=${value};path=/;max-age=${maxAge};samesite=lax${secure}${onDomain && `;domain=${onDomain}`}`;
}

/** Browsers refuse cookies on public suffixes (`fi`, `co.uk`): the shortest suffix that takes one is the domain. */
function registrableDomain(): string {
  if (domain === undefined) {
    const labels = location.hostname.split('.');
    const suffixes = labels.map((_, index) => labels.slice(index).join('.')).reverse();
    domain = suffixes.find(takesCookie) ?? '';
  }
  return domain;
}

function takesCookie(suffix: string): boolean {
  set(PROBE, '1', 9, suffix);
  const taken = !!readCookie(PROBE);
  set(PROBE, '', -1, suffix);
  return taken;
}
