/** With its first letter, which may be more than one half of a character, as a capital. */
export function capital(text: string): string {
  const [first = ""] = text;
  return first.toUpperCase() + text.slice(first.length);
}

/** At most so many letters as people count them, never a part of one; what is cut off is told by an ellipsis. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const letters = [...new Intl.Segmenter().segment(text)].map((one) => one.segment);
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join("")}…`;
}

/** A plan's name for people: bike-sales is "Bike sales". */
export function spoken(name: string): string {
  const words = name.replaceAll(/[-_:]+/g, " ").trim();
  return capital(words);
}

/** A sentence in which the names of a plan stand as people say them. */
export function humane(text: string, names: string[]): string {
  const slugs = names.filter((name) => name.includes("-")).sort((a, b) => b.length - a.length);
  return slugs.reduce(
    (said, name) => said.replaceAll(new RegExp(`(?<![\\w/“-])${name}(?![\\w/”-])`, "g"), spoken(name)),
    text,
  );
}
