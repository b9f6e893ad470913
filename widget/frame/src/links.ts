/**
 * Finds what can be followed in a text, in whatever script it is written. The pieces are put together by the renderer as
 * text and links, never as HTML. The console uses it too.
 */

export type Piece = string | { text: string; href: string };

/** Ends an address wherever it stands: quotes, the marks of scripts that write no spaces, what is not to be seen. */
const STOPS = String.raw`\s<>"\u0060«»“”„‹›、。〈-】〔-〟！（），．：；？［］｛｝｟-･،؛؟۔।॥։።-፨។៕\p{Bidi_Control}\u200B\u2060\uFEFF`;
/** All parts have a length, so that no text takes long to read. Letters of an e-mail address; those of scripts that write no spaces belong to the sentence before it. */
const LETTERS = String.raw`\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}\p{Nd}\p{M}`;
const CANDIDATE = new RegExp(
  [
    `(?<![${LETTERS}])(?:https?://|www\\.|mailto:|tel:)[^${STOPS}]{1,2000}`,
    `[${LETTERS}_.+%'-]{1,64}@[\\p{L}\\p{M}\\p{Nd}-]{1,63}(?:\\.[\\p{L}\\p{M}\\p{Nd}-]{1,63}){1,9}`,
    String.raw`(?<![\w+])\+\d[\d ()-]{6,18}\d(?!\w)`,
  ].join('|'),
  'giu',
);
const ALLOWED = new Set(['http:', 'https:', 'mailto:', 'tel:']);
const PAIRS: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

export function withLinks(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { 0: found, index } of text.matchAll(CANDIDATE)) {
    const [start, candidate] = trimmed(found, index, text);
    const href = addressOf(candidate);
    if (!href) continue;
    if (start > at) pieces.push(text.slice(at, start));
    pieces.push({ text: candidate, href });
    at = start + candidate.length;
  }
  if (at < text.length) pieces.push(text.slice(at));
  return pieces;
}

function trimmed(found: string, index: number, text: string): [number, string] {
  const isMail = !/^(https?:|www\.|mailto:|tel:|\+)/i.test(found);
  const lead = isMail ? (/^[.%'-]+/.exec(found)?.[0].length ?? 0) : 0;
  return [index + lead, withoutTail(withoutNeighbour(found.slice(lead), isMail), text[index - 1] ?? '')];
}

/** No host ends in two scripts: `example.comをご覧` is a host and the sentence that goes on without a space. */
function withoutNeighbour(link: string, isMail: boolean): string {
  const host = (isMail ? /@(.*)$/ : /^(?:https?:\/\/|(?=www\.))([^/?#]*)/i).exec(link);
  const label = host?.[1]?.split(/[.@]/).at(-1) ?? '';
  const cut = /^([a-z]{2,}[a-z\d-]*(?::\d+)?)[^\p{sc=Latin}\p{M}\p{Nd}:-]/iu.exec(label);
  if (!host || !cut) return link;
  return link.slice(0, host.index + host[0].length - label.length + (cut[1]?.length ?? 0));
}

/**
 * The sentence's own marks at the end are not the link's, in any script; a closing bracket is, when it was opened in it,
 * and so are the marks that addresses end with. What stands around a link to make it bold (`*…*`) goes with its like.
 */
function withoutTail(found: string, before: string): string {
  let end = found.length;
  for (; end > 0; end -= 1) {
    const last = found[end - 1] ?? '';
    const opened = PAIRS[last];
    const link = found.slice(0, end);
    if (opened && link.split(opened).length >= link.split(last).length) break;
    if (/[_*~]/.test(last) ? last !== before : !/[.,:;!?'\]})\p{P}]/u.test(last) || /[/\-_&%#@\\]/.test(last)) break;
  }
  return found.slice(0, end);
}

function addressOf(candidate: string): string | undefined {
  if (candidate.startsWith('+')) return `tel:${candidate.replace(/[^\d+]/g, '')}`;
  const written = /^www\./i.test(candidate)
    ? `https://${candidate}`
    : /^(https?|mailto|tel):/i.test(candidate)
      ? candidate
      : `mailto:${candidate}`;
  if (!URL.canParse(written)) return undefined;
  const { protocol, href, username, password } = new URL(written);
  // `https://bank.example@evil.example` shows one host and leads to another.
  return ALLOWED.has(protocol) && !username && !password ? href : undefined;
}
