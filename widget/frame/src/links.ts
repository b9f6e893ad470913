/** Finds what can be followed in a text. The pieces are put together by the renderer as text and links, never as HTML. */

export type Piece = string | { text: string; href: string };

const CANDIDATE =
  /\b(?:https?:\/\/|www\.)[^\s<>"'`]+|\b(?:mailto|tel):[^\s<>"'`]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w+])\+\d[\d ()-]{6,18}\d/giu;
const ALLOWED = new Set(['http:', 'https:', 'mailto:', 'tel:']);

export function withLinks(text: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { 0: found, index } of text.matchAll(CANDIDATE)) {
    const candidate = withoutTail(found);
    const href = addressOf(candidate);
    if (!href) continue;
    if (index > at) pieces.push(text.slice(at, index));
    pieces.push({ text: candidate, href });
    at = index + candidate.length;
  }
  if (at < text.length) pieces.push(text.slice(at));
  return pieces;
}

function addressOf(candidate: string): string | undefined {
  if (candidate.startsWith('+')) return `tel:${candidate.replace(/[^\d+]/g, '')}`;
  const written = /^www\./i.test(candidate)
    ? `https://${candidate}`
    : /^[a-z]+:/i.test(candidate)
      ? candidate
      : `mailto:${candidate}`;
  if (!URL.canParse(written)) return undefined;
  const { protocol, href, username } = new URL(written);
  // `https://bank.example@evil.example` shows one host and leads to another.
  return ALLOWED.has(protocol) && !username ? href : undefined;
}

/** The sentence's own marks at the end are not the link's; a closing bracket is, when it was opened in it. */
function withoutTail(found: string): string {
  let link = found;
  for (;;) {
    const last = link.at(-1) ?? '';
    const unopened = last === ')' && link.split('(').length < link.split(')').length;
    if (!/[.,;:!?…»”’*_\]]/u.test(last) && !unopened) return link;
    link = link.slice(0, -1);
  }
}
