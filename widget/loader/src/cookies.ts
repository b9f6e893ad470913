/** First-party cookies on the registrable domain, so that shop.example.com and www.example.com know one visitor. */

const YEAR_SECONDS = 31_536_000;
const PROBE = 'overture_probe';

let domain: string | undefined;

/** "" where it is not there, or where cookies are forbidden: a sandboxed page throws. */
export function readCookie(name: string): string {
  try {
    const jar = `; ${document.cookie};`;
    const at = jar.indexOf(`; ${name}=`);
    return at < 0 ? '' : jar.slice(at + name.length + 3, jar.indexOf(';', at + 1));
  } catch {
    return '';
  }
}

export function writeCookie(name: string, value: string): void {
  set(name, value, YEAR_SECONDS, registrableDomain());
}

export function removeCookie(name: string): void {
  set(name, '', -1, registrableDomain());
}

function set(name: string, value: string, maxAge: number, onDomain: string): void {
  const secure = location.protocol === 'https:' ? ';secure' : '';
  try {
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing in plain http and older Safari
    document.cookie = `${name}=${value};path=/;max-age=${maxAge};samesite=lax${secure}${onDomain && `;domain=${onDomain}`}`;
  } catch {}
}

/** Browsers refuse cookies on public suffixes (`fi`, `co.uk`): the shortest suffix that takes one is the domain. */
function registrableDomain(): string {
  if (domain === undefined) {
    const { hostname } = location;
    let at = hostname.length;
    do {
      at = hostname.lastIndexOf('.', at - 1);
      domain = hostname.slice(at + 1);
    } while (at > 0 && !takesCookie(domain));
    if (at < 1 && !takesCookie(domain)) domain = '';
  }
  return domain;
}

function takesCookie(suffix: string): boolean {
  set(PROBE, '1', 9, suffix);
  const taken = !!readCookie(PROBE);
  set(PROBE, '', -1, suffix);
  return taken;
}
