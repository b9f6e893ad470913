import { keep, keptJson, keptNames } from "@shared/lib/storage";

/** What was written and is not yet acknowledged. It survives a reload: one entry in the browser's storage each. */
export interface Unsent {
  cid: string;
  conversation: string;
  kind: "send" | "note";
  text: string;
  canned?: string;
  /** When it was written, ms since the epoch: the order in which they go out. */
  at: number;
  /** `waiting` for a connection, `sending`, or `failed`: refused by the server, for a person to decide. */
  state: "waiting" | "sending" | "failed";
  error?: string;
}

const key = (user: string, cid: string) => `outbox.${user}.${cid}`;

export const inTurn = (items: Unsent[]): Unsent[] =>
  [...items].sort((a, b) => a.at - b.at || a.cid.localeCompare(b.cid));

/** What the last page load left behind. Nothing of it is under way any more. */
export function leftBehind(user: string): Unsent[] {
  const items = keptNames(`outbox.${user}.`).flatMap((name) => keptJson<Unsent>(name) ?? []);
  return inTurn(items.map((item) => (item.state === "sending" ? { ...item, state: "waiting" } : item)));
}

/** False when the browser would not store it: then it only lives as long as the page. */
export const put = (user: string, item: Unsent): boolean => keep(key(user, item.cid), JSON.stringify(item));
export const drop = (user: string, cid: string): boolean => keep(key(user, cid), null);

/**
 * Those to send now: the first of each conversation, unless it is under way. One at a time keeps their order when
 * the server refuses one for a moment. A refused one waits for a person, the ones after it do not.
 */
export function due(items: Unsent[]): Unsent[] {
  const first = new Map<string, Unsent>();
  for (const item of inTurn(items)) {
    if (item.state !== "failed" && !first.has(item.conversation)) first.set(item.conversation, item);
  }
  return [...first.values()].filter((item) => item.state === "waiting");
}
