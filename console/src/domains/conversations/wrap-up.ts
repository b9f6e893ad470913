import type { Key } from "@shared/i18n";
import type { ConversationContext, NextStep, WrapUp } from "./api";
import type { Channel, StepOwner } from "./model";

/** What the dialog holds. `who` "other" is a colleague, a team or somebody outside: see `other`. */
export interface WrapUpForm {
  result: string;
  nothing: boolean;
  what: string;
  who: StepOwner;
  /** `agent:ID`, `team:NAME` or `name` with `otherName`. */
  other: string;
  otherName: string;
  channel: Channel;
  /** Where to reach the visitor, as they said it: asked for when nothing is known. */
  phone: string;
  email: string;
  /** As `datetime-local` writes it, in the reader's own time zone. */
  due: string;
}

export interface Person {
  id: string;
  name: string;
}

export type Problems = Partial<Record<"result" | "what" | "other" | "due", Key>>;

const two = (value: number) => String(value).padStart(2, "0");

/** `2026-11-21T15:30`: what a datetime-local field takes. */
export const localInput = (at: Date): string =>
  `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;

/** Up to the next full five minutes: a promise at 14:07 reads as a slip. */
export const roundedUp = (at: Date, minutes = 5): Date => {
  const size = minutes * 60_000;
  return new Date(Math.ceil(at.getTime() / size) * size);
};

const at = (day: Date, hour: number, ahead = 0) =>
  new Date(day.getFullYear(), day.getMonth(), day.getDate() + ahead, hour, 0);

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

export function startForm(context: ConversationContext | undefined, now: Date): WrapUpForm {
  const after = context?.team.after_chat;
  return {
    result: "",
    nothing: false,
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
  if (!form.what.trim()) problems.what = "wrap_up.need_what";
  if (form.who === "other" && (!form.other || (form.other === "name" && !form.otherName.trim()))) {
    problems.other = "wrap_up.need_person";
  }
  const due = form.due ? new Date(form.due) : null;
  if (!due || Number.isNaN(due.getTime())) problems.due = "wrap_up.need_due";
  else if (due <= now) problems.due = "wrap_up.due_past";
  return problems;
}

/** The form as the server takes it. A colleague is an agent of ours; only a team or an outsider is `other`. */
export function stepOf(form: WrapUpForm, me: Person, people: Person[]): NextStep {
  const due = form.due ? new Date(form.due) : null;
  const due_at = due && !Number.isNaN(due.getTime()) ? due.toISOString() : null;
  const base = { what: form.what.trim(), channel: form.channel, due_at };
  if (form.who === "visitor") return { ...base, who: "visitor" };
  if (form.who === "agent") return { ...base, who: "agent", who_name: me.name, agent_id: me.id };
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
