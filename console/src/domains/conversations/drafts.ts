import { keep, kept } from "@shared/lib/storage";

export type Mode = "reply" | "note";

const name = (user: string, conversation: string, mode: Mode) => `draft.${user}.${mode}.${conversation}`;

/** Half-written text, per conversation and kind: a note never turns into a reply. */
export const draftOf = (user: string, conversation: string, mode: Mode): string =>
  kept(name(user, conversation, mode)) ?? "";

export const keepDraft = (user: string, conversation: string, mode: Mode, text: string): void => {
  keep(name(user, conversation, mode), text === "" ? null : text);
};
