import type { Key } from "@shared/i18n";
import { instantOf, wallClock } from "@shared/lib/zone";
import type { ConversationContext, NextStep, WrapUp } from "./api";
import type { Channel, ConversationHead, StepOwner } from "./model";

/** What the dialog holds. `who` "other" is a colleague, a team or somebody outside: see `other`. */
export interface WrapUpForm {
  result: string;
  nothing: boolean;
  /** A meeting of `kind` that begins at `due`, instead of something to be done by then. */
  booking: boolean;
  kind: string;
  what: string;
  who: StepOwner;
  /** `agent:ID`, `team:NAME` or `name` with `otherName`. */
  other: string;
  otherName: string;
  channel: Channel;
  /** Where to reach the visitor, as they said it: asked for when nothing is known. */
  phone: string;
  email: string;
  /** As `datetime-local` writes it, in the page's time zone. */
  due: string;
}

export interface Person {
  id: string;
  name: string;
}

export type Problems = Partial<Record<"result" | "what" | "other" | "due" | "kind", Key>>;

const two = (value: number) => String(value).padStart(2, "0");

/** `2026-11-21T15:30`: what a datetime-local field takes, on the page's clock. */
export function localInput(at: Date): string {
  const { year, month, day, hour, minute } = wallClock(at);
  return `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}`;
}

/** The instant a datetime-local field means on the page's clock; null if it is empty or no time. */
export function fromLocalInput(text: string): Date | null {
  const found = /^(\d{4,})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(text);
  if (!found) return null;
  const [year, month, day, hour, minute] = found.slice(1).map(Number) as [number, number, number, number, number];
  return instantOf({ year, month, day, hour, minute });
}

/** Up to the next full five minutes: a promise at 14:07 reads as a slip. */
export const roundedUp = (at: Date, minutes = 5): Date => {
  const size = minutes * 60_000;
  return new Date(Math.ceil(at.getTime() / size) * size);
};

const at = (now: Date, hour: number, ahead = 0) => {
  const today = wallClock(now);
  return instantOf({ ...today, day: today.day + ahead, hour, minute: 0 });
};

export interface QuickChoice {
  key: Key;
  due: Date;
}

/** Times one click away. Today's is not offered once it has gone by. */
export const quickChoices = (now: Date): QuickChoice[] =>
  [
    { key: "wrap_up.in_1_hour" as Key, due: roundedUp(new Date(now.getTime() + 3_600_000)) },
    { key: "wrap_up.today_16" as Key, due: at(now, 16) },
    { key: "wrap_up.tomorrow_9" as Key, due: at(now, 9, 1) },
  ].filter((choice) => choice.due > now);

/** Beginnings of a meeting, one click away. */
export const bookingChoices = (now: Date): QuickChoice[] => [
  { key: "wrap_up.tomorrow_10", due: at(now, 10, 1) },
  { key: "wrap_up.tomorrow_14", due: at(now, 14, 1) },
  { key: "wrap_up.in_a_week_10", due: at(now, 10, 7) },
];

export type Next = "promise" | "booking" | "nothing";

// Words that results are made of, as plans are written in the three languages; the rest leaves something to do.
const OVER =
  /^(bought|ordered|sold|order|sale|solved|explained|answered|helped|done|spam|lost|not_(?!solved|reached)|no_|never|ostettu|osti|myyty|tilattu|ratkaistu|selvisi|vastattu|ei_(?!ratkennut|ratkaistu|tavoitettu)|köpt|såld|löst|besvarad|klart|inte_(?!löst)|ej_(?!löst))/;
const BOOKED = /book|varattu|varaus|varattiin|bokad|bokat|bokning/;
const SOLD = /^(bought|ordered|sold|order|sale|ostettu|osti|myyty|tilattu|köpt|såld)/;
const SOLVED = /^(solved|ratkaistu|selvisi|löst)/;
const NOT_NOW = /^(not_now|ei_nyt|inte_nu)/;

const plainly = (result: string) => result.toLowerCase().replaceAll(/[-\s:]+/g, "_");

/** What a result leaves to be done unless somebody says otherwise: "not now" promises nothing, "booked" has a meeting. */
export function nextOf(result: string, kinds: string[]): Next {
  const name = plainly(result);
  const isBooked = BOOKED.test(name) || kinds.some((kind) => name.includes(plainly(kind)));
  if (kinds.length > 0 && isBooked && !/^(not_|no_|ei_|inte_|ej_)/.test(name)) return "booking";
  return OVER.test(name) ? "nothing" : "promise";
}

