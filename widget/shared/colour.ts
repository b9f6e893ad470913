const EQUAL_CONTRAST = 0.179; // the luminance on which black and white read equally well

/** The site's colour (`#rrggbb`, as the server keeps it), and black or white on it, whichever reads better (WCAG relative luminance, gamma taken as 2.2). */
export function colours(colour: string): { colour: string; text: string } {
  const channel = (at: number) => (Number(`0x${colour.slice(at, at + 2)}`) / 255) ** 2.2;
  const luminance = 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
  return { colour, text: luminance > EQUAL_CONTRAST ? '#000' : '#fff' };
}
