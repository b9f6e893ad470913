import type { Change } from "@domains/plan/api";
import { useWords } from "@shared/i18n";
import { cx } from "@shared/lib/cx";
import { ArrowDownUp, Minus, PenLine, Plus } from "lucide-react";

const MARKS = {
  added: [Plus, "text-good-ink bg-good-soft"],
  removed: [Minus, "text-bad-ink bg-bad-soft"],
  changed: [PenLine, "text-accent-ink bg-accent-soft"],
  moved: [ArrowDownUp, "text-muted bg-sunken"],
} as const;

/** What a draft changes, in meaning: a sentence each. */
export function Changes({ changes }: { changes: Change[] }) {
  const { t } = useWords();
  if (changes.length === 0) return <p className="text-base text-muted">{t("plan.no_changes")}</p>;
  return (
    <ul className="space-y-2.5">
      {changes.map((change) => {
        const [Icon, tone] = MARKS[change.kind];
        return (
          <li key={change.text} className="flex items-start gap-2.5 text-base">
            <span className={cx("mt-0.5 flex size-5 shrink-0 items-center justify-center rounded-sm", tone)}>
              <Icon aria-label={t(`plan.change_${change.kind}`)} className="size-3.5" />
            </span>
            <span lang="en" className="min-w-0 wrap-words">
              {change.text}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
