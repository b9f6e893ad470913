import { record } from './looks';
import { cut } from './text';

/** Records `form_error` with the field's name (never its value) when the browser refuses what was typed. */
export function watchForms(): void {
  // `invalid` does not bubble, so it is caught on its way down.
  document.addEventListener(
    'invalid',
    ({ target }) => {
      const { name, id } = target as HTMLInputElement;
      record({ type: 'event', name: 'form_error', props: { field: cut(`${name || id}`, 64) } });
    },
    true,
  );
}
