import { auditQuery } from "@domains/settings/api";
import { useWords } from "@shared/i18n";
import { spoken } from "@shared/lib/names";
import { Button } from "@shared/ui/button";
import { Empty, Failed, SkeletonRows } from "@shared/ui/feedback";
import { Card } from "@shared/ui/page";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ScrollText } from "lucide-react";

/** user.invited is "User invited". */
const deed = (action: string) => spoken(action.replaceAll(".", " "));

/** Lists and parts in words: nobody reads a log to meet braces. */
function told(value: unknown): string {
  if (Array.isArray(value)) return value.map(told).join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .filter(([, part]) => part !== null && part !== "")
    .map(([name, part]) => `${name} ${told(part)}`)
    .join(", ");
}

const details = (values: Record<string, unknown>): string =>
  Object.entries(values)
    .filter(([, value]) => value !== null && value !== "")
    .map(([name, value]) => `${spoken(name)}: ${told(value)}`)
    .join(" · ");

/** What managers did, newest first. */
export function AuditLog() {
  const { t, fmt } = useWords();
  const found = useInfiniteQuery(auditQuery);
  const entries = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card title={t("settings.audit")} text={t("audit.text")} flush>
      {found.isPending ? <SkeletonRows rows={6} /> : null}
      {found.isError ? <Failed error={found.error} onRetry={() => found.refetch()} /> : null}
      {found.isSuccess && entries.length === 0 ? <Empty icon={<ScrollText />} title={t("audit.none")} /> : null}
      <ol className="divide-y border-t">
        {entries.map((entry) => (
          <li key={entry.id} className="flex flex-wrap gap-x-4 gap-y-0.5 px-5 py-3 text-base">
            <time dateTime={entry.at} title={fmt.exact(entry.at)} className="tabular w-36 shrink-0 text-sm text-muted">
              {fmt.moment(entry.at)}
            </time>
            <span className="min-w-0 flex-1 basis-56 wrap-words">
              <span className="font-medium">{deed(entry.action)}</span> {entry.subject}
              <span className="block text-sm text-muted">
                {[entry.actor_name || entry.actor, details(entry.details)].filter(Boolean).join(" · ")}
              </span>
            </span>
          </li>
        ))}
      </ol>
      {found.hasNextPage ? (
        <div className="border-t p-4 text-center">
          <Button onClick={() => found.fetchNextPage()} disabled={found.isFetchingNextPage}>
            {t("common.more")}
          </Button>
        </div>
      ) : null}
    </Card>
  );
}
