/** Dates, spans, numbers and money in the reader's language. Times are 24-hour in all three, and of the page's zone. */
import { pageZone, wallClock } from "../lib/zone";

const LOCALES: Record<string, string> = { en: "en-GB", fi: "fi-FI", sv: "sv-SE" };

export type Instant = string | number | Date;
const date = (at: Instant) => (at instanceof Date ? at : new Date(at));
function dayOf(at: Date): number {
  const { year, month, day } = wallClock(at);
  return Date.UTC(year, month - 1, day);
}

/** Whole calendar days from `now` to `at` in the page's time zone: 0 today, 1 tomorrow, -1 yesterday. */
export const daysApart = (at: Instant, now: Instant): number =>
  Math.round((dayOf(date(at)) - dayOf(date(now))) / 86_400_000);

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

const ENGLISH_UNITS: Record<string, string> = { hour: "h", minute: "min", second: "s" };

const SPAN_UNITS: [unit: string, ms: number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
];

function spanText(ms: number, locale: string): string {
  const unit = (value: number, name: string) => {
    // "6 hrs" and "43 mins" are nobody's abbreviations; English days stay a word.
    const short = locale === "en-GB" ? ENGLISH_UNITS[name] : undefined;
    if (short) return `${value}\u00a0${short}`;
    return new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay: "short" }).format(value);
  };
  const at = SPAN_UNITS.findIndex(([, size]) => Math.abs(ms) >= size);
  if (at < 0) return unit(0, "second");
  const [name, size] = SPAN_UNITS[at]!;
  const whole = unit(Math.floor(Math.abs(ms) / size), name);
  const next = SPAN_UNITS[at + 1];
  if (!next || name === "minute") return whole;
  const rest = Math.floor((Math.abs(ms) % size) / next[1]);
  return rest > 0 ? `${whole} ${unit(rest, next[0])}` : whole;
}

export function formats(language: string) {
  const locale = LOCALES[language] ?? language;
  const cache = new Map<string, Intl.DateTimeFormat>();
  const as = (options: Intl.DateTimeFormatOptions) => {
    const timeZone = pageZone();
    const key = `${timeZone} ${JSON.stringify(options)}`;
    const made = cache.get(key) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone });
    cache.set(key, made);
    return made;
  };
  const relativeFormat = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  const number = new Intl.NumberFormat(locale);
  const time = (at: Instant) => as({ hour: "2-digit", minute: "2-digit" }).format(date(at));
  const shortDay = (at: Instant) => as({ weekday: "short", day: "numeric", month: "short" }).format(date(at));
  const day = (at: Instant, now: Instant = Date.now()) => {
    const apart = daysApart(at, now);
    if (Math.abs(apart) <= 1) return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(apart, "day");
    const sameYear = wallClock(date(at)).year === wallClock(date(now)).year;
    return sameYear ? shortDay(at) : as({ day: "numeric", month: "short", year: "numeric" }).format(date(at));
  };
  return {
    locale,
    time,
    day,
    fullDay: (at: Instant) => as({ weekday: "long", day: "numeric", month: "long" }).format(date(at)),
    shortDate: (at: Instant) => shortDay(at),
    dateOnly: (at: Instant) => as({ day: "numeric", month: "short", year: "numeric" }).format(date(at)),
    exact: (at: Instant) => as({ dateStyle: "medium", timeStyle: "medium" }).format(date(at)),
    /** Today 15:00, tomorrow 9:00, Mon 24 Nov 9:00. */
    moment: (at: Instant, now: Instant = Date.now()) => `${day(at, now)} ${time(at)}`,
    /** "3 min. ago", "in 2 hr.", nothing finer than a minute. */
    relative: (at: Instant, now: Instant = Date.now()) => {
      const apart = date(at).getTime() - date(now).getTime();
      const [unit, size] = UNITS.find(([, ms]) => Math.abs(apart) >= ms) ?? ["minute", 60_000];
      return relativeFormat.format(Math.round(apart / size), unit);
    },
    weekday: (index: number, style: "short" | "long" = "short") =>
      new Intl.DateTimeFormat(locale, { weekday: style, timeZone: "UTC" }).format(Date.UTC(2024, 0, 1 + index)),
    /** A span in two units at most: 45 s, 5 min, 2 h 10 min, 3 days 4 h. */
    span: (ms: number) => spanText(ms, locale),
    number: (value: number) => number.format(value),
    percent: (share: number) =>
      new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 0 }).format(share),
    money: (value: number, currency: string) =>
      new Intl.NumberFormat(locale, {
        style: "currency",
        currency: currency || "EUR",
        maximumFractionDigits: Number.isInteger(value) ? 0 : 2,
      }).format(value),
    language: (code: string) => {
      try {
        return new Intl.DisplayNames([locale], { type: "language" }).of(code) ?? code;
      } catch {
        return code;
      }
    },
    country: (code: string) => {
      try {
        return new Intl.DisplayNames([locale], { type: "region" }).of(code) ?? code;
      } catch {
        return code;
      }
    },
  };
}

export type Formats = ReturnType<typeof formats>;

/** A running clock: 0:42, 12:05, 1:02:09. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
