import { language } from './words';

/**
 * Instants and spans in words, in the reader's language. Every time here is in one zone, the site's: promises and opening
 * hours come in the server's words, which are in that zone too. Where the reader's own clock differs, the zone is named.
 */

const DAY_MS = 86_400_000;

/** The zone of all times here; the browser's own until the site's is known. */
export let zone: string | undefined;

export function useZone(name: string | undefined): void {
  try {
    zone = new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    zone = undefined; // the browser knows no such zone: better its own time than none
  }
}

/** Whether the zone's clock is another than the browser's. */
export function isElsewhere(now: Date): boolean {
  const wall = (timeZone?: string) => now.toLocaleString('en', { timeZone });
  return !!zone && wall(zone) !== wall();
}

export function clock(at: Date): string {
  return format(at, { hour: 'numeric', minute: '2-digit' });
}

/** "Today", "Yesterday", "Tuesday 17 November". */
export function dayName(at: Date, now: Date): string {
  const days = daysBetween(now, at);
  if (Math.abs(days) <= 1)
    return capital(new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(days, 'day'));
  const year = at.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const);
  return capital(format(at, { weekday: 'long', day: 'numeric', month: 'long', ...year }));
}

export function sameDay(a: Date, b: Date): boolean {
  return dayNumber(a) === dayNumber(b);
}

export function daysBetween(from: Date, to: Date): number {
  return dayNumber(to) - dayNumber(from);
}

/** Days since 1970 by the zone's calendar. */
function dayNumber(at: Date): number {
  return Date.parse(at.toLocaleDateString('en-CA', { timeZone: zone, dateStyle: 'short' })) / DAY_MS;
}

export function format(at: Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(language, { timeZone: zone, ...options }).format(at);
}

function capital(text: string): string {
  const [first = '', ...rest] = text;
  return first.toLocaleUpperCase(language) + rest.join('');
}
