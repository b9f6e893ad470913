import type { VisitorFacts } from "@domains/conversations/api";
import { visitorName } from "@domains/conversations/words";
import { sourceText } from "@domains/visitors/words";
import { useWords } from "@shared/i18n";
import { spoken } from "@shared/lib/names";
import { Avatar } from "@shared/ui/avatar";
import { Badge } from "@shared/ui/badge";
import { Invitation, Marks, OnPage } from "./parts";

interface ListProps {
  visitors: VisitorFacts[];
  onOpen: (visitor: string) => void;
}

/** The same as the table, for a narrow screen. */
export function VisitorCards({ visitors, onOpen }: ListProps) {
  const { t, fmt } = useWords();
  return (
    <ul aria-label={t("nav.visitors")} className="space-y-2.5">
      {visitors.map((one) => {
        const name = visitorName(t, one.name, one.visitor);
        return (
          <li key={one.visit}>
            <button
              type="button"
              onClick={() => onOpen(one.visitor)}
              className="block w-full rounded-lg bg-surface p-4 text-left ring-1 ring-line hover:bg-hover"
            >
              <span className="flex items-center gap-3">
                <Avatar id={one.visitor} name={name} />
                <span className="min-w-0 flex-1">
                  <span className="block truncate font-medium">{name}</span>
                  <span className="flex flex-wrap gap-1 empty:hidden">
                    <Marks visitor={one} />
                  </span>
                </span>
                <span className="text-sm text-muted">
                  <OnPage visitor={one} />
                </span>
              </span>
              <span className="mt-3 block truncate text-base">{one.page?.title || one.page?.path}</span>
              <span className="block truncate text-sm text-muted">{sourceText(one, t)}</span>
              <span className="mt-2.5 flex flex-wrap items-center gap-2 text-sm text-muted">
                {one.stage ? <Badge>{spoken(one.stage)}</Badge> : null}
                {one.cart && one.cart.items > 0 ? (
                  <span className="font-medium text-ink">{fmt.money(one.cart.value, one.currency || "EUR")}</span>
                ) : null}
                <span>{t("visitor.visit_nth", { n: one.visits })}</span>
                <span className="uppercase">{one.language.slice(0, 2)}</span>
                {one.invitation ? (
                  <span className="ml-auto min-w-0">
                    <Invitation visitor={one} />
                  </span>
                ) : null}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
