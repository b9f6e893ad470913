import { historyQuery } from "@domains/direction/api";
import { useSite } from "@domains/session";
import { useWords } from "@shared/i18n";
import { Badge } from "@shared/ui/badge";
import { Button } from "@shared/ui/button";
import { Failed, SkeletonRows } from "@shared/ui/feedback";
import { useInfiniteQuery } from "@tanstack/react-query";

/** Every version that was ever in force; none is ever rewritten. */
export function History({ current }: { current: number }) {
  const { t, fmt } = useWords();
  const { id } = useSite();
  const found = useInfiniteQuery(historyQuery(id));
  if (found.isPending) return <SkeletonRows rows={4} />;
  if (found.isError) return <Failed error={found.error} onRetry={() => found.refetch()} />;
  return (
    <>
      <ol className="divide-y rounded-lg bg-surface ring-1 ring-line">
        {found.data.pages
          .flatMap((page) => page.items)
          .map((version) => (
            <li key={version.version} className="flex flex-wrap items-baseline gap-x-4 gap-y-1 px-5 py-3.5">
              <span className="tabular w-24 text-base font-semibold">
                {t("direction.version_nth", { n: version.version })}
              </span>
              <span className="min-w-0 flex-1 basis-52 text-base wrap-words">
                {version.note || (version.restores ? t("direction.restores", { n: version.restores }) : "")}
                <span className="block text-sm text-muted">
                  {version.published_by_name || version.published_by} · {fmt.moment(version.published_at)}
                </span>
              </span>
              {version.version === current ? <Badge tone="good">{t("direction.in_force")}</Badge> : null}
            </li>
          ))}
      </ol>
      {found.hasNextPage ? (
        <div className="pt-4 text-center">
          <Button onClick={() => found.fetchNextPage()} disabled={found.isFetchingNextPage}>
            {t("common.more")}
          </Button>
        </div>
      ) : null}
    </>
  );
}
