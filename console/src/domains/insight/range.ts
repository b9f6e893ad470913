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

/** Whether it is a day such as `2026-11-21`: the server takes it as a day of the site. */
export const validDay = (text: string | undefined): text is string =>
  text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text));
