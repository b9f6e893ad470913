/** Days as `2026-11-21`, in the reader's own calendar. */
const two = (value: number) => String(value).padStart(2, "0");

export const dayText = (at: Date): string => `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;

export interface Range {
  from: string;
  to: string;
}

/** The last `days` days, today included. */
export function lastDays(days: number, now: Date): Range {
  const from = new Date(now.getFullYear(), now.getMonth(), now.getDate() - days + 1);
  return { from: dayText(from), to: dayText(now) };
}

/** The server counts from the instant a day begins to the instant the last one ends. */
export function instants({ from, to }: Range): Range {
  const start = new Date(`${from}T00:00`);
  const last = new Date(`${to}T00:00`);
  const end = new Date(last.getFullYear(), last.getMonth(), last.getDate() + 1);
  return { from: start.toISOString(), to: end.toISOString() };
}

export const validDay = (text: string | undefined): text is string =>
  text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
