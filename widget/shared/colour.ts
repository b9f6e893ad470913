const EQUAL_CONTRAST = 0.179; // the luminance on which black and white read equally well

/** WCAG's relative luminance of `#rrggbb`, gamma taken as 2.2. */
export function luminance(colour: string): number {
  const channel = (at: number) => (Number(`0x${colour.slice(at, at + 2)}`) / 255) ** 2.2;
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

/** Black or white on the site's colour (`#rrggbb`, as the server keeps it), whichever reads better. */
export function textOn(colour: string): string {
  return luminance(colour) > EQUAL_CONTRAST ? '#000' : '#fff';
}
