import type { Key, Translate } from "@shared/i18n";
import { spoken } from "@shared/lib/names";
import type { Tone } from "@shared/ui/badge";
import type { ConversationHead, ConversationState, MessageView } from "./model";

/** A visitor's name, or a short stable one made of their id. */
export const visitorName = (t: Translate, name: string | undefined, id: string): string =>
  name || t("visitor.unnamed", { id: id.replace(/^v_/, "").slice(0, 4) });

export const STATE_TONES: Record<ConversationState, Tone> = {
  waiting: "warn",
  active: "good",
  wrapping_up: "accent",
  closed: "neutral",
};

export const stateName = (t: Translate, state: ConversationState): string => t(`state.${state}` as Key);

const NOTICES: Record<string, Key> = {
  agent_joined: "notice.agent_joined",
  agent_left: "notice.agent_left",
  agent_silent: "notice.agent_silent",
  handed_over: "notice.handed_over",
  escalated: "notice.escalated",
  transferred: "notice.transferred",
  visitor_left: "notice.visitor_left",
  visitor_returned: "notice.visitor_returned",
  closed: "notice.closed",
  promise: "notice.promise",
  booking_cancelled: "notice.promise",
  order: "notice.order",
};

/** A system notice in the reader's words; one this console does not know yet, in the server's English. */
export function noticeText(t: Translate, message: MessageView): string {
  const key = NOTICES[message.notice ?? ""];
  const params = Object.fromEntries(
    Object.entries(message.params ?? {}).map(([name, value]) => [
      name,
      name === "team" ? spoken(String(value)) : typeof value === "number" ? value : String(value ?? ""),
    ]),
  );
  if (!key) return message.text;
  const text = t(key, params);
  // A parameter the server did not send would show as {name}.
  return /\{\w+\}/.test(text) ? message.text || text : text;
}

export const headName = (t: Translate, head: ConversationHead) => visitorName(t, head.visitor_name, head.visitor);
