interface Source {
  source: string;
  medium: string;
  campaign: string;
}

/** news / email · spring-campaign. What is empty is left out. */
export function sourceText({ source, medium, campaign }: Source): string {
  const from = [source, medium].filter((part, index, all) => part && all.indexOf(part) === index).join(" / ");
  return [from, campaign].filter(Boolean).join(" · ") || "–";
}

export const traitText = (value: unknown): string =>
  typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "–");
