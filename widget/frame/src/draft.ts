import { effect, signal } from '@preact/signals';
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

/** Takes up this visitor's drafts where `store` has them, and keeps them there from now on. */
export function keepDrafts(store: Store, tag: string): void {
  forget();
  const name = `overture:${tag}:draft`;
  const kept = parse(store.get(name));
  message.value ||= kept?.message ?? '';
  if (kept?.form && !form.value.text) form.value = { ...EMPTY_FORM, ...kept.form };
  forget = effect(() => store.set(name, JSON.stringify({ message: message.value, form: form.value })));
}
