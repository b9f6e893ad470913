import { record } from './looks';

/** Records `exit_intent`, once a page: the mouse leaves through the top, or a thumb flings the page back up. */

const UP_PX = 400;
const WITHIN_MS = 300;

let told = false;
let fromY = 0;
let fromAt = 0;

export function watchExit(): void {
  document.addEventListener('mouseout', ({ relatedTarget, clientY }) => {
    if (!relatedTarget && clientY <= 0) tell();
  });
  // A phone has no mouse to leave with: more than 400 px up in 300 ms is the nearest sign.
  if (matchMedia('(hover:none)').matches) addEventListener('scroll', watchFling, { passive: true });
}

export function resetExit(): void {
  told = false;
}

function watchFling({ timeStamp }: Event): void {
  if (timeStamp - fromAt > WITHIN_MS || scrollY > fromY) {
    fromY = scrollY;
    fromAt = timeStamp;
  } else if (fromY - scrollY > UP_PX) tell();
}

function tell(): void {
  if (!told) record({ type: 'event', name: 'exit_intent', props: {} });
  told = true;
}
