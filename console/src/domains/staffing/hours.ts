/** Posted hours by hour of week, from the everyday part of the opening-hours syntax. */

const DAYS = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"];

const daysOf = (text: string): number[] | null => {
  const found = new Set<number>();
  for (const part of text.split(",")) {
    const [from, to = from] = part.trim().split("-");
    const [a, b] = [DAYS.indexOf(from ?? ""), DAYS.indexOf(to ?? "")];
    if (a < 0 || b < 0) return null;
    for (let day = a; ; day = (day + 1) % 7) {
      found.add(day);
      if (day === b) break;
    }
  }
  return [...found];
};

const SPAN = /^(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$/;

/** Hours touched by "10:00-21:00,22:00-02:00", counted from the day's midnight; past 24 is the next day. */
const hoursOf = (text: string): number[] | null => {
  const found: number[] = [];
  for (const part of text.split(",")) {
    const match = SPAN.exec(part.trim());
    if (!match) return null;
    const from = Number(match[1]);
    let to = Number(match[3]) + (Number(match[4]) > 0 ? 1 : 0);
    if (to <= from) to += 24;
    for (let hour = from; hour < to; hour++) found.push(hour);
  }
  return found;
};

const RULE = /^((?:Mo|Tu|We|Th|Fr|Sa|Su)[\w,\- ]*?)?\s*(off|closed|[\d:,\- ]+)$/;

/**
 * 168 flags, Monday 0:00 first: whether the team is open in (a part of) that hour of an ordinary week.
 * Null if the hours say more than this reads (dates, weeks, sunsets); public holidays are left aside.
 */
export function openByHour(hours: string): boolean[] | null {
  const week = Array<boolean>(168).fill(false);
  if (hours.trim() === "24/7") return week.fill(true);
  for (const rule of hours.split(";").map((part) => part.trim())) {
    if (!rule || /^(PH|SH)\b/.test(rule)) continue;
    const match = RULE.exec(rule);
    if (!match) return null;
    const days = match[1] ? daysOf(match[1].trim().replace(/,?\s*PH$/, "")) : [0, 1, 2, 3, 4, 5, 6];
    const off = match[2] === "off" || match[2] === "closed";
    const open = off ? [] : hoursOf(match[2]!);
    if (!days || !open) return null;
    for (const day of days) {
      // A later rule for a day takes the place of an earlier one.
      for (let hour = 0; hour < 24; hour++) week[day * 24 + hour] = false;
    }
    for (const day of days) for (const hour of open) week[(day * 24 + hour) % 168] = true;
  }
  return week;
}
