import { clock, daysBetween, format, zone } from '../times';
import { language, say } from '../words';

/** When somebody is there again, and which zone that is told in. */

/** The name of the zone of all times here, as in "Eastern European Time". */
export function zoneName(now: Date): string {
  const parts = new Intl.DateTimeFormat(language, { timeZone: zone, timeZoneName: 'longGeneric' }).formatToParts(now);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone ?? '';
}

/** When somebody is there again: "today at 10:00", "tomorrow at 10:00", "Monday at 10:00", "17 November at 10:00". */
export function whenNext(at: Date, now: Date): string {
  const days = daysBetween(now, at);
  const time = clock(at);
  if (days <= 1) return say('day_at', { day: relativeDay(days), time });
  const day = format(at, days < 7 ? { weekday: 'long' } : { day: 'numeric', month: 'long' });
  return say(days < 7 ? 'weekday_at' : 'day_at', { day, time });
}

function relativeDay(days: number): string {
  return new Intl.RelativeTimeFormat(language, { numeric: 'auto' }).format(Math.max(0, days), 'day');
}
