import { type HeldBackCount, heldBackLinesQuery, heldBackQuery } from "@domains/plan/api";
import { byDay, totalsBy } from "@domains/plan/held-back";
import { useSite } from "@domains/session";
import { type Key, useWords } from "@shared/i18n";
import { spoken } from "@shared/lib/names";
import { Badge } from "@shared/ui/badge";
import { Button } from "@shared/ui/button";
import { Empty, Failed, SkeletonRows } from "@shared/ui/feedback";
import { Card, Page } from "@shared/ui/page";
import { Segmented } from "@shared/ui/segmented";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ShieldCheck } from "lucide-react";
import { useMemo, useState } from "react";
import { DirectionNav } from "../nav";

const DAY = 86_400_000;
type Period = "7" | "30" | "90";

/** From the one no plan can mend to the one that passes by itself. */
const REASONS = ["nobody_there", "busy", "invitations_out", "chats_expected"] as const;
const FILLS: Record<string, string> = {
  nobody_there: "var(--color-bad)",
  busy: "var(--color-warn)",
  invitations_out: "var(--color-accent)",
  chats_expected: "var(--color-field)",
};

const reasonKey = (reason: string): Key => `plan.reason_${reason}` as Key;

function Totals({
  title,
  items,
  name,
}: {
  title: string;
  items: { name: string; count: number }[];
  name: (of: string) => string;
}) {
  const { fmt } = useWords();
  const most = Math.max(1, ...items.map((item) => item.count));
  return (
    <Card title={title}>
      <ul className="space-y-3">
        {items.slice(0, 8).map((item) => (
          <li key={item.name} className="text-base">
            <span className="flex items-baseline justify-between gap-3">
              <span className="min-w-0 wrap-words">{name(item.name)}</span>
              <span className="tabular font-semibold">{fmt.number(item.count)}</span>
            </span>
            <span aria-hidden className="mt-1 block h-1.5 rounded-full bg-sunken">
              <span
                className="block h-full rounded-full bg-accent"
                style={{ width: `${(100 * item.count) / most}%` }}
              />
            </span>
          </li>
        ))}
      </ul>
    </Card>
  );
}

