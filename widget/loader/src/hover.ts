import { record } from './looks';
import { cut } from './text';

const DWELL_MS = 600;
const WATCHED = '[data-overture-hover],[data-product]';

/** Records `hover:NAME` once the mouse has rested 600 ms on a marked element (`hover:product` on a product). */
export function watchHover(): void {
  let over: HTMLElement | null = null;
  let timer = 0;

  document.addEventListener(
    'mouseover',
    ({ target }) => {
      const element = (target as HTMLElement).closest?.<HTMLElement>(WATCHED) ?? null;
      if (element === over) return;
      over = element;
      clearTimeout(timer);
      if (!element) return;
      const { overtureHover, product } = element.dataset;
      timer = window.setTimeout(() => {
        const props = { product: product && cut(product, 200) };
        record({ type: 'event', name: cut(`hover:${overtureHover || 'product'}`, 64), props });
      }, DWELL_MS);
    },
    { passive: true },
  );
}
