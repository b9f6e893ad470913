import { csvAddress, type Overview, overviewQuery } from "@domains/insight/api";
import { lastDays, type Range, validDay } from "@domains/insight/range";
import { useSite } from "@domains/session";
import { useWords } from "@shared/i18n";
import { Empty, Failed, Skeleton } from "@shared/ui/feedback";
import { Input } from "@shared/ui/field";
import { Card, Page } from "@shared/ui/page";
import { Segmented } from "@shared/ui/segmented";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { ChartNoAxesColumn, Download } from "lucide-react";
import { lazy, Suspense } from "react";
import { Decisions } from "./decisions";
import { Figure } from "./figure";

const DayChart = lazy(() => import("./day-chart").then((part) => ({ default: part.DayChart })));

const RANGES = ["7", "28", "90"] as const;

function RangeChoice({ range, onRange }: { range: Range; onRange: (range: Range) => void }) {
  const { t } = useWords();
  const now = new Date();
  const preset = RANGES.find(
    (days) => lastDays(Number(days), now).from === range.from && lastDays(1, now).to === range.to,
  );
  return (
    <>
      <Segmented<string>
        label={t("insight.range")}
        value={preset ?? ""}
        onChange={(days) => onRange(lastDays(Number(days), now))}
        options={RANGES.map((days) => ({ value: days, text: t("insight.days", { count: Number(days) }) }))}
      />
      <span className="flex items-center gap-1.5">
        <Input
          type="date"
          aria-label={t("insight.from")}
          className="w-38"
          value={range.from}
          max={range.to}
          onChange={(event) => validDay(event.target.value) && onRange({ ...range, from: event.target.value })}
        />
        <span aria-hidden className="text-muted">
          –
        </span>
        <Input
          type="date"
          aria-label={t("insight.to")}
          className="w-38"
          value={range.to}
          min={range.from}
          onChange={(event) => validDay(event.target.value) && onRange({ ...range, to: event.target.value })}
        />
      </span>
    </>
  );
}

const Row = ({ title, children }: { title: string; children: React.ReactNode }) => (
  <section className="mb-7">
    <h2 className="mb-2.5 text-sm font-semibold text-muted">{title}</h2>
    <div className="grid grid-cols-2 gap-2.5 sm:gap-3 lg:grid-cols-4">{children}</div>
  </section>
);

function Talks({ data }: { data: Overview }) {
  const { t, fmt } = useWords();
  const { opened, answered, missed, missed_why: why, first_response_seconds: first } = data.conversations;
  const seconds = (value: number | null) => (value === null ? "–" : t("insight.seconds", { n: Math.round(value) }));
  return (
    <Row title={t("insight.conversations")}>
      <Figure label={t("insight.opened")} value={fmt.number(opened)} meaning={t("insight.opened_means")} />
      <Figure
        label={t("insight.answered")}
        value={fmt.number(answered)}
        of={opened}
        part={answered}
        meaning={t("insight.answered_means")}
      />
      <Figure
        label={t("insight.missed")}
        value={fmt.number(missed)}
        of={opened}
        part={missed}
        note={
          why && missed > 0
            ? t("insight.missed_why", { left: why.left_early, nobody: why.nobody_free, silent: why.agent_silent })
            : ""
        }
        meaning={t("insight.missed_means")}
      />
      <Figure
        label={t("insight.first_response")}
        value={seconds(first.median)}
        note={first.n > 0 ? t("insight.p90", { value: seconds(first.p90), count: first.n }) : ""}
        meaning={t("insight.first_response_means")}
      />
    </Row>
  );
}

