/** A plan's name for people: bike-sales is "Bike sales". */
export function spoken(name: string): string {
  const words = name.replaceAll(/[-_:]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A sentence in which the names of a plan stand as people say them. */
export function humane(text: string, names: string[]): string {
  const slugs = names.filter((name) => name.includes("-")).sort((a, b) => b.length - a.length);
  return slugs.reduce(
    (said, name) => said.replaceAll(new RegExp(`(?<![\\w/“-])${name}(?![\\w/”-])`, "g"), spoken(name)),
    text,
  );
}
