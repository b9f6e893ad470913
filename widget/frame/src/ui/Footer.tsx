import { startAnew } from '../chat';
import * as state from '../state';
import { say } from '../words';
import { Composer } from './Composer';
import { focusWriting } from './focus';

/** What one can do now: write, or begin anew. Where neither, the form stands in the talk. */
export function Footer() {
  if (!state.isOver.value) return state.canWrite.value && !state.isWishing.value ? <Composer /> : null;
  return (
    <footer>
      <button
        type="button"
        class="button wide"
        onClick={() => {
          startAnew();
          focusWriting();
        }}
      >
        {say(state.availability.value.answering ? 'start_anew' : 'leave_another')}
      </button>
    </footer>
  );
}
