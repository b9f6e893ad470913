import type { PromiseMade } from '../protocol';
import { Icon, type IconName } from '../ui/icons';
import { say } from '../words';

const ICONS: Record<string, IconName> = { phone: 'phone', email: 'email' };

/** What happens next, who does it and by when, in one plain sentence. */
export function PromiseCard({ promise, title }: { promise: PromiseMade; title?: string }) {
  const { text, channel, who_name = '' } = promise;
  return (
    <section class="promise">
      <span class="sign">
        <Icon name={ICONS[channel] ?? 'check'} />
      </span>
      <div>
        <h3>{title ?? say('promise_title')}</h3>
        <p>{text}</p>
        {who_name && !text.includes(who_name) && <p class="by">{who_name}</p>}
      </div>
    </section>
  );
}
