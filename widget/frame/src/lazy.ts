import { signal } from '@preact/signals';

/**
 * Parts of the chat that few visits need, each in a file of its own: fetched when first asked for, and again until it
 * comes. A browser remembers an import that failed, so each try has another address: the build puts `overtureAgain`
 * behind each of them (build/again.mjs).
 */

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;

declare global {
  var overtureAgain: string;
}

globalThis.overtureAgain = '';

/** What gives the part once it is here, and draws anew when it comes; undefined until then. */
export function lazily<Part>(bring: () => Promise<Part>): () => Part | undefined {
  const part = signal<Part>();
  let tries = -1;

  function load(): void {
    tries += 1;
    globalThis.overtureAgain = tries ? `?${tries}` : '';
    bring().then(
      (came) => {
        part.value = came;
      },
      () => setTimeout(load, Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries)),
    );
  }

  return () => {
    if (tries < 0) load();
    return part.value;
  };
}

/** Puts a part's own styles in use; the page's policy forbids inline ones, not these. */
export function addStyles(css: string): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
