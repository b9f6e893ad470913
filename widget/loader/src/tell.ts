/** What is wrong in what the page said, told to its developer: one line in the browser's console, once. */

const told: string[] = [];

export function tell(about: string, line: string): void {
  if (told.indexOf(about) < 0) console.warn('overture:', line);
  told.push(about);
}
