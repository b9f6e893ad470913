import { withLinks } from "../../../../widget/frame/src/links";

/** Text cut at its links, as the visitor sees it. Only http, https, mail addresses and numbers become links. */
export type Piece = { text: string; href?: string };

export const pieces = (text: string): Piece[] =>
  withLinks(text).map((piece) => (typeof piece === "string" ? { text: piece } : piece));
