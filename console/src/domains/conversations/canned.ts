import type { CannedReply } from "./api";

/** The reply's text in the visitor's language, else in English, else in whatever there is. */
export const cannedText = (reply: CannedReply, language: string): string =>
  reply.text[language] ??
  reply.text[language.split("-", 1)[0] ?? ""] ??
  reply.text.en ??
  Object.values(reply.text)[0] ??
  "";

/** Those of the team (and everybody's) that fit what was typed after the slash: by shortcut first, then by words. */
export function fitting(replies: CannedReply[], team: string, query: string, language: string): CannedReply[] {
  const q = query.trim().toLowerCase();
  const rank = (reply: CannedReply) => {
    const shortcut = reply.shortcut.toLowerCase();
    if (shortcut.startsWith(q)) return 0;
    if (shortcut.includes(q)) return 1;
    return cannedText(reply, language).toLowerCase().includes(q) ? 2 : 3;
  };
  return replies
    .filter((reply) => (!reply.team || reply.team === team) && rank(reply) < 3)
    .sort((a, b) => rank(a) - rank(b) || a.shortcut.localeCompare(b.shortcut));
}
