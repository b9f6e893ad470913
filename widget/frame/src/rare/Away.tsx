import { leaveAnother } from '../left';
import * as state from '../state';
import { focusWriting } from '../ui/focus';
import { say } from '../words';
import { OfflineForm } from './OfflineForm';
import { PromiseCard } from './PromiseCard';
import { whenNext } from './times';

/** Where no conversation can be held: says so, tells when one can, and takes a message instead. */
export function Away() {
  const left = state.left.value;
  return (
    <div class="away">
      <WhyAndWhen />
      {left ? (
        <>
          {left.text && (
            <div class="message own first">
              <p class="bubble" dir="auto">
                {left.text}
              </p>
            </div>
          )}
          <PromiseCard promise={left.promise} title={say('left_title')} />
          <button
            type="button"
            class="button plain"
            onClick={() => {
              leaveAnother();
              focusWriting();
            }}
          >
            {say('leave_another')}
          </button>
        </>
      ) : (
        <OfflineForm />
      )}
    </div>
  );
}

function WhyAndWhen() {
  const { reason, next_at } = state.availability.value;
  return (
    <div class="why">
      <h2>{say(`${reason || 'nobody'}_title`)}</h2>
      <p>
        {next_at && `${say('back_at', { when: whenNext(new Date(next_at), new Date()) })} `}
        {!state.left.value && say('form_lead')}
      </p>
      {state.conversation.value?.state === 'waiting' && <p>{say('still_waiting')}</p>}
    </div>
  );
}
