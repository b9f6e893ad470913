import type { FormDraft } from '../draft';
import { lengthOf } from '../text';

/** A first look at the form, to tell what is wrong before anything is sent. The server has the last word. */

export interface Problem {
  field: keyof FormDraft;
  /** The catalogue's code for it. */
  code: string;
}

const MAX_LENGTH = 8_000;
const EMAIL = /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/;
const PHONE = /^\+?[\d\s().-]{5,25}$/;

export function problemIn(draft: FormDraft, needs: 'text' | 'phone' | ''): Problem | null {
  const { text, phone } = draft;
  const email = needs === 'phone' ? '' : draft.email; // not shown where only a number is asked for
  if (needs === 'text' && !text.trim()) return { field: 'text', code: 'error_text' };
  if (lengthOf(text) > MAX_LENGTH) return { field: 'text', code: 'error_message_too_long' };
  if (email.trim() && !EMAIL.test(email.trim())) return { field: 'email', code: 'error_email' };
  if (phone.trim() && !isPhone(phone.trim())) return { field: 'phone', code: 'error_phone' };
  if (needs === 'phone' && !phone.trim()) return { field: 'phone', code: 'error_phone' };
  if (!email.trim() && !phone.trim()) return { field: 'email', code: 'error_contact' };
  return null;
}

function isPhone(phone: string): boolean {
  return PHONE.test(phone) && phone.replace(/\D/g, '').length >= 5;
}
