/** A plan's name for people: bike-sales is "Bike sales". */
export function spoken(name: string): string {
  const words = name.replaceAll(/[-_:]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
