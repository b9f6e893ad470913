import * as state from '../state';
import { waitWords } from '../times';
import { say } from '../words';

/** A waiting visitor's place and what to expect: never left waiting unawares. */
export function Queue() {
  const place = state.conversation.value?.place;
  return (
    <div class="queue" role="status">
      <span class="pulse" aria-hidden="true" />
      <p>{place ? placeWords(place.place, place.wait_seconds) : say('place_team')}</p>
    </div>
  );
}

function placeWords(place: number, seconds: number | null) {
  const first = place <= 1 ? say('place_next') : say('place', { count: place - 1 });
  return (
    <>
      <b>{first}</b>
      {seconds !== null && `, ${say('wait', { wait: waitWords(seconds) })}`}
    </>
  );
}
