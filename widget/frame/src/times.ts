import { language, say } from './words';

/** Instants and spans in words, in the reader's language and time zone. */

const DAY_MS = 86_400_000;

export function clock(at: Date): string {
  return new Intl.DateTimeFormat(language, { hour: 'numeric', minute: '2-digit' }).format(at);
}

/** "Today", "Yesterday", "Tuesday 17 November". */
export function dayName(at: Date, now: Date): string {
  const days = daysBetween(now, at);
  if (Math.abs(days) <= 1)
    return capital(new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(days, 'day'));
  const year = at.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const);
  return capital(
    new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long', ...year }).format(at),
  );
}

/** When somebody is there again: "today at 10:00", "tomorrow at 10:00", "Monday at 10:00", "17 November at 10:00". */
export function whenNext(at: Date, now: Date): string {
  const days = daysBetween(now, at);
  const time = clock(at);
  if (days <= 1) return say('day_at', { day: relativeDay(days), time });
  const day = new Intl.DateTimeFormat(language, days < 7 ? { weekday: 'long' } : { day: 'numeric', month: 'long' });
  return say(days < 7 ? 'weekday_at' : 'day_at', { day: day.format(at), time });
}

/** "less than a minute", "about 3 min", "about 2 h". */
export function waitWords(seconds: number): string {
  if (seconds < 50) return say('wait_moment');
  const minutes = Math.max(1, Math.round(seconds / 60));
  return minutes < 90 ? say('wait_minutes', { n: minutes }) : say('wait_hours', { n: Math.round(minutes / 60) });
}

export function sameDay(a: Date, b: Date): boolean {
  return a.toDateString() === b.toDateString();
}

function relativeDay(days: number): string {
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(Math.max(0, days), 'day');
}

function daysBetween(from: Date, to: Date): number {
  const midnight = (at: Date) => Date.UTC(at.getFullYear(), at.getMonth(), at.getDate());
  return Math.round((midnight(to) - midnight(from)) / DAY_MS);
}

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
}
