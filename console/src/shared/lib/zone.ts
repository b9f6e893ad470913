/** The one time zone of the page: the site's, once it is known; whoever sits elsewhere is told whose it is. */
import { keep, kept } from "./storage";

export interface WallClock {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
}

export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

const isZone = (zone: string): boolean => {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: zone }));
  } catch {
    return false; // a name this browser does not know
  }
};

let zone: string | undefined;

/** The zone of every time on the page. */
export const pageZone = (): string => zone ?? browserZone();

/** True if that changed anything. */
export function setPageZone(next: string | undefined): boolean {
  const known = next && isZone(next) ? next : undefined;
  const changed = known !== zone;
  zone = known;
  return changed;
}

/** Remembered, so that the next page begins with the right one. */
export const keptZone = (site: string): string | undefined => kept(`zone.${site}`) ?? undefined;
export const keepZone = (site: string, name: string): boolean => keep(`zone.${site}`, name);

const readers = new Map<string, Intl.DateTimeFormat>();

/** What a clock on the wall in that time zone shows. */
export function wallClock(at: Date, timeZone: string = pageZone()): WallClock {
  const reader =
    readers.get(timeZone) ??
    new Intl.DateTimeFormat("en-GB", {
      timeZone,
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      hourCycle: "h23",
    });
  readers.set(timeZone, reader);
  const parts = reader.formatToParts(at);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return { year: of("year"), month: of("month"), day: of("day"), hour: of("hour"), minute: of("minute") };
}

const asUtc = (wall: WallClock) => Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute);

/** The instant at which a clock on the wall in that zone shows this; days past a month's end count on. */
export function instantOf(wall: WallClock, timeZone: string = pageZone()): Date {
  const wanted = asUtc(wall);
  let at = wanted;
  // The offset at the guess, and again at what it gives: enough unless the wall skips that hour, which then is the next.
  for (let turn = 0; turn < 2; turn++) at += wanted - asUtc(wallClock(new Date(at), timeZone));
  return new Date(at);
}

/** Whether the reader's own clock shows another time than the page's. */
export function isElsewhere(at: Date = new Date()): boolean {
  return asUtc(wallClock(at, browserZone())) !== asUtc(wallClock(at));
}

/** The city a zone is called by: Helsinki of Europe/Helsinki. */
export const cityOf = (name: string): string => name.slice(name.lastIndexOf("/") + 1).replaceAll("_", " ");
