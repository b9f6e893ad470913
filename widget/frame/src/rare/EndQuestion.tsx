import { say } from '../words';

/** Ending is asked about once more: it can't be taken back. */
export function EndQuestion({ onAnswer }: { onAnswer(yes: boolean): void }) {
  return (
    <div class="ask" role="alert">
      <span>{say('end_question')}</span>
      <button type="button" class="button" onClick={() => onAnswer(true)}>
        {say('end_yes')}
      </button>
      <button type="button" class="button plain" onClick={() => onAnswer(false)}>
        {say('end_no')}
      </button>
    </div>
  );
}
