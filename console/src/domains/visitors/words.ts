import type { Translate } from "@shared/i18n";

interface Source {
  source: string;
  medium: string;
  campaign: string;
}

/** news / email; who typed the address came directly. */
export function cameFrom({ source, medium }: Omit<Source, "campaign">, t: Translate): string {
  if (source === "direct") return t("visitor.direct");
  return (
    [source.replace(/^www\./, ""), medium]
      .filter((part, index, all) => part && all.indexOf(part) === index)
      .join(" / ") || "–"
  );
}

/** news / email · spring-campaign. What is empty is left out. */
export const sourceText = (from: Source, t: Translate): string =>
  [cameFrom(from, t), from.campaign].filter(Boolean).join(" · ");

export const traitText = (value: unknown): string =>
  typeof value === "object" && value !== null ? JSON.stringify(value) : String(value ?? "–");
