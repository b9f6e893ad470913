import { type Owner, type PromisePage, promisesQuery } from "@domains/followups/api";
import { type PromiseItem, type When, whenOf } from "@domains/followups/model";
import { useSite } from "@domains/session";
import { type Key, useWords } from "@shared/i18n";
import { cx } from "@shared/lib/cx";
import { useNow } from "@shared/lib/now";
import { Button } from "@shared/ui/button";
import { Empty, Failed, SkeletonRows } from "@shared/ui/feedback";
import { Page } from "@shared/ui/page";
import { Segmented } from "@shared/ui/segmented";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { PartyPopper, SquareCheckBig } from "lucide-react";
import { Leads } from "./leads";
import { PromiseCard } from "./promise-card";

type Tab = "promises" | "done" | "leads";
const ORDER: When[] = ["late", "today", "later", "no_date"];

function Group({ when, promises }: { when: When; promises: PromiseItem[] }) {
  const { t } = useWords();
  if (promises.length === 0) return null;
  return (
    <section className="mb-7">
      <h2
        className={cx(
          "mb-2.5 flex items-center gap-2 text-sm font-semibold",
          when === "late" ? "text-bad-ink" : "text-muted",
        )}
      >
        {t(`followups.${when}` as Key)}
        <span className="tabular font-normal text-faint">{promises.length}</span>
      </h2>
      <ul className="space-y-2.5">
        {promises.map((promise) => (
          <PromiseCard key={promise.id} promise={promise} />
        ))}
      </ul>
    </section>
  );
}

function Groups({ promises }: { promises: PromiseItem[] }) {
  const now = useNow();
  return ORDER.map((when) => (
    <Group key={when} when={when} promises={promises.filter((promise) => whenOf(promise, now) === when)} />
  ));
}

const Counts = ({ counts }: { counts: PromisePage["counts"] }) => {
  const { t } = useWords();
  return (
    <>
      {t("followups.open_count", { count: counts.open })}
      {counts.late > 0 ? (
        <span className="font-medium text-bad-ink"> · {t("followups.late_count", { count: counts.late })}</span>
      ) : null}
    </>
  );
};

function Promises({ tab, owner }: { tab: Exclude<Tab, "leads">; owner: Owner }) {
  const { t } = useWords();
  const { id } = useSite();
  const found = useInfiniteQuery(promisesQuery(id, tab === "done" ? "done" : "open", owner));
  if (found.isPending) return <SkeletonRows rows={5} height="h-24" />;
  if (found.isError) return <Failed error={found.error} onRetry={() => found.refetch()} />;
  const promises = found.data.pages.flatMap((page) => page.items);
  const counts = found.data.pages[0]?.counts;
  if (promises.length === 0) {
    return tab === "done" ? (
      <Empty icon={<SquareCheckBig />} title={t("followups.none_done")} text={t("followups.none_done_text")} />
    ) : (
      <Empty icon={<PartyPopper />} title={t("followups.none")} text={t("followups.none_text")} />
    );
  }
  return (
    <>
      {counts && tab === "promises" ? (
        <p className="mb-5 text-base text-muted">
          <Counts counts={counts} />
        </p>
      ) : null}
      {tab === "done" ? (
        <ul className="space-y-2.5">
          {promises.map((promise) => (
            <PromiseCard key={promise.id} promise={promise} />
          ))}
        </ul>
      ) : (
        <Groups promises={promises} />
      )}
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

/** What was promised to people, with its clock; and the leads that wait for somebody. */
export function FollowUps() {
  const { t } = useWords();
  const navigate = useNavigate({ from: "/follow-ups" });
  const search = useSearch({ from: "/inside/follow-ups" });
  const tab = (search.tab ?? "promises") as Tab;
  const owner = (search.owner ?? "me") as Owner;
  const go = (change: { tab?: Tab; owner?: Owner }) => void navigate({ search: (now) => ({ ...now, ...change }) });
  return (
    <Page
      title={t("nav.followups")}
      text={t("followups.text")}
      actions={
        <>
          {tab === "leads" ? null : (
            <Segmented<Owner>
              label={t("followups.whose")}
              value={owner}
              onChange={(next) => go({ owner: next })}
              options={[
                { value: "me", text: t("followups.mine") },
                { value: "team", text: t("followups.team") },
                { value: "all", text: t("followups.all") },
              ]}
            />
          )}
          <Segmented<Tab>
            label={t("followups.which")}
            value={tab}
            onChange={(next) => go({ tab: next })}
            options={[
              { value: "promises", text: t("followups.promises") },
              { value: "done", text: t("followups.done") },
              { value: "leads", text: t("followups.leads") },
            ]}
          />
        </>
      }
    >
      {tab === "leads" ? <Leads /> : <Promises tab={tab} owner={owner} />}
    </Page>
  );
}
