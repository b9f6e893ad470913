import { effect, signal } from '@preact/signals';
import * as state from './state';
import { parse, type Store } from './storage';

/** What is being written and not yet sent, in the message box and in the form: it survives whatever happens around it. */

export interface FormDraft {
  text: string;
  email: string;
  phone: string;
  name: string;
}

const EMPTY_FORM: FormDraft = { text: '', email: '', phone: '', name: '' };

export const message = signal('');
export const form = signal<FormDraft>(EMPTY_FORM);

let forget = () => {};

export function toForm(change: Partial<FormDraft>): void {
  form.value = { ...form.value, ...change };
}

/** Puts `text` below what stands in the form already. */
export function addToForm(text: string): void {
  toForm({ text: joined(form.peek().text, text) });
}

/** Puts `text` before what stands in the message box already. */
export function addToMessage(text: string): void {
  message.value = joined(text, message.peek());
}

/**
 * There is one text, and it stands where it can be seen: what was written in the message box goes along into the form
 * when that takes its place, and back. A message that is being left stays where it was written.
 */
export function keepTextInSight(): void {
  effect(() => {
    const { text } = form.value;
    if (state.isAway.value && message.value) {
      addToForm(message.value);
      message.value = '';
      state.left.value = null; // what was left before would hide it
    } else if (state.canWrite.value && !state.isWishing.value && !state.isLeaving.value && text) {
      message.value = joined(text, message.value);
      toForm({ text: '' });
    }
  });
}

function joined(...texts: string[]): string {
  return texts.filter((text) => text.trim()).join('\n');
}

/** Takes up this visitor's drafts where `store` has them, and keeps them there from now on. */
export function keepDrafts(store: Store, tag: string): void {
  forget();
  const name = `overture:${tag}:draft`;
  const kept = parse(store.get(name));
  message.value ||= kept?.message ?? '';
  if (kept?.form && !form.value.text) form.value = { ...EMPTY_FORM, ...kept.form };
  forget = effect(() => store.set(name, JSON.stringify({ message: message.value, form: form.value })));
}