function Promises({ data }: { data: Overview }) {
  const { t, fmt } = useWords();
  const { due, kept, late, open } = data.promises;
  return (
    <Row title={t("insight.promises")}>
      <Figure label={t("insight.due")} value={fmt.number(due)} meaning={t("insight.due_means")} />
      <Figure
        label={t("insight.kept")}
        value={fmt.number(kept)}
        of={due}
        part={kept}
        meaning={t("insight.kept_means")}
      />
      <Figure
        label={t("insight.late")}
        value={fmt.number(late)}
        of={due}
        part={late}
        meaning={t("insight.late_means")}
      />
      <Figure label={t("insight.still_open")} value={fmt.number(open)} meaning={t("insight.still_open_means")} />
    </Row>
  );
}

function Orders({ data }: { data: Overview }) {
  const { t, fmt } = useWords();
  const { all, with_chat: chat, currency } = data.orders;
  return (
    <Row title={t("insight.orders")}>
      <Figure
        label={t("insight.orders_all")}
        value={fmt.number(all.count)}
        note={fmt.money(all.value, currency)}
        meaning={t("insight.orders_all_means")}
      />
      <Figure
        label={t("insight.orders_with_chat")}
        value={fmt.number(chat.count)}
        note={fmt.money(chat.value, currency)}
        meaning={t("insight.orders_with_chat_means")}
      />
      <Figure label={t("insight.leads")} value={fmt.number(data.leads.new)} meaning={t("insight.leads_means")} />
      <p className="rounded-lg bg-sunken px-4 py-3.5 text-sm text-muted text-pretty">{t("insight.association")}</p>
    </Row>
  );
}

function Chart({ data }: { data: Overview }) {
  const { t } = useWords();
  if (data.by_day.every((day) => day.conversations + day.decisions + day.orders === 0)) return null;
  return (
    <Card title={t("insight.by_day")} text={t("insight.by_day_text")} className="mb-7">
      <Suspense fallback={<Skeleton className="h-52" />}>
        <DayChart days={data.by_day} />
      </Suspense>
    </Card>
  );
}

const isEmpty = (data: Overview) =>
  data.decisions.length === 0 &&
  data.conversations.opened === 0 &&
  data.orders.all.count === 0 &&
  data.promises.due === 0;

/** Counts, each with its definition. Nothing here claims a cause. */
export function Insight() {
  const { t } = useWords();
  const { id } = useSite();
  const navigate = useNavigate({ from: "/insight" });
  const search = useSearch({ from: "/inside/insight" });
  const usual = lastDays(28, new Date());
  const range = {
    from: validDay(search.from) ? search.from : usual.from,
    to: validDay(search.to) ? search.to : usual.to,
  };
  const found = useQuery(overviewQuery(id, range.from, range.to));
  const { data } = found;
  return (
    <Page
      title={t("nav.insight")}
      text={t("insight.text")}
      actions={
        <>
          <RangeChoice range={range} onRange={(next) => void navigate({ search: next })} />
          <a
            href={csvAddress(id, range.from, range.to)}
            download
            className="inline-flex h-9 items-center gap-1.5 rounded-md bg-surface px-3 text-sm font-medium ring-1 ring-line-strong ring-inset hover:bg-hover max-md:h-10"
          >
            <Download aria-hidden className="size-3.5" />
            CSV
          </a>
        </>
      }
    >
      {found.isPending ? (
        <div className="grid grid-cols-2 gap-2.5 sm:gap-3 lg:grid-cols-4">
          {["a", "b", "c", "d", "e", "f", "g", "h"].map((key) => (
            <Skeleton key={key} className="h-26" />
          ))}
        </div>
      ) : null}
      {found.isError && !data ? <Failed error={found.error} onRetry={() => found.refetch()} /> : null}
      {data && isEmpty(data) ? (
        <Empty icon={<ChartNoAxesColumn />} title={t("insight.empty")} text={t("insight.empty_text")} />
      ) : null}
      {data && !isEmpty(data) ? (
        <>
          <Talks data={data} />
          <Chart data={data} />
          <Decisions decisions={data.decisions} />
          <Promises data={data} />
          <Orders data={data} />
        </>
      ) : null}
    </Page>
  );
}
