import type { PromiseMade } from '../protocol';
import { Drawing } from '../ui/icons';
import { say } from '../words';

const CHECK = 'M5 12.5 10 17 19 7';
const DRAWINGS: Record<string, string> = {
  phone: 'M5 4h4l2 5-2.5 1.5a11 11 0 0 0 5 5L15 13l5 2v4a1 1 0 0 1-1 1A15 15 0 0 1 4 5a1 1 0 0 1 1-1Z',
  email: 'M4 6h16v12H4zM4 7l8 6 8-6',
};

/** What happens next, who does it and by when, in one plain sentence. */
export function PromiseCard({ promise, title }: { promise: PromiseMade; title?: string }) {
  const { text, channel, who_name = '' } = promise;
  return (
    <section class="promise">
      <span class="sign">
        <Drawing path={DRAWINGS[channel] ?? CHECK} />
      </span>
      <div>
        <h3>{title ?? say('promise_title')}</h3>
        <p dir="auto">{text}</p>
        {who_name && !text.includes(who_name) && (
          <p class="by" dir="auto">
            {who_name}
          </p>
        )}
      </div>
    </section>
  );
}
