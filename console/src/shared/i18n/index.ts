import { useEffect, useSyncExternalStore } from "react";
import { keep, kept } from "../lib/storage";
import { setPageZone } from "../lib/zone";
import { type Formats, formats } from "./format";
import { type Catalogue, type Translate, translator } from "./translate";

export { clock, daysApart } from "./format";
export type { Key, Params, Translate } from "./translate";

export const LANGUAGES = ["en", "fi", "sv"] as const;
export type Language = (typeof LANGUAGES)[number];

interface Words {
  language: Language;
  t: Translate;
  fmt: Formats;
}

const CATALOGUES: Record<Language, () => Promise<{ default: Catalogue }>> = {
  en: () => import("@locales/en.json"),
  fi: () => import("@locales/fi.json"),
  sv: () => import("@locales/sv.json"),
};

let words: Words | undefined;
const listeners = new Set<() => void>();

export const isLanguage = (code: string | null | undefined): code is Language =>
  LANGUAGES.some((language) => language === code);

/** The language last used in this browser, else the first of the browser's own that there is a catalogue for. */
export function preferredLanguage(): Language {
  const last = kept("language");
  if (isLanguage(last)) return last;
  return navigator.languages.map((tag) => tag.slice(0, 2)).find(isLanguage) ?? "en";
}

/** Fetches the catalogue and puts every string on the page into that language. */
export async function loadCatalogue(language: Language): Promise<void> {
  if (words?.language === language) return;
  const { default: catalogue } = await CATALOGUES[language]();
  words = { language, t: translator(catalogue, language), fmt: formats(language) };
  document.documentElement.lang = language;
  keep("language", language);
  for (const listener of listeners) listener();
}

/** Puts every time on the page into that zone. */
export function useTimesOf(zone: string | undefined): void {
  useEffect(() => {
    if (!setPageZone(zone) || !words) return;
    words = { ...words, fmt: formats(words.language) };
    for (const listener of listeners) listener();
  }, [zone]);
}

function current(): Words {
  if (!words) throw new Error("The catalogue is asked before it is loaded: await loadCatalogue first.");
  return words;
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Strings and formats in the reader's language; the component is drawn again when the language changes. */
export const useWords = (): Words => useSyncExternalStore(subscribe, current);

/** The same outside of components. */
export const wordsNow = current;
