import { forgetProblems, problemsQuery, rotateKey, type SiteSettings } from "@domains/settings/api";
import { useWords } from "@shared/i18n";
import { Button } from "@shared/ui/button";
import { Confirm } from "@shared/ui/confirm";
import { CopyField } from "@shared/ui/copy";
import { Empty, Failed, SkeletonRows } from "@shared/ui/feedback";
import { Card } from "@shared/ui/page";
import { useQuery } from "@tanstack/react-query";
import { CircleCheck, RotateCw } from "lucide-react";
import { useState } from "react";
import { useSaving } from "./saving";
import { WithSite } from "./with-site";

const CALLS: [
  code: string,
  meaning: "snippet.identify" | "snippet.cart" | "snippet.order" | "snippet.event" | "snippet.consent",
][] = [
  ["overture('identify', {id, token, traits})", "snippet.identify"],
  ["overture('cart', {value: 349, items: 1})", "snippet.cart"],
  ["overture('order', {id: 'A1', value: 349, currency: 'EUR'})", "snippet.order"],
  ["overture('event', 'hover:price')", "snippet.event"],
  ["overture('consent', true)", "snippet.consent"],
];

function KeyCard({ site }: { site: SiteSettings }) {
  const { t } = useWords();
  const saving = useSaving();
  const [asking, setAsking] = useState(false);
  return (
    <Card title={t("snippet.key")} text={t("snippet.key_text")}>
      <div className="flex flex-wrap items-center gap-3">
        <code className="rounded-md bg-sunken px-3 py-1.5 font-mono text-xs break-all">{site.key}</code>
        <Button size="small" icon={<RotateCw className="size-3.5" />} onClick={() => setAsking(true)}>
          {t("snippet.rotate")}
        </Button>
      </div>
      {saving.error ? <p className="mt-3 text-sm text-bad-ink">{saving.error}</p> : null}
      <Confirm
        open={asking}
        title={t("snippet.rotate_title")}
        text={t("snippet.rotate_text")}
        action={t("snippet.rotate")}
        busy={saving.busy}
        onNo={() => setAsking(false)}
        onYes={() => void saving.run(() => rotateKey(site.id), t("snippet.rotated")).then(() => setAsking(false))}
      />
    </Card>
  );
}

/** What the site's pages got wrong, for its developer. */
function ProblemsCard({ site }: { site: SiteSettings }) {
  const { t, fmt } = useWords();
  const saving = useSaving();
  const found = useQuery(problemsQuery(site.id));
  const items = found.data?.items ?? [];
  return (
    <Card title={t("snippet.problems")} text={t("snippet.problems_text")} flush>
      {found.isPending ? <SkeletonRows rows={2} /> : null}
      {found.isError ? <Failed error={found.error} onRetry={() => found.refetch()} /> : null}
      {found.isSuccess && items.length === 0 ? (
        <Empty icon={<CircleCheck />} title={t("snippet.problems_none")} />
      ) : null}
      {items.length > 0 ? (
        <>
          <ul className="divide-y border-t">
            {items.map((one) => (
              <li key={`${one.event} ${one.field}`} className="space-y-1 px-5 py-3">
                <p className="text-base wrap-words" dir="auto">
                  {one.message}
                </p>
                <p className="flex flex-wrap gap-x-3 text-sm text-muted">
                  <time dateTime={one.last_at} title={fmt.exact(one.last_at)}>
                    {fmt.moment(one.last_at)}
                  </time>
                  <span className="tabular">{t("snippet.problems_times", { times: one.times })}</span>
                  {one.example ? (
                    <code className="font-mono text-xs break-all" dir="auto">
                      {one.example}
                    </code>
                  ) : null}
                </p>
              </li>
            ))}
          </ul>
          <div className="border-t px-5 py-3">
            <Button
              size="small"
              disabled={saving.busy}
              onClick={() => void saving.run(() => forgetProblems(site.id), t("snippet.problems_forgotten"))}
            >
              {t("snippet.problems_forget")}
            </Button>
            {saving.error ? <p className="mt-2 text-sm text-bad-ink">{saving.error}</p> : null}
          </div>
        </>
      ) : null}
    </Card>
  );
}

function Snippet({ site }: { site: SiteSettings }) {
  const { t } = useWords();
  return (
    <>
      <Card title={t("settings.snippet")} text={t("snippet.text")}>
        <CopyField text={site.snippet} label={t("settings.snippet")} />
        <p className="mt-3 text-sm text-muted text-pretty">{t("snippet.csp")}</p>
      </Card>
      <Card title={t("snippet.calls")} text={t("snippet.calls_text")}>
        <dl className="space-y-3">
          {CALLS.map(([code, meaning]) => (
            <div key={code}>
              <dt className="font-mono text-xs wrap-words">{code}</dt>
              <dd className="text-sm text-muted">{t(meaning)}</dd>
            </div>
          ))}
        </dl>
      </Card>
      <ProblemsCard site={site} />
      <KeyCard site={site} />
    </>
  );
}

export const SnippetSettings = () => <WithSite>{(site) => <Snippet site={site} />}</WithSite>;