/** The change that choosing a result makes to the form. */
export const withResult = (result: string, kinds: string[]): Partial<WrapUpForm> => {
  const next = nextOf(result, kinds);
  const name = plainly(result);
  const kind = kinds.find((one) => name.includes(plainly(one))) ?? kinds[0] ?? "";
  return { result, nothing: next === "nothing", booking: next === "booking", ...(next === "booking" ? { kind } : {}) };
};

/** The likely end of a conversation, for one key: bought if they have since it began; else solved, or not now. "" if none. */
export function suggestedResult(context: ConversationContext | undefined, head: ConversationHead): string {
  const { results = [], aim } = context?.team ?? {};
  const find = (words: RegExp) => results.find((result) => words.test(plainly(result)));
  const bought = context?.orders.some((order) => Date.parse(order.at) >= Date.parse(head.opened_at));
  const usual = aim === "service" ? find(SOLVED) : find(NOT_NOW);
  return (bought ? find(SOLD) : undefined) ?? usual ?? "";
}

export function startForm(context: ConversationContext | undefined, now: Date): WrapUpForm {
  const after = context?.team.after_chat;
  return {
    result: "",
    nothing: false,
    booking: false,
    kind: context?.team.bookings?.[0] ?? "",
    what: "",
    who: "agent",
    other: "",
    otherName: "",
    phone: "",
    email: "",
    channel: after?.channel ?? "phone",
    due: localInput(roundedUp(new Date(now.getTime() + (after?.within_ms ?? 3_600_000)))),
  };
}

/** What keeps it from being sent, by field. */
export function problemsOf(form: WrapUpForm, now: Date): Problems {
  const problems: Problems = {};
  if (!form.result) problems.result = "wrap_up.need_result";
  if (form.nothing) return problems;
  if (form.booking && !form.kind) problems.kind = "wrap_up.need_kind";
  if (!form.booking && !form.what.trim()) problems.what = "wrap_up.need_what";
  if (form.who === "other" && (!form.other || (form.other === "name" && !form.otherName.trim()))) {
    problems.other = "wrap_up.need_person";
  }
  const due = fromLocalInput(form.due);
  if (!due) problems.due = form.booking ? "wrap_up.need_start" : "wrap_up.need_due";
  else if (due <= now) problems.due = "wrap_up.due_past";
  return problems;
}

/** The form as the server takes it. A colleague is an agent of ours; only a team or an outsider is `other`. */
export function stepOf(form: WrapUpForm, me: Person, people: Person[]): NextStep {
  const due_at = fromLocalInput(form.due)?.toISOString() ?? null;
  const base = form.booking
    ? { what: "", channel: "visit" as const, due_at, booking: form.kind }
    : { what: form.what.trim(), channel: form.channel, due_at };
  if (form.who === "visitor" && !form.booking) return { ...base, who: "visitor" };
  if (form.who !== "other") return { ...base, who: "agent", who_name: me.name, agent_id: me.id };
  const [kind, id = ""] = form.other.split(/:(.*)/s);
  if (kind === "agent") {
    const name = people.find((person) => person.id === id)?.name ?? "";
    return { ...base, who: "agent", who_name: name, agent_id: id };
  }
  if (kind === "team") return { ...base, who: "other", team: id };
  return { ...base, who: "other", who_name: form.otherName.trim() };
}

const contactOf = (form: WrapUpForm): WrapUp["contact"] => {
  const [phone, email] = [form.phone.trim(), form.email.trim()];
  return !form.nothing && (phone || email) ? { name: "", phone, email } : null;
};

/** Whether we already know where to call or write to: from the visitor's contact, or what the site vouched for. */
export function isReachable(channel: Channel, context: ConversationContext | undefined): boolean {
  const { contact, traits, claimed } = context?.visitor ?? {};
  const known = Object.entries({ ...claimed, ...traits, ...contact });
  if (channel === "phone") return known.some(([name, value]) => /phone|mobile|tel/i.test(name) && Boolean(value));
  if (channel === "email") return known.some(([, value]) => String(value ?? "").includes("@"));
  return true;
}

export const wrapUpOf = (form: WrapUpForm, me: Person, people: Person[]): WrapUp => ({
  result: form.result,
  next_step: form.nothing ? null : stepOf(form, me, people),
  contact: contactOf(form),
});
