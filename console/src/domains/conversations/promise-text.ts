import { capital } from "@shared/lib/names";
import { wallClock } from "@shared/lib/zone";
import english from "../../../../src/overture/followups/locales/en.json";
import type { NextStep } from "./api";

/** The server's own catalogues, so that the preview is the sentence the visitor will read. */
export type Wording = typeof english;

const CATALOGUES = import.meta.glob<Wording>("../../../../src/overture/followups/locales/*.json", {
  import: "default",
});

const codeOf = (path: string) => path.slice(path.lastIndexOf("/") + 1, -".json".length);

/** The wording for the first of the languages there is one for, else English. */
export async function wordingFor(...languages: string[]): Promise<Wording> {
  for (const language of languages.map((tag) => tag.toLowerCase().slice(0, 2))) {
    const path = Object.keys(CATALOGUES).find((one) => codeOf(one) === language);
    if (path) return CATALOGUES[path]!();
  }
  return english;
}

const fill = (template: string, values: Record<string, string | number>): string =>
  template.replace(/\{(\w+)(?::(\d+))?\}/g, (_whole, name: string, width: string | undefined) =>
    String(values[name] ?? "").padStart(width ? Number(width) : 0, "0"),
  );

/** As in "today before 15:00", "on Monday before 9:30", "on 3 December before 12:00". */
export function whenText(words: Wording, due: Date, now: Date, timeZone: string): string {
  const wall = wallClock(due, timeZone);
  const today = wallClock(now, timeZone);
  let day = Date.UTC(wall.year, wall.month - 1, wall.day);
  let { hour } = wall;
  if (wall.hour === 0 && wall.minute === 0) {
    hour = 24;
    day -= 86_400_000;
  }
  const time = fill(words.time, { hour, minute: wall.minute });
  const ahead = Math.round((day - Date.UTC(today.year, today.month - 1, today.day)) / 86_400_000);
  return fill(words.when, { day: dayText(words.days, new Date(day), ahead, today.year), time });
}

function dayText(days: Wording["days"], day: Date, ahead: number, thisYear: number): string {
  if (ahead === 0) return days.today;
  if (ahead === 1) return days.tomorrow;
  if (ahead > 1 && ahead < 7) return days.weekday[(day.getUTCDay() + 6) % 7]!;
  const form = day.getUTCFullYear() === thisYear ? days.date : days.date_with_year;
  return fill(form, { day: day.getUTCDate(), month: days.month[day.getUTCMonth()]!, year: day.getUTCFullYear() });
}

/** Whose clock is meant: "Helsinki time" of Europe/Helsinki; a zone without a city is called as it is. */
export function zoneText(words: Wording, timeZone: string): string {
  const at = timeZone.lastIndexOf("/");
  const city = timeZone.slice(at + 1);
  if (at < 0 || timeZone.slice(0, at) === "Etc") return city;
  const name = city.replaceAll("_", " ");
  return (words.booking.cities as Record<string, string>)[name] ?? fill(words.booking.zone, { city: name });
}

const kindInWords = (kind: string) => kind.replaceAll(/[_\-\s]+/g, " ").trim();

function bookedText(words: Wording, step: NextStep, kind: string, now: Date, timeZone: string): string {
  const start = wallClock(new Date(step.due_at!), timeZone);
  const { booking } = words;
  const weekday = new Date(Date.UTC(start.year, start.month - 1, start.day)).getUTCDay();
  const when = fill(start.year === wallClock(now, timeZone).year ? booking.when : booking.when_with_year, {
    weekday: booking.weekday[(weekday + 6) % 7]!,
    day: start.day,
    month: words.days.month[start.month - 1]!,
    year: start.year,
    time: fill(words.time, { hour: start.hour, minute: start.minute }),
    zone: zoneText(words, timeZone),
  });
  const kinds: Record<string, typeof booking.other> = booking.kinds;
  const text = fill((kinds[kind] ?? booking.other).booked, { kind: kindInWords(kind), when });
  return step.who_name ? `${text} ${fill(booking.who, { name: step.who_name })}` : text;
}

/** One sentence for the visitor: `followups/wording.py` in the browser. */
export function promiseText(words: Wording, step: NextStep, now: Date, timeZone: string): string {
  if (step.booking && step.due_at) return capital(bookedText(words, step, step.booking, now, timeZone));
  const when = step.due_at ? whenText(words, new Date(step.due_at), now, timeZone) : "";
  const what = step.what.trim().replace(/[.!? ]+$/, "");
  const name = step.who_name ?? "";
  const own = when ? words.visitor : words.visitor_undated;
  const sentences = step.who === "visitor" ? own : name ? words.promise_by : words.promise;
  const text = fill(sentences[step.channel], { what, when, name });
  return capital(text);
}
