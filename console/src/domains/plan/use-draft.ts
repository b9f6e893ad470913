import { useMe } from "@domains/session";
import { ApiError } from "@shared/http";
import { queryClient } from "@shared/http/query";
import { keep, keptJson } from "@shared/lib/storage";
import { type Store, store, useStore } from "@shared/lib/store";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { draftQuery, saveDraft } from "./api";
import {
  type Aside,
  type Draft,
  isDirty,
  type Kept,
  keepMine,
  met,
  opened,
  type SavedDraft,
  saved,
  takeTheirs,
  typed,
} from "./draft";

/** One draft a site, for as long as the console is open: leaving the page and coming back loses nothing. */
const drafts = new Map<string, Store<Draft | null>>();

function draftOf(site: string): Store<Draft | null> {
  const found = drafts.get(site) ?? store<Draft | null>(null);
  drafts.set(site, found);
  return found;
}

const keptAs = (site: string) => `plan-draft.${site}`;
const asidesAs = (site: string) => `plan-asides.${site}`;

function remember(site: string, draft: Draft): void {
  const kept: Kept = { text: draft.text, seen: draft.seen };
  keep(keptAs(site), isDirty(draft) ? JSON.stringify(kept) : null);
  keep(asidesAs(site), draft.asides.length > 0 ? JSON.stringify(draft.asides) : null);
}

/** ms without a key before what was typed is written down: a plan of a megabyte takes 30 ms to write. */
const PAUSE = 400;
const typing = new Map<string, ReturnType<typeof setTimeout>>();

function rememberNow(site: string): void {
  clearTimeout(typing.get(site));
  typing.delete(site);
  const draft = draftOf(site).get();
  if (draft) remember(site, draft);
}

function rememberSoon(site: string): void {
  clearTimeout(typing.get(site));
  typing.set(
    site,
    setTimeout(() => rememberNow(site), PAUSE),
  );
}

if (typeof window !== "undefined") {
  // Before the page goes, or is put aside where it may be ended without a word.
  const all = () => [...typing.keys()].forEach(rememberNow);
  addEventListener("pagehide", all);
  document.addEventListener("visibilitychange", all);
}

function change(site: string, how: (draft: Draft) => Draft, write = rememberNow): void {
  const held = draftOf(site);
  const before = held.get();
  if (!before) return;
  const after = how(before);
  if (after === before) return;
  held.set(after);
  write(site);
}

/** Take in what the server has: the first time it opens the draft, with what this browser kept of unsaved work. */
export function meet(site: string, found: SavedDraft): void {
  const held = draftOf(site);
  if (held.get()) change(site, (draft) => met(draft, found));
  else held.set(opened(found, keptJson<Kept>(keptAs(site)), keptJson<Aside[]>(asidesAs(site)) ?? []));
}

/** Put a draft that this browser just made in the place of all older answers that may still be on their way. */
export async function settleDraft(
  site: string,
  as: SavedDraft,
  how: (draft: Draft, as: SavedDraft) => Draft = met,
): Promise<void> {
  const { queryKey } = draftQuery(site);
  await queryClient.cancelQueries({ queryKey });
  queryClient.setQueryData(queryKey, as);
  change(site, (draft) => how(draft, as));
}

/** Save what stands in the editor; the draft as saved, or null if somebody else was first (then theirs is beside it). */
export async function saveNow(site: string): Promise<SavedDraft | null> {
  const draft = draftOf(site).get();
  if (!draft || draft.theirs) return null;
  if (!isDirty(draft)) return draft.seen;
  const { queryKey } = draftQuery(site);
  await queryClient.cancelQueries({ queryKey });
  try {
    const as = await saveDraft(site, draft.text, draft.seen);
    await settleDraft(site, as, saved);
    return as;
  } catch (error) {
    if (!(error instanceof ApiError && error.code === "draft_changed")) throw error;
    await queryClient.refetchQueries({ queryKey });
    const found = queryClient.getQueryData<SavedDraft>(queryKey);
    if (found) meet(site, found);
    return null;
  }
}

/** The site's draft as it stands in this browser, following what others save. */
export function useDraft(site: string) {
  const me = useMe();
  const query = useQuery(draftQuery(site));
  const held = useMemo(() => draftOf(site), [site]);
  const draft = useStore(held);
  const [saving, setSaving] = useState(false);
  useEffect(() => {
    if (query.data) meet(site, query.data);
  }, [site, query.data]);
  const save = useCallback(async () => {
    setSaving(true);
    try {
      return await saveNow(site);
    } finally {
      setSaving(false);
    }
  }, [site]);
  return {
    draft,
    dirty: draft !== null && isDirty(draft),
    query,
    saving,
    save,
    type: useCallback((text: string) => change(site, (now) => typed(now, text), rememberSoon), [site]),
    takeTheirs: () => change(site, (now) => takeTheirs(now, me.name || me.email, new Date().toISOString())),
    keepMine: () => change(site, (now) => keepMine(now, new Date().toISOString())),
    forget: (aside: Aside) => change(site, (now) => ({ ...now, asides: now.asides.filter((one) => one !== aside) })),
  };
}
