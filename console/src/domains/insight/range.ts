/** Days as `2026-11-21`, in the calendar of the page's time zone. */
import { wallClock } from "@shared/lib/zone";

const DAY = 86_400_000;

const utcDay = (at: Date): number => {
  const { year, month, day } = wallClock(at);
  return Date.UTC(year, month - 1, day);
};
const text = (day: number) => new Date(day).toISOString().slice(0, 10);

export const dayText = (at: Date): string => text(utcDay(at));

export interface Range {
  from: string;
  to: string;
}

/** The last `days` days, today included. */
export function lastDays(days: number, now: Date): Range {
  return { from: text(utcDay(now) - (days - 1) * DAY), to: dayText(now) };
}

/** Whether it is a day such as `2026-11-21`: the server takes it as a day of the site. */
export const validDay = (text: string | undefined): text is string =>
  text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
