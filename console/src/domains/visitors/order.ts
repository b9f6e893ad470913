import type { VisitorFacts } from "@domains/conversations/api";

/** Latest visit first. A visit keeps its place while its pages change, so that the list does not jump. */
export const inPlace = (items: VisitorFacts[]): VisitorFacts[] =>
  [...items].sort((a, b) => b.started_at.localeCompare(a.started_at) || a.visit.localeCompare(b.visit));

export const fits = (visitor: VisitorFacts, stage: string, q: string): boolean => {
  if (stage && visitor.stage !== stage) return false;
  if (!q) return true;
  const { name, visitor: id, page, source, medium, campaign, language, country } = visitor;
  const text = [name, id, page?.path, page?.title, source, medium, campaign, language, country].join(" ").toLowerCase();
  return text.includes(q.toLowerCase());
};

/** When the page they are on was opened. */
export const pageSince = (visitor: VisitorFacts): string => visitor.pages.at(-1)?.at ?? visitor.last_at;
