import type { Message } from '../protocol';
import { hasWords, language, say, type Values } from '../words';
import { PromisePart } from './parts';

/** What the system says, in the reader's words; a code this catalogue does not know in the server's. */
export function Notice({ message }: { message: Message }) {
  const { notice = '', params = {}, text } = message;
  if (notice === 'promise') {
    return <PromisePart promise={{ who: 'agent', channel: '', ...params, text: String(params.text ?? text) }} />;
  }
  return (
    <p class="notice" dir="auto">
      {wording(notice, params, text)}
    </p>
  );
}

function wording(notice: string, params: Record<string, unknown>, text: string): string {
  const code = `notice_${notice}`;
  if (!hasWords(code)) return text;
  const { agent, team } = params;
  const values = { name: agent, from: agent, to: String(team ?? '').replaceAll('-', ' '), ...params };
  return say(code, (notice === 'order' ? { ...values, amount: amount(params) } : values) as Values);
}

function amount({ value, currency }: Record<string, unknown>): string {
  try {
    return new Intl.NumberFormat(language, { style: 'currency', currency: String(currency) }).format(Number(value));
  } catch {
    return `${value} ${currency}`; // not a currency the browser knows
  }
}
