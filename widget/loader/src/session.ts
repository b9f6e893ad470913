/** A word to the next page of this tab. Storage that is full or forbidden is a page that knows nothing, no error. */

export function recall(name: string): string {
  try {
    return sessionStorage.getItem(`overture_${name}`) ?? '';
  } catch {
    return '';
  }
}

export function keep(name: string, value: string): void {
  try {
    sessionStorage.setItem(`overture_${name}`, value);
  } catch {}
}
