/** Where in a text a problem is. The server counts lines and characters from 1; an editor counts UTF-16 units from 0. */
export interface Range {
  from: number;
  to: number;
}

const TOKEN = /^(?:"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?|[\p{L}\p{N}_.-]+|&&|\|\||[=!<>]=|\S)/u;

export function lineStart(text: string, line: number): number {
  let at = 0;
  for (let n = 1; n < line; n += 1) {
    const next = text.indexOf("\n", at);
    if (next < 0) return text.length;
    at = next + 1;
  }
  return at;
}

/** The word at a place: what an editor underlines. Never beyond its line, and never empty where there is a line. */
export function rangeOf(text: string, line: number, column: number): Range {
  const start = lineStart(text, line);
  const end = text.indexOf("\n", start) < 0 ? text.length : text.indexOf("\n", start);
  const content = text.slice(start, end);
  const before = [...content].slice(0, Math.max(0, column - 1)).join("").length;
  const rest = content.slice(before);
  const token = TOKEN.exec(rest)?.[0] ?? "";
  if (token) return { from: start + before, to: start + before + token.length };
  const trimmed = content.trimEnd().length;
  return trimmed > 0
    ? { from: start + content.length - content.trimStart().length, to: start + trimmed }
    : { from: start, to: end };
}

/** Where a named part of the plan begins: the line (from 1) of a trigger, team, audience or stage; 0 if not found. */
export function lineOf(text: string, section: string, name: string): number {
  const lines = text.split("\n");
  const from = lines.findIndex((line) => line.startsWith(`${section}:`));
  if (from < 0) return 0;
  const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const wanted = new RegExp(
    `^\\s*(?:-\\s*)?(?:\\{\\s*)?(?:name:\\s*["']?${escaped}["']?\\s*(?:[,}#]|$)|["']?${escaped}["']?\\s*:)`,
  );
  for (let at = from + 1; at < lines.length; at += 1) {
    const line = lines[at]!;
    if (/^\w/.test(line)) return 0;
    if (wanted.test(line)) return at + 1;
  }
  return 0;
}
