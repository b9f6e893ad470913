/**
 * The draft as data. Its text is one view of it: whatever edits a draft (the code editor now, forms later) hands in
 * a new text by `typed`, and reads what it means from a `Reading` of that text.
 */

/** A draft as the server has it; revision 0 is the plan in force, before anybody saved a draft. */
export interface SavedDraft {
  text: string;
  revision: number;
  base_version: number;
  saved_at?: string | null;
  saved_by?: string;
  saved_by_name?: string;
}

/** A text that was not taken, so that nothing anybody wrote is lost. */
export interface Aside {
  text: string;
  by: string;
  at: string;
}

export interface Draft {
  /** What stands in the editor. */
  text: string;
  /** What the text was read from, or last saved as. */
  seen: SavedDraft;
  /** Somebody else's draft, saved since `seen`, which the text does not have. */
  theirs: SavedDraft | null;
  asides: Aside[];
}

/** What a browser keeps of unsaved work, over reloads and crashes. */
export interface Kept {
  text: string;
  seen: SavedDraft;
}

export const isDirty = (draft: Draft): boolean => draft.text !== draft.seen.text;

export const sameSaved = (one: SavedDraft, other: SavedDraft): boolean =>
  one.revision === other.revision && one.base_version === other.base_version && one.text === other.text;

export function opened(saved: SavedDraft, kept: Kept | null, asides: Aside[] = []): Draft {
  const draft: Draft = { text: saved.text, seen: saved, theirs: null, asides };
  if (!kept || kept.text === kept.seen.text || kept.text === saved.text) return draft;
  return met({ ...draft, text: kept.text, seen: kept.seen }, saved);
}

export const typed = (draft: Draft, text: string): Draft => (draft.text === text ? draft : { ...draft, text });

/** The server took a text; what was typed meanwhile stays. */
export const saved = (draft: Draft, as: SavedDraft): Draft => ({ ...draft, seen: as, theirs: null });

/**
 * The server has this draft now. What nobody here has touched follows it; an edited text is never replaced: then
 * theirs is put beside it.
 */
export function met(draft: Draft, found: SavedDraft): Draft {
  if (sameSaved(draft.seen, found)) return draft.theirs ? { ...draft, theirs: null } : draft;
  // A line of the past, on its way while we saved.
  if (found.base_version === draft.seen.base_version && found.revision > 0 && found.revision < draft.seen.revision)
    return draft;
  if (!isDirty(draft) || draft.text === found.text) return { ...draft, text: found.text, seen: found, theirs: null };
  // The same text under another revision (published as it was, say) is nobody's change.
  if (found.text === draft.seen.text) return { ...draft, seen: found, theirs: null };
  return draft.theirs && sameSaved(draft.theirs, found) ? draft : { ...draft, theirs: found };
}

const MOST_ASIDES = 5;
const putAside = (draft: Draft, aside: Aside): Aside[] =>
  [aside, ...draft.asides.filter((one) => one.text !== aside.text)].slice(0, MOST_ASIDES);

/** Go on with what they saved; mine is put aside. */
export function takeTheirs(draft: Draft, me: string, at: string): Draft {
  if (!draft.theirs) return draft;
  return {
    text: draft.theirs.text,
    seen: draft.theirs,
    theirs: null,
    asides: putAside(draft, { text: draft.text, by: me, at }),
  };
}

/** Go on with mine, knowing theirs: the next save replaces it, and theirs is put aside. */
export function keepMine(draft: Draft, at: string): Draft {
  if (!draft.theirs) return draft;
  const { text, saved_by_name: by = "", saved_at } = draft.theirs;
  return { ...draft, seen: draft.theirs, theirs: null, asides: putAside(draft, { text, by, at: saved_at ?? at }) };
}
