/** Text by characters: half a character (of an emoji, say) is never sent, cut or counted. */

/** As JSON, with U+FFFD for half a character: the server reads no other. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, part) => (typeof part === "string" ? part.toWellFormed() : part));

/** Characters as the server counts them: code points. */
export const lengthOf = (text: string): number => [...text].length;

/** Whether a key belongs to an input method: Safari tells of the Enter that ends a word after the word has ended, as 229. */
export const isComposing = ({ isComposing, keyCode }: { isComposing: boolean; keyCode: number }): boolean =>
  isComposing || keyCode === 229;