function OverTime({ counts, days }: { counts: HeldBackCount[]; days: number }) {
  const { t, fmt } = useWords();
  const line = useMemo(() => byDay(counts, days, new Date().toISOString().slice(0, 10)), [counts, days]);
  const sum = (reasons: Record<string, number>) => Object.values(reasons).reduce((all, one) => all + one, 0);
  const most = Math.max(1, ...line.map((day) => sum(day.reasons)));
  const total = counts.reduce((all, one) => all + one.count, 0);
  return (
    <Card title={t("plan.held_over_time")}>
      <div className="flex items-end gap-3">
        <div
          role="img"
          aria-label={t("plan.held_chart", { count: total })}
          className="flex h-36 min-w-0 flex-1 items-end gap-px border-b sm:gap-1"
        >
          {line.map(({ day, reasons }) => (
            <span
              key={day}
              title={`${fmt.shortDate(`${day}T12:00`)}: ${fmt.number(sum(reasons))}`}
              className="flex h-full min-w-0 flex-1 flex-col-reverse overflow-hidden rounded-t-[3px] hover:bg-hover"
            >
              {REASONS.filter((reason) => reasons[reason]).map((reason) => (
                <span
                  key={reason}
                  className="block w-full shrink-0"
                  style={{ height: `${(100 * (reasons[reason] ?? 0)) / most}%`, background: FILLS[reason] }}
                />
              ))}
            </span>
          ))}
        </div>
        <span className="tabular self-start text-xs text-faint">{fmt.number(most)}</span>
      </div>
      <p className="mt-1.5 flex justify-between pr-6 text-xs text-faint">
        <span>{fmt.shortDate(`${line[0]?.day}T12:00`)}</span>
        <span>{fmt.shortDate(`${line.at(-1)?.day}T12:00`)}</span>
      </p>
      <ul className="mt-3 flex flex-wrap gap-x-4 gap-y-1 text-sm text-muted">
        {REASONS.map((reason) => (
          <li key={reason} className="flex items-center gap-1.5">
            <span aria-hidden className="size-2.5 rounded-[3px]" style={{ background: FILLS[reason] }} />
            {t(reasonKey(reason))}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Lines() {
  const { t, fmt } = useWords();
  const { id } = useSite();
  const found = useInfiniteQuery(heldBackLinesQuery(id));
  if (found.isPending) return <SkeletonRows rows={4} />;
  if (found.isError) return <Failed error={found.error} onRetry={() => found.refetch()} />;
  return (
    <Card title={t("plan.held_lines")} flush>
      <ul className="divide-y border-t">
        {found.data.pages
          .flatMap((page) => page.items)
          .map((line) => (
            <li key={line.id} className="flex flex-wrap items-baseline gap-x-4 gap-y-1 px-5 py-2.5 text-base">
              <span className="tabular w-36 shrink-0 text-sm text-muted">{fmt.moment(line.at)}</span>
              <span className="min-w-0 flex-1 basis-40 wrap-words">
                <span className="font-medium">{spoken(line.trigger)}</span>{" "}
                <span className="text-muted">{t("direction.for_team", { team: spoken(line.team) })}</span>
              </span>
              <Badge>{t(reasonKey(line.reason))}</Badge>
              {line.simulated ? <Badge tone="note">{t("visitor.simulated")}</Badge> : null}
              <Link
                to="/visitors"
                search={{ visitor: line.visitor }}
                className="text-sm font-medium text-accent-ink hover:underline"
              >
                {t("plan.held_visitor")}
              </Link>
            </li>
          ))}
      </ul>
      {found.hasNextPage ? (
        <div className="border-t py-3 text-center">
          <Button onClick={() => found.fetchNextPage()} disabled={found.isFetchingNextPage}>
            {t("common.more")}
          </Button>
        </div>
      ) : null}
    </Card>
  );
}

/** Invitations that were due and not made, because nobody could have answered in time. */
export function HeldBack() {
  const { t } = useWords();
  const { id } = useSite();
  const [period, setPeriod] = useState<Period>("30");
  const days = Number(period);
  const since = useMemo(() => new Date(Math.floor(Date.now() / 60_000) * 60_000 - days * DAY).toISOString(), [days]);
  const found = useQuery(heldBackQuery(id, since));
  const counts = found.data?.items ?? [];
  return (
    <Page
      title={t("nav.direction")}
      text={t("plan.held_text")}
      actions={
        <Segmented<Period>
          label={t("plan.try_period")}
          value={period}
          onChange={setPeriod}
          options={(["7", "30", "90"] as const).map((value) => ({
            value,
            text: t("plan.days", { count: Number(value) }),
          }))}
        />
      }
    >
      <DirectionNav />
      {found.isPending ? <SkeletonRows rows={3} height="h-32" /> : null}
      {found.isError ? <Failed error={found.error} onRetry={() => found.refetch()} /> : null}
      {found.data && counts.length === 0 ? (
        <Empty icon={<ShieldCheck />} title={t("plan.held_none")} text={t("plan.held_none_text")} />
      ) : null}
      {counts.length > 0 ? (
        <div className="space-y-4">
          <OverTime counts={counts} days={days} />
          <div className="grid gap-4 md:grid-cols-3">
            <Totals title={t("plan.held_reasons")} items={totalsBy(counts, "reason")} name={(of) => t(reasonKey(of))} />
            <Totals title={t("direction.triggers")} items={totalsBy(counts, "trigger")} name={spoken} />
            <Totals title={t("direction.teams")} items={totalsBy(counts, "team")} name={spoken} />
          </div>
          <Lines />
        </div>
      ) : null}
    </Page>
  );
}
