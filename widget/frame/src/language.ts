import * as state from './state';
import { language, loadWords } from './words';

/** Puts the chat in another language. */
export async function useLanguage(wanted: string): Promise<void> {
  await loadWords(wanted);
  document.documentElement.lang = language;
  state.wordsLoaded.value = wanted;
}
