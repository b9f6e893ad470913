import { record } from './looks';

const DWELL_MS = 600;
const WATCHED = '[data-overture-hover],[data-product]';

/** Records `hover:NAME` once the mouse has rested 600 ms on a marked element (`hover:product` on a product). */
export function watchHover(): void {
  let over: HTMLElement | null = null;
  let timer = 0;

  document.addEventListener(
    'mouseover',
    ({ target }) => {
      const element = target instanceof Element ? target.closest<HTMLElement>(WATCHED) : null;
      if (element === over) return;
      over = element;
      clearTimeout(timer);
      if (!element) return;
      const { overtureHover, product } = element.dataset;
      timer = window.setTimeout(() => {
        record({ type: 'event', name: `hover:${overtureHover || 'product'}`.slice(0, 64), props: { product } });
      }, DWELL_MS);
    },
    { passive: true },
  );
}
