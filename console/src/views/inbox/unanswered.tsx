import { useDesk } from "@domains/conversations/context";
import { limitOf, unansweredFor } from "@domains/conversations/desk";
import type { ConversationHead } from "@domains/conversations/model";
import { clock, useWords } from "@shared/i18n";
import { cx } from "@shared/lib/cx";
import { useNow } from "@shared/lib/now";
import { BellRing } from "lucide-react";

export const isUnanswered = (head: ConversationHead): boolean =>
  head.state === "waiting" || (head.state === "active" && Boolean(head.unanswered_since));

/** How long the visitor has waited for an answer; an alarm from the team's limit on. */
export function Unanswered({ head }: { head: ConversationHead }) {
  const { t } = useWords();
  const clockAhead = useDesk((desk) => desk.clockAhead);
  const limit = useDesk((desk) => limitOf(desk.board, head.team));
  const age = unansweredFor({ clockAhead }, head, useNow());
  if (age === null) return null;
  const late = age >= limit;
  return (
    <span
      data-late={late || undefined}
      className={cx(
        "tabular inline-flex items-center gap-1 font-semibold",
        late ? "rounded-sm bg-bad-soft px-1 text-bad-ink" : "text-warn-ink",
      )}
    >
      {late ? <BellRing aria-hidden className="size-3" /> : null}
      <span className="sr-only">{t(late ? "inbox.late_for" : "inbox.unanswered_for")} </span>
      {clock(age)}
    </span>
  );
}
