import type { HeldBackCount } from "./api";

export interface Total {
  name: string;
  count: number;
}

/** Sums by one of the counts' words, the most first. */
export function totalsBy(counts: HeldBackCount[], word: "team" | "trigger" | "reason"): Total[] {
  const sums = new Map<string, number>();
  for (const one of counts) sums.set(one[word], (sums.get(one[word]) ?? 0) + one.count);
  return [...sums]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || a.name.localeCompare(b.name));
}

/** Each of the last `days` days up to `until` (ISO dates), with its counts by reason; days without any included. */
export function byDay(
  counts: HeldBackCount[],
  days: number,
  until: string,
): { day: string; reasons: Record<string, number> }[] {
  const last = Date.parse(`${until}T00:00:00Z`);
  const line = new Map<string, Record<string, number>>();
  for (let back = days - 1; back >= 0; back -= 1)
    line.set(new Date(last - back * 86_400_000).toISOString().slice(0, 10), {});
  for (const { day, reason, count } of counts) {
    const reasons = line.get(day);
    if (reasons) reasons[reason] = (reasons[reason] ?? 0) + count;
  }
  return [...line].map(([day, reasons]) => ({ day, reasons }));
}
