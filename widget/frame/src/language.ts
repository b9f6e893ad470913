import * as state from './state';
import { language, loadWords } from './words';

const RIGHT_TO_LEFT = /^(ar|ckb|dv|fa|he|ps|sd|ug|ur|yi)\b/;

/** Puts the chat in another language. */
export async function useLanguage(wanted: string): Promise<void> {
  await loadWords(wanted);
  document.documentElement.lang = language;
  document.documentElement.dir = RIGHT_TO_LEFT.test(language) ? 'rtl' : 'ltr';
  state.wordsLoaded.value = wanted;
}
