/** Text by characters: half a character (of an emoji, say) is never sent, cut or counted. */

/** As JSON, with U+FFFD for half a character: the server reads no other. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, part) => (typeof part === 'string' ? part.toWellFormed() : part));
}

/** Characters as the server counts them: code points. */
export function lengthOf(text: string): number {
  return [...text].length;
}

export function cut(text: string, most: number): string {
  return text.length > most ? [...text].slice(0, most).join('') : text;
}

/** The first character as a reader sees it, in capitals: with its marks, and of a flag both halves. */
export function initial(text: string): string {
  return /^(\p{RI}{2}|.\p{M}*)/u.exec(text)?.[0].toLocaleUpperCase() ?? '';
}
