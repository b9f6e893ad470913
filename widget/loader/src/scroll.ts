import { record } from './looks';

/** Records how deep the page was read (0 the top, 1 the bottom in view), a tenth at a time. */

const READ_EVERY_MS = 250;
const STEP = 0.1;

let told = 0;
let timer = 0;
let moved: EventTarget[] = [];

export function watchScroll(): void {
  // Caught on its way down: many pages scroll inside an element. The layout is read at most four times a second, and
  // never inside the scroll event itself.
  addEventListener(
    'scroll',
    ({ target }) => {
      if (target && moved.indexOf(target) < 0) moved.push(target);
      if (!timer) timer = window.setTimeout(read, READ_EVERY_MS);
    },
    { passive: true, capture: true },
  );
}

export function resetScroll(): void {
  told = 0;
}

function read(): void {
  timer = 0;
  for (let index = 0; index < moved.length; index++) readDepth(moved[index] as EventTarget);
  moved = [];
}

/** Of the page itself, in quirks mode too, or of an element that fills half of the screen; not of a list in it. */
function readDepth(target: EventTarget): void {
  const page = target === document;
  const scroller = page ? (document.scrollingElement ?? document.documentElement) : (target as Element);
  const { scrollTop, scrollHeight, clientHeight, clientWidth } = scroller;
  const height = scrollHeight - clientHeight;
  if (height < 1 || (!page && clientHeight * clientWidth < (innerHeight * innerWidth) / 2)) return;
  const depth = Math.min(1, scrollTop / height);
  if (depth >= told + STEP || (depth > 0.99 && told < 0.99)) {
    told = Math.round(depth * 100) / 100;
    record({ type: 'scroll', depth: told });
  }
}
