import { addToMessage } from '../draft';
import type { Entry } from '../outbox';
import { discard } from '../sending';
import { focusWriting } from '../ui/focus';
import { hasWords, say } from '../words';

/** Why a message was refused for good, and what its writer can do. */
export function Refused({ entry: { frame, refused, code } }: { entry: Entry }) {
  return (
    <span class="meta bad">
      {say('not_sent')}: {hasWords(`error_${code}`) ? say(`error_${code}`) : refused}
      <button
        type="button"
        onClick={() => {
          addToMessage(discard(frame.cid));
          focusWriting();
        }}
      >
        {say('edit')}
      </button>
      <button type="button" onClick={() => discard(frame.cid)}>
        {say('discard')}
      </button>
    </span>
  );
}
