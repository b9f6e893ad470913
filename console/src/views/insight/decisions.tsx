import type { TriggerCounts } from "@domains/insight/api";
import { type Key, useWords } from "@shared/i18n";
import { spoken } from "@shared/lib/names";
import { Card } from "@shared/ui/page";
import { Definition } from "./figure";

const COLUMNS = [
  "invited",
  "held_out",
  "held_out_all",
  "shown",
  "seen",
  "accepted",
  "declined",
  "conversations",
] as const;

/** Each trigger's decisions by arm, and what became of the invitations. */
export function Decisions({ decisions }: { decisions: TriggerCounts[] }) {
  const { t, fmt } = useWords();
  return (
    <Card title={t("insight.decisions")} text={t("insight.decisions_text")} className="mb-7" flush>
      {decisions.length === 0 ? (
        <p className="border-t px-5 py-6 text-base text-muted">{t("insight.no_decisions")}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
        <div className="overflow-x-auto border-t" tabIndex={0}>
          <table className="w-full text-base">
            <thead>
              <tr className="text-xs text-muted">
                <th className="h-10 px-5 text-left font-medium">{t("insight.trigger")}</th>
                {COLUMNS.map((column) => (
                  <th key={column} className="h-10 px-3 text-right font-medium whitespace-nowrap last:pr-5">
                    <span className="inline-flex items-center gap-1">
                      {t(`insight.col_${column}` as Key)}
                      <Definition
                        label={t(`insight.col_${column}` as Key)}
                        text={t(`insight.col_${column}_means` as Key)}
                      />
                    </span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {decisions.map((row) => (
                <tr key={row.trigger} className="border-t">
                  <th scope="row" className="px-5 py-3 text-left font-medium whitespace-nowrap">
                    {spoken(row.trigger)}
                  </th>
                  {COLUMNS.map((column) => (
                    <td key={column} className="tabular px-3 py-3 text-right last:pr-5">
                      {fmt.number(row[column])}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Card>
  );
}
