/** What a plan would have done on recorded visits. */

export interface TriggerNumbers {
  eligible: number;
  invited: number;
  held_out: number;
  held_out_all: number;
  /** Refused to the end because nobody could answer; only where agents were given. */
  held_back: number;
  visitors: number;
  /** Invitations by hour of the week, Monday 00 first. */
  by_hour: number[];
  with_others: Record<string, number>;
}

export interface Numbers {
  visits: number;
  visitors: number;
  disturbed: number;
  chats: number;
  orders: number;
  first_ms: number | null;
  last_ms: number | null;
  chats_by_hour: number[];
  triggers: Record<string, TriggerNumbers>;
}

export interface Side {
  numbers: Numbers;
  /** The same without visits whose chat came from an invitation. */
  uninvited: Numbers;
  disturbed_share: number;
}

export interface Trial {
  plan: Side;
  compare: Side | null;
  since: string;
  until: string;
  complete: boolean;
  /** Recorded visits that can't be read and were left out. */
  bad_lines: number;
}

export const HOURS = 168;
const WEEK_MS = 604_800_000;

export const shareDisturbed = (numbers: Numbers): number =>
  numbers.visits > 0 ? numbers.disturbed / numbers.visits : 0;

/** How long the log runs, in weeks; at least a day, so that rates stay finite. */
export function weeksOf({ first_ms, last_ms }: Numbers): number {
  if (first_ms === null || last_ms === null) return 1 / 7;
  return Math.max((last_ms - first_ms) / WEEK_MS, 1 / 7);
}

export function invitedByHour(numbers: Numbers, trigger = ""): number[] {
  const chosen = trigger ? [numbers.triggers[trigger]] : Object.values(numbers.triggers);
  return Array.from({ length: HOURS }, (_, hour) => chosen.reduce((sum, one) => sum + (one?.by_hour[hour] ?? 0), 0));
}

/** Conversations to expect in each hour of a week: those that came by themselves, and accepted invitations. */
export function expectedByHour(numbers: Numbers, acceptance: number): number[] {
  const weeks = weeksOf(numbers);
  const invited = invitedByHour(numbers);
  return invited.map((asked, hour) => ((numbers.chats_by_hour[hour] ?? 0) + acceptance * asked) / weeks);
}

/** The hour of the week with the most; -1 if there is none. */
export function busiest(week: number[]): number {
  const most = Math.max(0, ...week);
  return most > 0 ? week.indexOf(most) : -1;
}

/** Triggers of either side, in the first's order, what only the second has after it. */
export const triggersOf = (...sides: (Numbers | null | undefined)[]): string[] => [
  ...new Set(sides.flatMap((numbers) => Object.keys(numbers?.triggers ?? {}))),
];

export interface Overlap {
  one: string;
  other: string;
  visits: number;
  /** Of the visits in which the rarer of the two was eligible. */
  share: number;
}

/** Pairs of triggers that were eligible in the same visits, the closest first. */
export function overlaps(numbers: Numbers): Overlap[] {
  const names = Object.keys(numbers.triggers);
  const pairs = names.flatMap((one, index) =>
    names.slice(index + 1).map((other): Overlap => {
      const visits = numbers.triggers[one]?.with_others[other] ?? 0;
      const rarer = Math.min(numbers.triggers[one]?.eligible ?? 0, numbers.triggers[other]?.eligible ?? 0);
      return { one, other, visits, share: rarer > 0 ? visits / rarer : 0 };
    }),
  );
  return pairs.filter((pair) => pair.visits > 0).sort((a, b) => b.share - a.share || b.visits - a.visits);
}
