import { type PlanAnswer, planQuery } from "@domains/direction/api";
import { useMay, useSite } from "@domains/session";
import { isMissing } from "@shared/http";
import { useWords } from "@shared/i18n";
import { Empty, Failed, SkeletonRows } from "@shared/ui/feedback";
import { Page } from "@shared/ui/page";
import { Segmented } from "@shared/ui/segmented";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { DirectionNav } from "../plan/nav";
import { History } from "./history";
import { Meaning } from "./meaning";
import { SourceText } from "./source-text";

type Tab = "meaning" | "text" | "history";

function Shown({ tab, answer }: { tab: Tab; answer: PlanAnswer }) {
  if (tab === "text") return <SourceText text={answer.text} />;
  if (tab === "history") return <History current={answer.version} />;
  return <Meaning answer={answer} />;
}

function WriteFirst() {
  const { t } = useWords();
  const may = useMay("edit_plan");
  if (!may) return null;
  return (
    <Link
      to="/direction/edit"
      className="inline-flex h-9 items-center rounded-md bg-accent px-3.5 text-base font-medium text-on-accent hover:bg-accent-strong"
    >
      {t("direction.write_first")}
    </Link>
  );
}

/** The plan in force: what it means in words, its text, and how it came to be. */
export function Direction() {
  const { t, fmt } = useWords();
  const { id } = useSite();
  const navigate = useNavigate({ from: "/direction" });
  const tab = (useSearch({ from: "/inside/direction" }).tab ?? "meaning") as Tab;
  const plan = useQuery(planQuery(id));
  const { data } = plan;
  return (
    <Page
      title={t("nav.direction")}
      text={
        data
          ? t("direction.version", {
              version: data.version,
              when: fmt.moment(data.published_at),
              who: data.published_by_name || data.published_by,
            })
          : plan.isPending
            ? t("direction.text")
            : undefined
      }
      actions={
        data ? (
          <Segmented<Tab>
            label={t("direction.view")}
            value={tab}
            onChange={(next) => void navigate({ search: { tab: next } })}
            options={[
              { value: "meaning", text: t("direction.meaning") },
              { value: "text", text: t("direction.source") },
              { value: "history", text: t("direction.history") },
            ]}
          />
        ) : null
      }
    >
      <DirectionNav />
      {plan.isPending ? <SkeletonRows rows={5} height="h-24" /> : null}
      {plan.isError ? (
        isMissing(plan.error) ? (
          <Empty
            icon={<Compass />}
            title={t("direction.none")}
            text={t("direction.none_text")}
            action={<WriteFirst />}
          />
        ) : (
          <Failed error={plan.error} onRetry={() => plan.refetch()} />
        )
      ) : null}
      {data ? <Shown tab={tab} answer={data} /> : null}
    </Page>
  );
}
