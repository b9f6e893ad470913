import { record } from './looks';

/** Records how deep the page was read (0 the top, 1 the bottom in view), a tenth at a time. */

const READ_EVERY_MS = 250;
const STEP = 0.1;

let told = 0;
let timer = 0;

export function watchScroll(): void {
  // The layout is read at most four times a second, and never inside the scroll event itself.
  addEventListener('scroll', () => (timer ||= window.setTimeout(read, READ_EVERY_MS)), { passive: true });
}

export function resetScroll(): void {
  told = 0;
}

function read(): void {
  timer = 0;
  const { scrollHeight, clientHeight } = document.documentElement;
  const depth = Math.min(1, scrollY / Math.max(1, scrollHeight - clientHeight));
  if (depth >= told + STEP || (depth > 0.99 && told < 0.99)) {
    told = Math.round(depth * 100) / 100;
    record({ type: 'scroll', depth: told });
  }
}
